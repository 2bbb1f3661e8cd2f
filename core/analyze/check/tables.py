"""Tables as Markdown rows: what each cell's row and column say it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.analyze.check.names import words
from core.analyze.check.plain import plain
from core.documents.marks import marks_of
from core.models.values import Section

_BLOCK = re.compile(r"^\|[^\n]*(?:\n\|[^\n]*)*", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")
RULE = re.compile(r"[\s|:-]+")
_VALUE = re.compile(r"[\s*_†‡§]*[-+±~≈<>]?\d")
_LETTER = re.compile(r"[^\W\d_]")
_ARROW = re.compile("[↑↓]")
_LONGEST = 2_000
"""Characters of a cell that are read."""


@dataclass(frozen=True)
class Cell:
    """A cell with what its row and its column are."""

    text: str
    head: str
    """Its column's head cells."""


@dataclass(frozen=True)
class TableRow:
    """A row where it stands."""

    start: int
    end: int
    """Offsets in its section's text."""
    stub: str
    """What names the row: the heading of its group, and its cells before the first value."""
    cells: tuple[Cell, ...]
    """All others; none in a row of heads."""
    heads: str
    """All head cells above it."""


@dataclass(frozen=True)
class Table:
    """A table, read."""

    section: Section
    start: int
    end: int
    caption: str
    label: str | None
    """ "Table 4"."""
    rows: tuple[TableRow, ...]

    @property
    def about(self) -> str:
        """What is said of the whole of it."""
        return f"{self.caption} \n {self.section.title}"


def tables_of(section: Section) -> Iterator[Table]:
    """Yield a section's tables."""
    marks = [mark for mark in marks_of(section) if mark.name.startswith("Table")]
    for block in _BLOCK.finditer(section.text):
        start, end = block.span()
        mark = next((m for m in marks if m.start <= start < m.end), None)
        lines = section.text[mark.start : mark.end].split("\n") if mark else []
        caption = " ".join(line for line in lines if line.strip() and not line.startswith("|"))
        name = mark.name if mark else None
        yield Table(section, start, end, caption, name, tuple(_rows(block[0], start)))


def _rows(text: str, offset: int) -> Iterator[TableRow]:
    heads: list[list[str]] = []
    known: set[str] = set()
    group, above, has_values = "", [""], False
    lines = text.split("\n")
    ruled = next((number for number, line in enumerate(lines) if RULE.fullmatch(line)), 0)
    for number, line in enumerate(lines):
        start, offset = offset, offset + len(line) + 1
        cells = [
            plain(c[:_LONGEST].replace("\\|", "|")).strip() for c in _CELL.split(line.strip())[1:-1]
        ]
        if RULE.fullmatch(line):
            continue
        kind = "head" if number < ruled else _kind(cells, known, is_first=not has_values)
        if kind == "head" and len(set(filter(None, cells))) == 1:
            kind = "group"
        if kind == "head":
            heads = [cells] if has_values else [*heads, cells]
            has_values = False
            known.update(filter(_LETTER.search, cells))
        elif kind == "group":
            group = next(filter(None, cells))
        else:
            has_values = True
            above = cells = _filled(cells, above)
        joined = " ".join(filter(None, (cell for row in heads for cell in row)))
        stub = _stub(cells) if kind == "row" else len(cells)
        yield TableRow(
            start, start + len(line), " ".join([group, *cells[:stub]]).strip(),
            tuple(Cell(cell, _head(heads, n)) for n, cell in enumerate(cells[stub:], stub)), joined,
        )  # fmt: skip


def _kind(cells: Sequence[str], known: set[str], *, is_first: bool) -> str:
    filled = [cell for cell in cells if cell]
    if any(_VALUE.match(cell) for cell in filled[1:]) or not filled:
        return "row"
    if len(set(filled)) == 1 and _LETTER.search(filled[0]):
        return "head"  # of a group
    lettered = [cell for cell in filled if _LETTER.search(cell)]
    if is_first and len(lettered) > 1:
        return "head"
    # Further heads in the middle of a table are like those at its top.
    is_again = any(cell in known or _ARROW.search(cell) for cell in lettered)
    return "head" if len(lettered) > 1 and is_again else "row"


def _filled(cells: Sequence[str], above: Sequence[str]) -> list[str]:
    """Return a row with the cells at its beginning that it shares with the row above."""
    filled = list(cells)
    for n, cell in enumerate(cells[:-1]):
        if cell or n >= len(above) or _VALUE.match(above[n]):
            break
        filled[n] = above[n]
    return filled


def _stub(cells: Sequence[str]) -> int:
    """Return how many cells name a row: those before its first value, the first in any case."""
    return next((n for n, cell in enumerate(cells) if n and _VALUE.match(cell)), len(cells))


def _head(heads: Sequence[Sequence[str]], column: int) -> str:
    """Return the heads over a column; an empty one goes on from its left."""
    found = []
    for row in heads:
        at = min(column, len(row) - 1)
        while at > 0 and not row[at]:
            at -= 1
        found.append(row[at] if at >= 0 and (at > 0 or column == 0) else "")
    return " ".join(filter(None, dict.fromkeys(found)))


_HIGHER = words(
    "psnr ssim acc accuracy map ap miou iou recall precision f1 is inception anls auc auroc"
    " dice clip musiq maniqa clipiqa fps speedup top bleu cider psnry pq winrate elo"
)
_LOWER = words(
    "fid sfid kid lpips dists niqe fvd mse mae rmse mpjpe error loss latency flops gflops macs"
    " params parameters time perplexity ece aurc aurc wer epe nll cfid absrel nmse"
)


def is_higher_better(metric: str, head: str) -> bool | None:
    """Return which side wins: by the arrow in the head, else by the metric; None: not known."""
    for text in (head, metric):
        if arrows := _ARROW.findall(plain(text)):
            return bool(arrows[-1] == "↑")
    for said in map(words, (metric, head)):
        if said & (_LOWER | _HIGHER):
            return not said & _LOWER
    return None
