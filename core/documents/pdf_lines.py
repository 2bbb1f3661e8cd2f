"""A PDF page's words as lines in reading order, without line numbers in the margin.

The order of drawing is kept where it can be: TeX draws one column after the other, and a table row
by row. A page that was drawn otherwise is put right by its gutter.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from core.documents.clean import clean_text, one_line
from core.documents.pdf_words import Word

_CELL_GAP = 0.8
"""Of a letter's size: what is further apart are two cells, or two columns of text."""
_LEAST_NUMBERS = 8
_MARGINS = 20


@dataclass(frozen=True)
class Look:
    """How a line is set."""

    size: float
    bold: bool
    italic: bool


@dataclass(frozen=True)
class Line:
    """Words on one line of one column, from left to right."""

    words: tuple[Word, ...]
    page: int

    @cached_property
    def text(self) -> str:
        """The words with their spaces; none between Chinese characters."""
        return words_text(self.words)

    @cached_property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: dict[float, int] = defaultdict(int)
        for word in self.words:
            sizes[word.size] += len(word.text)
        return max(sizes, key=lambda size: (sizes[size], size))

    @cached_property
    def look(self) -> "Look":
        """How its letters are set, lone signs aside."""
        words = [word for word in self.words if any(map(str.isalpha, word.text))]
        return Look(
            self.size,
            bool(words) and all(word.bold for word in words),
            bool(words) and all(word.italic for word in words),
        )

    @cached_property
    def x0(self) -> float:
        """Where it begins."""
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        """Where it ends."""
        return max(word.x1 for word in self.words)

    @cached_property
    def y(self) -> float:
        """The line its largest word stands on."""
        return max(self.words, key=lambda word: (word.size, len(word.text))).y

    @cached_property
    def cells(self) -> int:
        """How many groups of words stand apart."""
        return 1 + sum(
            b.x0 - a.x1 > _CELL_GAP * max(a.size, b.size) for a, b in pairwise(self.words)
        )


def words_text(words: Sequence[Word]) -> str:
    """Return words with spaces between them; none between Chinese characters."""
    text = ""
    for before, word in zip((None, *words), words, strict=False):
        is_close = before is not None and word.x0 - before.x1 < 0.6 * word.size
        glued = bool(text) and is_close and is_cjk(text[-1]) and is_cjk(word.text[0])
        text += word.text if glued or not text else f" {word.text}"
    return one_line(clean_text(_ACCENT.sub(_accented, text)))


_ACCENTS = {"´": "\u0301", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c"}
_ACCENT = re.compile(r"([´¨ˆ˜ˇ])([A-Za-zı])")


def _accented(found: re.Match[str]) -> str:
    """Return the one letter that old fonts draw as two: "´e" is "é"."""
    letter = found[2].replace("ı", "i")
    return unicodedata.normalize("NFC", letter + _ACCENTS[found[1]])


def is_cjk(character: str) -> bool:
    """Whether no space stands beside it: Chinese and Japanese characters and their signs."""
    return (
        "\u3040" <= character <= "\u9fff"
        or "\uff00" <= character <= "\uffef"
        or "\u3000" <= character <= "\u303f"
    )


def usual_size(lines: Iterable[Line]) -> float:
    """Return the size most of the text is set in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def page_lines(words: Sequence[Word], page: int) -> list[Line]:
    """Return a page's lines in reading order."""
    lines = [Line(tuple(group), page) for group in _lines(_without_line_numbers(words)) if group]
    return _in_order([line for line in lines if line.text])


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in words:
        if line and not _follows(line, word):
            yield line
            line = []
        line.append(word)
    yield line


def _follows(line: Sequence[Word], word: Word) -> bool:
    last, tallest = line[-1], max(line[-3:], key=lambda before: before.size)
    return abs(word.y - tallest.y) < 0.5 * max(
        word.size, tallest.size
    ) and word.x0 > last.x1 - 1.2 * max(word.size, last.size)


# Line numbers


def _without_line_numbers(words: Sequence[Word]) -> list[Word]:
    """Drop numbers that count down a margin where nothing else stands."""
    strips: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        if word.text.isascii() and word.text.isdigit():
            strips[round(word.x1 / 4)].append(word)
    dropped: set[int] = set()
    for strip in sorted(strips.values(), key=len)[-_MARGINS:]:
        if _counts(strip) and not _has_others(strip, words):
            dropped.update(map(id, strip))
    return [word for word in words if id(word) not in dropped]


def _counts(strip: Sequence[Word]) -> bool:
    """Whether the numbers count by ones or fives, downwards, a few slips aside."""
    down = sorted(strip, key=lambda word: -word.y)
    steps = [int(b.text[:6]) - int(a.text[:6]) for a, b in pairwise(down)]
    usual = max(steps.count(1), steps.count(5))
    return len(down) >= _LEAST_NUMBERS and usual >= 0.7 * len(steps)


def _has_others(strip: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether something else stands in the strip, or text on both sides of it."""
    x0, x1 = min(word.x0 for word in strip), max(word.x1 for word in strip)
    low, high = min(word.y for word in strip), max(word.y for word in strip)
    level = [word for word in words if low <= word.y <= high]
    inside = sum(word.x0 < x1 and word.x1 > x0 for word in level)
    left, right = sum(word.x1 <= x0 for word in level), sum(word.x0 >= x1 for word in level)
    return inside > 1.2 * len(strip) or min(left, right) > 0.2 * len(strip)


# Columns


def _in_order(lines: list[Line]) -> list[Line]:
    """Put the lines of a page of two columns left before right, where they are not."""
    gutter = _gutter(lines)
    if gutter is None:
        return lines
    split = list(_split_at(lines, gutter))
    bands: list[list[Line]] = [[], []]
    ordered: list[Line] = []
    is_mixed = len(split) > 1.5 * len(lines)
    if not is_mixed and _goes_down(lines, gutter):
        return lines
    for line in sorted(split, key=lambda line: -line.y) if is_mixed else split:
        if line.x0 < gutter < line.x1:
            ordered += [*bands[0], *bands[1], line]
            bands = [[], []]
        else:
            bands[line.x0 > gutter].append(line)
    return [*ordered, *bands[0], *bands[1]]


def _goes_down(lines: Sequence[Line], gutter: float) -> bool:
    """Whether no line of the left column was drawn after the right one's prose."""
    right = [i for i, line in enumerate(lines) if line.x0 > gutter]
    left = [i for i, line in enumerate(lines) if line.x1 < gutter]
    if not right or not left:
        return True
    return sum(i > right[len(right) // 2] for i in left) < 0.5 * len(left)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Return where two columns part: hardly a word stands there, and text on both sides."""
    words = [word for line in lines for word in line.words]
    if len(lines) < 10 or not words:
        return None
    low, high = min(word.x0 for word in words), max(word.x1 for word in words)
    places = [low + (high - low) * step / 200 for step in range(80, 121)]
    crossing = [sum(word.x0 < x < word.x1 for word in words) for x in places]
    least = min(crossing)
    runs = [list(run) for free, run in groupby(range(41), lambda i: crossing[i] == least) if free]
    widest = max(runs, key=len)
    where = places[widest[len(widest) // 2]]
    sides = sum(word.x0 > where for word in words) / len(words)
    rows = len({round(line.y / 4) for line in lines})
    return where if least <= 0.1 * rows and 0.2 < sides < 0.8 else None


def _split_at(lines: Sequence[Line], gutter: float) -> Iterator[Line]:
    """Cut lines that jump over the gutter."""
    for line in lines:
        left = tuple(word for word in line.words if word.x1 <= gutter)
        right = line.words[len(left) :]
        if left and right and right[0].x0 - left[-1].x1 > _CELL_GAP * line.size:
            yield Line(left, line.page)
            yield Line(right, line.page)
        else:
            yield line
