"""One line that says what a paper did: short enough for a phone, or none."""

import re
from typing import Final

from core.models.base import Language

WIDEST: Final[dict[Language, int]] = {"zh": 80, "en": 90}
"""In half-width characters: 40 Chinese ones, or 90 letters."""
_WIDE = re.compile(
    r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]"
)
_CLAUSE = re.compile(r"[，；。：、,;:](?=\D|$)|\s[—–-]\s")
_LEAST = 0.4
"""A clause that is shorter than this part of a line says too little to stand alone."""


def width(text: str) -> int:
    """Return the half-width characters a text takes: two for a Chinese one."""
    return len(text) + len(_WIDE.findall(text))


def fitting_headline(text: str, language: Language) -> str:
    """Return a headline without its full stop, cut behind a clause where it is too long; or ""."""
    text = text.strip().rstrip("。.；;，,").strip()
    most = WIDEST[language]
    if width(text) <= most:
        return text
    ends = [clause.start() for clause in _CLAUSE.finditer(text)]
    fitting = [end for end in ends if _LEAST * most <= width(text[:end]) <= most]
    return text[: fitting[-1]].rstrip() if fitting else ""
