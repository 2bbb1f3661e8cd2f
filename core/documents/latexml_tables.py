"""LaTeXML's tables as Markdown: every row can be read alone, every number has all its heads.

Heads over several rows become one row ("Task-1: Acc"), a group's label stands in each of its rows,
a line over the whole width ("Framework: Fisher vectors") stays a line of its own, and where heads
come again in the middle a new table begins. Where the heads end and a group begins is read from the
lines drawn, the cells that reach over others, and the numbers; LaTeXML's own guess comes last.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.documents.latexml_cells import MAX_REPEATED, PADDING, Cell, Row, Table

_MOST_HEADS = 4
_MOST_LABELS = 4  # columns that name a row
_NUMBER = re.compile(r"[$*\s{}(<>~≈+−-]*(\d[\d,.]*)\s*(?:[KMBGTx]\b|[^\w\s-]|$)")
_FRACTION = re.compile(r"\d\.\d|\d\s*\\?%")
_WORD = re.compile(r"[^\W_]")


def markdown(table: Table) -> str:
    """Return a table as Markdown rows, as several tables when its heads come again."""
    rows = table.grid()
    if len(rows) < 2:
        return " ".join(dict.fromkeys(cell.text for row in rows for cell in row)).strip()
    return "\n\n".join(_markdown(part) for part in _parts(rows))


def holds_results(table: Table) -> bool:
    """Whether it is a table of its own, and not only lines in another table's cell."""
    return len(table.rows) > 2 and any(map(_has_numbers, table.rows))


def _has_numbers(row: Sequence[Cell]) -> bool:
    return any(_NUMBER.match(cell.text) for cell in row[1:])


def _is_ruled(rows: list[Row], n: int, column: int) -> bool:
    """Whether a line is drawn above this cell; never through one that reaches down."""
    above, cell = rows[n - 1][column], rows[n][column]
    return above is not cell and (cell.over or above.under)


def _is_all_ruled(rows: list[Row], n: int) -> bool:
    """Whether a line is drawn above the whole row."""
    columns = [column for column, cell in enumerate(rows[n]) if cell is not PADDING]
    return all(_is_ruled(rows, n, column) for column in columns)


def _is_title(row: Row) -> bool:
    """Whether a row is one cell over the whole width."""
    return len(row) > 1 and all(cell is row[0] for cell in row)


def _line(row: Row) -> str:
    """Return what a row says that holds one cell only, over several columns or the first."""
    filled = {id(cell): cell for cell in row if cell.text}
    if len(filled) != 1:
        return ""
    cell = next(iter(filled.values()))
    is_line = cell is row[0] or cell.across > 1
    return cell.text if is_line and len(row) > 1 and not _NUMBER.match(cell.text) else ""


def _reaches_across(row: Row) -> bool:
    return any(a is b and a.text for a, b in pairwise(row)) and not _line(row)


def _parts(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the tables a table consists of: heads in the middle begin another one."""
    start, n = 0, _heads(rows)
    while n < len(rows) - 1:
        if _is_head_again(rows, n, rows[start + _is_title(rows[start])]):
            yield rows[start:n]
            start = n
            n += max(1, _heads(rows[n : n + 3 * _MOST_HEADS]))
        else:
            n += 1
    yield rows[start:]


def _is_head_again(rows: list[Row], n: int, first: Row) -> bool:
    """Whether row `n` begins new heads: like the `first` ones, or as new and drawn apart."""
    row = rows[n]
    if _line(row) or _has_numbers(row) or len({cell.text for cell in row}) < 2 or row is first:
        return False
    is_new = _is_all_ruled(rows, n) and _reaches_across(row) and not _has_numbers(rows[n + 1])
    is_same = bool(row[0].text) and row[0].text == first[0].text
    return is_new or (is_same and row[0] is not rows[n - 1][0])


def _heads(rows: list[Row]) -> int:
    """Return how many rows the heads take, lines above them included; 0 without heads."""
    above = next((n for n, row in enumerate(rows) if not _is_title(row)), 0)
    rows = rows[above:]
    ruled = [n for n in range(1, min(len(rows), _MOST_HEADS + 1)) if _is_all_ruled(rows, n)]
    is_head = rows[0][-1].is_head or (ruled[:1] == [1] and ruled[:2] != [1, 2])
    if not is_head and sum(map(_is_fraction, rows[0])) * 2 > len(rows[0]):
        return above
    is_first_line = bool(ruled) and all(_may_be_head(rows, n, ruled[0]) for n in range(1, ruled[0]))
    count = ruled[0] if is_first_line else 1
    while count < len(rows) - 1 and _is_second_head(rows, count, is_ended=bool(ruled)):
        count += 1
    return above + count


def _is_fraction(cell: Cell) -> bool:
    return _NUMBER.match(cell.text) is not None and _FRACTION.search(cell.text) is not None


def _may_be_head(rows: list[Row], n: int, line: int) -> bool:
    """Whether a row above the first line is a head too: numbers come later, or it goes on."""
    row, above = rows[n], rows[n - 1]
    if _is_title(row) or any(map(_is_fraction, row[1:])):
        return False
    if not _has_numbers(row) and _has_numbers(rows[line]):
        return True
    pairs = zip(row, above, strict=True)
    is_sparse = any(not cell.text or not upper.text or cell is upper for cell, upper in pairs)
    return is_sparse or _reaches_across(above) or _reaches_across(row)


def _is_second_head(rows: list[Row], n: int, *, is_ended: bool) -> bool:
    """Whether a row belongs to the heads above it."""
    row, above = rows[n], rows[n - 1]
    is_reached = any(a is b and a.text for a, b in zip(row, above, strict=True))
    if is_reached and not _has_numbers(above):
        return True
    if _line(row):
        return False
    if _has_numbers(row):  # "1 | 5 | 10" below "Shots"
        is_figures = not row[0].text and not any(map(_is_fraction, row))
        return is_figures and _reaches_across(above) and any(map(_is_fraction, rows[n + 1]))
    if _reaches_across(above):
        return not _is_all_ruled(rows, n) or _is_all_ruled(rows, n + 1)
    return not is_ended and all(cell.is_head for cell in row if cell.text)


def _markdown(rows: list[Row]) -> str:
    count = _heads(rows)
    above = [row for row in rows[:count] if _is_title(row)]
    heads = [row for row in rows[:count] if not _is_title(row)]
    body = above + rows[count:]
    head = [_head([row[column] for row in heads]) for column in range(len(rows[0]))]
    lines = [f"| {' | '.join(row)} |" for row in [head, *_named(body)]]
    lines.insert(1, "|" + " --- |" * len(head))
    return "\n".join(lines)


def _head(column: list[Cell]) -> str:
    """Return a column's heads from above to below; a head over several ends with a colon."""
    cells = [cell for cell in column if cell.text]
    told = {
        cell.text[: MAX_REPEATED if cell.across > 1 else None]: ": " if cell.across > 1 else " "
        for cell in cells
    }
    return "".join(text + end for text, end in told.items()).rstrip(" :")


def _named(body: list[Row]) -> list[list[str]]:
    """Return the rows' texts, with the labels of groups in each row they are for."""
    lines = [_line(row) for row in body]
    texts = [
        [line] + [""] * (len(row) - 1) if line else list(_texts(row))
        for row, line in zip(body, lines, strict=True)
    ]
    for column in range(_labels(body)):
        start = 0
        for n in range(len(body) + 1):
            if n == len(body) or lines[n] or (n and _is_ruled(body, n, column)):
                _spread(texts[start:n], column)
                start = n + 1 if n < len(body) and lines[n] else n
    return texts


def _texts(row: Row) -> Iterator[str]:
    for left, cell in pairwise([PADDING, *row]):
        yield cell.text if cell is not left or len(cell.text) <= MAX_REPEATED else ""


def _labels(body: list[Row]) -> int:
    """Return how many columns at the left name rows: the first, and further ones of words."""
    for column in range(1, min(len(body[0]), _MOST_LABELS) if body else 0):
        if any(_NUMBER.match(row[column].text) for row in body):
            return column
    return 1 if body else 0


def _spread(rows: list[list[str]], column: int) -> None:
    """Give each row of a group its label, which stands in its first, middle or last row."""
    named = [n for n, row in enumerate(rows) if _WORD.search(row[column])]
    if not named:
        return
    sizes = {b - a for a, b in pairwise([-1, *named])}
    is_last = named[-1] == len(rows) - 1 and len(sizes) == 1
    is_middle = len(named) == 1 and named[0] in {len(rows) // 2, (len(rows) - 1) // 2}
    if named[0] and (is_last or is_middle):
        _copy(rows[::-1], column)
    if not is_last:
        _copy(rows, column)


def _copy(rows: list[list[str]], column: int) -> None:
    """Copy labels onwards, as long as the cells left of them stay the same."""
    label: list[str] = []
    for row in rows:
        if row[column]:
            label = row[: column + 1] if _WORD.search(row[column]) else []
        elif label and row[:column] == label[:column]:
            row[column] = label[column]
