"""Lines of a PDF joined into paragraphs: where one ends, and which hyphens belong to a word.

A footnote, a caption or a table stands where there was room for it, often in the middle of a
sentence; the paragraph goes on behind it and is kept whole.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.documents.pdf_lines import Line, is_cjk, usual_size
from core.documents.pdf_tables import Table

_CAPTION = re.compile(
    r"(?:Figure|Fig\.|Table|Algorithm|图|表)\s*\d+(?:[-.]\d+)*\s*(?:[:.|：]|(?<=\d)\s)", re.I
)
_BULLET = re.compile(r"^[•‣▪◦]\s*")
_ITEM = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\[\d{1,3}\])\s+\S")
_ENDS = re.compile(
    r"(?<!\bal)(?<!\bFig)(?<!\bEq)(?<!\bSec)(?<!\bTab)(?<!i\.e)(?<!e\.g)(?<!\bvs)(?<!\bcf)"
    r"[.!?。！？：:；;][\"'”’)\]]*$"
)
_LEADERS = re.compile(r"(?:\.\s?){5,}|(?:…\s?){2,}|(?:·\s?){5,}")
_INDENT = 0.6  # of a letter's size
_SMALLER = 0.4  # points
_SPACED = 1.3  # times the usual distance of two lines


class Paragraphs:
    """Joins lines as they come; `take` gives what is complete."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """`lines` are the whole document's, to know what is usual in it."""
        self.size = usual_size(lines)
        widths = sorted(line.x1 - line.x0 for line in lines if line.size == self.size)
        self._width = widths[len(widths) * 9 // 10] if widths else 0.0
        steps = sorted(b for a in pairwise(lines) if 0 < (b := a[0].y - a[1].y) < 3 * self.size)
        self._pitch = steps[len(steps) // 2] if steps else 0.0
        self._text: list[Line] = []
        self._aside: list[Line] = []
        self._waiting: list[str] = []
        self._debris: list[str] = []
        self._done: list[str] = []

    def add(self, item: Line | Table) -> None:
        """Take a line or a table."""
        if isinstance(item, Table):
            self._end_aside()
            self._waiting.append(item.text)
        elif not _LEADERS.search(item.text):
            self._add_line(item)

    def take(self) -> Iterator[str]:
        """End everything begun and yield it."""
        self._end_aside()
        self._end_text()
        self._end_debris()
        yield from filter(None, self._done)
        self._done = []

    def _add_line(self, line: Line) -> None:
        is_caption = _CAPTION.match(line.text) is not None and not self._is_inside(line)
        last = self._aside[-1] if self._aside and not is_caption else None
        if last and self._is_near(last, line) and self._goes_on(last, line):
            self._aside.append(line)
            return
        self._end_aside()
        if is_caption or line.size < self.size - _SMALLER:
            self._aside = [line]
            return
        before = self._text[-1] if self._text else None
        goes_on = before is not None and self._goes_on(before, line)
        is_near = before is not None and _is_close(before, line)
        if self._is_debris(line) and not (goes_on and (is_near or _ENDS.search(line.text))):
            if not goes_on:
                self._end_text()
            self._debris.append(line.text)
            return
        if not goes_on:
            self._end_text()
        self._end_debris()
        self._text.append(line)

    def _is_inside(self, line: Line) -> bool:
        """Whether "Table 4. Since ..." goes on with a sentence that began on the line above."""
        before = self._text[-1] if self._text else None
        return before is not None and self._is_near(before, line) and not _ENDS.search(before.text)

    def _is_near(self, before: Line, line: Line) -> bool:
        return abs(before.size - line.size) < _SMALLER and 0 < before.y - line.y < 1.6 * line.size

    def _goes_on(self, before: Line, line: Line) -> bool:
        """Whether a line belongs to the paragraph of the one before it."""
        if _BULLET.match(line.text):
            return False
        if not _ENDS.search(before.text):
            return True
        is_full = before.x1 - before.x0 > 0.9 * self._width
        is_indented = line.x0 - before.x0 > _INDENT * line.size
        is_below = line.page == before.page and 0 < before.y - line.y < _SPACED * self._pitch
        return is_below and is_full and not is_indented and not _ITEM.match(line.text)

    def _is_debris(self, line: Line) -> bool:
        """A line that begins no paragraph: a figure's label, a table's row, half a formula."""
        width = line.x1 - line.x0
        if (
            _BULLET.match(line.text)
            or _ITEM.match(line.text)
            or (_ENDS.search(line.text) and width > 0.4 * self._width)
        ):
            return False
        letters = sum(character.isalpha() for character in line.text)
        return width < 0.55 * self._width or letters < 0.5 * len(line.text)

    def _end_text(self) -> None:
        if self._text:
            self._done.append(join_lines([line.text for line in self._text]))
            self._text = []
        self._done += self._waiting
        self._waiting = []

    def _end_aside(self) -> None:
        if self._aside:
            self._waiting.append(join_lines([line.text for line in self._aside]))
            self._aside = []
        if self._waiting and (not self._text or _ENDS.search(self._text[-1].text)):
            self._end_text()

    def _end_debris(self) -> None:
        """Keep lines that may be a table; a figure's labels, many and short, say nothing."""
        lines = self._debris
        is_labels = len(lines) >= 8 and sum(map(len, lines)) < 20 * len(lines)
        self._done.append("" if is_labels else "\n".join(lines))
        self._debris = []


def _is_close(before: Line, line: Line) -> bool:
    return line.page == before.page and -1.5 * line.size < before.y - line.y < 2.6 * line.size


_HYPHEN = re.compile(r"[A-Za-z]-")
_WORD = 60
"""Characters at the end of a text that its last word is looked for in."""


def join_lines(lines: Sequence[str]) -> str:
    """Join a paragraph's lines; mend words broken at a line's end."""
    text = ""
    for line in lines:
        broken = _HYPHEN.fullmatch(text[-2:])
        if not text:
            text = _BULLET.sub("- ", line)
        elif broken and line[:1].islower():
            text = text + line if _keeps_hyphen(text, line) else text[:-1] + line
        elif broken and line[:1].isalnum():
            text += line  # "ImageNet-" + "1k"
        elif is_cjk(text[-1]) and is_cjk(line[0]):
            text += line
        else:
            text += f" {line}"
    return text


_HYPHENATED = {"self", "non", "pre", "semi", "multi", "cross", "state", "end", "real", "low",
               "high", "well", "large", "long", "short", "zero", "one", "two", "few", "fine",
               "text", "image", "plug", "off", "so", "data", "time", "co"}  # fmt: skip
_AFTER_HYPHEN = {"based", "aware", "free", "level", "wise", "specific", "driven", "guided", "style",
                 "supervised", "attention", "resolution", "scale", "shot", "quality", "agnostic",
                 "dimensional", "conditioned", "invariant", "trained", "end", "tuning"}  # fmt: skip


def _keeps_hyphen(text: str, line: str) -> bool:
    """Whether the hyphen is the word's own: "state-of-" + "the-art", "self-" + "attention"."""
    word = text[-_WORD:].rsplit(maxsplit=1)[-1][:-1].lower()
    following = line.split(maxsplit=1)[0].rstrip(".,;:)")
    return "-" in word or "-" in following or word in _HYPHENATED or following in _AFTER_HYPHEN
