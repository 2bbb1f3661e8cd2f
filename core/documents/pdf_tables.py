"""Tables on a PDF's page as Markdown rows below their captions.

A table is what stands between ruled lines beside a caption; without rules, lines beside a caption
whose words stand apart (`pdf_table_rows` lays them out).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice, pairwise

from core.documents.pdf_lines import Line
from core.documents.pdf_table_rows import Box, joined, markdown
from core.documents.pdf_words import Rule

_CAPTION = re.compile(
    r"(?P<name>(?:Table|Tab\.|表)\s*(?:[A-Z]?\.?\d{1,3}(?:[.-]\d{1,3})*|[IVX]{1,5}))"
    r"(?P<mark>\s*[:.|：—]\s*|\s+|$)(?P<title>.*)",
    re.IGNORECASE,
)
_NEAR = 45.0  # points between a caption and its table
_SAME = 1.2  # points between the ends of rules of one table
_EDGE = 4.0  # points that a word may stand beyond them
_MAX_TABLES = 20  # on a page
_MAX_CAPTION = 12  # lines


@dataclass(frozen=True)
class Table:
    """A table that was found: its caption, an empty line, its rows."""

    text: str


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
            markdown([word for i in found for word in lines[i].words], box, rules)
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


def _boxes(rules: Sequence[Rule], lines: Sequence[Line], captioned: Set[int]) -> list[Box]:
    """Return the stretches between rules of equal length that no prose parts."""
    boxes: list[Box] = []
    for group in _alike(joined(rules)):
        run = [group[0]]
        for above, below in pairwise(group):
            if _is_parted(above, below, lines, captioned):
                boxes += _box(run)
                run = []
            run.append(below)
        boxes += _box(run)
    return boxes


def _box(run: Sequence[Rule]) -> list[Box]:
    if len(run) < 2 or run[0].y - run[-1].y < 2 * _EDGE:
        return []
    return [Box(run[0].x0, run[0].x1, run[0].y, run[-1].y)]


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
    captions: Sequence[_Caption], lines: Sequence[Line], boxes: Sequence[Box]
) -> dict[_Caption, list[Box]]:
    """Give each box to the caption nearest to it, and each caption what stands side by side."""
    near = sorted(
        ((_distance(caption, lines, box), i, j)
         for i, caption in enumerate(captions) for j, box in enumerate(boxes)),
    )  # fmt: skip
    claims: dict[_Caption, list[Box]] = defaultdict(list)
    taken: set[int] = set()
    for distance, i, j in near:
        own, box = claims[captions[i]], boxes[j]
        beside = all(box.bottom < other.top and box.top > other.bottom for other in own)
        if distance < _NEAR and j not in taken and beside:
            own.append(box)
            taken.add(j)
    return claims


def _distance(caption: _Caption, lines: Sequence[Line], box: Box) -> float:
    own = lines[caption.first : caption.end]
    if max(line.x1 for line in own) < box.x0 or min(line.x0 for line in own) > box.x1:
        return float("inf")
    above = own[-1].y - box.top
    below = box.bottom - own[0].y - own[0].size
    return max(above, below) if above > -_EDGE or below > -_EDGE else float("inf")


def _rows_beside(caption: _Caption, lines: Sequence[Line], taken: Set[int]) -> list[Box]:
    """Return the lines below the caption, or above it, whose words stand apart."""
    after = _run(lines, range(caption.end, len(lines)), taken)
    before = _run(lines, range(caption.first - 1, -1, -1), taken)
    rows = after if len(after) >= len(before) else before
    if len(rows) < 2:
        return []
    x0, x1 = min(line.x0 for line in rows), max(line.x1 for line in rows)
    return [Box(x0, x1, max(line.y for line in rows), min(line.y for line in rows))]


def _run(lines: Sequence[Line], where: range, taken: Set[int]) -> list[Line]:
    rows: list[Line] = []
    for i in where:
        far = bool(rows) and abs(rows[-1].y - lines[i].y) > 4 * lines[i].size
        if i in taken or lines[i].cells < 2 or far:
            break
        rows.append(lines[i])
    return rows


def _inside(box: Box, lines: Sequence[Line]) -> list[int]:
    """Return which lines stand in a box."""
    return [
        i
        for i, line in enumerate(lines)
        if box.bottom - 1 < line.y < box.top + 1
        and box.x0 - _EDGE < (line.x0 + line.x1) / 2 < box.x1 + _EDGE
    ]
