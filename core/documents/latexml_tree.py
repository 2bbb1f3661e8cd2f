"""The tree below a LaTeXML page: its nodes in order, a formula's TeX, a table's rows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from core.documents.clean import clean_text, one_line

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


_MAX_WIDTH = 60  # columns up to which a spanned cell is repeated; wider tables are not read
_MAX_TABLE = 400_000  # characters laid out: spans in a small page can ask for gigabytes
_MAX_REPEATED = 80  # characters: a group's name is worth repeating, a paragraph is not


@dataclass(frozen=True)
class _Cell:
    text: str
    across: int
    down: int


@dataclass
class Table:
    """A table being read: `cell` is None between cells."""

    rows: list[list[_Cell]] = field(default_factory=list)
    cell: list[str] | None = None
    _spans: tuple[int, int] = (1, 1)

    def start_cell(self, attributes: dict[str, str | None]) -> None:
        """Begin a cell, which may reach over several columns and rows."""
        self.cell = []
        self._spans = (_span(attributes.get("colspan")), _span(attributes.get("rowspan")))

    def end_cell(self) -> None:
        """Put the cell being read at the end of the last row."""
        if not self.rows:
            self.rows.append([])
        text = one_line(clean_text("".join(self.cell or ()))).replace("|", r"\|")
        self.rows[-1].append(_Cell(text, *self._spans))
        self.cell = None

    def markdown(self) -> str:
        """Return the table as Markdown rows, the first as its head; "" for an empty one.

        A spanned cell stands in every column and row it reaches, so that each row can be read
        alone and every number is below its own head.
        """
        rows = [row for row in self._laid_out() if any(row)]
        if not rows:
            return ""
        lines = [f"| {' | '.join(row)} |" for row in rows]
        lines.insert(1, "|" + " --- |" * len(rows[0]))
        return "\n".join(lines)

    def _laid_out(self) -> Iterator[list[str]]:
        """Yield each row's texts, with those that reach into it from above or from the left."""
        above: dict[int, tuple[str, int]] = {}  # column -> text, rows it still reaches
        room = _MAX_TABLE
        for cells in self.rows:
            row: list[str] = []
            for cell in cells:
                _fill(row, above)
                again = cell.text if len(cell.text) <= _MAX_REPEATED else ""
                for copy in range(max(1, min(cell.across, _MAX_WIDTH - len(row)))):
                    if cell.down > 1 and len(row) < _MAX_WIDTH:
                        above[len(row)] = (again, cell.down - 1)
                    row.append(again if copy else cell.text)
            _fill(row, above)
            yield row
            room -= sum(map(len, row)) + 3 * len(row)
            if room < 0:
                return


def _fill(row: list[str], above: dict[int, tuple[str, int]]) -> None:
    """Append what reaches into the row's next columns from above."""
    while (column := len(row)) in above:
        text, left = above.pop(column)
        row.append(text)
        if left > 1:
            above[column] = (text, left - 1)


def _span(written: str | None) -> int:
    """Return how many columns or rows a cell says it reaches over; 1 for nonsense."""
    return int(written) if written and re.fullmatch(r"[1-9][0-9]{0,3}", written) else 1
