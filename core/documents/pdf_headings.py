"""Headings in a PDF: told by how they are set, and by numbers that follow each other.

A heading is larger, bolder or slanted, and set like the others of its level; "3.1" comes after "3".
Where all of a file is set alike (rare), the number alone has to do, so there it must be the
successor of the one before, which a list item, a table row or an author in the references is not.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from core.documents.outline import ROMANS, Heading, is_contents, read_heading
from core.documents.pdf_lines import Line, Look

_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?(?:\s+|(?=[^\s\d.]))(\S.{0,120})")
_CHAPTER = re.compile(
    r"第\s*[\d一二三四五六七八九十]{1,3}\s*章.{0,60}|[一二三四五六七八九十]{1,3}、.{1,40}"
)
_ROMAN = re.compile(r"([IVX]{1,5})\.\s+(\S.{2,80})")
_ROMAN_SUB = re.compile(r"([A-Z])\.\s+(\S.{2,90})")
# "A. Oh" is an author in the references; a dot follows a lone letter only in "Appendix A.".
_LETTER = re.compile(
    r"(?:(?:Appendix|附\s*录)\s*+([A-Z])(?:\s*+[.:])?|([A-Z](?:\.\d{1,2}){1,3})\.?|([A-Z]))"
    r"\s+(\S.{1,90})",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?>(?:\d{1,2}\.?\s++|[IVX]{1,6}\.\s++)?)(abstract|references|bibliography|acknowledge?ments?|"
    r"limitations?|conclusions?|conclusions? and .{1,40}|discussion|ethics statement|"
    r"broader impacts?|reproducibility statement|introduction|related works?|methods?|methodology|"
    r"(?:experiments?|results?)(?: and .{1,40})?|experimental \w+|evaluation|background|approach|"
    r"implementation(?: details)?|preliminar(?:y|ies)|motivation|"
    r"appendix|supplementary materials?|(?:table of )?contents|list of (?:figures|tables)|"
    r"摘\s*+要|参\s*+考\s*+文\s*+献|致\s*+谢|引\s*+言|绪\s*+论|结\s*+论|总\s*+结|附\s*+录|(?:[图表]\s*+)?目\s*+录)\s*+:?",
    re.IGNORECASE,
)
_APPENDIX = re.compile(r"appendix |附\s*录", re.IGNORECASE)
_SPACED = re.compile(r"\b([A-Z]) (?=[A-Z]{2,}\b)")  # small capitals: "I NTRODUCTION"
_SIGN = re.compile(r"^(?:§|Chapter|Section)\s*(?=\d)", re.IGNORECASE)
_RUN_IN = re.compile(r"[a-z]\.\s+[A-Z]\w*\s")
_PAGE = re.compile(r"\s(?:\d{1,3}|[ivxl]{1,6})$", re.IGNORECASE)
_DIMENSION = re.compile(r"[234]D\b")
_INITIAL = re.compile(r"\b[A-Z]\.")
_LARGER = 0.4  # points
_LONGEST = 130
_SMALLEST = 0.75  # of the text's size
_SEEDS = 2


class Headings:
    """Finds a document's headings, line by line, in order."""

    def __init__(self, lines: Sequence[Line], body: float) -> None:
        """`body` is the size the text is set in."""
        self._body = body
        self._numbering = Numbering()
        self._looks: dict[int, Look] = {}
        self._in_contents = False
        known = [line for line in lines if self.stands_out(line) and _is_known(line.text)]
        self._is_set = len(known) >= _SEEDS
        self._section = _usual(line.look for line in known if not _sub_number(line.text))
        texts = [_plain_text(line.text) for line in known]
        numbered = [text for text in texts if _NUMBER.fullmatch(text) or _CHAPTER.match(text)]
        self._is_numbered = len(numbered) > _SEEDS

    def stands_out(self, line: Line) -> bool:
        """Whether a line is set otherwise than the text."""
        look = line.look
        return look.size > self._body + _LARGER or (
            (look.bold or look.italic) and look.size > _SMALLEST * self._body
        )

    def find(self, line: Line, *, in_appendix: bool) -> Heading | None:
        """Return the heading a line is, or None."""
        text = _plain_text(line.text)
        if (
            len(text) > _LONGEST
            or not text[:1].isalnum()
            or (self._is_set and not self.stands_out(line))
        ):
            return None
        if self._in_contents and _PAGE.search(text):
            return None
        heading = self._read(text, line.look, in_appendix=in_appendix)
        if heading is not None:
            self._in_contents = is_contents(heading.title)
        return heading

    def goes_on(self, line: Line, following: Line) -> bool:
        """Whether the next line belongs to the same heading."""
        return (
            self._is_set
            and following.look == line.look
            and 0 < line.y - following.y < 1.7 * line.size
            and len(following.text) < _LONGEST / 2
            and sum(map(str.isalpha, following.text)) > len(following.text) / 2
            and not (_NUMBER.fullmatch(following.text) or _PLAIN.fullmatch(following.text))
        )

    def _read(self, text: str, look: Look, *, in_appendix: bool) -> Heading | None:
        if _PLAIN.fullmatch(text):
            return self._plain(text, look)
        if _CHAPTER.fullmatch(text):
            return self._chapter(text)
        if match := _NUMBER.fullmatch(text):
            return self._numbered(match[1], match[2].strip(), look)
        found = self._roman(text, look)
        if not found and (in_appendix or _APPENDIX.match(text)):
            found = self._appendix(text)
        return found or self._unnumbered(text, look)

    def _numbered(self, number: str, title: str, look: Look) -> Heading | None:
        depth = number.count(".") + 1
        usual = self._looks.get(depth, look)
        is_alike = self._is_set and usual == look
        if self._is_set and abs(usual.size - look.size) > _LARGER:
            return None
        is_title = self._is_title(title) or (is_alike and title[0].islower())
        if not is_title or not self._numbering.arabic(number, lenient=is_alike):
            return None
        self._looks.setdefault(depth, look)
        return Heading(f"§{number}", title, depth)

    def _roman(self, text: str, look: Look) -> Heading | None:
        """A section's heading as IEEE numbers it, "II. METHOD", or one below, "A. Data"."""
        match = _ROMAN.fullmatch(text)
        if match and self._is_title(match[2]) and self._numbering.roman(match[1]):
            return Heading(f"§{match[1]}", match[2], 1)
        match = _ROMAN_SUB.fullmatch(text) if look.italic else None
        name = match and self._is_title(match[2]) and self._numbering.below_roman(match[1])
        return Heading(f"§{name}", match[2], 2) if match and name else None

    def _plain(self, text: str, look: Look) -> Heading | None:
        """Keep the count when a well-known heading carries a number."""
        if match := _NUMBER.fullmatch(text):
            if not self._numbering.arabic(match[1], lenient=self._is_set):
                return None
            self._looks.setdefault(1, look)
        elif match := _ROMAN.fullmatch(text):
            if not self._numbering.roman(match[1]):
                return None
        elif not (text[0].isupper() or not text.isascii()):
            return None
        return read_heading(text)

    def _chapter(self, text: str) -> Heading | None:
        heading = read_heading(text)
        number = heading.id.removeprefix("§")
        if number.isdigit() and self._numbering.arabic(number, lenient=self._is_set):
            return heading
        return None

    def _appendix(self, text: str) -> Heading | None:
        match = _LETTER.fullmatch(text)
        if match is None or not self._is_title(match[4]) or _INITIAL.search(match[4]):
            return None
        number = match[1] or match[2] or match[3]
        if not number[0].isupper() or not self._numbering.letter(number):
            return None
        depth = number.count(".")
        return Heading(f"§{number}" if depth else f"Appendix {number}", match[4], depth + 1)

    def _unnumbered(self, text: str, look: Look) -> Heading | None:
        """A line set as sections are; below them, where none has a number, whatever is larger."""
        section = self._section
        if section is None or not self._is_title(text) or text.endswith("."):
            return None
        if look == section and (not self._is_numbered or section.size > self._body + _LARGER):
            return Heading(read_heading(text).id, text, 1)
        if not self._is_numbered and section.size > look.size > self._body + _LARGER:
            return Heading(read_heading(text).id, text, 2)
        return None

    def _is_title(self, text: str) -> bool:
        """Whether words look like a heading: a capital first, no sentence, no table row."""
        if not (text[0].isupper() or not text[0].isascii() or _DIMENSION.match(text)):
            return False
        if text.endswith((",", ";", ":", "-")) and not self._is_set:
            return False
        letters = sum(character.isalpha() for character in text)
        digits = sum(character.isdigit() for character in text)
        return (
            letters >= (2 if not text.isascii() else 3)
            and letters >= 0.6 * len(text.replace(" ", ""))
            and digits <= 4
            and (not text.endswith(".") or len(text) < 50)
            and (self._is_set or not _RUN_IN.search(text))
        )


def _plain_text(text: str) -> str:
    """Return a line without what may stand before its number: "§1 Introduction", "Chapter 2"."""
    return _SPACED.sub(r"\1", _SIGN.sub("", text))


def _is_known(text: str) -> bool:
    text = _plain_text(text)
    return any(p.fullmatch(text) for p in (_PLAIN, _NUMBER, _CHAPTER, _ROMAN)) and len(text) < 100


def _sub_number(text: str) -> bool:
    found = _NUMBER.fullmatch(text)
    return found is not None and "." in found[1]


def _usual(looks: Iterable[Look]) -> Look | None:
    common = Counter(looks).most_common(1)
    return common[0][0] if common else None


class Numbering:
    """Follows a paper's section numbers; only a successor is a heading."""

    def __init__(self) -> None:
        self._last: tuple[int, ...] = ()
        self._roman, self._section = 0, ""
        self._letters: tuple[int, ...] = ()
        self._below_roman = 0

    def arabic(self, number: str, *, lenient: bool = False) -> bool:
        """Whether this number can follow; if so, it is the last from now on.

        One set like the others of its level may leave some out.
        """
        parts = tuple(int(part) for part in number.split("."))
        last = self._last
        goes_on = lenient and parts > last and parts[0] - (last or (0,))[0] <= _MOST_LEFT_OUT
        if not (_follows(parts, last) or goes_on):
            return False
        self._last = parts
        return True

    def roman(self, number: str) -> bool:
        """The same for I, II, III."""
        if ROMANS.get(number) != self._roman + 1:
            return False
        self._roman += 1
        self._section, self._below_roman = number, 0
        return True

    def below_roman(self, letter: str) -> str | None:
        """Return "II-A" when the letter can follow in the section that has a Roman number."""
        if not self._roman or ord(letter) - ord("A") != self._below_roman:
            return None
        self._below_roman += 1
        return f"{self._section}-{letter}"

    def letter(self, number: str) -> bool:
        """The same for appendices: A, A.1, B."""
        first, *rest = number.split(".")
        parts = (ord(first) - ord("A") + 1, *(int(part) for part in rest))
        if not _follows(parts, self._letters):
            return False
        self._letters = parts
        return True


_MOST_LEFT_OUT = 2


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
