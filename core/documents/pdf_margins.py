"""What repeats at a PDF's page edges: running heads, page numbers, a publisher's stamp."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents.pdf_lines import Line, usual_size

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*+)?[-–—]?\s*+(?:\d{1,4}|[ivxlc]{1,7})\s*+[-–—]?\s*+(?:(?:of|/)\s*+\d{1,4})?", re.I
)
_EDGE = 3
"""Levels at the top and at the bottom where a head or a foot may stand."""
_LEVEL = 3  # points
_MARGIN = 0.08  # of the height of all text


@dataclass(frozen=True)
class _Edge:
    """The lines at a page's top and bottom."""

    levels: frozenset[int]
    apart: frozenset[int]
    """The outermost levels, where more space is beside them than text has."""


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Drop edge lines that repeat on many pages (digits aside), and lone page numbers there.

    A head that names the chapter changes, but not its place, and it stands apart from the text, no
    larger than it.
    """
    size = usual_size(line for page in pages for line in page)
    heights = [line.y for page in pages for line in page]
    low, high = min(heights, default=0.0), max(heights, default=0.0)
    margin = _MARGIN * (high - low)
    edges = [_edge(page) for page in pages]
    said = Counter(
        key
        for page, edge in zip(pages, edges, strict=True)
        for key in {_key(line) for line in page if _level(line) in edge.levels}
        if len(key) > 3
    )
    places = Counter(level for edge in edges for level in edge.apart)
    often = max(3, len(pages) // 3)

    def is_far_out(line: Line) -> bool:
        return line.size <= size and not low + margin < line.y < high - margin

    def repeats(line: Line, edge: _Edge) -> bool:
        level = _level(line)
        return level in edge.levels and (
            said[_key(line)] >= often
            or (is_far_out(line) and level in edge.apart and places[level] >= often)
            or _PAGE_NUMBER.fullmatch(line.text) is not None
        )

    return [
        [line for line in page if not repeats(line, edge)]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edge(page: Sequence[Line]) -> _Edge:
    levels = sorted({_level(line) for line in page})
    sizes = {_level(line): line.size for line in page}
    outermost = [(levels[0], levels[1]), (levels[-1], levels[-2])] if len(levels) > 1 else []
    apart = (a for a, b in outermost if _LEVEL * abs(a - b) > 1.8 * sizes[a])
    return _Edge(frozenset([*levels[:_EDGE], *levels[-_EDGE:]]), frozenset(apart))


def _level(line: Line) -> int:
    return round(line.y / _LEVEL)


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text).casefold()
