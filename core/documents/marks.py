"""Which stretch of a section's text is Table 4, Figure 2 or Eq. (3).

For a checker that has found a quote or a number and wants to name its place more closely than by
section. A caption may stand above its rows or below them, and one paper does both, so rows are
claimed once, by the caption above them if it has none yet. A figure never claims rows. A mention
("Table 4 shows ...") is no caption.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.models.values import Section

_BLOCK = re.compile(r"\S(?:[^\n]|\n(?![ \t]*(?:\n|\Z)))*")
_CAPTION = re.compile(
    r"[*_]{0,3}(?P<kind>Figure|Fig\.?|Table|Tab\.|Algorithm|图|表)\s*"
    r"(?P<number>(?:[A-Z]\.?)?\d+(?:[.-]\d+)*[a-z]?|[IVX]+[a-d]?)[*_]{0,3}\s*[:.|：](?!\d)",
    re.IGNORECASE,
)
_EQUATION = re.compile(r"\$[^\n]+\$\s*\((?P<number>(?:[A-Z]\.?)?\d+(?:\.\d+)*[a-z]?)\)")
_KINDS = {"fig": "Figure", "fig.": "Figure", "图": "Figure", "tab.": "Table", "表": "Table"}


@dataclass(frozen=True)
class NamedSpan:
    """A named stretch of a section's text: `text[start:end]`."""

    name: str
    """In English whatever the paper writes: "Table 4", "Figure 2", "Algorithm 1", "Eq. (3)"."""
    start: int
    end: int


def marks_of(section: Section) -> tuple[NamedSpan, ...]:
    """Return the section's tables (rows and caption), figures and equations, in text order."""
    marks: list[NamedSpan] = []
    loose: int | None = None  # where rows began that no caption has claimed yet
    hungry = False  # the last mark is a table's caption, and what follows it may be its rows
    for start, block in _blocks(section.text):
        end = start + len(block)
        if block.startswith("|"):
            if hungry:
                marks[-1] = NamedSpan(marks[-1].name, marks[-1].start, end)
            elif loose is None:
                loose = start
            continue
        name = _name_of(block)
        is_table = name.startswith("Table")
        hungry = is_table and loose is None
        if name:
            marks.append(NamedSpan(name, loose if is_table and loose is not None else start, end))
        loose = None
    return tuple(marks)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each block between blank lines starts, and the block."""
    for found in _BLOCK.finditer(text):
        yield found.start(), found.group().rstrip()


def _name_of(block: str) -> str:
    """Return the name a caption or a numbered equation gives itself; "" for other text."""
    if found := _CAPTION.match(block):
        kind = found["kind"].lower()
        return f"{_KINDS.get(kind, kind.capitalize())} {found['number']}"
    if found := _EQUATION.fullmatch(block):
        return f"Eq. ({found['number']})"
    return ""
