"""Whose number is it: the names and quantities a number in running text belongs to.

Told by position alone, the same way for a statement and for the paper's sentence, in English and
Chinese: "30.84 dB for SwinIR", "SwinIR (30.84)", "SwinIR 的 PSNR 为 30.84". Sets, not guesses:
where position does not decide, a number has several names or none, and nothing is concluded.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from core.analyze.evidence.names import OURS, Familiar, Name, Quantity, names_in, quantities_in
from core.analyze.evidence.numbers import PIXELS, TIMES, Number, numbers_in


@dataclass(frozen=True)
class Bound:
    """A number with what it is said of."""

    number: Number
    names: frozenset[str]
    kinds: frozenset[str]


_BREAK = re.compile(r"[;；。！？!?]|\.(?=\s+[A-Z(])|\n")
_AFTER = re.compile(
    r"^\s*(?:(?:in|of)?\s*(?:terms of\s*)?[A-Za-z-]{0,14}\s*)?"
    r"(?:\b(?:for|of|by|with|from|on|in|using|under|achieved by|obtained by)\b|[(（\[]|来自)\s*"
    r"(?:(?:the|our|a)\s+)?",
    re.IGNORECASE,
)
_ENDS_AFTER = re.compile(
    r"[,，、;；。:：)）\]]|\b(?:and|but|while|versus|vs|compared|than|to)\b|与|和|而|比|优于|高于|低于"
)
_RIVALS = (
    r"优于|超过|超越|相比(?:于|之下)?|相较于?|胜过|好于|高于|低于|快于|比|较|对比|逊于|不如"
    r"|\b(?:than|over|outperform\w*|surpass\w*|exceed\w*|beat\w*|versus|vs\.?|against|relative to"
    r"|compared (?:to|with)|competitive with|comparable to|improv\w* (?:on|upon|over)|better than"
    r"|above|below|prior|previous|baselines?|such as|like|including|e\.g\.,?)"
)
_RIVALS_ARE = (
    r"the |一?基线 ?|强基线 ?|方法 ?|现有(?:的)?方法 ?|baselines? |SOTA |SOTA 方法 ?"
    r"|state-of-the-art |methods? |models? |strong |recent "
)
_COMPARED = re.compile(rf"(?:{_RIVALS})\s*(?:{_RIVALS_ARE})*$", re.IGNORECASE)
"""What stands before a name that something is compared with."""
_LINKS = (
    r"的|为|是|取得|取|设为|设置为|固定为|达到|达|到|了|仅|大约|约|数量|大小|个数|值|得分|分数"
    r"|从|由|获得|只有|用|需要|需"
)
_LINK_WORDS = (
    r"of|is|was|are|to|as|at|by|about|around|only|an|a|score|value|in|dB|equal to|set to|from"
    r"|reports?"
)
_LINK_STEMS = r"reach|achiev|obtain|attain|get|need|requir"
_TIGHT = re.compile(
    rf"(?:[\s=:：(（\[]|['’]s(?![a-z])|{_LINKS}"
    rf"|(?:{_LINK_WORDS})(?![a-z])|(?:{_LINK_STEMS})[a-z]*+)*+$",
    re.IGNORECASE,
)
"""All that may stand between a name or quantity and its number."""
_COUNTERS = r"个|张|块|幅|条|对|名|位|次|段|种|类|层|步|帧|组|套|台|轮|维|-"
_ADJECTIVES = (
    r"of the|more|fewer|less|higher|lower|training|test|sampling|denoising|unique|different|NVIDIA"
    r"|trainable|learnable|residual|transformer|input|output|human|real|synthetic|high-quality"
    r"|additional|个|的|种|张"
)
_ADJACENT = re.compile(
    rf"^\s*(?:{_COUNTERS})?\s*(?:(?:{_ADJECTIVES})\s*)*$",
    re.IGNORECASE,
)
"""All that may stand between a number and what it counts."""
_REACH = 80
"""Characters from a number beyond which nothing is next to it."""
_STRETCH = 2_000
"""Characters read at once: more is no sentence, and would be compared all with all."""
_RESPECTIVELY = re.compile(r"\brespectively\b|分别|依次", re.IGNORECASE)


def bind(text: str, familiar: Familiar) -> list[Bound]:
    """Return the numbers of a plain sentence with what they belong to."""
    if len(text) <= _STRETCH:
        return _bound(text, familiar)
    return [
        replace(bound, number=bound.number.moved(start))
        for start, stretch in _stretches(text)
        for bound in _bound(stretch, familiar)
    ]


def _stretches(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text in parts with their offsets, cut at spaces where there are any."""
    start = 0
    while start < len(text):
        end = start + _STRETCH
        space = text.rfind(" ", start, end) if end < len(text) else -1
        end = space + 1 if space > start else end
        yield start, text[start:end]
        start = end


def _bound(text: str, familiar: Familiar) -> list[Bound]:
    numbers = numbers_in(text)
    if not numbers:
        return []
    quantities = list(quantities_in(text))
    names = _proper(names_in(text, familiar), quantities, numbers)
    breaks = [match.end() for match in _BREAK.finditer(text)]
    told = _in_order(text, numbers, names, quantities)
    bound = []
    for i, number in enumerate(numbers):
        ordered, kinds = told.get(number.start, (frozenset(), frozenset()))
        if number.start not in told:
            ordered = _names(text, i, numbers, names, breaks)
        bound.append(Bound(number, ordered, kinds or _kinds(text, i, numbers, quantities, breaks)))
    return bound


def _proper(
    names: Sequence[Name], quantities: Sequence[Quantity], numbers: Sequence[Number]
) -> list[Name]:
    """Return the names that name neither a quantity nor a unit."""
    taken = [(q.start, q.end) for q in quantities] + [(n.start, n.end) for n in numbers]
    return [
        name
        for name in names
        if name.key == OURS
        or not any(start < name.end and name.start < end for start, end in taken)
    ]


_JOINT = re.compile(
    r"\s*(?:[,、/]|,?\s*(?:and|as well as)|和|与|及|以及)\s*(?:the\s+|在\s*)?", re.IGNORECASE
)


def _in_order(
    text: str,
    numbers: Sequence[Number],
    names: Sequence[Name],
    quantities: Sequence[Quantity],
) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Read "A and B reach 1 and 2, respectively": the first of each, the second of each.

    Also "PSNR/SSIM of 31.2/0.89". By the number's place: names and quantities, where told.
    """
    told: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    series = _series(text, numbers)
    is_said = _RESPECTIVELY.search(text) is not None
    if not series or not (is_said or "/" in text):
        return told
    listed_names, listed_kinds = _series(text, names), _series(text, quantities)
    for group in series:
        if not is_said and text[group[0].end : group[1].start].strip() != "/":
            continue
        by_name = _nearest(listed_names, group)
        by_kind = _nearest(listed_kinds, group)
        for i, number in enumerate(group):
            told[number.start] = (
                frozenset({by_name[i].key} if by_name else ()),
                frozenset({by_kind[i].kind} if by_kind else ()),
            )
    return told


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=_Placed)


def _series(text: str, things: Sequence[P]) -> list[list[P]]:
    """Return the things that are listed: nothing between them but commas and "and"."""
    series: list[list[P]] = []
    for thing in things:
        if series and _JOINT.fullmatch(text[series[-1][-1].end : thing.start]):
            series[-1].append(thing)
        else:
            series.append([thing])
    return [group for group in series if len(group) > 1]


def _nearest(groups: Sequence[list[P]], to: Sequence[Number]) -> list[P] | None:
    """Return as many listed things as there are numbers: the end of the nearest list of enough.

    "On REDS4, A and B obtain 1 and 2": what opens the sentence stands in the list as well.
    """
    enough = [group[-len(to) :] for group in groups if len(group) >= len(to)]
    return min(enough, key=lambda group: abs(group[-1].start - to[0].start), default=None)


def _room(i: int, numbers: Sequence[Number], breaks: Sequence[int], size: int) -> tuple[int, int]:
    """Return where what belongs to a number may begin and end: not beyond the next number."""
    number = numbers[i]
    before, behind = bisect_right(breaks, number.start), bisect_right(breaks, number.end)
    start = breaks[before - 1] if before else 0
    end = breaks[behind] if behind < len(breaks) else size
    if i:
        start = max(start, numbers[i - 1].end)
    if i + 1 < len(numbers):
        end = min(end, numbers[i + 1].start)
    return start, end


def _names(
    text: str, i: int, numbers: Sequence[Number], names: Sequence[Name], breaks: Sequence[int]
) -> frozenset[str]:
    number = numbers[i]
    start, end = _room(i, numbers, breaks, len(text))
    after = _following(text, number, names, end)
    is_later = i > 0 and start == numbers[i - 1].end
    if after and is_later:
        return after
    before = set()
    for name in names:
        if not start <= name.start < number.start:
            continue
        is_compared = _COMPARED.search(text[max(0, name.start - 40) : name.start])
        between = text[name.end : number.start]
        if is_compared and not (_TIGHT.match(between) or _owns(between)):
            continue
        before.add(name.key)
    if is_later and not before:
        return frozenset()
    return frozenset(before) | after


def _owns(between: str) -> bool:
    """Whether "SwinIR 的 PSNR 为 30.84": the number is that name's, compared with or not."""
    return re.match(r"^\s*(?:的|'s\b|’s\b)(?:[^,，;；]{0,12})$", between) is not None


def _following(text: str, number: Number, names: Sequence[Name], end: int) -> frozenset[str]:
    """Return the names in "30.84 dB for SwinIR", "30.84 (SwinIR)"."""
    rest = text[number.end : end]
    opening = _AFTER.match(rest)
    if not opening:
        return frozenset()
    begins = number.end + opening.end()
    stop = _ENDS_AFTER.search(text, begins, end)
    ends = stop.start() if stop else end
    return frozenset(
        name.key for name in names if begins <= name.start < ends and name.start < begins + 25
    )


def _kinds(
    text: str,
    i: int,
    numbers: Sequence[Number],
    quantities: Sequence[Quantity],
    breaks: Sequence[int],
) -> frozenset[str]:
    number = numbers[i]
    start, end = _room(i, numbers, breaks, len(text))
    after = [
        q
        for q in quantities
        if number.start <= q.start < min(end, number.end + _REACH)
        and (q.start < number.end or _ADJACENT.match(text[number.end : q.start]))
    ]
    before = [q for q in quantities if start <= q.start < number.start]
    kinds = {q.kind for q in after}
    if before:
        nearest = before[-1]
        between = text[nearest.end : number.start]
        if _TIGHT.match(between) or (not after and len(between) <= 40):
            kinds.add(nearest.kind)
    if _is_size(text, number):
        kinds.add("resolution")
    return frozenset(kinds if number.unit in _COUNTS else filter(_goes_with_units, kinds))


_COUNTS = frozenset({"", TIMES})
_UNITED = frozenset({"ratio", "dropout", "memory", "threshold", "sigma", "resolution", "patch"})
"""What is measured with a unit though it is no result."""


def _goes_with_units(kind: str) -> bool:
    return kind.isupper() or kind in _UNITED


def _is_size(text: str, number: Number) -> bool:
    """Whether it is a side of "256×256"."""
    before, after = text[max(0, number.start - 4) : number.start], text[number.end : number.end + 4]
    is_side = re.search(r"\d\s?[×x]\s?$", before) or re.match(r"\s?[×x]?\s?\d", after)
    return number.unit == PIXELS or (
        is_side is not None and bool(re.search("[×x]", before + after + number.text))
    )
