"""Numbers with their units, in English and Chinese.

"1.2M", "120 万" and "1,200,000" are one value, so are "3.2x" and "3.2 倍", "1.5 h" and
"90 minutes". What looks like a number and is none: section and table
references, names ("ResNet-50", "3D"), years of venues, enumeration.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

PERCENT, TIMES, DECIBEL, SECONDS, BYTES = "%", "x", "dB", "s", "B"
OPERATIONS, PER_SECOND, PIXELS, METRES, HERTZ, WATTS = "FLOPs", "fps", "px", "m", "Hz", "W"

_UNITS: Final[dict[str, tuple[str, float]]] = {
    "%": (PERCENT, 1), "percent": (PERCENT, 1), "per cent": (PERCENT, 1), "个百分点": (PERCENT, 1),
    "百分点": (PERCENT, 1), "percentage point": (PERCENT, 1), "pp": (PERCENT, 1),
    "个点": ("", 1), "point": ("", 1), "pt": ("", 1),
    "db": (DECIBEL, 1), "分贝": (DECIBEL, 1),
    "×": (TIMES, 1), "x": (TIMES, 1), "倍": (TIMES, 1), "time": (TIMES, 1), "fold": (TIMES, 1),
    "μs": (SECONDS, 1e-6), "us": (SECONDS, 1e-6), "微秒": (SECONDS, 1e-6),
    "ms": (SECONDS, 1e-3), "毫秒": (SECONDS, 1e-3), "millisecond": (SECONDS, 1e-3),
    "s": (SECONDS, 1), "sec": (SECONDS, 1), "second": (SECONDS, 1), "秒": (SECONDS, 1),
    "秒钟": (SECONDS, 1), "min": (SECONDS, 60), "minute": (SECONDS, 60), "分钟": (SECONDS, 60),
    "h": (SECONDS, 3600), "hr": (SECONDS, 3600), "hour": (SECONDS, 3600), "小时": (SECONDS, 3600),
    "个小时": (SECONDS, 3600), "day": (SECONDS, 86400), "天": (SECONDS, 86400),
    "week": (SECONDS, 604800), "周": (SECONDS, 604800),
    "kb": (BYTES, 1e3), "mb": (BYTES, 1e6), "gb": (BYTES, 1e9), "tb": (BYTES, 1e12),
    "gib": (BYTES, 1e9), "mib": (BYTES, 1e6),
    "flops": (OPERATIONS, 1), "mflops": (OPERATIONS, 1e6), "gflops": (OPERATIONS, 1e9),
    "tflops": (OPERATIONS, 1e12), "gmacs": ("MACs", 1e9), "mmacs": ("MACs", 1e6),
    "tmacs": ("MACs", 1e12),
    "fps": (PER_SECOND, 1), "帧/秒": (PER_SECOND, 1), "frames per second": (PER_SECOND, 1),
    "px": (PIXELS, 1), "pixel": (PIXELS, 1), "像素": (PIXELS, 1),
    "mm": (METRES, 1e-3), "cm": (METRES, 1e-2), "m": (METRES, 1), "km": (METRES, 1e3),
    "米": (METRES, 1), "毫米": (METRES, 1e-3), "厘米": (METRES, 1e-2),
    "hz": (HERTZ, 1), "khz": (HERTZ, 1e3), "mhz": (HERTZ, 1e6), "w": (WATTS, 1), "kw": (WATTS, 1e3),
}  # fmt: skip
_MAGNITUDES: Final = {
    "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "hundred": 1e2,
    "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9,
    "百亿": 1e10, "万亿": 1e12,
}  # fmt: skip

_UNIT_PATTERN = "|".join(
    re.escape(unit) + ("(?:s|es)?(?![A-Za-z])" if unit[-1].isascii() and unit[-1].isalpha() else "")
    for unit in sorted(_UNITS, key=len, reverse=True)
)
_NUMBER = re.compile(
    r"(?P<before>(?:[×x]\s?)(?=\d))?"
    r"(?P<sign>(?<![\w)\]])[-+](?=\d))?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<decimals>\.\d+)?"
    r"(?P<power>\s?[×x·*]\s?10\^-?\d{1,2}|e[-+]?\d{1,2}(?![A-Za-z\d])|\^-?\d{1,2})?"
    r"(?:(?P<letter>(?-i:k|\s?[KMBGT])(?![A-Za-z\d]|\s?=))"
    r"|[\s-]?(?P<word>thousand|million|billion|trillion|hundred|百万|千万|十万|百亿|十亿|万亿"
    r"|万|亿|千|百)(?![A-Za-z]|分))?"
    rf"(?:[\s-]?(?P<unit>{_UNIT_PATTERN}))?",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(
    r"[A-Za-z_@.]$|[A-Za-z]\d*[-/]$|[A-Za-z][A-Za-z0-9_.+-]*[@/-]$|\d[.:]$|(?<![\d.])\d+/$|arXiv:\s?$"
)
_REFERENCE_BEFORE = re.compile(
    r"(?:\b(?:sections?|secs?|tables?|tabs?|fig(?:ure)?s?|eqs?n?|equations?|appendix|app"
    r"|algorithms?|algs?"
    r"|theorems?|lemma|prop(?:osition)?|definition|chapter|line|rows?|columns?|version|page|pp?"
    r"|references?|refs?|footnote|step)\.?|§|[表图式第]|公式|附录|算法|定理|章节"
    r"|(?:tables?|figs?|figures?|sections?|eqs?)\.?\s*\d+(?:\.\d+)*\s*(?:and|,|–|-|&|to))\s*+"
    r"[\[(（]?\s*+[A-Z]?\.?$",
    re.IGNORECASE,
)
_VENUE_BEFORE = re.compile(r"(?:[A-Z]{2}[a-z]?|[’'])\s?[’']?$")
_ABOUT_BEFORE = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|nearly|almost|over|more than|less than|under"
    r"|up to|at least|at most|[~≈<>≥≤]"
    r"|约|大约|约为|近|将近|接近|超过|逾|不到|多达|高达|至少|最多|左右)\s*$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(
    r"^\s?(?:[%a-zA-Z倍×]{0,8}\s?)?(?:左右|上下|以上|以下|余|多(?=[个张篇倍万亿千])|\+)"
)
_LETTERS_AFTER = re.compile(r"[A-Za-z]{1,12}")
_JOINED_NAMES = re.compile(r"^(?:D|d|DGS|st|nd|rd|th|v\d)")
_TOP_BEFORE = re.compile(r"\btop-$", re.IGNORECASE)
_SIDE_BEFORE = re.compile(r"\d\s?x$")
_WORDED = {
    "twice": 2.0, "double": 2.0, "doubles": 2.0, "doubling": 2.0, "doubled": 2.0, "two-fold": 2.0,
    "twofold": 2.0, "triple": 3.0, "triples": 3.0, "threefold": 3.0, "quadruple": 4.0,
    "两倍": 2.0, "翻倍": 2.0, "三倍": 3.0, "四倍": 4.0, "五倍": 5.0, "十倍": 10.0,
}  # fmt: skip
_HALVED = {"half", "halves", "halved", "halving", "一半", "减半"}
_FACTORS = "|".join(sorted({*_WORDED, *_HALVED}, key=len, reverse=True))
_COUNTED = {
    name: float(value)
    for value, name in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve"]
    )
}  # fmt: skip
_WORDS = re.compile(
    rf"(?<![A-Za-z-])(?P<counted>{'|'.join(_COUNTED)})(?![A-Za-z]|-shot)"
    rf"|(?<![A-Za-z])(?P<worded>{_FACTORS})(?![A-Za-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text."""

    value: float
    """In the base unit: seconds, bytes, plain counts; a percentage stays one (31.7)."""
    step: float
    """What one in the last printed digit is worth, in the same unit."""
    unit: str
    """A base unit, or "" for none."""
    text: str
    """As printed, sign and unit included."""
    start: int
    end: int
    is_about: bool = False
    """Said to be no exact one: "about 32", "约 32"."""
    is_word: bool = False
    """Written as a word: good to support a statement, not worth checking in one."""
    has_magnitude: bool = False
    scale: float = 1.0
    """What one of the printed unit is worth in the base unit."""

    def moved(self, by: int) -> "Number":
        """Return it as it stands in a longer text that begins `by` characters earlier."""
        return replace(self, start=self.start + by, end=self.end + by)


def numbers_in(text: str) -> list[Number]:
    """Return the numbers of a plain text (see `plain`), in order."""
    found = list(_digits(text))
    taken = [(number.start, number.end) for number in found]
    found += [
        _worded(match)
        for match in _WORDS.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    return _united(text, sorted(found, key=lambda number: number.start))


_JOINT = re.compile(r"\s?(?:and|or|to|-|–|~|和|与|或|/|至|到)\s?")
_NAMED = re.compile(r"[A-Z][\w-]*\s$")


def _united(text: str, numbers: list[Number]) -> list[Number]:
    """Return numbers with the unit of the list or range they are in: "2.1 and 2.3 times"."""
    for i in range(len(numbers) - 1, 0, -1):
        first, last = numbers[i - 1], numbers[i]
        if (
            last.unit
            and not (first.unit or first.has_magnitude)
            and _JOINT.fullmatch(text[first.end : last.start])
            and not _NAMED.search(text[max(0, first.start - 40) : first.start])  # "Dimensity 9500"
        ):
            value, step = first.value * last.scale, first.step * last.scale
            numbers[i - 1] = replace(
                first, value=value, step=step, unit=last.unit, scale=last.scale
            )
    return numbers


def _worded(match: re.Match[str]) -> Number:
    text = match[0].lower()
    if match["counted"]:
        return Number(_COUNTED[text], 1, "", match[0], match.start(), match.end(), is_word=True)
    value = 0.5 if text in _HALVED else _WORDED[text]
    return Number(value, 0.1, TIMES, match[0], match.start(), match.end(), is_word=True)


def _digits(text: str) -> Iterator[Number]:
    position = 0
    while match := _NUMBER.search(text, position):
        position = match.end()
        before = text[max(0, match.start() - 40) : match.start()]
        if (number := _read(match, before, text[match.end() : match.end() + 16])) is not None:
            yield number


def _read(match: re.Match[str], before: str, after: str) -> Number | None:
    """Return the number a match is; None for what only looks like one."""
    whole = match["digits"] + (match["decimals"] or "")
    if len(whole) > 15:
        return None
    if _NAME_BEFORE.search(before) and not (
        _SIDE_BEFORE.search(before)
        or (match["unit"] and _TOP_BEFORE.search(before))  # "top-30%"
        or _is_side(match)
    ):
        return None
    bare = match.end("decimals") if match["decimals"] else match.end("digits")
    has_suffix = match.end() > bare
    letters = _LETTERS_AFTER.match(after)
    if letters and (not has_suffix or match[0][-1].isalpha()) and not match[0][-1].isspace():
        # "3D", "4x8bit": glued letters that are no unit make a name.
        return None
    if _JOINED_NAMES.match(after) and not has_suffix:
        return None
    if whole == "1" and re.match(r"/\d", after):
        return None  # "1/5"
    if _REFERENCE_BEFORE.search(before) and not match["unit"]:
        return None
    if _is_year(whole, before, after, match):
        return None
    if not has_suffix and _is_mark(before, after, whole):
        return None
    return _number(match, whole, before, after)


def _is_side(match: re.Match[str]) -> bool:
    """Whether it is the 3 of "H×W×3": a size, and no factor."""
    start = match.start()
    return (match["before"] or "").startswith("×") and match.string[start - 1 : start].isalpha()


def _is_year(whole: str, before: str, after: str, match: re.Match[str]) -> bool:
    if match["unit"] or match["letter"] or not re.fullmatch(r"(?:19|20)\d\d", whole):
        return False
    return bool(_VENUE_BEFORE.search(before)) or after.lstrip().startswith("年")


def _is_mark(before: str, after: str, whole: str) -> bool:
    """Whether it counts items: "(1) we", "2) a"; the 4 of "(with K = 4) and" does not."""
    if len(whole) > 2 or not re.match(r"[)）](?:\s|[^\d\s.,;，。%])", after):
        return False
    opened = re.search(r"(?:^|[\s:;,，；：。])(?P<bracket>[(（]?)$", before)
    return opened is not None and (
        bool(opened["bracket"]) or not re.search(r"[(（][^)）]*$", before)
    )


def _number(match: re.Match[str], whole: str, before: str, after: str) -> Number:
    value = float(whole.replace(",", ""))
    step = 10.0 ** -(len(match["decimals"] or ".") - 1)
    if step == 1.0 and value >= 100 and _ABOUT_BEFORE.search(before):
        # The zeros at the end of "120 万" or "3,000" may be rounded ones: only if said so.
        digits = whole.replace(",", "")
        step = 10.0 ** (len(digits) - len(digits.rstrip("0")))
    factor = _power(match["power"] or "", value)
    magnitude = match["letter"] or match["word"]
    if magnitude:
        factor *= _MAGNITUDES[magnitude.strip().lower()]
    unit, scale = _unit(match, after)
    factor *= scale
    sign = -1.0 if match["sign"] == "-" else 1.0
    if match["power"] and match["power"].startswith("^"):
        step = value  # "10^-4" is 1 times a power
    return Number(
        value=sign * value * factor,
        step=step * factor,
        unit=unit,
        text=match[0].strip(),
        start=match.start() + (len(match["before"]) if match["before"] and not unit else 0),
        end=match.end(),
        is_about=bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(after)),
        has_magnitude=magnitude is not None,
        scale=scale,
    )


def _power(printed: str, value: float) -> float:
    """Return what "×10^-4", "e-4" or "^2" behind a number multiplies it with."""
    exponent = int(re.split(r"10\^|[eE]|\^", printed)[-1]) if printed else 0
    if not printed.startswith("^"):
        return 10.0**exponent
    # Signs of its own at ±300: what a float cannot hold is no measurement.
    is_held = value > 0 and abs(math.log10(value) * exponent) < 300
    return value ** (exponent - 1) if is_held else 1.0


def _unit(match: re.Match[str], after: str) -> tuple[str, float]:
    if name := match["unit"]:
        lowered = name.lower()
        if lowered in ("x", "×") and re.match(r"\s?\d", after):
            return "", 1.0  # "256x256" is a size
        if lowered not in _UNITS:
            lowered = (
                lowered.removesuffix("es") if lowered.removesuffix("es") in _UNITS else lowered[:-1]
            )
        return _UNITS[lowered]
    return (TIMES, 1.0) if match["before"] and not _is_side(match) else ("", 1.0)
