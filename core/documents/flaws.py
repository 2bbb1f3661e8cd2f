"""What a text of a paper lacks, told from the text alone. Pure.

A converter loses what it cannot convert and says nothing: a table's caption without its rows, a
formula's characters without their TeX, headings without their numbers. A paper without tables or
formulas lacks none; one whose authors did not number its sections is told so all the same.
"""

import re

from core.documents.completeness import has_gap, numbers_of
from core.documents.marks import marks_of
from core.documents.outline import Parsed
from core.models.values import Document, Flaw, Section

_GRAVITY = {Flaw.NO_TABLES: 3, Flaw.FORMULAS: 2, Flaw.SECTIONS: 2, Flaw.SOME_TABLES: 1}
_UNKNOWN = 99
_TABLE = re.compile(r"(?:\bTables?\s?|表\s?)((?:[A-Z]\.?)?\d{1,2})\b")
_MENTIONS = 2
"""Tables spoken of without a caption anywhere: one may be another paper's."""
_ROWS = re.compile(r"(?:^\|[^\n]*(?:\n|\Z)){3,}", re.MULTILINE)
_FORMULAS = re.compile(r"(?:\A|\n\n)\$[^$\n]+\$(?: \([^()\n]{1,9}\))?\n\n\Z")
_FORMULA = re.compile(r"\$[^$]{1,4000}\$|\\[a-zA-Z]{2,}")
_SIGN = re.compile(
    r"[\u0391-\u03a9\u03b1-\u03c9\u03d5\u03f5\u2200-\u2214\u2217-\u22ff\u211d\u2112\u2115"
    r"\U0001d400-\U0001d7ff\ue000-\uf8ff\ufffd]|\b(?:Eq(?:s|n)?\.|Equations?)\s?\(?\d|[式公]\s?\(\d"
)
_SIGNS = 6
"""Signs of formulas from which on a text without TeX has lost some."""


def flaws(parsed: Parsed) -> tuple[Flaw, ...]:
    """Return what a text lacks, gravest first."""
    tables = _tables(parsed.sections)
    found = {
        Flaw.NO_TABLES: bool(tables) and not any(tables.values()),
        Flaw.FORMULAS: parsed.flaw == "garbled" or _has_lost_formulas(parsed.sections),
        Flaw.SECTIONS: _misses_numbers(parsed.sections),
        Flaw.SOME_TABLES: any(tables.values()) and 3 * sum(tables.values()) <= 2 * len(tables),
    }
    return tuple(flaw for flaw, is_there in found.items() if is_there)


def rank(document: Document) -> tuple[int, int, int]:
    """Return what the better text of a paper has less of: whole before part, long before short."""
    lacks = document.flaws
    gravity = _UNKNOWN if lacks is None else sum(_GRAVITY[flaw] for flaw in lacks)
    return -document.extent, -document.characters if document.is_part else 0, gravity


def _tables(sections: tuple[Section, ...]) -> dict[str, bool]:
    """Return the tables a text has captions for or speaks of, and whether it has their rows."""
    found: dict[str, bool] = {}
    for section in sections:
        for mark in marks_of(section):
            if mark.name.startswith("Table"):
                has_rows = _ROWS.search(section.text[mark.start : mark.end]) is not None
                has_rows = has_rows or _is_below_formula(section.text, mark.start)
                name = mark.name.rstrip("abcdefgh")  # 3a and 3b are Table 3
                found[name] = found.get(name, False) or has_rows
    if not found and not any(_ROWS.search(section.text) for section in sections):
        named = {number for section in sections for number in _TABLE.findall(section.text)}
        found = dict.fromkeys(named, False) if len(named) >= _MENTIONS else {}
    return found


def _is_below_formula(text: str, start: int) -> bool:
    """Whether a caption stands below formulas: some tables are made of these."""
    return _FORMULAS.search(text[max(start - 1_000, 0) : start]) is not None


def _has_lost_formulas(sections: tuple[Section, ...]) -> bool:
    """Whether there are many more signs of formulas than formulas."""
    signs = formulas = 0
    for section in sections:
        rest, count = _FORMULA.subn(" ", section.text)
        formulas += count
        signs += len(_SIGN.findall(rest))
    return signs >= max(_SIGNS, formulas)


def _misses_numbers(sections: tuple[Section, ...]) -> bool:
    """Whether sections have no numbers, or the sections' own numbers leave some out."""
    return len(numbers_of(sections)) < 2 or has_gap(sections)
