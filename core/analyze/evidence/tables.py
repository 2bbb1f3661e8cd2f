"""Tables as Markdown rows: which row and column a number stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from core.analyze.evidence.bindings import Bound
from core.analyze.evidence.names import OURS, Familiar, keys_in, kinds_of, quantities_in
from core.analyze.evidence.numbers import numbers_in
from core.analyze.evidence.plain import plain

_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\s*:?-{2,}:?\s*")
_VALUE = re.compile(r"[\s*_†‡§]*[-+±~≈<>]?\d")


@dataclass(frozen=True)
class Table:
    """A table, read."""

    rows: tuple[tuple[str, ...], ...]
    """Plain cells, all rows, the rule below the head included (as cells of dashes)."""
    caption: str
    title: str
    """Heading of its section."""

    @cached_property
    def heads(self) -> int:
        """How many rows at the top are the head's."""
        count = 0
        for row in self.rows:
            if _is_rule(row):
                count += 1
                # LaTeXML's tables have their rule behind the first row, however many heads.
            elif count and not _is_headlike(row):
                break
            else:
                count += 1
        return min(count, len(self.rows))

    @cached_property
    def keys(self) -> frozenset[str]:
        """Whatever names could be compared with, in caption and heading."""
        return keys_in(f"{self.caption} \n {self.title}")

    @cached_property
    def row_keys(self) -> tuple[frozenset[str], ...]:
        """Of each row: the names that say what the row is."""
        group = ""
        found = []
        for number, row in enumerate(self.rows):
            filled = {cell for cell in row if cell.strip()}
            if number >= self.heads and len(filled) == 1 and not _VALUE.match(next(iter(filled))):
                group = next(iter(filled))
            found.append(keys_in(f"{group} \n {self._stub(row)}"))
        return tuple(found)

    def _stub(self, row: tuple[str, ...]) -> str:
        """Return the cells that name a row: those before its first value."""
        stub: list[str] = []
        for i, cell in enumerate(row):
            if i and _VALUE.match(cell):
                break
            stub.append(cell)
        return " \n ".join(stub)

    @cached_property
    def column_texts(self) -> tuple[str, ...]:
        """Of each column: its head cells."""
        width = max((len(row) for row in self.rows), default=0)
        heads = [row for row in self.rows[: self.heads] if not _is_rule(row)]
        return tuple(" \n ".join(row[i] for row in heads if i < len(row)) for i in range(width))

    @cached_property
    def column_keys(self) -> tuple[frozenset[str], ...]:
        """Of each column: the names in its head."""
        return tuple(keys_in(text) for text in self.column_texts)

    def bound(self, row: int, familiar: Familiar) -> Iterator[Bound]:
        """Yield the numbers of a row with the names and quantities of their row and column."""
        offset = 0
        cells = self.rows[row]
        is_head = row < self.heads
        for i, cell in enumerate(cells):
            column = self.column_texts[i] if i < len(self.column_texts) else ""
            names = self.row_keys[row] | (frozenset() if is_head else self.column_keys[i])
            if names & familiar.own:
                names |= {OURS}
            kinds = kinds_of(quantities_in(f"{column} \n {cell}"))
            if not any(kind.isupper() for kind in kinds):
                kinds |= kinds_of(quantities_in(f"{self._stub(cells)} \n {self.caption}"))
            for number in numbers_in(cell):
                yield Bound(number, names, kinds)
            offset += len(cell) + 1

    @cached_property
    def others(self) -> frozenset[str]:
        """Whatever names rows and columns have at all."""
        return frozenset().union(*self.row_keys, *self.column_keys)


def read_table(text: str, caption: str, title: str) -> Table:
    """Read Markdown rows; `caption` and `title` (its section's) are plain."""
    rows = tuple(
        tuple(plain(cell.replace("\\|", "|")).strip() for cell in _CELL.split(line.strip())[1:-1])
        for line in text.split("\n")
        if line.strip()
    )
    return Table(rows, caption, title)


def _is_rule(row: tuple[str, ...]) -> bool:
    return bool(row) and all(_RULE.fullmatch(cell) or not cell for cell in row) and any(row)


def _is_headlike(row: tuple[str, ...]) -> bool:
    """Whether a row below the first has no value and several words: a second head row."""
    filled = [cell for cell in row if cell.strip()]
    return len(filled) > 1 and not any(_VALUE.match(cell) for cell in filled)


# Tables that a PDF's text has lost


_TOKEN = re.compile(r"\S+")
_GLUED_VALUE = re.compile(r"[-+±]?\d[\d.,]*[%×x†‡*]*|[-–—]")
_LEAST_ROWS = 3


@dataclass(frozen=True)
class GluedRow:
    """A row found in running text."""

    cells: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Glued:
    """A table whose rows run on as one paragraph, as a PDF's text has them."""

    head: tuple[str, ...]
    """Head cells by column, the first of the row names; empty ones where they cannot be told."""
    head_text: str
    rows: tuple[GluedRow, ...]


def glued_rows(text: str) -> Glued | None:
    """Find "Method PSNR SSIM SwinIR 30.8 0.87 EDSR 30.1 0.86 ..." in a paragraph.

    Rows are words followed by equally many values, three times or more in a row.
    """
    runs = _runs(text)
    best: list[tuple[list[re.Match[str]], list[re.Match[str]]]] = []
    for i in range(len(runs)):
        same = [runs[i]]
        for run in runs[i + 1 :]:
            if len(run[1]) != len(runs[i][1]):
                break
            same.append(run)
        if len(same[0][1]) >= 2 and len(same) > max(len(best), _LEAST_ROWS - 1):
            best = same
    if not best:
        return None
    head_words, stub = _first_row(best)
    columns = len(best[0][1])
    rows = [
        GluedRow(
            (" ".join(word[0] for word in words), *(value[0] for value in values)),
            words[0].start(),
            values[-1].end(),
        )
        for words, values in [(stub, best[0][1]), *best[1:]]
    ]
    return Glued(_split_head(head_words, columns), " ".join(head_words), tuple(rows))


def _runs(text: str) -> list[tuple[list[re.Match[str]], list[re.Match[str]]]]:
    """Return words and the values behind them, again and again."""
    runs: list[tuple[list[re.Match[str]], list[re.Match[str]]]] = []
    words: list[re.Match[str]] = []
    values: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        if _GLUED_VALUE.fullmatch(token[0]):
            values.append(token)
        elif values:
            if words:
                runs.append((words, values))
            words, values = [token], []
        else:
            words.append(token)
    if words and values:
        runs.append((words, values))
    return runs


def _first_row(
    best: list[tuple[list[re.Match[str]], list[re.Match[str]]]],
) -> tuple[list[str], list[re.Match[str]]]:
    """Tell the head's words from the first row's name: a row's name is as long as the others'."""
    words = best[0][0]
    lengths = sorted(len(run[0]) for run in best[1:])
    size = min(len(words), lengths[len(lengths) // 2])
    return [word[0] for word in words[: len(words) - size]][-40:], words[len(words) - size :]


def _split_head(words: list[str], columns: int) -> tuple[str, ...]:
    """Give each column equally many of the head's words, if they come out even."""
    if len(words) > 1 and (len(words) - 1) % columns == 0 and len(words) - 1 <= 3 * columns:
        each = (len(words) - 1) // columns
        return (
            words[0],
            *(" ".join(words[1 + i * each : 1 + (i + 1) * each]) for i in range(columns)),
        )
    return ("",) * (columns + 1)
