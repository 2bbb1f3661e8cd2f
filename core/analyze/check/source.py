"""A document ready to be checked against: where quotations stand, its numbers, its names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from core.analyze.check.names import key_of
from core.analyze.check.numbers import Number, numbers_in
from core.analyze.check.plain import plain
from core.analyze.check.quotes import FoundQuote, Quotable
from core.analyze.check.tables import Table, TableRow, tables_of
from core.documents.marks import marks_of
from core.models.values import Document, Section
from core.text.sentences import split_sentences

MOST_QUOTES: Final = 4
_LONGEST: Final = 8_000
"""Characters of a paragraph that are looked at for numbers."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True)
class Passage:
    """Where a quotation stands."""

    text: str
    """The whole sentences or rows it is from, as the paper has them."""
    around: str
    """What belongs to them: the paragraph, or the table's caption and heads."""
    section: Section
    label: str | None
    """ "Table 4" for what stands in a table or a caption."""
    rows: tuple[TableRow, ...] = ()
    table: Table | None = None

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """What stands in its sentences or rows."""
        return tuple(numbers_in(plain(self.text[:_LONGEST])))

    @cached_property
    def numbers_around(self) -> tuple[Number, ...]:
        """What stands in its paragraph, or in the caption and heads."""
        return tuple(numbers_in(plain(self.around[:_LONGEST])))


class CheckedText:
    """A document in which quotations, numbers and names are looked up."""

    def __init__(self, document: Document, title: str) -> None:
        self.document = document
        self.quotable = Quotable(document)
        self._title = title
        self._sections = {section.id: section for section in document.sections}
        self._tables: dict[str, tuple[Table, ...]] = {}

    def tables(self, section: Section) -> tuple[Table, ...]:
        """Return a section's tables, read once."""
        if section.id not in self._tables:
            self._tables[section.id] = tuple(tables_of(section))
        return self._tables[section.id]

    def passages(self, quotes: Sequence[str], near: str | None) -> list[Passage]:
        """Return where quotations stand; one of several parts has several passages."""
        given = [quote for quote in quotes[:MOST_QUOTES] if quote.strip()]
        places = [place for quote in given for place in self.quotable.find(quote, near)]
        return [self._passage(place) for place in dict.fromkeys(places)]

    def _passage(self, place: FoundQuote) -> Passage:
        section = self._sections[place.section]
        for table in self.tables(section):
            rows = tuple(r for r in table.rows if r.start < place.end and place.start < r.end)
            if rows:
                text = section.text[rows[0].start : rows[-1].end]
                heads = " \n ".join([table.about, *dict.fromkeys(row.heads for row in rows)])
                return Passage(text, heads, section, table.label, rows, table)
        start, end = _block(section.text, place)
        label = next((m.name for m in marks_of(section) if m.start <= place.start < m.end), None)
        first, last = _sentences(section.text[start:end], place.start - start, place.end - start)
        text = section.text[start + first : start + last]
        return Passage(text, section.text[start:end], section, label)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """All that stand anywhere, each once."""
        found = numbers_in(self._plain)
        return tuple({(n.printed, n.value, n.unit, n.is_name): n for n in found}.values())

    @cached_property
    def _plain(self) -> str:
        texts = (f"{section.title}\n{section.text}" for section in self.document.sections)
        return plain("\n".join([self._title, *texts]))

    @cached_property
    def _key(self) -> str:
        return key_of(self._plain).rstrip("+")

    @cached_property
    def _initials(self) -> str:
        text = " ".join(section.text for section in self.document.sections)
        parts = re.findall(r"[A-Za-z]+|[.;:!?]", text)
        return "".join(part[0].lower() if part[0].isalpha() else " " for part in parts)

    def has(self, name: str) -> bool:
        """Whether a name stands anywhere, or the words that it abbreviates."""
        key = key_of(name)
        if key.rstrip("+") in self._key:
            return True
        letters = key.rstrip("0123456789+")
        return 2 <= len(letters) <= 6 and letters.isalpha() and letters in self._initials

    def has_phrase(self, name: str, number: str) -> bool:
        """Whether a name stands anywhere with this number behind it."""
        together = rf"{re.escape(name)}[\s-]?{re.escape(number)}(?!\d|\.\d)"
        return re.search(together, self._plain) is not None


def _block(text: str, place: FoundQuote) -> tuple[int, int]:
    """Return where the paragraph of a quotation begins and ends."""
    start, end = 0, len(text)
    for blank in _BLANK_LINE.finditer(text):
        if blank.end() <= place.start:
            start = blank.end()
        elif blank.start() >= place.end:
            end = blank.start()
            break
    return start, end


def _sentences(text: str, first: int, last: int) -> tuple[int, int]:
    """Return where the sentences begin and end that hold `text[first:last]`."""
    low, high, position = first, last, 0
    for sentence in split_sentences(text):
        begin = text.find(sentence, position)
        position = begin + len(sentence)
        if begin <= first < position:
            low = begin
        if begin < last <= position:
            high = position
            break
    return low, max(high, last)
