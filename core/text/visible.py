"""Characters nobody sees, out of every outside text before it is parsed, shown or sent to a model.

Control, zero-width, bidirectional-control and tag characters can hide instructions to a model or
turn a printed line around; they mean nothing in a paper. U+00AD (soft hyphen) and U+2062 (invisible
times) are in honest papers too, and harmless to drop; a few letters and marks (Hangul fillers, the
Braille blank) are invisible as well.
"""

import re

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, without tab, line feed, carriage return
    "\u00ad\u034f\u061c\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u0600-\u0605\u06dd"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"  # zero width, bidi, operators, blanks
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # variation selectors, byte order mark
    "\ud800-\udfff\ue000-\uf8ff"  # lone surrogates cannot be stored, private use means nothing
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"  # tags: a whole invisible alphabet; private use
    "]+"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def visible(text: str) -> str:
    """Return `text` without unseen characters; all kinds of line breaks become line feeds."""
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Return the visible part of `text` with every run of white space as one space."""
    return " ".join(visible(text).split())


def cut(text: str, most: int) -> str:
    """Return `text`, with "…" for what is beyond `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
