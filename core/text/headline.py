"""One line that says what a paper did: short enough for a phone, or none."""

import re
import unicodedata
from typing import Final

from core.models.base import Language

WIDEST: Final[dict[Language, int]] = {"zh": 80, "en": 90}
"""Columns of a headline: 40 Chinese characters, which take two each, or 90 letters."""
_CLAUSE_END = re.compile(
    r"[，；。！？]|[,;!?](?=\s)|(?<!\bvs)(?<!\bal)(?<!\be\.g)(?<!\bi\.e)\.(?=\s|$)"
    r"|\s[–—-](?=\s)|——"
)
_OPEN_END = " 。.;；,，:：—–-"
_MARKS = re.compile(r"\*\*+|`+|~~+|^#+ ")
_LEAST_SHARE = 0.4
"""Of the room for a line: what is cut shorter says too little."""


def in_one_line(text: str, most: int) -> str:
    """Return a line no wider than `most`, cut behind a clause; "" where that leaves too little."""
    line = unmarked(text).rstrip(_OPEN_END)
    if width(line) <= most:
        return line
    cuts = [line[: end.start()].rstrip(_OPEN_END) for end in _CLAUSE_END.finditer(line)]
    fitting = [cut for cut in cuts if _LEAST_SHARE * most <= width(cut) <= most]
    return fitting[-1] if fitting else ""


def unmarked(text: str) -> str:
    """Return words that are not shown as Markdown without its marks."""
    return _MARKS.sub("", text.strip()).strip()


def width(line: str) -> int:
    """Return the columns a line takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
