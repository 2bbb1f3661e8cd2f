"""A paper's PDF as sections: the last resort before the abstract.

A PDF has no paragraphs, headings or reading order, only lines; everything here is a guess with a
reason. Headings are lines whose number is the successor of the one before ("3.1" after "3"), which
tells them from list items and table rows. Heads and page numbers repeat on every page in the middle
of sentences, and words broken at a line's end belong together, except where the hyphen is the
word's own ("state-of-" + "the-art").
"""

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Sequence

import pypdf
from pypdf.errors import PyPdfError

from core.documents.clean import clean_text, one_line
from core.documents.outline import (
    ABSTRACT,
    Heading,
    Outline,
    Parsed,
    is_dropped,
)
from core.documents.pdf_headings import Numbering, find_heading
from core.documents.pdf_paragraphs import paragraphs, usual_width
from core.models.errors import TextUnavailable

# What pypdf lets through on damaged files, besides its own errors: it follows references that
# may point anywhere and be of any type. Seen with truncated and bit-flipped files.
_DAMAGED = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError,
    RuntimeError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
_MIN_CHARACTERS = 200
_MAX_PAGE = 40_000  # characters; a full page has 6,000
_MAX_CONTENT = 8_000_000  # bytes of drawing instructions: a plot with a million points


def parse_pdf(data: bytes, max_pages: int = 30) -> Parsed:
    """Read the first `max_pages` pages. Raise `TextUnavailable` for encrypted, damaged or
    scanned files.

    Takes about 20 ms a page, in the caller's thread.
    """
    pages = _page_lines(data, max_pages)
    if sum(len(line) for page in pages for line in page) < _MIN_CHARACTERS:
        raise TextUnavailable("no text in the PDF: scanned?")
    lines = [line for page in _without_running_heads(pages) for line in page]
    outline = Outline()
    _read(lines, outline)
    sections = outline.sections()
    if not sections:
        raise TextUnavailable("no sections in the PDF")
    return Parsed(
        sections,
        front="\n".join(lines[:40]),
        pages=len(pages),
        has_references=outline.has_references,
    )


def _page_lines(data: bytes, max_pages: int) -> list[list[str]]:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextUnavailable("the PDF is encrypted")
        count = min(len(reader.pages), max_pages)
        texts = [_page_text(reader.pages[number]) for number in range(count)]
    except _DAMAGED as error:
        raise TextUnavailable(f"the PDF is damaged: {error!r}"[:200]) from error
    return [
        [line for line in (one_line(raw) for raw in clean_text(text).split("\n")) if line]
        for text in texts
    ]


def _page_text(page: pypdf.PageObject) -> str:
    """Return one page's text; a broken page is an empty one."""
    try:
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > _MAX_CONTENT:
            return ""
        return page.extract_text()[:_MAX_PAGE]
    except _DAMAGED:
        return ""


# Running heads


_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*+)?[-–—]?\s*+\d{1,4}\s*+[-–—]?\s*+(?:(?:of|/)\s*+\d{1,4})?", re.I
)


def _without_running_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Drop edge lines that repeat on many pages (digits aside), and lone page numbers there."""
    counts = Counter(
        key for page in pages for key in {_key(line) for line in _edges(page)} if len(key) > 3
    )
    often = max(3, len(pages) // 3)
    repeated = {key for key, count in counts.items() if count >= often}
    return [
        [
            line
            for position, line in enumerate(page)
            if not (
                (position < _EDGE or position >= len(page) - _EDGE)
                and (_key(line) in repeated or _PAGE_NUMBER.fullmatch(line))
            )
        ]
        for page in pages
    ]


_EDGE = 3


def _edges(page: Sequence[str]) -> list[str]:
    return [*page[:_EDGE], *page[_EDGE:][-_EDGE:]]


def _key(line: str) -> str:
    return _DIGITS.sub("#", line).casefold()


# Text


_ABSTRACT_INLINE = re.compile(r"(?:abstract|摘\s*要)\s*(?:[—–:.-]+\s*|$)(.*)", re.IGNORECASE)


def _read(lines: Sequence[str], outline: Outline) -> None:
    numbering = Numbering()
    width = usual_width(lines)
    run: list[str] = []

    def flush() -> None:
        for block in paragraphs(run, width):
            outline.add(block)
        run.clear()

    for line in lines:
        if outline.headings == 0 and (abstract := _ABSTRACT_INLINE.fullmatch(line)):
            flush()
            outline.open("", level=1, heading=Heading(ABSTRACT, ABSTRACT, 1))
            if abstract[1]:
                run.append(abstract[1])
        elif heading := find_heading(line, numbering, in_appendix=outline.in_appendix):
            flush()
            outline.open("", level=heading.level or 1, heading=heading)
            if is_dropped(heading.title) or heading.title.lower().startswith(("append", "suppl")):
                outline.in_appendix = True
        else:
            run.append(line)
    flush()
