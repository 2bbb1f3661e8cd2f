"""Numbers with their units, in English and Chinese, and when one bears out another.

"1.2M", "120 万" and "1,200,000" are one value, so are "3.2x" and "3.2 倍", "1.5 h" and 90 minutes,
0.642 and 64.2 %. A rounded number is borne out by the exact one, never the other way round. What
looks like a number and is none is told as a name: "ResNet-50", "4-bit", "Stage 1", "Table 3".
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PERCENT, TIMES = "%", "x"
_SCALES: Final[dict[str, dict[str, float]]] = {
    PERCENT: {"%": 1, "percent": 1, "per cent": 1, "个百分点": 1, "百分点": 1, "pp": 1,
              "percentage point": 1},
    "": {"个点": 1, "point": 1, "pt": 1},
    "dB": {"db": 1, "分贝": 1},
    TIMES: {"×": 1, "x": 1, "倍": 1, "time": 1, "fold": 1},
    "s": {"μs": 1e-6, "us": 1e-6, "微秒": 1e-6, "ms": 1e-3, "毫秒": 1e-3, "millisecond": 1e-3,
          "s": 1, "sec": 1, "second": 1, "秒": 1, "秒钟": 1, "min": 60, "minute": 60, "分钟": 60,
          "h": 3600, "hr": 3600, "hour": 3600, "小时": 3600, "个小时": 3600, "day": 86400,
          "天": 86400, "week": 604800, "周": 604800},
    "B": {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "gib": 1e9, "mib": 1e6},
    "FLOPs": {"flops": 1, "mflops": 1e6, "gflops": 1e9, "tflops": 1e12},
    "MACs": {"gmacs": 1e9, "mmacs": 1e6, "tmacs": 1e12},
    "fps": {"fps": 1, "帧/秒": 1, "frames per second": 1},
    "px": {"px": 1, "pixel": 1, "像素": 1},
    "m": {"mm": 1e-3, "cm": 1e-2, "m": 1, "km": 1e3, "米": 1, "毫米": 1e-3, "厘米": 1e-2},
    "Hz": {"hz": 1, "khz": 1e3, "mhz": 1e6}, "W": {"w": 1, "kw": 1e3},
}  # fmt: skip
_UNITS: Final = {
    name: (unit, scale) for unit, names in _SCALES.items() for name, scale in names.items()
}
_MAGNITUDES: Final = {
    "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12, "thousand": 1e3, "million": 1e6,
    "billion": 1e9, "trillion": 1e12, "hundred": 1e2, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5,
    "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "万亿": 1e12,
}  # fmt: skip


def _any_of(names: Iterator[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(
        re.escape(name)
        + ("(?:s|es)?(?![A-Za-z])" if name[-1].isascii() and name[-1].isalpha() else "")
        for name in longest_first
    )


_DIGITS = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?")
_SUFFIX = re.compile(
    r"(?P<power>\s?[×x·*]\s?10\^-?\d{1,2}|e[-+]?\d{1,2}(?![A-Za-z\d])|\^-?\d{1,2})?"
    r"(?:(?P<letter>(?-i:k|\s?[KMBGT])(?![A-Za-z\d]|\s?=))"
    rf"|[\s-]?(?P<word>{_any_of(name for name in _MAGNITUDES if name not in 'kmbgt')}))?"
    rf"(?:[\s-]?(?P<unit>{_any_of(iter(_UNITS))}))?",
    re.IGNORECASE,
)
_LOST_POWER = re.compile(r"(?<![\d.])(\d(?:\.\d+)?)\s?[×x·]\s?10\s?(-?\d{1,2})(?![\d×x]|\s?[×x])")
"""The "5 × 1022" of a PDF, whose superscripts are as large as the rest."""
_NAME_BEFORE = re.compile(
    r"[A-Za-z_@.^]$|[A-Za-z]\d*[-/]$|[A-Za-z][\w.+-]*[@/-]$|\d[.:]$|arXiv:\s?$"
    r"|(?:\b(?:sections?|secs?|tables?|tabs?|fig(?:ure)?s?|eqs?n?|equations?|appendix|app"
    r"|algorithms?|algs?|theorems?|lemma|prop(?:osition)?|definition|chapter|lines?|rows?|columns?"
    r"|version|pages?|pp?|references?|refs?|footnote|steps?|stages?|phases?|tasks?|levels?|settings?"
    r"|groups?|cases?|types?|rounds?|seeds?|experiments?)\.?|§|[表图式第]|公式|附录|算法|定理|章节"
    r"|阶段|步骤|任务|问题|实验)\s*[\[(（]?\s*[A-Z]?\.?$",
    re.IGNORECASE,
)  # fmt: skip
_NAME_AFTER = re.compile(
    r"(?:-(?=[A-Za-z\u4e00-\u9fff])|(?:D|d|DGS|st|nd|rd|th|v\d)(?![a-z])|[A-Za-z]{1,12}(?=\d|[A-Z]|-))"
)
_YEAR_BEFORE = re.compile(r"(?:[A-Z]{2}[a-z]?|[’'])\s?[’']?$|\b(?:in|since)\s$|[(,，]\s?$")
_FACTOR_BEFORE = re.compile(r"(?:^|[^\w\s])\s?×\s?$|\s×$")
_MARK_BEFORE = re.compile(r"(?:^|[\s:;,，；：。])(?P<bracket>[(（]?)$")
_MARK_AFTER = re.compile(r"[)）](?:\s|[^\d\s.,;，。%])")
_ABOUT_BEFORE = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|nearly|almost|over|more than|less than|under"
    r"|up to|at least|at most|[~≈<>≥≤]"
    r"|约|大约|约为|近|将近|接近|超过|逾|不到|多达|高达|至少|最多|左右)\s*$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(
    r"\s?(?:[%a-zA-Z倍×]{0,8}\s?)?(?:左右|上下|以上|以下|余|多(?=[个张篇倍万亿千])|\+)"
)
_COUNTED: Final = {
    "zero": 0.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0,
    "both": 2.0, "pair": 2.0, "dual": 2.0,
}  # fmt: skip
_FACTORS: Final = {
    "twice": 2.0, "double": 2.0, "doubles": 2.0, "doubling": 2.0, "doubled": 2.0, "twofold": 2.0,
    "triple": 3.0, "triples": 3.0, "threefold": 3.0, "quadruple": 4.0, "翻倍": 2.0,
    "half": 0.5, "halves": 0.5, "halved": 0.5, "halving": 0.5, "一半": 0.5, "减半": 0.5,
}  # fmt: skip
_CHINESE: Final = {sign: float(n) for n, sign in enumerate("零一二三四五六七八九十")} | {"两": 2.0}
_WORDS = re.compile(
    rf"(?<![A-Za-z])(?P<worded>{'|'.join(sorted({*_COUNTED, *_FACTORS}, key=len, reverse=True))})"
    r"(?![A-Za-z])"
    r"|(?<![第之百])(?P<chinese>[二两三四五六七八九]?十[一二三四五六七八九]?|[两二三四五六七八九])"
    r"(?P<measure>倍|[个条种类层步项组块张次轮天路阶段头套份篇台位维元级大支])(?![分])",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text."""

    printed: float
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
    is_name: bool = False
    """Part of a name, a reference, a year, the mark of an item: nothing that is measured."""
    has_magnitude: bool = False

    @property
    def make(self) -> tuple[str, bool, bool, bool]:
        """What numbers of one kind have in common, as far as they show it."""
        return self.unit, self.has_magnitude, self.step >= 1, self.is_word


def numbers_in(text: str) -> list[Number]:
    """Return the numbers of a plain text (see `plain`), in order."""
    found = list(_printed(text))
    found += map(_worded, _WORDS.finditer(text))
    found += map(_lost_power, _LOST_POWER.finditer(text))
    return sorted(found, key=lambda number: number.start)


def _printed(text: str) -> Iterator[Number]:
    position = 0
    while match := _DIGITS.search(text, position):
        number = _digits(match, text)
        position = number.end
        if len(match[0].partition(".")[0]) <= 15 and len(match[0]) <= 24:
            yield number


def _digits(match: re.Match[str], text: str) -> Number:
    start, bare = match.span()
    before = text[max(0, start - 40) : start]
    suffix = _SUFFIX.match(text, bare)
    assert suffix  # all of it is optional
    end, after = suffix.end(), text[suffix.end() : suffix.end() + 16]
    unit, scale = _unit(suffix["unit"], after)
    if not suffix["unit"] and _FACTOR_BEFORE.search(before):
        unit = TIMES
    power = suffix["power"] or ""
    printed = float(match[0].replace(",", ""))
    printed *= _power(power, printed)
    whole, _, decimals = match[0].partition(".")
    step = 10.0 ** -len(decimals) * _power(power, 1.0) if power[:1] != "^" else printed
    is_about = bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(after))
    if is_about and not decimals and printed >= 100:
        step = 10.0 ** (len(whole) - len(whole.rstrip("0,")))  # "约 3,000" may be a rounded one
    magnitude = (suffix["letter"] or suffix["word"] or "").strip().lower()
    factor = _MAGNITUDES.get(magnitude, 1.0) * scale
    return Number(
        printed=printed,
        value=printed * factor,
        step=step * factor,
        unit=unit,
        text=text[start:end].strip(),
        start=start,
        end=end,
        is_about=is_about,
        is_name=_is_name(match[0], before, text[bare : bare + 16], is_bare=end == bare)
        or (end > bare and text[end - 1].isalpha() and after[:1].isascii() and after[:1].isalpha()),
        has_magnitude=bool(magnitude),
    )


def _power(printed: str, value: float) -> float:
    """Return what "×10^-4", "e-4" or "^2" behind a number multiplies it with."""
    if not printed:
        return 1.0
    exponent = int(re.split(r"10\^|[eE]|\^", printed)[-1])
    if not printed.startswith("^"):
        return 10.0**exponent
    is_held = value > 0 and abs(math.log10(value) * exponent) < 300
    return value ** (exponent - 1) if is_held else 1.0


def _unit(name: str | None, after: str) -> tuple[str, float]:
    lowered = (name or "").lower()
    if lowered in ("", "x", "×") and (not lowered or re.match(r"\s?\d", after)):
        return "", 1.0  # "256x256" is a size
    while lowered not in _UNITS:
        lowered = lowered[:-1]  # a plural
    return _UNITS[lowered]


def _is_name(whole: str, before: str, after: str, *, is_bare: bool) -> bool:
    if before.endswith("top-"):
        return is_bare
    if _NAME_BEFORE.search(before):
        return True
    if is_bare and re.fullmatch(r"19\d\d|20[0-3]\d", whole):
        return bool(_YEAR_BEFORE.search(before)) or after.lstrip().startswith("年")
    if not is_bare:
        return False
    mark = _MARK_BEFORE.search(before) if len(whole) <= 2 and _MARK_AFTER.match(after) else None
    is_mark = mark and (mark["bracket"] or not re.search(r"[(（][^)）]*$", before))
    return bool(is_mark or _NAME_AFTER.match(after))


def _worded(match: re.Match[str]) -> Number:
    if word := (match["worded"] or "").lower():
        value = _COUNTED.get(word, _FACTORS.get(word, 0.0))
        unit = TIMES if word in _FACTORS else ""
    else:
        tens, ten, ones = match["chinese"].rpartition("十")
        value = (10 * _CHINESE.get(tens, 1.0) if ten else 0.0) + _CHINESE.get(ones, 0.0)
        unit = TIMES if match["measure"] == "倍" else ""
    step = 0.1 if unit else 1.0
    return Number(value, value, step, unit, match[0], *match.span(), is_word=True)


def _lost_power(match: re.Match[str]) -> Number:
    value = float(match[1]) * 10.0 ** int(match[2])
    step = 10.0 ** (int(match[2]) - len(match[1].partition(".")[2]))
    return Number(value, value, step, "", match[0], *match.span(), is_name=True)


ROUGHLY: Final = 0.15
"""How far off "about" may be: "about 2x" for 1.8x, but not "<100" for 79."""
_NAMED_ALWAYS = frozenset({"s", "B", "m", "FLOPs"})


def supports(known: Number, said: Number) -> bool:
    """Whether a number of the paper bears out one that is said of it; signs do not count.

    Equal, or rounded to no fewer than two digits; rounded further only where it is said to be
    about. A ratio and a percentage may stand for each other.
    """
    if known.is_name and (said.unit or said.has_magnitude):
        return False
    is_alike = not (known.unit and said.unit) or known.unit == said.unit
    if (
        known.printed == said.printed
        and not known.has_magnitude
        and is_alike
        and (not known.unit or known.value == said.value or not said.unit)
    ):
        # "35 and 40 ms", a column "Params (M)": the unit stands elsewhere.
        return bool(said.unit) or known.unit not in _NAMED_ALWAYS
    return any(_agrees(value, step, said) for value, step in _readings(known, said))


def _readings(known: Number, said: Number) -> Iterator[tuple[float, float]]:
    """Yield what `known` is worth in the unit of `said`."""
    is_bare = not said.unit and known.unit in _NAMED_ALWAYS  # "12 ms" does not bear out "12"
    if known.unit == said.unit or not known.unit or not (said.unit or is_bare):
        yield known.value, known.step
    if said.unit == PERCENT and not known.unit and 0 < known.value <= 1:
        yield 100 * known.value, 100 * known.step
    if known.unit == PERCENT and not said.unit and 0 < said.value <= 1:
        yield known.value / 100, known.step / 100
    if known.value == 0.5 and known.is_word and said.unit == PERCENT:
        yield 50.0, 1.0


def _agrees(value: float, step: float, said: Number) -> bool:
    close = 5e-16 * value
    off = abs(value - said.value)
    if off <= close:
        return True
    if said.step <= step * (1 + 1e-9) or off > said.step / 2 + close:
        return False  # more digits than the paper prints, or another number
    return said.value / said.step >= 9.5 or (said.is_about and off <= ROUGHLY * value)


def follows(said: Number, first: Number, second: Number) -> bool:
    """Whether `said` is how far two numbers of one kind are apart, printed as finely."""
    low, high = sorted((first.value, second.value))
    if low <= 0 or len({first.unit, second.unit} - {""}) > 1:
        return False
    near, off = said.step / 2 * (1 + 1e-6), high - low
    if 0 < off <= low and abs(off - said.value) <= near:
        return not (said.unit and {first.unit, second.unit} - {"", said.unit})
    if first.make != second.make:
        return False
    if said.unit == PERCENT:
        return any(abs(100 * off / base - said.value) <= near for base in (low, high))
    return said.unit == TIMES and abs(high / low - said.value) <= near
