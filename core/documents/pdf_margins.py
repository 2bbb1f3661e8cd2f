"""What repeats at a PDF's page edges: running heads, page numbers, a publisher's stamp."""

import re
from collections import Counter
from collections.abc import Sequence

from core.documents.pdf_lines import Line

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*+)?[-–—]?\s*+(?:\d{1,4}|[ivxlc]{1,7})\s*+[-–—]?\s*+(?:(?:of|/)\s*+\d{1,4})?", re.I
)
_EDGE = 3
"""Lines at the top and at the bottom that may be a head or a foot."""


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Drop edge lines that repeat on many pages (digits aside), and lone page numbers there.

    A head that names the chapter changes, but not its place, and it stands apart from the text.
    """
    edges = [_edges(page) for page in pages]
    keys = Counter(key for edge in edges for key in {_key(line) for line in edge} if len(key) > 3)
    places = Counter(
        place for page, edge in zip(pages, edges, strict=True) for place in _apart(page, edge)
    )
    often = max(3, len(pages) // 3)
    return [
        [
            line
            for line in page
            if line not in edge
            or not (
                keys[_key(line)] >= often
                or (line in apart and places[apart[line]] >= often)
                or _PAGE_NUMBER.fullmatch(line.text)
            )
        ]
        for page, edge in zip(pages, edges, strict=True)
        for apart in [{line: place for place, line in _apart(page, edge).items()}]
    ]


def _edges(page: Sequence[Line]) -> list[Line]:
    levels = sorted({round(line.y / 3) for line in page})
    outer = {*levels[:_EDGE], *levels[-_EDGE:]}
    return sorted((line for line in page if round(line.y / 3) in outer), key=lambda line: -line.y)


def _apart(page: Sequence[Line], edge: Sequence[Line]) -> dict[int, Line]:
    """Return the places of edge lines with more space beside them than text has."""
    if not edge:
        return {}
    levels = sorted({line.y for line in page}, reverse=True)
    return {
        round(line.y / 3): line
        for line in (edge[0], edge[-1])
        if all(abs(line.y - y) > 1.8 * line.size for y in levels if y != line.y)
    }


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text).casefold()
