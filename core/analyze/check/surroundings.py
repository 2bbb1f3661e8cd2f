"""What stands around a quotation: the text on either side, or its table with caption and heads.

For whoever judges what a statement means: a row without its heads, or a sentence without the one
before it, says half of what it says.
"""

from core.analyze.check.quotes import FoundQuote, Quotable
from core.analyze.check.tables import RULE, Table, tables_of
from core.models.values import Document

_GAP = "[…]"


class Surroundings:
    """A document in which quotations are shown where they stand."""

    def __init__(self, document: Document) -> None:
        self._quotable = Quotable(document)
        self._sections = {section.id: section for section in document.sections}

    def around(self, quote: str, near: str | None = None, characters: int = 700) -> str:
        """Return a quotation with up to `characters` on either side; "" where it does not stand.

        A table's row comes with the caption, the heads and the rows around it. The section `near`
        is looked in first.
        """
        found = self._quotable.find(quote, near)
        if not found:
            return ""
        section = self._sections[found[0].section]
        place = FoundQuote(section.id, found[0].start, found[-1].end)
        for table in tables_of(section):
            if table.start <= place.start < table.end:
                return f"{table.caption}\n\n{_rows(table, place, characters)}".strip()
        return _prose(section.text, place, characters)


def _prose(text: str, place: FoundQuote, characters: int) -> str:
    start, end = max(0, place.start - characters), min(len(text), place.end + characters)
    if start:  # no half words
        start = min(place.start, text.find(" ", start) + 1)
    if end < len(text):
        end = max(place.end, text.rfind(" ", 0, end))
    return text[start:end].strip()


def _rows(table: Table, place: FoundQuote, characters: int) -> str:
    """Return a table's heads, and the rows around those quoted."""
    text = table.section.text
    rows = text[table.start : table.end].split("\n")
    first = text.count("\n", table.start, place.start)
    last = first + text.count("\n", place.start, place.end)
    low, high = first, last + 1
    while low and sum(map(len, rows[low - 1 : first])) <= characters:
        low -= 1
    while high < len(rows) and sum(map(len, rows[last + 1 : high + 1])) <= characters:
        high += 1
    rule = next((number for number, row in enumerate(rows[:6]) if RULE.fullmatch(row)), 0)
    heads = rows[: min(low, rule + 2)]  # LaTeXML's second row of heads stands below the rule
    gap = [_GAP] if low > len(heads) else []
    return "\n".join([*heads, *gap, *rows[low:high]])
