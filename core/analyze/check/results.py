"""One line of a paper's results, checked in its table: this row, this column, this value."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.analyze.check.checker import Quoted, quoted_from
from core.analyze.check.names import OURS, key_of, shared, words
from core.analyze.check.numbers import numbers_in, supports
from core.analyze.check.plain import plain
from core.analyze.check.source import CheckedText, Passage
from core.analyze.check.tables import Table, TableRow, is_higher_better
from core.models.values import Document

_EMPTY = words(
    "the of on in for a and or to with at by score value metric metrics ours our method db"
)
_LONGEST = 60
"""Characters of a cell that may be several."""
_CALLED = re.compile(
    r"\b(?:we (?:propose|introduce|present|call|name|dub)|(?:called|named|dubbed|termed)"
    r"|本文提出|我们提出)"
    r"\s*+(?>(?:it |a |an |our |the |new |novel |method |framework |model |了)*)\s*+\**+"
    r"([A-Z][\w+-]*[A-Z0-9][\w+-]*)"
)
_TITLED = re.compile(r"^\s*([A-Za-z][\w.+-]{1,24}(?: [A-Z][\w.+-]{1,15})?)\s*[:：]\s*\S")


@dataclass(frozen=True)
class SaidResult:
    """A line of results as a model gives it."""

    benchmark: str
    metric: str
    ours: str
    other: str
    other_name: str
    quote: str


@dataclass(frozen=True)
class FoundResult:
    """Where it stands, and what of it."""

    quotes: tuple[Quoted, ...]
    has_other: bool
    side: bool | None
    """Whether higher is better, as far as the head or the metric tells."""


@dataclass(frozen=True)
class _Place:
    """A cell with what it is a cell of."""

    table: Table
    row: TableRow
    head: str
    value: str

    @property
    def text(self) -> str:
        return f"{self.row.stub} {self.head}"

    @property
    def row_text(self) -> str:
        """All of its row: a name may be spread over two cells."""
        return " ".join([self.row.stub, *(cell.text for cell in self.row.cells)])

    @cached_property
    def words(self) -> frozenset[str]:
        return words(self.text)


class Results:
    """A paper's tables, in which lines of results are looked for."""

    def __init__(self, source: CheckedText, title: str) -> None:
        self._source = source
        self._own = own_names(source.document, title)
        self._read: dict[tuple[str, int], list[_Place]] = {}
        self._known: dict[tuple[frozenset[str], str], bool] = {}

    def find(self, said: SaidResult) -> FoundResult | None:
        """Return where a line of results stands; None where it does not."""
        passages = self._source.passages([said.quote], None)
        quoted = [passage for passage in passages if passage.table]
        rows = [row for passage in quoted for row in passage.rows]
        tables = [passage.table for passage in quoted if passage.table] or [
            table for section in self._source.document.sections
            for table in self._source.tables(section)
        ]  # fmt: skip
        if self._is_own(said.metric):
            return None  # a column of the method is none of a metric
        found: FoundResult | None = None
        for table in tables:
            places = self._of_metric(self._places(table), words(said.metric) - _EMPTY)
            for ours in self._ours(places, rows, said):
                shown = tuple(map(quoted_from, passages)) or (_quoted(ours),)
                side = is_higher_better(said.metric, ours.text)
                there = FoundResult(shown, _has_other(places, ours, said), side)
                found = there if found is None or there.has_other else found
        return found or _in_sentence(said, [passage for passage in passages if not passage.table])

    def _ours(
        self, places: Sequence[_Place], rows: Sequence[TableRow], said: SaidResult
    ) -> Iterator[_Place]:
        """Yield the cells with the value: of the rows quoted, and of the paper's own method where
        one is named; and of these, those nearest to the benchmark."""
        own = [place for place in places if self._is_own(place.text)] or places
        own = [place for place in own if not rows or place.row in rows]
        benchmark = words(said.benchmark) - words(said.metric) - _EMPTY
        nearest = max((shared(benchmark, place.words) for place in own), default=0.0)
        if own and benchmark and not nearest and not self._may_be_on(benchmark, own[0].table):
            return
        for place in own:
            if shared(benchmark, place.words) == nearest and _has(place.value, said.ours):
                yield place

    def _is_own(self, text: str) -> bool:
        return bool(OURS.search(text)) or any(name in key_of(text) for name in self._own)

    def _places(self, table: Table) -> list[_Place]:
        key = table.section.id, table.start
        if key not in self._read:
            self._read[key] = list(_places(table))
        return self._read[key]

    def _of_metric(self, places: Sequence[_Place], metric: frozenset[str]) -> list[_Place]:
        """Return the cells whose row and column have most of a metric's words."""
        scores = [shared(metric, place.words) for place in places]
        best = max(scores, default=0.0)
        if not best and not (places and self._is_common(metric, places)):
            return []
        return [place for place, score in zip(places, scores, strict=True) if score == best]

    def _is_common(self, metric: frozenset[str], places: Sequence[_Place]) -> bool:
        """Whether a metric is of the whole table: named over it or around it, and by no column."""
        heads = " ".join({place.row.heads for place in places})
        if shared(metric, words(heads)):
            return False
        is_over = bool(shared(metric, words(places[0].table.about)))
        is_metric = is_higher_better("", heads) is not None
        return is_over or (not is_metric and self._is_around(metric, places[0].table))

    def _may_be_on(self, benchmark: frozenset[str], table: Table) -> bool:
        """Whether a table may be of a benchmark its cells do not name: of no other table's."""
        if self._is_around(benchmark, table):
            return True
        sections = self._source.document.sections
        captions = (other.caption for one in sections for other in self._source.tables(one))
        if self._is_in(benchmark, "captions", captions):
            return False
        return self._is_in(benchmark, "paper", (section.text for section in sections))

    def _is_around(self, wanted: frozenset[str], table: Table) -> bool:
        section = table.section
        is_over = bool(shared(wanted, words(table.about)))
        return is_over or self._is_in(wanted, section.id, iter([section.text]))

    def _is_in(self, wanted: frozenset[str], what: str, texts: Iterator[str]) -> bool:
        """Whether any of the words is in a text that is looked at once, for however many tables."""
        key = wanted, what
        if key not in self._known:
            self._known[key] = bool(shared(wanted, words("\n".join(texts))))
        return self._known[key]


_PARTS = re.compile(r"(?<![^\s/])[^\s/]++(?>(?:\s?/\s?[^\s/]++)+)")


def _places(table: Table) -> Iterator[_Place]:
    """Yield a table's cells; one of "PSNR/SSIM" with "31.2/0.91" is two."""
    for row in table.rows:
        for cell in row.cells:
            parts = _PARTS.search(cell.head)
            names, values = parts[0].split("/") if parts else [], cell.text.split("/")
            if parts is None or len(names) != len(values) or len(cell.text) > _LONGEST:
                yield _Place(table, row, cell.head, cell.text)
                continue
            for name, value in zip(names, values, strict=True):
                yield _Place(table, row, cell.head.replace(parts[0], name), value)


def _has_other(places: Sequence[_Place], ours: _Place, said: SaidResult) -> bool:
    """Whether the other's value stands in the other's row (or column) as ours does in ours."""
    return bool(said.other_name) and any(
        _is_named(said.other_name, place.row_text if place.head == ours.head else place.head)
        for place in places
        if place is not ours
        and (place.head == ours.head or place.row == ours.row)
        and _has(place.value, said.other)
    )


def _is_named(name: str, text: str) -> bool:
    wanted = words(name)
    return bool(wanted) and (key_of(name) in key_of(text) or wanted <= words(text))


def _in_sentence(said: SaidResult, passages: Sequence[Passage]) -> FoundResult | None:
    """Return where value, metric and benchmark stand in one sentence of the text."""
    metric, benchmark = words(said.metric) - _EMPTY, words(said.benchmark) - _EMPTY
    for passage in passages:
        around = words(f"{passage.text} {passage.around} {passage.section.title}")
        if (
            _has(passage.text, said.ours)
            and shared(metric, words(passage.text)) >= len(metric) / 2
            and (not benchmark or shared(benchmark, around) >= 1)
        ):
            has_other = _has(passage.text, said.other) and _is_named(said.other_name, passage.text)
            return FoundResult(
                (quoted_from(passage),), has_other, is_higher_better(said.metric, "")
            )
    return None


def _has(text: str, value: str) -> bool:
    """Whether a cell or a sentence has a value."""
    said = next(iter(numbers_in(plain(value))), None)
    return said is not None and any(supports(known, said) for known in numbers_in(plain(text)))


def _quoted(place: _Place) -> Quoted:
    section = place.table.section
    text = section.text[place.row.start : place.row.end]
    return Quoted(" ".join(text.split()), section.id, place.table.label)


def own_names(document: Document, title: str) -> frozenset[str]:
    """Return the keys of what the authors call their own method."""
    text = "\n".join(plain(section.text[:8_000]) for section in document.sections[:3])
    called = [key_of(match[1]) for match in _CALLED.finditer(text)][:1]
    if match := _TITLED.match(plain(title)):
        called.append(key_of(match[1]))
    return frozenset(name for name in called if len(name) > 2)
