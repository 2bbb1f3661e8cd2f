"""What a method is compared with, and how far it is from it: "0.4 dB over SwinIR".

Such a number is not SwinIR's; but it is not any other rival's distance either.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from core.analyze.check.listing import grouped
from core.analyze.check.names import Name
from core.analyze.check.numbers import Number

_RIVALS = (
    r"优于|超过|超越|相比(?:于|之下)?|相较于?|相对于?|胜过|好于|高于|低于|快于|比|较|对比|逊于|不如"
    r"|\b(?:than|over|outperform\w*|surpass\w*|exceed\w*|beat\w*|versus|vs\.?|against|relative to"
    r"|compared (?:to|with)|competitive with|comparable to|improv\w* (?:on|upon|over)|better than"
    r"|above|below|prior|previous|baselines?|such as|like|including|e\.g\.,?)"
)
_RIVALS_ARE = (
    r"the |vanilla |原始(?:的)? ?|标准(?:的)? ?|一?基线 ?|强基线 ?|方法 ?|现有(?:的)?方法 ?"
    r"|baselines? |SOTA |SOTA 方法 ?|state-of-the-art |methods? |models? |strong |recent "
)
_COMPARED = re.compile(rf"(?:{_RIVALS})\s*(?:{_RIVALS_ARE})*$", re.IGNORECASE)
"""What stands before a name that something is compared with."""
_FURTHER = (
    r"高|低|快|慢|多|少|好|差|强|大|小|省|提升|提高|领先|降低|减少|下降|增加|节省|改善|缩短|加速|胜"
)
_BY = re.compile(
    r"^[^,，;；。()（）]{0,12}?(?:\bby\b(?: (?:about|around|over|up to|nearly|a margin of|as much"
    rf" as|more than|at least|roughly))?|(?:{_FURTHER})(?:了|出|约|近|达|超过|至少|整整)*)"
    r"\s*[+~<>≥≤]?\s*$",
    re.IGNORECASE,
)
"""Between a rival and the distance from it: "outperforming SwinIR by", "比 SwinIR 高"."""
_OVER = re.compile(
    r"^\s*(?:, ?(?:surpass|outperform|beat|exceed)ing\s+|(?:[a-z-]+ ){0,3}?"
    r"(?:over|than|above|below|compared (?:to|with)|relative to|against)\s+)"
    r"(?:(?:the|a|prior|previous|baseline|strong|method|model|vanilla|standard) )*$",
    re.IGNORECASE,
)
"""Between a distance and the rival: "0.4 dB higher than"."""
_REACH = 90
"""Characters from a number beyond which it is no distance from a name."""


def is_compared(text: str, name: Name) -> bool:
    """Whether something is compared with the name where it stands."""
    return _COMPARED.search(text[max(0, name.start - 40) : name.start]) is not None


_IN_BRACKET = re.compile(r"^[^,，;；:：()（）]{0,40}[(（][^()（）]{0,15}$")
"""Between what is compared with and its number: "the SwinIR baseline on GoPro (PSNR: 30.84)"."""


def owns(between: str) -> bool:
    """Whether a number is a name's although that is compared with: "SwinIR 的 PSNR 为 30.84"."""
    return _IN_BRACKET.search(between) is not None or (
        re.match(r"^\s*(?:的|'s\b|’s\b)(?:[^,，;；]{0,12})$", between) is not None
    )


@dataclass(frozen=True)
class Listed:
    """Names that stand in one list, most of them alone."""

    keys: frozenset[str]
    start: int
    end: int
    is_compared: bool


def listed(text: str, names: Sequence[Name]) -> list[Listed]:
    """Return names by the lists they stand in, in order."""
    return [
        Listed(
            frozenset(name.key for name in group),
            group[0].start,
            group[-1].end,
            is_compared(text, group[0]),
        )
        for group in grouped(text, names)
    ]


def rivals(text: str, number: Number, groups: Sequence[Listed]) -> frozenset[str]:
    """Return which names a number is the distance from; none if it is no distance."""
    first = bisect_left(groups, number.start - _REACH, key=lambda group: group.start)
    for group in islice(groups, max(0, first - 1), None):
        if group.start >= number.end + _REACH:
            break
        told: object = None
        if group.end <= number.start:
            told = group.is_compared and _BY.match(text[group.end : number.start])
        elif number.end <= group.start:
            told = _OVER.match(text[number.end : group.start])
        if told:
            return group.keys
    return frozenset()
