"""Lists that belong together by their order: "A and B reach 1 and 2, respectively".

Most papers leave "respectively" out. Without it results are taken in order (decimals, decibels, per
cent) where exactly as many names stand beside them; counts and scales are not ("×2 and ×4 on Set5
and Set14" is each with each).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from core.analyze.check.names import Name, Quantity
from core.analyze.check.numbers import DECIBEL, PERCENT, Number

_RESPECTIVELY = re.compile(r"\brespectively\b|分别|依次", re.IGNORECASE)
_JOINT = re.compile(
    r"\s*+(?:[,、/]|,?\s*+(?:and|or|as well as)|和|与|及|以及)\s*+(?:the\s++|在\s*+)?",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[^,，;；。()（）]{0,40}")
"""Between a list of results and the list of what they belong to."""

Told = tuple[frozenset[str], frozenset[str]]


def in_order(
    text: str,
    numbers: Sequence[Number],
    names: Sequence[Name],
    quantities: Sequence[Quantity],
) -> dict[int, Told]:
    """Return names and quantities of listed numbers, by the number's place, where told.

    "A and B reach 1 and 2", "PSNR/SSIM of 31.2/0.89".
    """
    told: dict[int, Told] = {}
    series = _lists(text, numbers)
    if not series:
        return told
    is_said = _RESPECTIVELY.search(text) is not None
    listed_names, listed_kinds = _lists(text, names), _lists(text, quantities)
    for group in series:
        if is_said or text[group[0].end : group[1].start].strip() == "/":
            by_name = _nearest(listed_names, group)
            by_kind = _nearest(listed_kinds, group)
            for i, number in enumerate(group):
                told[number.start] = (
                    frozenset({by_name[i].key} if by_name else ()),
                    frozenset({by_kind[i].kind} if by_kind else ()),
                )
        elif beside := list(_beside(text, listed_names, group)):
            for i, number in enumerate(group):
                told[number.start] = (frozenset(group[i].key for group in beside), frozenset())
    return told


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=_Placed)


def grouped(text: str, things: Sequence[P]) -> list[list[P]]:
    """Return things by the lists they stand in: nothing between them but commas and "and"."""
    series: list[list[P]] = []
    for thing in things:
        if series and _JOINT.fullmatch(text[series[-1][-1].end : thing.start]):
            series[-1].append(thing)
        else:
            series.append([thing])
    return series


def _lists(text: str, things: Sequence[P]) -> list[list[P]]:
    return [group for group in grouped(text, things) if len(group) > 1]


def _nearest(groups: Sequence[list[P]], to: Sequence[Number]) -> list[P] | None:
    """Return as many listed things as there are numbers: the end of the nearest list of enough.

    "On REDS4, A and B obtain 1 and 2": what opens the sentence stands in the list as well.
    """
    enough = [group[-len(to) :] for group in groups if len(group) >= len(to)]
    return min(enough, key=lambda group: abs(group[-1].start - to[0].start), default=None)


def _beside(
    text: str, groups: Sequence[list[Name]], results: Sequence[Number]
) -> Iterator[list[Name]]:
    """Yield the lists of as many names that stand next to a list of results."""
    if not all(_is_result(number) for number in results):
        return
    for group in groups:
        before = text[group[-1].end : results[0].start]
        behind = text[results[-1].end : group[0].start]
        gap = before if group[-1].end <= results[0].start else behind
        if len(group) == len(results) and gap and _BESIDE.fullmatch(gap):
            yield group


def _is_result(number: Number) -> bool:
    return number.unit in (PERCENT, DECIBEL) or not float(number.value).is_integer()
