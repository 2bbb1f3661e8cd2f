"""A PDF's words where they stand, with the size and weight of their letters, and its ruled lines.

PDFium (Chromium's reader, fuzzed for years) gives letters in the order they are drawn, which is
TeX's and Word's reading order: column after column. Where a word ends is told by the gap before the
next letter, for TeX draws no spaces.
"""

import ctypes
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from core.models.errors import TextUnavailable

_MAX_LETTERS = 40_000  # of a page; a full one has 6,000
_MAX_OBJECTS = 20_000  # drawn on a page and looked at for ruled lines; a plot may have a million
_MAX_RULES = 500
_GAP = 0.17  # of a letter's size: TeX's tightest space is 0.2, its widest kern 0.1
_RAISED = 0.5  # of a letter's size that an index stands above or below its line
_THIN = 2.5  # points
_FAR = 20_000.0  # points; PDF's own limit is 14,400
_MOST_OF = 0.5
_DEEPEST = 2
_SPACE = 0x20
_HYPHENS = {0x2, 0xAD, 0xFFFE}  # what PDFium makes of a hyphen at a line's end
_BOLD = re.compile(r"bold|black|heavy|semib|demi|medi(?!um)|cmb|sfbx|lmbx|ptmb|-b$|simhei|黑", re.I)


_ITALIC = re.compile(r"ital|obli|slant|-it\b|cmti|sfti", re.I)
_FORCE_BOLD = 1 << 18


@dataclass(frozen=True, slots=True)
class Word:
    """Letters without a gap; the numbers are points, from the page's lower left corner."""

    text: str
    x0: float
    x1: float
    y: float
    """The line it stands on."""
    size: float
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line, as above and below a table."""

    x0: float
    x1: float
    y: float


@dataclass(frozen=True)
class Page:
    """A page's words as they were drawn."""

    words: tuple[Word, ...]
    rules: tuple[Rule, ...]
    sideways: str = ""
    """Text that runs up the margin: arXiv's stamp."""


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    italic: bool
    run: int
    """What it was drawn with."""


def read_pages(data: bytes, most: int) -> list[Page]:
    """Read the first `most` pages. Raise `TextUnavailable` for a file that cannot be opened."""
    try:
        document = pdfium.PdfDocument(data)
        return [_page(document, number) for number in range(min(len(document), most))]
    except pdfium.PdfiumError as error:
        raise TextUnavailable(f"the PDF is encrypted or damaged: {error}"[:200]) from error


def _page(document: pdfium.PdfDocument, number: int) -> Page:
    """Return one page; a broken one is empty."""
    try:
        page = document[number]
        text = page.get_textpage()
    except pdfium.PdfiumError:
        return Page((), ())
    sideways: list[str] = []
    try:
        drawn = _drawn(page)
        letters = list(_letters(text.raw, sideways))
        shown = [letter for letter in letters if letter is None or letter.run not in drawn.labels]
        is_figure = len(shown) < _MOST_OF * len(letters)
        words = tuple(_words(letters if is_figure else shown))
        return Page(words, tuple(drawn.rules), "".join(sideways))
    finally:
        text.close()
        page.close()


# Letters


def _letters(text: raw.FPDF_TEXTPAGE, sideways: list[str]) -> Iterator[_Letter | None]:
    """Yield a page's letters, None for a space; what does not stand upright goes `sideways`."""
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    style: tuple[float, bool, bool] | None = None
    drawn = 0
    for i in range(min(raw.FPDFText_CountChars(text), _MAX_LETTERS)):
        code = raw.FPDFText_GetUnicode(text, i)
        if raw.FPDFText_IsGenerated(text, i) == 1 and code not in _HYPHENS:
            if code == _SPACE:
                yield None
            continue
        run = _address(raw.FPDFText_GetTextObject(text, i))
        if run != drawn or style is None:
            drawn, style = run, _style(text, i)
        letter = "-" if code in _HYPHENS else chr(code)
        if not style[0]:
            sideways.append(letter)
        elif letter.isspace():
            yield None
        else:
            raw.FPDFText_GetLooseCharBox(text, i, box)
            raw.FPDFText_GetCharOrigin(text, i, x, y)
            if not (-_FAR < box.left <= box.right < _FAR and -_FAR < y.value < _FAR):
                continue
            yield _Letter(letter, box.left, box.right, y.value, *style, run)


def _style(text: raw.FPDF_TEXTPAGE, i: int) -> tuple[float, bool, bool]:
    """Return a letter's size (0 where it does not stand upright), whether bold, whether italic."""
    matrix, name, flags = raw.FS_MATRIX(), ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetMatrix(text, i, matrix)
    raw.FPDFText_GetFontInfo(text, i, name, len(name), flags)
    if abs(matrix.b) > abs(matrix.a):
        return 0.0, False, False
    size = raw.FPDFText_GetFontSize(text, i) * abs(matrix.d)
    font = name.value.decode("utf-8", "replace")
    font = font.partition("+")[2] or font
    bold = bool(_BOLD.search(font)) or bool(flags.value & _FORCE_BOLD)
    return round(size, 1), bold, bool(_ITALIC.search(font))


# Words


def _words(letters: Iterable[_Letter | None]) -> Iterator[Word]:
    word: list[_Letter] = []
    for letter in letters:
        if word and (letter is None or not _continues(word[-1], letter)):
            yield _word(word)
            word = []
        if letter is not None:
            word.append(letter)
    if word:
        yield _word(word)


def _continues(before: _Letter, letter: _Letter) -> bool:
    size = max(before.size, letter.size)
    return (
        abs(letter.y - before.y) < _RAISED * size
        and -1.2 * size < letter.x0 - before.x1 < _GAP * size
    )


def _word(letters: list[_Letter]) -> Word:
    base = max(letters, key=lambda letter: letter.size)
    text = letters[0].text
    for before, letter in pairwise(letters):
        is_power = text.endswith("10") and letter.y - before.y > 0.2 * before.size
        text += f"^{letter.text}" if is_power and letter.size < 0.85 * before.size else letter.text
    bold = sum(letter.bold for letter in letters) * 2 > len(letters)
    italic = sum(letter.italic for letter in letters) * 2 > len(letters)
    x1 = max(letter.x1 for letter in letters)
    return Word(text, letters[0].x0, x1, base.y, base.size, bold, italic)


@dataclass
class _Drawn:
    """What is drawn on a page beside its letters."""

    rules: list[Rule]
    labels: set[int]
    """Runs of letters that came with a figure."""


def _drawn(page: pdfium.PdfPage) -> _Drawn:
    drawn = _Drawn([], set())
    most = _MOST_OF * page.get_width() * page.get_height()
    for i in range(min(raw.FPDFPage_CountObjects(page.raw), _MAX_OBJECTS)):
        item = raw.FPDFPage_GetObject(page.raw, i)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            x0, y0, x1, y1 = _bounds(item)
            if y1 - y0 < _THIN and x1 - x0 > 10 * _THIN and len(drawn.rules) < _MAX_RULES:
                drawn.rules.append(Rule(x0, x1, (y0 + y1) / 2))
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            x0, y0, x1, y1 = _bounds(item)
            if (x1 - x0) * (y1 - y0) < most:
                drawn.labels.update(_address(run) for run in _inside(item))
    return drawn


def _inside(form: raw.FPDF_PAGEOBJECT, depth: int = 0) -> Iterator[raw.FPDF_PAGEOBJECT]:
    for i in range(min(raw.FPDFFormObj_CountObjects(form), _MAX_OBJECTS // 10)):
        item = raw.FPDFFormObj_GetObject(form, i)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            yield from _inside(item, depth + 1)


def _bounds(item: raw.FPDF_PAGEOBJECT) -> tuple[float, float, float, float]:
    edges = tuple(ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, *edges)
    x0, y0, x1, y1 = (edge.value for edge in edges)
    return x0, y0, x1, y1


def _address(item: raw.FPDF_PAGEOBJECT) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0
