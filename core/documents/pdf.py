"""A paper's PDF as sections.

A PDF has no paragraphs, headings, tables or reading order, only letters where they stand;
everything here is a guess with a reason. `pdf_words` reads the letters, `pdf_lines` puts them in
order, `pdf_margins` drops what repeats, `pdf_tables` finds tables, `pdf_headings` the sections.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from core.documents.outline import ABSTRACT, LONGEST_ID, Heading, Outline, Parsed, is_dropped
from core.documents.pdf_headings import Headings
from core.documents.pdf_lines import Line, page_lines
from core.documents.pdf_margins import without_running_heads
from core.documents.pdf_paragraphs import Paragraphs, join_lines
from core.documents.pdf_tables import Table, with_tables
from core.documents.pdf_words import read_pages
from core.models.errors import TextUnavailable

_MIN_CHARACTERS = 200
_FRONT = 40  # lines
_MAX_HEADING = 4  # lines


def parse_pdf(data: bytes, max_pages: int = 30) -> Parsed:
    """Read the first `max_pages` pages. Raise `TextUnavailable` for encrypted, damaged or
    scanned files.

    Takes about 60 ms a page, in the caller's thread.
    """
    pages = read_pages(data, max_pages)
    lines = [page_lines(page.words, number) for number, page in enumerate(pages)]
    if sum(len(line.text) for page in lines for line in page) < _MIN_CHARACTERS:
        raise TextUnavailable("no text in the PDF: scanned?")
    front = [page.sideways for page in pages[:1]] + [line.text for line in lines[0][:_FRONT]]
    items = [
        item
        for page, shown in zip(pages, without_running_heads(lines), strict=True)
        for item in with_tables(shown, page.rules)
    ]
    outline = Outline()
    _Reader(items, outline).read()
    sections = outline.sections()
    if not sections:
        raise TextUnavailable("no sections in the PDF")
    return Parsed(
        sections,
        front="\n".join(filter(None, front)),
        pages=len(pages),
        has_references=outline.has_references,
    )


class _Reader:
    """Fills the outline. What stands before an abstract is no section: names, addresses, lists."""

    def __init__(self, items: Sequence[Line | Table], outline: Outline) -> None:
        lines = [item for item in items if isinstance(item, Line)]
        self._items = items
        self._outline = outline
        self._paragraphs = Paragraphs(lines)
        self._headings = Headings(lines, self._paragraphs.size)
        self._has_begun = not any(_is_abstract(line) for line in lines)

    def read(self) -> None:
        """Read everything, in order."""
        skipped = 0
        for i, item in enumerate(self._items):
            if skipped:
                skipped -= 1
            elif isinstance(item, Table):
                self._paragraphs.add(item)
            else:
                skipped = self._read_line(item, i)
        self._flush()

    def _read_line(self, line: Line, i: int) -> int:
        """Read a line; return how many of the following were read with it."""
        if self._outline.headings == 0 and _is_abstract(line):
            self._has_begun = True
            self._open(Heading(ABSTRACT, ABSTRACT, 1))
            if inline := _inline_abstract(line):
                self._paragraphs.add(inline)
            return 0
        in_appendix = self._outline.in_appendix
        if self._has_begun and (heading := self._headings.find(line, in_appendix=in_appendix)):
            more = _more(self._headings, self._items[i : i + _MAX_HEADING])
            self._open(_longer(heading, more))
            return len(more)
        self._paragraphs.add(line)
        return 0

    def _open(self, heading: Heading) -> None:
        self._flush()
        self._outline.open("", level=heading.level or 1, heading=heading)
        if is_dropped(heading.title) or heading.title.lower().startswith(("append", "suppl")):
            self._outline.in_appendix = True

    def _flush(self) -> None:
        for block in self._paragraphs.take():
            self._outline.add(block)


def _more(headings: Headings, items: Sequence[Line | Table]) -> list[Line]:
    """Return the lines that go on with the heading that the first item is."""
    more: list[Line] = []
    for before, following in pairwise(items):
        if not isinstance(before, Line) or not isinstance(following, Line):
            break
        if not headings.goes_on(before, following):
            break
        more.append(following)
    return more


def _longer(heading: Heading, more: Sequence[Line]) -> Heading:
    """Return a heading with the rest of its title."""
    if not more:
        return heading
    title = join_lines([heading.title, *(line.text for line in more)])
    id_ = title[:LONGEST_ID] if heading.id == heading.title[:LONGEST_ID] else heading.id
    return Heading(id_, title, heading.level)


# The abstract


_ABSTRACT = re.compile(r"(?:abstract|摘\s*要)\s*(?:[—–:：.-]+\s*.*|$)", re.IGNORECASE)
_ABSTRACT_WORD = re.compile(r"(?:abstract|摘\s*要)\s*[—–:：.-]*\s*", re.IGNORECASE)


def _is_abstract(line: Line) -> bool:
    return _ABSTRACT.fullmatch(line.text) is not None


def _inline_abstract(line: Line) -> Line | None:
    """Return what follows "Abstract—" on its line."""
    for count in range(1, len(line.words) + 1):
        found = _ABSTRACT_WORD.match("".join(word.text for word in line.words[:count]))
        if found:
            last = line.words[count - 1]
            text = "".join(word.text for word in line.words[:count])[found.end() :]
            words = (*([replace(last, text=text)] if text else ()), *line.words[count:])
            return Line(words, line.page) if words else None
    return None
