"""Tables as Markdown rows: which row and column a number stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from core.analyze.check.bindings import Bound
from core.analyze.check.names import OURS, Familiar, keys_in, kinds_of, quantities_in
from core.analyze.check.numbers import numbers_in
from core.analyze.check.plain import plain

_CELL = re.compile(r"(?<!\\)\|")
_LETTER = re.compile(r"[^\W\d_]")
_RULE = re.compile(r"\s*:?-{2,}:?\s*")
_LONGEST = 2_000
"""Characters of a cell that are read."""
_VALUE = re.compile(r"[\s*_†‡§]*[-+±~≈<>]?\d")


@dataclass(frozen=True)
class ResultTable:
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
        cells = self.rows[row]
        is_head = row < self.heads
        around = _kinds(self._stub(cells)) | self._caption_kinds
        for i, cell in enumerate(cells):
            numbers = numbers_in(cell[:_LONGEST])
            if not numbers:
                continue
            names = self.row_keys[row] | (frozenset() if is_head else self.column_keys[i])
            if names & familiar.own:
                names |= {OURS}
            kinds = self._column_kinds[i] | _kinds(cell)
            if not any(kind.isupper() for kind in kinds):
                kinds |= around
            for number in numbers:
                yield Bound(number, names, kinds)

    @cached_property
    def _column_kinds(self) -> tuple[frozenset[str], ...]:
        return tuple(map(_kinds, self.column_texts))

    @cached_property
    def _caption_kinds(self) -> frozenset[str]:
        return _kinds(self.caption)

    @cached_property
    def others(self) -> frozenset[str]:
        """Whatever names rows and columns have at all."""
        return self.named.union(*self.column_keys)

    @cached_property
    def named(self) -> frozenset[str]:
        """Whatever names a row has."""
        return frozenset().union(*self.row_keys)


def read_table(text: str, caption: str, title: str) -> ResultTable:
    """Read Markdown rows; `caption` and `title` (its section's) are plain."""
    rows = tuple(
        tuple(map(_cell, _CELL.split(line.strip())[1:-1]))
        for line in text.split("\n")
        if line.strip()
    )
    return ResultTable(rows, caption, title)


def _kinds(text: str) -> frozenset[str]:
    return kinds_of(quantities_in(text[:_LONGEST])) if _LETTER.search(text) else frozenset()


def _cell(printed: str) -> str:
    return plain(printed.replace("\\|", "|")).strip() if printed.strip() else ""


def _is_rule(row: tuple[str, ...]) -> bool:
    return bool(row) and all(_RULE.fullmatch(cell) or not cell for cell in row) and any(row)


def _is_headlike(row: tuple[str, ...]) -> bool:
    """Whether a row below the first has no value and several words: a second head row."""
    filled = [cell for cell in row if cell.strip()]
    # LaTeXML's spanned "Flow models | Flow models" opens a group of rows.
    is_group = bool(row) and row[0] in filled and len(set(filled)) == 1
    return len(filled) > 1 and not is_group and not any(_VALUE.match(cell) for cell in filled)
