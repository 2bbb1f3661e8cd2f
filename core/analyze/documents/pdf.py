"""A paper's PDF as sections: the last resort before the abstract.

A PDF has no paragraphs, headings or reading order, only lines; everything here is a guess with a
reason. Headings are lines whose number is the successor of the one before ("3.1" after "3"),
which tells them from list items and table rows. What a newcomer would get wrong: heads and page
numbers repeat on every page in the middle of sentences, and words broken at a line's end belong
together, except where the hyphen is the word's own ("state-of-" + "the-art").
"""

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdf
from pypdf.errors import PyPdfError

from core.analyze.documents.clean import clean_text, one_line
from core.analyze.documents.outline import (
    ABSTRACT,
    Heading,
    Outline,
    Parsed,
    is_dropped,
    read_heading,
)
from core.errors import TextUnavailable

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
    return Parsed(sections, front="\n".join(lines[:40]), pages=len(pages))


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
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.I)


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


# Headings


_ABSTRACT_INLINE = re.compile(r"(?:abstract|摘\s*要)\s*(?:[—–:.-]+\s*|$)(.*)", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(\S.{1,90})")
_ROMAN = re.compile(r"([IVX]{1,5})\.\s+(\S.{2,80})")
# "A. Oh" is an author in the references; a dot follows a lone letter only in "Appendix A.".
_LETTER = re.compile(
    r"(?:Appendix\s+([A-Z])\s*[.:]?|([A-Z](?:\.\d{1,2}){1,3})\.?|([A-Z]))\s+(\S.{2,90})",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:\d{1,2}\.?\s+|[IVX]+\.\s+)?(references|bibliography|acknowledge?ments?|limitations?|"
    r"conclusions?|discussion|ethics statement|broader impacts?|reproducibility statement|"
    r"introduction|appendix|supplementary materials?|参考文献|致谢)\s*:?",
    re.IGNORECASE,
)
_SPACED = re.compile(r"\b([A-Z]) (?=[A-Z]{2,}\b)")  # small capitals: "I NTRODUCTION"


class _Numbering:
    """Follows a paper's section numbers; only a successor is a heading."""

    def __init__(self) -> None:
        self._last: tuple[int, ...] = ()
        self._roman = 0
        self._letters: tuple[int, ...] = ()

    def arabic(self, number: str) -> bool:
        """Whether this number can follow; if so, it is the last from now on."""
        parts = tuple(int(part) for part in number.split("."))
        if not _follows(parts, self._last):
            return False
        self._last = parts
        return True

    def roman(self, number: str) -> bool:
        """The same for I, II, III."""
        if number != _ROMANS.get(self._roman + 1):
            return False
        self._roman += 1
        return True

    def letter(self, number: str) -> bool:
        """The same for appendices: A, A.1, B."""
        first, *rest = number.split(".")
        parts = (ord(first) - ord("A") + 1, *(int(part) for part in rest))
        if not _follows(parts, self._letters):
            return False
        self._letters = parts
        return True


_ROMANS = dict(
    enumerate(
        [
            "I",
            "II",
            "III",
            "IV",
            "V",
            "VI",
            "VII",
            "VIII",
            "IX",
            "X",
            "XI",
            "XII",
            "XIII",
            "XIV",
            "XV",
        ],
        start=1,
    )
)


def _follows(parts: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """1 after nothing; 2, or 1.1, after 1; 1.2 or 2 after 1.1.3.

    A dotted number may skip one, so that a heading not recognised does not lose the rest.
    """
    if not last:
        return parts == (1,)
    if len(parts) > len(last):
        return parts == (*last, 1)
    *parents, own = parts
    step = own - last[len(parents)]
    return tuple(parents) == last[: len(parents)] and (step == 1 or (step == 2 and bool(parents)))


def _heading(line: str, numbering: _Numbering, *, in_appendix: bool) -> Heading | None:
    """Return the heading a line is, or None."""
    if len(line) > 110:
        return None
    text = _SPACED.sub(r"\1", line)
    if match := _PLAIN.fullmatch(text):
        return read_heading(text, in_appendix=False) if _counts(text, numbering) else None
    if (match := _NUMBER.fullmatch(text)) and _is_title(match[2]) and numbering.arabic(match[1]):
        return Heading(f"§{match[1]}", match[2], match[1].count(".") + 1)
    if (match := _ROMAN.fullmatch(text)) and _is_title(match[2]) and numbering.roman(match[1]):
        return Heading(f"§{match[1]}", match[2], 1)
    if in_appendix or text[:9].casefold() == "appendix ":
        return _appendix(text, numbering)
    return None


def _appendix(text: str, numbering: _Numbering) -> Heading | None:
    match = _LETTER.fullmatch(text)
    if match is None or not _is_title(match[4]) or _INITIAL.search(match[4]):
        return None
    number = match[1] or match[2] or match[3]
    if not number[0].isupper() or not numbering.letter(number):
        return None
    depth = number.count(".")
    return Heading(f"§{number}" if depth else f"Appendix {number}", match[4], depth + 1)


_INITIAL = re.compile(r"\b[A-Z]\.")


def _counts(text: str, numbering: _Numbering) -> bool:
    """Keep the count when a well-known heading carries a number."""
    if match := _NUMBER.fullmatch(text):
        return numbering.arabic(match[1])
    if match := _ROMAN.fullmatch(text):
        return numbering.roman(match[1])
    return text[0].isupper() or not text.isascii()


_DIMENSION = re.compile(r"[234]D\b")


def _is_title(text: str) -> bool:
    """Whether words look like a heading: a capital first, no sentence, no table row."""
    if not (text[0].isupper() or not text[0].isascii() or _DIMENSION.match(text)) or text.endswith(
        (",", ";", ":", "-")
    ):
        return False
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    return (
        letters >= 3
        and letters >= 0.6 * len(text.replace(" ", ""))
        and digits <= 4
        and (not text.endswith(".") or len(text) < 50)
    )


# Text


def _read(lines: Sequence[str], outline: Outline) -> None:
    numbering = _Numbering()
    width = _usual_width(lines)
    run: list[str] = []

    def flush() -> None:
        for block in _paragraphs(run, width):
            outline.add(block)
        run.clear()

    for line in lines:
        if outline.headings == 0 and (abstract := _ABSTRACT_INLINE.fullmatch(line)):
            flush()
            outline.open("", level=1, heading=Heading(ABSTRACT, ABSTRACT, 1))
            if abstract[1]:
                run.append(abstract[1])
        elif heading := _heading(line, numbering, in_appendix=outline.in_appendix):
            flush()
            outline.open("", level=heading.level or 1, heading=heading)
            if is_dropped(heading.title) or heading.title.lower().startswith(("append", "suppl")):
                outline.in_appendix = True
        else:
            run.append(line)
    flush()


def _usual_width(lines: Sequence[str]) -> int:
    """Length of a full line: nine in ten are not longer."""
    lengths = sorted(len(line) for line in lines)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Algorithm|图|表)\s*\d+\s*[:.|]")
_ITEM = re.compile(r"(?:[•‣▪◦]|\(?\d{1,2}[.)])\s+\S")
_ENDS = re.compile(r"[.!?。！？][\"'”’)\]]*$")


def _paragraphs(lines: Sequence[str], width: int) -> Iterator[str]:
    """Join lines into paragraphs; runs of short lines (labels, tables) stay lines of one block."""
    paragraph: list[str] = []
    debris: list[str] = []
    for line in lines:
        starts = bool(_CAPTION.match(line) or _ITEM.match(line))
        if not starts and not paragraph and _is_debris(line, width):
            debris.append(line)
            continue
        if debris:
            yield _lines(debris)
            debris = []
        if starts and paragraph:
            yield _join(paragraph)
            paragraph = []
        paragraph.append(re.sub(r"^[•‣▪◦]\s+", "- ", line))
        if _ENDS.search(line) and len(line) < 0.85 * width:
            yield _join(paragraph)
            paragraph = []
    if debris:
        yield _lines(debris)
    if paragraph:
        yield _join(paragraph)


def _lines(debris: Sequence[str]) -> str:
    """Keep lines that may be a table; a figure's labels, many and short, say nothing."""
    is_labels = len(debris) >= 8 and sum(map(len, debris)) < 20 * len(debris)
    return "" if is_labels else "\n".join(debris)


def _is_debris(line: str, width: int) -> bool:
    """A line that begins no paragraph: a figure's label, a table's row, half a formula."""
    if _ENDS.search(line) and len(line) > 0.4 * width:
        return False
    letters = sum(character.isalpha() for character in line)
    return len(line) < 0.55 * width or letters < 0.5 * len(line)


_HYPHEN = re.compile(r"([A-Za-z]+)-$")


def _join(lines: Sequence[str]) -> str:
    """Join a paragraph's lines; mend words broken at a line's end."""
    text = ""
    for line in lines:
        broken = _HYPHEN.search(text)
        if not text:
            text = line
        elif broken and line[:1].islower():
            text = text + line if _keeps_hyphen(text, line) else text[:-1] + line
        elif _is_cjk(text[-1]) and _is_cjk(line[0]):
            text += line
        else:
            text = f"{text} {line}"
    return text


_HYPHENATED = {"self", "non", "pre", "semi", "multi", "cross", "state", "end", "real", "low",
               "high", "well", "large", "long", "short", "zero", "one", "two", "few", "fine",
               "text", "image", "plug", "off", "so", "data", "time", "co"}  # fmt: skip
_AFTER_HYPHEN = {"based", "aware", "free", "level", "wise", "specific", "driven", "guided", "style",
                 "supervised", "attention", "resolution", "scale", "shot", "quality", "agnostic",
                 "dimensional", "conditioned", "invariant", "trained", "end", "tuning"}  # fmt: skip


def _keeps_hyphen(text: str, line: str) -> bool:
    """Whether the hyphen is the word's own: "state-of-" + "the-art", "self-" + "attention"."""
    word = text.rsplit(maxsplit=1)[-1][:-1].lower()
    following = line.split(maxsplit=1)[0].rstrip(".,;:)")
    return "-" in word or "-" in following or word in _HYPHENATED or following in _AFTER_HYPHEN


def _is_cjk(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
