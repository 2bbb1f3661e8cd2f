"""The cells of a LaTeXML table: read one by one, then laid out in rows and columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from core.documents.clean import clean_text, one_line

_MAX_WIDTH = 60  # columns up to which a spanned cell is repeated; wider tables are not read
_MAX_TABLE = 400_000  # characters laid out: spans in a small page can ask for gigabytes
MAX_REPEATED = 80  # characters: a group's name is worth repeating, a paragraph is not
_SPAN = re.compile(r"ltx_(colspan|rowspan)_([0-9]{1,4})")
_FIGURE = re.compile(
    r"\$\s?(?:\\(?:(?:math|text)?bf|bm|boldsymbol|underline|uline|mathrm)\s?\{)*"
    r"([-+<>]?\d[\d.,]{0,20}\s?(?:\\?%)?(?:\s?\\pm\s?\d[\d.,]{0,20}\s?(?:\\?%)?)?)\}*\s?\$"
)
_MARK = re.compile(r"\$(?:\{?\}?\^\{?)?\\([a-z]{2,12})\}?\$")
_MARKS = {
    "pm": "±", "times": "×", "uparrow": "↑", "downarrow": "↓", "checkmark": "✓", "dagger": "†",
    "ddagger": "‡", "rightarrow": "→", "to": "→", "surd": "✓",
}  # fmt: skip


def _readable(text: str) -> str:
    """Return a cell's text with formulas that are only a number or a mark as just these."""
    if "$" not in text:
        return text
    text = _FIGURE.sub(lambda n: n[1].replace(r"\pm", "±").replace(r"\%", "%"), text)
    return _MARK.sub(lambda mark: _MARKS.get(mark[1], mark[0]), text)


@dataclass(eq=False, slots=True)
class Cell:
    """One cell; it stands in every row and column it reaches, so identity tells where it ends."""

    text: str = ""
    across: int = 1
    down: int = 1
    is_head: bool = False
    """As LaTeXML guesses."""
    over: bool = False
    """Whether a line is drawn above it."""
    under: bool = False


PADDING = Cell()
Row = list[Cell]


@dataclass
class Table:
    """A table being read: `cell` is None between cells."""

    rows: list[Row] = field(default_factory=list)
    cell: list[str] | None = None
    _opened: Cell = field(default_factory=Cell)

    def start_cell(self, attributes: dict[str, str | None]) -> None:
        """Begin a cell, which may reach over several columns and rows."""
        classes = attributes.get("class") or ""
        spans = dict(_SPAN.findall(classes)) if "span_" in classes else attributes
        self.cell = []
        self._opened = Cell(
            across=_span(spans.get("colspan")),
            down=_span(spans.get("rowspan")),
            is_head="ltx_th_column" in classes,
            over="ltx_border_t" in classes or "ltx_border_T" in classes,
            under="ltx_border_b" in classes or "ltx_border_B" in classes,
        )

    def end_cell(self) -> None:
        """Put the cell being read at the end of the last row."""
        if not self.rows:
            self.rows.append([])
        text = one_line(clean_text("".join(self.cell or ())))
        self._opened.text = _readable(text).replace("|", r"\|")
        self.rows[-1].append(self._opened)
        self.cell = None

    def grid(self) -> list[Row]:
        """Return the rows that hold anything, all equally long, without columns that hold nothing.

        A row only drawn for its line leaves the line to the next.
        """
        kept: list[Row] = []
        line = False
        for row in self._laid_out():
            if not any(cell.text for cell in row):
                line = line or any(cell.over or cell.under for cell in row)
                continue
            kept.append(_ruled(row) if line and kept else row)
            line = False
        width = max(map(len, kept), default=1)
        kept = kept[: max(2, _MAX_TABLE // width)]
        kept = [row + [PADDING] * (width - len(row)) for row in kept]
        used = [any(row[n].text for row in kept) for n in range(width)]
        return [[cell for cell, is_used in zip(row, used, strict=True) if is_used] for row in kept]

    def words(self) -> str:
        """Return the cells' texts."""
        return " ".join(cell.text for row in self.rows for cell in row).replace(r"\|", "|")

    def _laid_out(self) -> Iterator[Row]:
        """Yield each row with the cells that reach into it from above or from the left."""
        above: dict[int, tuple[Cell, int]] = {}  # column -> cell, rows it still reaches
        room = _MAX_TABLE
        for cells in self.rows:
            row: Row = []
            for cell in cells:
                _reach_down(row, above)
                again = cell if len(cell.text) <= MAX_REPEATED else Cell(across=cell.across)
                for _ in range(max(1, min(cell.across, _MAX_WIDTH - len(row)))):
                    if cell.down > 1 and len(row) < _MAX_WIDTH:
                        above[len(row)] = (again, cell.down - 1)
                    row.append(cell)
            _reach_down(row, above)
            yield row
            room -= sum(len(cell.text) for cell in row) + 3 * len(row)
            if room < 0:
                return


def _reach_down(row: Row, above: dict[int, tuple[Cell, int]]) -> None:
    """Append what reaches into the row's next columns from above."""
    while (column := len(row)) in above:
        cell, left = above.pop(column)
        row.append(cell)
        if left > 1:
            above[column] = (cell, left - 1)


def _span(written: str | None) -> int:
    """Return how many columns or rows a cell says it reaches over; 1 for nonsense."""
    return int(written) if written and re.fullmatch(r"[1-9][0-9]{0,3}", written) else 1


def _ruled(row: Row) -> Row:
    ruled = {id(cell): replace(cell, over=True) for cell in row}
    return [ruled[id(cell)] for cell in row]
