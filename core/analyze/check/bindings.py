"""Whose number is it: the names and quantities a number in running text belongs to.

Told by position alone, the same way for a statement and for the paper's sentence, in English and
Chinese: "30.84 dB for SwinIR", "SwinIR (30.84)", "SwinIR 的 PSNR 为 30.84". Sets, not guesses:
where position does not decide, a number has several names or none, and nothing is concluded.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from core.analyze.check.listing import in_order
from core.analyze.check.names import OURS, Familiar, Name, Quantity, names_in, quantities_in
from core.analyze.check.numbers import PIXELS, TIMES, Number, numbers_in
from core.analyze.check.rivals import is_compared, listed, owns, rivals


@dataclass(frozen=True)
class Bound:
    """A number with what it is said of."""

    number: Number
    names: frozenset[str]
    kinds: frozenset[str]
    rivals: frozenset[str] = frozenset()
    """What it is the distance from: "0.4 dB over SwinIR"."""


_BREAK = re.compile(
    r"[;；。！？!?]|\.(?=\s+[A-Z(])|\n"
    r"|:(?=\s+[A-Z][\w+-]+ (?:achiev|reach|obtain|attain|scor|drop))"
)
_AFTER = re.compile(
    r"^\s*+(?:(?:in|of)?\s*+(?:terms of\s*+)?(?:[A-Za-z-]{1,16}\s++){0,3}"
    r"(?:\([A-Z][\w-]{1,9}\)\s++)?)?"
    r"(?:\b(?:for|of|by|with|from|on|in|using|under|against|achieved by|obtained by)\b|[(（\[]"
    r"|来自)\s*"
    r"(?:(?:the|our|a)\s+)?",
    re.IGNORECASE,
)
_ENDS_AFTER = re.compile(
    r"[,，、;；。:：)）\]]|\b(?:and|but|while|versus|vs|compared|than|to)\b|与|和|而|比|优于|高于|低于"
)
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
    rf"^\s*+(?:{_COUNTERS})?\s*+(?:(?:{_ADJECTIVES})\s*+)*+$",
    re.IGNORECASE,
)
"""All that may stand between a number and what it counts."""
_IN_TERMS_OF = re.compile(
    r"^\s*(?:(?:absolute|relative|points?|improvement|gain|increase|boost|drop|reduction|decrease"
    r"|higher|lower|better) ){0,2}(?:in|of)(?: terms of)?(?: the)? (?:[a-z-]+ ){0,4}\(?$",
    re.IGNORECASE,
)
"""Between a number and the metric it is a gain in: "by 6.3% in IoU"."""
_RANGE = re.compile(r"\s?(?:[-–~～至到]|to)\s?")
_REACH = 80
"""Characters from a number beyond which nothing is next to it."""
_STRETCH = 2_000
"""Characters read at once: more is no sentence, and would be compared all with all."""


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
    told = in_order(text, numbers, names, quantities)
    groups = listed(text, names)
    bound: list[Bound] = []
    for i, number in enumerate(numbers):
        ordered, kinds = told.get(number.start, (frozenset(), frozenset()))
        if number.start not in told:
            ordered = _names(text, i, numbers, names, breaks)
            if i and _goes_on(text, numbers[i - 1], number, names):
                ordered |= bound[-1].names
        kinds = kinds or _kinds(text, i, numbers, quantities, breaks)
        bound.append(Bound(number, ordered, kinds, rivals(text, number, groups)))
    _share_in_ranges(text, bound)
    return bound


def _share_in_ranges(text: str, bound: list[Bound]) -> None:
    """Give the 2.0 of "2.0-3.5x lower latency" the kind of the 3.5, or the 3.5 that of the 2.0."""
    for i, (first, second) in enumerate(pairwise(bound)):
        if _RANGE.fullmatch(text[first.number.end : second.number.start]):
            kinds = second.kinds or first.kinds
            bound[i], bound[i + 1] = replace(first, kinds=kinds), replace(second, kinds=kinds)


def _proper(
    names: Sequence[Name], quantities: Sequence[Quantity], numbers: Sequence[Number]
) -> list[Name]:
    """Return the names that name neither a quantity nor a unit."""
    taken = [(q.start, q.end) for q in quantities] + [(n.start, n.end) for n in numbers]
    return [
        name
        for name in names
        if name.key == OURS
        or name.is_size
        or not any(start < name.end and name.start < end for start, end in taken)
    ]


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
    start = _before_size(names, start)
    after = _following(text, number, names, end)
    is_later = i > 0 and start == numbers[i - 1].end
    if after and is_later:
        return after
    before = set()
    start = _bracketed(text, start, number, names)
    for name in names:
        if not start <= name.start < number.start:
            continue
        between = text[name.end : number.start]
        if is_compared(text, name) and not (_TIGHT.match(between) or owns(between)):
            continue
        before.add(name.key)
    if is_later and not before:
        return frozenset()
    return frozenset(before) | after


def _before_size(names: Sequence[Name], start: int) -> int:
    """Return where the "256×256" begins that ends at `start`, or else `start`."""
    near = bisect_left(names, start - 12, key=lambda name: name.start)
    sizes = (name for name in islice(names, near, near + 12) if name.is_size)
    return next((name.start for name in sizes if name.end == start), start)


def _bracketed(text: str, start: int, number: Number, names: Sequence[Name]) -> int:
    """Return where names count for a number in brackets: its own part of the sentence.

    "FlowIR on DIV2K beats the rest, SwinIR on GoPro (PSNR: 30.84) included".
    """
    opened = max(text.rfind("(", start, number.start), text.rfind("（", start, number.start))
    if opened < 0 or re.search(r"[)）]", text[opened : number.start]):
        return start
    part = max(text.rfind(sign, start, opened) for sign in ",，、") + 1
    return part if part > start and any(part <= name.start < opened for name in names) else start


_VERSUS = re.compile(
    r"^(?:\s?\([^()]{0,60}\))?[^,，;；()]{0,60}?\b(?:vs\.?|versus)\s[^,，;；]{0,12}$"
)


def _goes_on(text: str, last: Number, number: Number, names: Sequence[Name]) -> bool:
    """Whether a number is of what the last one is of: "A reaches 0.75 vs. 0.96 on B"."""
    return (
        _VERSUS.match(text[last.end : number.start]) is not None
        and not any(last.end <= name.start < number.start for name in names)
        and re.match(r"\s*(?:for|of|by|with|from|[(（])", text[number.end :]) is None
    )


def _following(text: str, number: Number, names: Sequence[Name], end: int) -> frozenset[str]:
    """Return the names in "30.84 dB for SwinIR", "30.84 (SwinIR)"."""
    rest = text[number.end : end]
    if number.unit:  # "10 m Sentinel-2 and 2.5-m resampled NAIP imagery"
        is_adjective = re.search(r"\d-[a-z]", number.text) is not None
        next_ = next((name for name in names if name.start >= number.end), None)
        if next_ and re.fullmatch(
            r"\s(?:[a-z]+ )?" if is_adjective else r"\s", text[number.end : next_.start]
        ):
            return frozenset({next_.key})
    opening = _AFTER.match(rest)
    if not opening:
        return frozenset()
    begins = number.end + opening.end()
    stop = _ENDS_AFTER.search(text, begins, end)
    ends = stop.start() if stop else end
    return frozenset(
        name.key
        for name in names
        if begins <= name.start <= ends
        and name.start < begins + 25
        and (name.start == begins or not is_compared(text, name))  # "31.2 (above SwinIR)"
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
        and (
            q.start < number.end
            or _ADJACENT.match(text[number.end : q.start])
            or (q.kind.isupper() and _IN_TERMS_OF.match(text[number.end : q.start]))
        )
    ]
    before = [q for q in quantities if start <= q.start < number.start]
    kinds = {q.kind for q in after}
    if before:
        nearest = before[-1]
        between = text[nearest.end : number.start]
        is_near = not after and len(between) <= 40
        if nearest.kind.islower() and re.search("[,，]", between):
            is_near = False  # what is counted is not told in another part of the sentence
        if _TIGHT.match(between) or is_near:
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
