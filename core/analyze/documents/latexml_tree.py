"""The tree below a LaTeXML page: its nodes in order, a formula's TeX, a table's rows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from core.analyze.documents.clean import clean_text, one_line

_MAX_NODES = 500_000  # a long paper has 50,000, without what is inside its formulas


def walk(
    root: LexborNode, wanted: Callable[[LexborNode], bool]
) -> Iterator[tuple[LexborNode, int]]:
    """Yield nodes in document order with their depth; do not enter unwanted ones."""
    stack: list[tuple[LexborNode | None, int]] = [(root, 0)]
    left = _MAX_NODES
    while stack:
        node, depth = stack.pop()
        while node is not None and left:
            left -= 1
            following = node.next if depth else None
            if node.tag == "-text":
                yield node, depth
            elif not (node.tag or "-").startswith("-") and wanted(node):
                yield node, depth
                if node.tag != "math" and (child := node.child) is not None:
                    stack.append((following, depth))
                    following, depth = child, depth + 1
            node = following


def classes_of(attributes: dict[str, str | None]) -> frozenset[str]:
    """Return an element's classes."""
    return frozenset((attributes.get("class") or "").split())


_DOLLARS = re.compile(r"\$([^$]+)\$")
_CONTINUED = re.compile(r"%\s*\n\s*")  # LaTeXML breaks long alttexts with a TeX comment


def equation_row(row: str) -> str:
    """Return one row of an equation, of however many cells, as one formula and its number."""
    parts = _DOLLARS.findall(row)
    number = one_line(_DOLLARS.sub(" ", row))
    formula = " ".join(part.removeprefix(r"\displaystyle").strip() for part in parts)
    return f"${formula}$ {number}".strip() if parts else number


def formula_of(node: LexborNode, attributes: dict[str, str | None]) -> str:
    """Return a formula as $TeX$, from `alttext` or the annotation; "" without any."""
    tex = attributes.get("alttext")
    if tex is None:
        annotation = node.css_first("annotation[encoding='application/x-tex']")
        tex = (annotation or node).text()
    tex = one_line(clean_text(_CONTINUED.sub("", tex))).replace("$", "")
    return f"${tex}$" if tex else ""


@dataclass
class Table:
    """A table being read: `cell` is None between cells."""

    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None

    def end_cell(self) -> None:
        """Put the cell being read at the end of the last row."""
        if not self.rows:
            self.rows.append([])
        text = one_line(clean_text("".join(self.cell or ())))
        self.rows[-1].append(text.replace("|", r"\|"))
        self.cell = None

    def markdown(self) -> str:
        """Return the table as Markdown rows, the first as its head; "" for an empty one."""
        rows = [row for row in self.rows if any(row)]
        if not rows:
            return ""
        lines = [f"| {' | '.join(row)} |" for row in rows]
        lines.insert(1, "|" + " --- |" * len(rows[0]))
        return "\n".join(lines)
