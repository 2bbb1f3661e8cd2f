"""Where a statement stands in the paper, as short as a reader can use it: "§3.2", "表 2". Pure."""

import re

from core.locale import Sentences
from core.locale.phrases import listed_in
from core.models.values import Evidence, Language, Point

_LONGEST = 24
"""A heading without a number is shown whole or not at all."""
_KINDS = Sentences("report.place_kinds", ("table", "figure", "algorithm", "appendix"))
_SECTIONS = Sentences("report.place_sections", ("abstract", "front"))
_NUMBERED = re.compile(r"(Table|Figure|Algorithm|Appendix) (\S+)")


def place(found: Point | Evidence, language: Language) -> str:
    """Return the table or section a statement or quotation stands in; "" where that says little."""
    if isinstance(found, Point) and found.evidence:
        found = found.evidence[0]
    label = found.label if isinstance(found, Evidence) else None
    return _named(label or found.where or "", language)


def place_in_full(found: Evidence, language: Language) -> str:
    """Return the section and, in it, the table, figure or equation; headings whole."""
    names = (found.where, found.label or "")
    return listed_in(language, filter(None, (_named(n, language) or n for n in names)))


def _named(name: str, language: Language) -> str:
    if match := _NUMBERED.fullmatch(name):
        return _KINDS(match[1].lower(), language, number=match[2])
    if name.lower() in _SECTIONS.names:
        return _SECTIONS(name.lower(), language)
    return name if len(name) <= _LONGEST else ""
