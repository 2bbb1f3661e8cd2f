"""Headings in a PDF's lines: told by their number, which must follow the one before.

"3.1" after "3" is a heading; a list item, a table row or an author in the references is not.
"""

import re

from core.documents.outline import Heading, read_heading

_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(\S.{1,90})")
_ROMAN = re.compile(r"([IVX]{1,5})\.\s+(\S.{2,80})")
# "A. Oh" is an author in the references; a dot follows a lone letter only in "Appendix A.".
_LETTER = re.compile(
    r"(?:Appendix\s++([A-Z])(?:\s*+[.:])?|([A-Z](?:\.\d{1,2}){1,3})\.?|([A-Z]))\s+(\S.{2,90})",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:\d{1,2}\.?\s+|[IVX]+\.\s+)?(references|bibliography|acknowledge?ments?|limitations?|"
    r"conclusions?|discussion|ethics statement|broader impacts?|reproducibility statement|"
    r"introduction|appendix|supplementary materials?|参考文献|致谢)\s*:?",
    re.IGNORECASE,
)
_SPACED = re.compile(r"\b([A-Z]) (?=[A-Z]{2,}\b)")  # small capitals: "I NTRODUCTION"


class Numbering:
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


def find_heading(line: str, numbering: Numbering, *, in_appendix: bool) -> Heading | None:
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


def _appendix(text: str, numbering: Numbering) -> Heading | None:
    match = _LETTER.fullmatch(text)
    if match is None or not _is_title(match[4]) or _INITIAL.search(match[4]):
        return None
    number = match[1] or match[2] or match[3]
    if not number[0].isupper() or not numbering.letter(number):
        return None
    depth = number.count(".")
    return Heading(f"§{number}" if depth else f"Appendix {number}", match[4], depth + 1)


_INITIAL = re.compile(r"\b[A-Z]\.")


def _counts(text: str, numbering: Numbering) -> bool:
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
