"""The words of a table on a PDF's page, laid out in rows and columns.

Columns are where hardly a row has ink between them, the head is what is above the first rule, and a
head over several columns stands above each of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents.pdf_lines import words_text
from core.documents.pdf_words import Rule, Word

_WORD_GAP = 0.45  # of a letter's size: closer words are one cell
_MAX_COLUMNS = 60
_FEW_ROWS = 5  # of more, one may have a cell as wide as two columns
_VALUE = re.compile(r"[-+±~≈<>−–$]*\d[\d.,]*\s*(?:[%×x†‡*]|±.*|\(.*)*")
Columns = Sequence[tuple[float, float]]
"""Where each begins and ends."""


@dataclass(frozen=True)
class Box:
    """What stands between ruled lines of equal length, or in rows without any."""

    x0: float
    x1: float
    top: float
    bottom: float


def markdown(words: Sequence[Word], box: Box, rules: Sequence[Rule]) -> str:
    """Return the words in a box as Markdown rows; "" where they are no table."""
    rows = _rows(words)
    if len(rows) < 2:
        return ""
    inner = [rule for rule in rules if box.bottom < rule.y < box.top]
    heads = _heads(rows, box, joined(inner))
    parts = [rule for rule in inner if rule.x1 - rule.x0 < 0.9 * (box.x1 - box.x0)]
    columns = _columns(rows[heads:])
    if not 2 <= len(columns) <= _MAX_COLUMNS:
        return ""
    is_grid = len(joined(inner)) >= max(2, len(rows) - 2)
    if (not inner or is_grid) and _is_headless(_cells(rows[0], columns)):
        heads = 0
    above = [[""] * len(columns), *(_head_cells(row, columns, parts) for row in rows[:heads])]
    head = [" ".join(filter(None, dict.fromkeys(said))) for said in zip(*above, strict=True)]
    return _as_text([head, *_body(rows[heads:], columns)])


def _as_text(cells: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as Markdown, the first as the head."""
    rows = [" | ".join(cell.replace("|", r"\|") for cell in row) for row in cells]
    return "\n".join(
        f"| {row} |" for row in [rows[0], " | ".join(["---"] * len(cells[0])), *rows[1:]]
    )


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.y):
        if rows and rows[-1][0].y - word.y < _WORD_GAP * max(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.x0) for row in rows]


def _heads(rows: Sequence[Sequence[Word]], box: Box, inner: Sequence[Rule]) -> int:
    """Return how many rows are the head: those above the first rule, before any value."""
    first = max((rule.y for rule in inner if rule.y < rows[0][0].y
                 and rule.x1 - rule.x0 > 0.9 * (box.x1 - box.x0)), default=box.bottom)  # fmt: skip
    count = 1
    while (
        count < len(rows) - 1
        and rows[count][0].y > first
        and not any(_VALUE.fullmatch(word.text) for word in rows[count][1:])
    ):
        count += 1
    return count if first > box.bottom else 1


def _is_headless(cells: Sequence[str]) -> bool:
    """Whether the first row is one like the others: its cells are values."""
    values = list(filter(None, cells[1:]))
    return bool(values) and all(map(_VALUE.fullmatch, values))


def _columns(rows: Sequence[Sequence[Word]]) -> list[tuple[float, float]]:
    """Return where columns begin and end: hardly a row has ink between two of them."""
    low = min(word.x0 for row in rows for word in row)
    high = max(word.x1 for row in rows for word in row)
    ink = [0] * (min(int(high - low), 5_000) + 2)
    for row in rows:
        for group in _groups(row):
            for x in range(int(group[0].x0 - low), min(int(group[-1].x1 - low) + 1, len(ink))):
                ink[x] += 1
    columns: list[tuple[float, float]] = []
    begin: int | None = None
    for x, count in enumerate([*ink, 0]):
        if count > (0.1 * len(rows) if len(rows) > 10 else len(rows) > _FEW_ROWS):
            begin = x if begin is None else begin
        elif begin is not None:
            columns.append((low + begin, low + x))
            begin = None
    return columns


def _groups(row: Sequence[Word]) -> list[list[Word]]:
    groups: list[list[Word]] = []
    for word in row:
        if groups and word.x0 - groups[-1][-1].x1 < _WORD_GAP * word.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _head_cells(row: Sequence[Word], columns: Columns, rules: Sequence[Rule]) -> list[str]:
    """Return a head row's cells; one over several columns stands in each of them."""
    cells = [""] * len(columns)
    groups = _groups(row)
    for group in groups:
        x0, x1 = group[0].x0, group[-1].x1
        for rule in rules:  # the short rule below a head tells how far it reaches
            is_below = 0 < group[0].y - rule.y < 1.2 * group[0].size
            over = [other for other in groups if rule.x0 <= other[0].x0 and other[-1].x1 <= rule.x1]
            if is_below and over == [group]:
                x0, x1 = rule.x0, rule.x1
                break
        reached = [i for i, (a, b) in enumerate(columns) if a < x1 and b > x0]
        for i in reached or [_nearest(columns, (x0 + x1) / 2)]:
            cells[i] = f"{cells[i]} {words_text(group)}".strip()
    return cells


def _body(rows: Sequence[Sequence[Word]], columns: Columns) -> list[list[str]]:
    """Return the rows' cells."""
    body: list[list[str]] = []
    levels: list[float] = []
    for row in rows:
        cells = _cells(row, columns)
        is_rest = not cells[0] and not any(map(_VALUE.fullmatch, filter(None, cells)))
        if body and is_rest and any(body[-1][1:]):
            body[-1] = [f"{a} {b}".strip() for a, b in zip(body[-1], cells, strict=True)]
        else:
            body.append(cells)
            levels.append(row[0].y)
    return _with_names(body, levels, rows[0][0].size)


def _with_names(body: list[list[str]], levels: Sequence[float], size: float) -> list[list[str]]:
    """Give a name that stands halfway between rows to the rows that have none."""
    kept: list[list[str]] = []
    names = [(row[0], y) for row, y in zip(body, levels, strict=True) if not any(row[1:])]
    used: set[float] = set()
    for row, y in zip(body, levels, strict=True):
        near = [(name, at) for name, at in names if not row[0] and abs(at - y) < 0.9 * size]
        used.update(at for _, at in near)
        kept.append([" ".join(name for name, _ in near), *row[1:]] if near else row)
    return [row for row, y in zip(kept, levels, strict=True) if any(row[1:]) or y not in used]


def _cells(row: Sequence[Word], columns: Columns) -> list[str]:
    words: list[list[Word]] = [[] for _ in columns]
    for word in row:
        words[_nearest(columns, (word.x0 + word.x1) / 2)].append(word)
    return list(map(words_text, words))


def _nearest(columns: Columns, x: float) -> int:
    return min(range(len(columns)), key=lambda i: max(columns[i][0] - x, x - columns[i][1], 0.0))


def joined(rules: Sequence[Rule]) -> list[Rule]:
    """Join pieces of one line: the cells' own borders of a word processor's table."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (-round(rule.y), rule.x0)):
        last = joined[-1] if joined else None
        if last and abs(last.y - rule.y) < 1 and rule.x0 < last.x1 + 1:
            joined[-1] = Rule(last.x0, max(last.x1, rule.x1), last.y)
        else:
            joined.append(rule)
    return joined
