"""A document, cut into the pieces a statement can rest on: sentences, captions and table rows.

Cutting a paper takes tenths of a second and is done once per paper, whatever is checked against
it afterwards.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from core.analyze.check.bindings import Bound, bind
from core.analyze.check.names import OURS, Familiar, key_of, keys_in
from core.analyze.check.numbers import Number
from core.analyze.check.plain import plain
from core.analyze.check.run_on_tables import Glued, glued_rows
from core.analyze.check.support import near, supports
from core.analyze.check.tables import ResultTable, read_table
from core.documents.marks import NamedSpan, marks_of
from core.models.values import Document, Section
from core.text.sentences import split_sentences

_BLOCK = re.compile(r"\S.*?(?=\n\s*\n|\Z)", re.DOTALL)
_OWN = re.compile(r"^\s*([A-Za-z][\w.+-]{1,24}(?: [A-Z][\w.+-]{1,15})?)\s*[:：]\s*\S")
_CALLED = re.compile(
    r"\b(?:we (?:propose|introduce|present|call|name|dub)|(?:called|named|dubbed|termed)"
    r"|本文提出|我们提出)"
    r"\s*+(?:it |a |an |our |the |new |novel |method |framework |model |了)*+\s*+\**+"
    r"([A-Z][\w+-]*[A-Z0-9][\w+-]*)"
)


@dataclass(frozen=True)
class Unit:
    """A sentence, a caption or a table row where it stands."""

    section: Section
    text: str
    """As in the section's text."""
    start: int
    """Offset in the section's text."""
    block: int
    """Number of its paragraph or table in the document; units of one belong together."""
    label: str | None
    """ "Table 4", for what belongs to a table or figure."""
    familiar: Familiar
    table: ResultTable | None = None
    row: int = 0

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)

    @cached_property
    def plain(self) -> str:
        """Its text without formulas' marks."""
        return plain(self.text)

    @cached_property
    def numbers(self) -> tuple[Bound, ...]:
        """Its numbers with what they belong to; a table's numbers belong to row and column."""
        if self.table is None:
            return tuple(bind(self.plain, self.familiar))
        return tuple(self.table.bound(self.row, self.familiar))

    @cached_property
    def rivals(self) -> frozenset[str]:
        """Whatever one of its numbers is the distance from."""
        return frozenset().union(*(known.rivals for known in self.numbers))

    @cached_property
    def keys(self) -> frozenset[str]:
        """Whatever names could be compared with; a row has its table's."""
        if self.table is not None:
            return self.table.keys | _with_ours(keys_in(self.plain), self.familiar.own)
        return _with_ours(keys_in(self.plain), self.familiar.own)


def _with_ours(keys: frozenset[str], own: frozenset[str]) -> frozenset[str]:
    return keys | {OURS} if keys & own else keys


class CheckedText:
    """A document ready to be checked against."""

    def __init__(self, document: Document, title: str) -> None:
        """`title` is the paper's: its first word is what its authors call their method."""
        self.document = document
        self.familiar = Familiar(own_names(document, title), _row_names(document))
        self.units = tuple(_units(document, self.familiar))
        self._keys: dict[str, frozenset[str]] = {}

    @cached_property
    def all_keys(self) -> frozenset[str]:
        """Whatever names occur anywhere, titles included."""
        titles = plain(" ".join(section.title for section in self.document.sections))
        return frozenset().union(
            keys_in(titles), self.familiar.own, {OURS}, *(unit.keys for unit in self.units)
        )

    @cached_property
    def _sections(self) -> dict[str, list[Unit]]:
        sections: dict[str, list[Unit]] = {}
        for unit in self.units:
            sections.setdefault(unit.section.id, []).append(unit)
        return sections

    def of_section(self, id_: str) -> Sequence[Unit]:
        """Return the units of a section, in order."""
        return self._sections.get(id_, ())

    @cached_property
    def _blocks(self) -> dict[int, tuple[Unit, ...]]:
        blocks: dict[int, list[Unit]] = {}
        for unit in self.units:
            blocks.setdefault(unit.block, []).append(unit)
        return {block: tuple(units) for block, units in blocks.items()}

    def block(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the units of the same paragraph or table."""
        return self._blocks[unit.block]

    def wide_keys(self, unit: Unit) -> frozenset[str]:
        """Return whatever names occur in the unit's section, its title included."""
        id_ = unit.section.id
        if id_ not in self._keys:
            parts = (other.keys for other in self.of_section(id_))
            self._keys[id_] = keys_in(plain(unit.section.title)).union(*parts)
        return self._keys[id_]

    @cached_property
    def _numbers(self) -> tuple[tuple[Unit, Bound], ...]:
        return tuple((unit, known) for unit in self.units for known in unit.numbers)

    @cached_property
    def _by_value(self) -> list[tuple[float, int]]:
        """Every number's value, smallest first, with where it is in `_numbers`."""
        return sorted((abs(known.number.value), i) for i, (_, known) in enumerate(self._numbers))

    def bearing(self, said: Number) -> list[tuple[Unit, Bound]]:
        """Return the numbers that bear one out, in order; a paper may have 40,000."""
        values = self._by_value
        found = {
            i
            for low, high in near(said)
            for _, i in values[
                bisect_left(values, (low, -1)) : bisect_right(values, (high, math.inf))
            ]
        }
        pairs = (self._numbers[i] for i in sorted(found))
        return [(unit, known) for unit, known in pairs if supports(known.number, said)]

    @cached_property
    def initials(self) -> str:
        """First letters of all words of all sentences, for abbreviations nobody spelled."""
        words = re.findall(r"[A-Za-z]+|[.;:!?]", " ".join(unit.plain for unit in self.units))
        return "".join(word[0].lower() if word[0].isalpha() else " " for word in words)


def own_names(document: Document, title: str) -> frozenset[str]:
    """Return the keys of what the authors call their own method."""
    text = "\n".join(plain(section.text[:8_000]) for section in document.sections[:3])
    called = [key_of(match[1]) for match in _CALLED.finditer(text)]
    if match := _OWN.match(plain(title)):
        called = [key_of(match[1])] if key_of(match[1]) in keys_in(text) else called
    # The first is the whole; what is proposed after it is a part, with numbers of its own.
    return frozenset([name for name in called if len(name) > 2][:1])


_STUB = re.compile(r"^\|\s*([A-Z][A-Za-z0-9.+/-]{2,30})(?=[\s|(\[])", re.MULTILINE)


def _row_names(document: Document) -> frozenset[str]:
    """Return the keys of what tables have rows for."""
    words = [word for section in document.sections for word in _STUB.findall(section.text)]
    for section in document.sections:
        for block in _BLOCK.finditer(section.text):
            if not block[0].startswith("|") and (glued := glued_rows(block[0])):
                words += [row.cells[0].split()[0] for row in glued.rows]
    return frozenset(key_of(word) for word in words if word[0].isupper() and len(word) > 2)


@dataclass(frozen=True)
class _Block:
    """What stands between blank lines."""

    section: Section
    text: str
    start: int
    number: int
    """In the document."""
    label: str | None
    caption: str
    """Of the table it belongs to, or ""."""

    def unit(self, familiar: Familiar, start: int, end: int) -> Unit:
        """Return a sentence of it; offsets in its text."""
        text = self.text[start:end]
        return Unit(self.section, text, self.start + start, self.number, self.label, familiar)

    def row(self, familiar: Familiar, start: int, end: int, table: ResultTable, row: int) -> Unit:
        """Return a table row of it; offsets in its text."""
        return replace(self.unit(familiar, start, end), table=table, row=row)


def _blocks(document: Document) -> Iterator[_Block]:
    number = 0
    for section in document.sections:
        found = [(match[0], match.start()) for match in _BLOCK.finditer(section.text)]
        marks = marks_of(section)
        labels = [_mark_at(marks, start) for _, start in found]
        for i, (text, start) in enumerate(found):
            number += 1
            mark = labels[i]
            if mark is None and glued_rows(text):
                mark = next((near for near in (*labels[max(0, i - 1) : i], *labels[i + 1 : i + 2])
                             if near and near.name.startswith("Table")), None)  # fmt: skip
            caption = _caption(found, mark) if mark and mark.name.startswith("Table") else ""
            yield _Block(section, text, start, number, mark.name if mark else None, caption)


def _mark_at(marks: Sequence[NamedSpan], start: int) -> NamedSpan | None:
    i = bisect_right(marks, start, key=lambda mark: mark.start) - 1
    return marks[i] if i >= 0 and start < marks[i].end else None


def _caption(blocks: Sequence[tuple[str, int]], mark: NamedSpan) -> str:
    first = bisect_left(blocks, mark.start, key=lambda block: block[1])
    for text, start in blocks[first:]:
        if start >= mark.end:
            break
        if not text.startswith("|"):
            return text
    return ""


def _units(document: Document, familiar: Familiar) -> Iterator[Unit]:
    for block in _blocks(document):
        if block.text.startswith("|"):
            yield from _rows(block, familiar)
        elif glued := glued_rows(block.text):
            yield from _glued(block, familiar, glued)
        else:
            for piece, offset in _pieces(block.text):
                yield block.unit(familiar, offset, offset + len(piece))


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Yield a block's sentences with their offsets; lines where a block is made of short ones."""
    lines = text.split("\n")
    is_lines = len(lines) > 1 and sum(map(len, lines[:-1])) < 60 * (len(lines) - 1)
    pieces = lines if is_lines else split_sentences(text)
    position = 0
    for piece in pieces:
        found = text.find(piece, position)
        position = max(found, position) + len(piece)
        if piece.strip() and found >= 0:
            yield piece, found


def _rows(block: _Block, familiar: Familiar) -> Iterator[Unit]:
    table = read_table(block.text, plain(block.caption), plain(block.section.title))
    offset = 0
    row = 0
    for line in block.text.split("\n"):
        if line.strip():
            yield block.row(familiar, offset, offset + len(line), table, row)
            row += 1
        offset += len(line) + 1


def _glued(block: _Block, familiar: Familiar, glued: Glued) -> Iterator[Unit]:
    """Yield the rows of a table a PDF has run together, and the sentences around it."""
    first, last = glued.rows[0].start, glued.rows[-1].end
    shown = block.text[:first] if block.caption == block.text else block.caption
    rows = (glued.head, *(tuple(map(plain, row.cells)) for row in glued.rows))
    table = ResultTable(rows, plain(f"{shown} {glued.head_text}"), plain(block.section.title))
    for n, row in enumerate(glued.rows, start=1):
        yield block.row(familiar, row.start, row.end, table, n)
    for start, end in ((0, first), (last, len(block.text))):
        for piece, offset in _pieces(block.text[start:end]):
            yield block.unit(familiar, start + offset, start + offset + len(piece))
