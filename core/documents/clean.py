"""Texts of papers, cleaned before they are parsed: nothing invisible, no ligatures."""

import re

from core.text.visible import visible

MAX_CHARACTERS = 400_000
"""Most text kept of one paper, over all sections: about 100,000 tokens; a long thesis."""

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_SPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """Return `text` without invisible characters, with plain line feeds and no ligatures."""
    return visible(text).translate(_LIGATURES)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()
