"""Tables on a PDF's page as Markdown rows below their captions.

A table is what stands between ruled lines beside a caption; without rules, lines beside a caption
whose words stand apart. Columns are where hardly a row has ink between them, the head is what is
above the first rule, and a head over several columns stands above each of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice, pairwise

from core.documents.pdf_lines import Line, words_text
from core.documents.pdf_words import Rule, Word

_CAPTION = re.compile(
    r"(?P<name>(?:Table|Tab\.|表)\s*(?:[A-Z]?\.?\d{1,3}(?:[.-]\d{1,3})*|[IVX]{1,5}))"
    r"(?P<mark>\s*[:.|：—]\s*|\s+|$)(?P<title>.*)",
    re.IGNORECASE,
)
_NEAR = 45.0  # points between a caption and its table
_SAME = 1.2  # points between the ends of rules of one table
_EDGE = 4.0  # points that a word may stand beyond them
_WORD_GAP = 0.45  # of a letter's size: closer words are one cell
_MAX_COLUMNS = 60
_MAX_TABLES = 20  # on a page
_FEW_ROWS = 5  # of more, one may have a cell as wide as two columns
_MAX_CAPTION = 12  # lines
_VALUE = re.compile(r"[-+±~≈<>−–$]*\d[\d.,]*\s*(?:[%×x†‡*]|±.*|\(.*)*")
Columns = Sequence[tuple[float, float]]
"""Where each begins and ends."""


@dataclass(frozen=True)
class Table:
    """A table that was found: its caption, an empty line, its rows."""

    text: str


@dataclass(frozen=True)
class _Box:
    """What stands between ruled lines of equal length, or in rows without any."""

    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True)
class _Caption:
    """Where a caption stands among a page's lines."""

    first: int
    end: int
    text: str


def with_tables(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Line | Table]:
    """Return the page's lines, tables in place of their captions and rows."""
    captions = list(islice(_captions(lines, rules), _MAX_TABLES))
    if not captions:
        return list(lines)
    captioned = {i for caption in captions for i in range(caption.first, caption.end)}
    claims = _claims(captions, lines, _boxes(rules, lines, captioned))
    instead: dict[int, Table] = {}
    gone: set[int] = set()
    boxed = {i for own in claims.values() for box in own for i in _inside(box, lines)}
    for caption in captions:
        boxes = claims.get(caption) or _rows_beside(caption, lines, gone | captioned | boxed)
        inside = [_inside(box, lines) for box in boxes]
        rows = [
            _markdown([lines[i] for i in found], box, rules)
            for found, box in zip(inside, boxes, strict=True)
        ]
        if any(rows):
            gone.update(i for found in inside for i in found)
            gone.update(range(caption.first, caption.end))
            instead[caption.first] = Table("\n\n".join(filter(None, [caption.text, *rows])))
    kept = (instead.get(i) or (None if i in gone else line) for i, line in enumerate(lines))
    return [item for item in kept if item]


# Captions


def _captions(lines: Sequence[Line], rules: Sequence[Rule]) -> Iterator[_Caption]:
    end = 0
    for i, line in enumerate(lines):
        if i < end or not (found := _CAPTION.fullmatch(line.text)):
            continue
        if not _is_apart(line, lines[i - 1] if i else None, is_marked=bool(found["mark"].strip())):
            continue
        end = i + 1
        while end < min(len(lines), i + _MAX_CAPTION) and _goes_on(
            lines[end - 1], lines[end], rules
        ):
            end += 1
        title = " ".join(
            filter(None, (found["title"], *(more.text for more in lines[i + 1 : end])))
        )
        yield _Caption(i, end, f"{found['name']}: {_mended(title)}")


def _is_apart(line: Line, before: Line | None, *, is_marked: bool) -> bool:
    """Whether a line is no sentence's: "Table 1 shows ...", "Table 4. Since ..." within a text."""
    if before is not None and 0 < before.y - line.y < 1.6 * line.size:
        is_open = abs(before.size - line.size) < 0.3 and not before.text.endswith((".", ":"))
        return is_marked and not (is_open and before.cells == 1)
    return is_marked or line.cells > 1 or before is None or before.size != line.size


def _goes_on(before: Line, line: Line, rules: Sequence[Rule]) -> bool:
    return (
        abs(before.size - line.size) < 0.3
        and 0 < before.y - line.y < 1.5 * line.size
        and (line.cells == 1 or _is_justified(before, line))
        and not _CAPTION.fullmatch(line.text)
        and line.x0 < before.x1
        and line.x1 > before.x0
        and not any(line.y < r.y < before.y and r.x0 < line.x1 and r.x1 > line.x0 for r in rules)
    )


def _is_justified(before: Line, line: Line) -> bool:
    """Whether two lines begin and end alike, so that wide gaps are a text's."""
    return abs(before.x0 - line.x0) < _EDGE and abs(before.x1 - line.x1) < _EDGE


def _mended(text: str) -> str:
    return re.sub(r"(?<=[a-z])- (?=[a-z])", "", text)


# Where the rows are


def _boxes(rules: Sequence[Rule], lines: Sequence[Line], captioned: Set[int]) -> list[_Box]:
    """Return the stretches between rules of equal length that no prose parts."""
    boxes: list[_Box] = []
    for group in _alike(_joined(rules)):
        run = [group[0]]
        for above, below in pairwise(group):
            if _is_parted(above, below, lines, captioned):
                boxes += _box(run)
                run = []
            run.append(below)
        boxes += _box(run)
    return boxes


def _box(run: Sequence[Rule]) -> list[_Box]:
    if len(run) < 2 or run[0].y - run[-1].y < 2 * _EDGE:
        return []
    return [_Box(run[0].x0, run[0].x1, run[0].y, run[-1].y)]


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Join pieces of one line: the cells' own borders of a word processor's table."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (-round(rule.y), rule.x0)):
        last = joined[-1] if joined else None
        if last and abs(last.y - rule.y) < 1 and rule.x0 < last.x1 + 1:
            joined[-1] = Rule(last.x0, max(last.x1, rule.x1), last.y)
        else:
            joined.append(rule)
    return joined


def _alike(rules: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: -rule.y):
        for group in groups:
            if abs(group[0].x0 - rule.x0) < _SAME and abs(group[0].x1 - rule.x1) < _SAME:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return groups


def _is_parted(above: Rule, below: Rule, lines: Sequence[Line], captioned: Set[int]) -> bool:
    """Whether a caption or prose stands between two rules."""
    between = [
        (i, line)
        for i, line in enumerate(lines)
        if below.y < line.y < above.y and line.x0 < above.x1 and line.x1 > above.x0
    ]
    full = sum(line.cells == 1 and line.x1 - line.x0 > 0.85 * (above.x1 - above.x0)
               for _, line in between)  # fmt: skip
    return full > 1 or any(i in captioned or _OTHER.match(line.text) for i, line in between)


_OTHER = re.compile(r"(?:Figure|Fig\.|Algorithm|图)\s*[\w.-]{1,6}", re.IGNORECASE)


def _claims(
    captions: Sequence[_Caption], lines: Sequence[Line], boxes: Sequence[_Box]
) -> dict[_Caption, list[_Box]]:
    """Give each box to the caption nearest to it, and each caption what stands side by side."""
    near = sorted(
        ((_distance(caption, lines, box), i, j)
         for i, caption in enumerate(captions) for j, box in enumerate(boxes)),
    )  # fmt: skip
    claims: dict[_Caption, list[_Box]] = defaultdict(list)
    taken: set[int] = set()
    for distance, i, j in near:
        own, box = claims[captions[i]], boxes[j]
        beside = all(box.bottom < other.top and box.top > other.bottom for other in own)
        if distance < _NEAR and j not in taken and beside:
            own.append(box)
            taken.add(j)
    return claims


def _distance(caption: _Caption, lines: Sequence[Line], box: _Box) -> float:
    own = lines[caption.first : caption.end]
    if max(line.x1 for line in own) < box.x0 or min(line.x0 for line in own) > box.x1:
        return float("inf")
    above = own[-1].y - box.top
    below = box.bottom - own[0].y - own[0].size
    return max(above, below) if above > -_EDGE or below > -_EDGE else float("inf")


def _rows_beside(caption: _Caption, lines: Sequence[Line], taken: Set[int]) -> list[_Box]:
    """Return the lines below the caption, or above it, whose words stand apart."""
    after = _run(lines, range(caption.end, len(lines)), taken)
    before = _run(lines, range(caption.first - 1, -1, -1), taken)
    rows = after if len(after) >= len(before) else before
    if len(rows) < 2:
        return []
    x0, x1 = min(line.x0 for line in rows), max(line.x1 for line in rows)
    return [_Box(x0, x1, max(line.y for line in rows), min(line.y for line in rows))]


def _run(lines: Sequence[Line], where: range, taken: Set[int]) -> list[Line]:
    rows: list[Line] = []
    for i in where:
        far = bool(rows) and abs(rows[-1].y - lines[i].y) > 4 * lines[i].size
        if i in taken or lines[i].cells < 2 or far:
            break
        rows.append(lines[i])
    return rows


def _inside(box: _Box, lines: Sequence[Line]) -> list[int]:
    """Return which lines stand in a box."""
    return [
        i
        for i, line in enumerate(lines)
        if box.bottom - 1 < line.y < box.top + 1
        and box.x0 - _EDGE < (line.x0 + line.x1) / 2 < box.x1 + _EDGE
    ]


# Rows and columns


def _markdown(lines: Sequence[Line], box: _Box, rules: Sequence[Rule]) -> str:
    rows = _rows([word for line in lines for word in line.words])
    if len(rows) < 2:
        return ""
    inner = [rule for rule in rules if box.bottom < rule.y < box.top]
    heads = _heads(rows, box, _joined(inner))
    parts = [rule for rule in inner if rule.x1 - rule.x0 < 0.9 * (box.x1 - box.x0)]
    columns = _columns(rows[heads:])
    if not 2 <= len(columns) <= _MAX_COLUMNS:
        return ""
    is_grid = len(_joined(inner)) >= max(2, len(rows) - 2)
    if (not inner or is_grid) and _is_headless(_cells(rows[0], columns)):
        heads = 0
    above = [[""] * len(columns), *(_head_cells(row, columns, parts) for row in rows[:heads])]
    head = [" ".join(filter(None, dict.fromkeys(said))) for said in zip(*above, strict=True)]
    return markdown_rows([head, *_body(rows[heads:], columns)])


def markdown_rows(cells: Sequence[Sequence[str]]) -> str:
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


def _heads(rows: Sequence[Sequence[Word]], box: _Box, inner: Sequence[Rule]) -> int:
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
