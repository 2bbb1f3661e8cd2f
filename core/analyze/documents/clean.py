"""Characters nobody sees, out of every text before it is parsed, shown or sent to a model.

Control, zero-width, bidirectional-control and tag characters can hide instructions to a model or
turn a printed line around; they mean nothing in a paper. What a newcomer would get wrong: U+00AD
(soft hyphen) and U+2062 (invisible times) are in honest papers too, and harmless to drop.
"""

import re

MAX_CHARACTERS = 400_000
"""Most text kept of one paper, over all sections: about 100,000 tokens; a long thesis."""

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, without tab, line feed, carriage return
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"  # zero width, bidi, invisible operators
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # variation selectors, byte order mark
    "\ud800-\udfff"  # lone surrogates cannot be stored
    "\U000e0000-\U000e0fff"  # tags: a whole invisible alphabet
    "]+"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_SPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """Return `text` without invisible characters, with plain line feeds and no ligatures."""
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).translate(_LIGATURES)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()
