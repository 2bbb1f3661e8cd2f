"""The entities Telegram finds in plain text by itself: links, commands, mentions, hashtags."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]
_TOP = "com|org|net|edu|gov|io|ai|cn|me|co|dev|app|info|de|uk|jp|fr|eu|xyz|site"
_FOUND = re.compile(
    rf"""
    (?P<url> https?://[^\s<>"'，。；、）】」]+
           | (?<![\w@.]) (?:[a-z0-9][a-z0-9-]{{0,62}}\.)+(?:{_TOP})\b
             (?:/[^\s<>"'，。；、）】」]*)? )
  | (?P<bot_command> (?<![\w/@.<>]) /[a-z0-9_]{{1,64}} (?:@[a-z0-9_]{{3,32}})? (?![\w/]) )
  | (?P<mention> (?<![\w@]) @[a-z][a-z0-9_]{{2,31}} (?!\w) )
  | (?P<hashtag> (?<![\w\#]) \#[^\W\d]\w{{0,254}} )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TRAILING = ".,:;!?)'\""


def detected(text: str, taken: Sequence[Json] = ()) -> list[Json]:
    """Return the entities to add to `taken`; none lies over one that is there.

    Offsets are UTF-16 units.
    """
    if not any(sign in text for sign in "/.@#"):
        return []
    shift = _Units(text)
    busy = [(e["offset"], e["offset"] + e["length"]) for e in taken if e["type"] in _OPAQUE]
    return [
        {"type": kind, "offset": start, "length": end - start}
        for kind, first, last in _matches(text)
        for start, end in [(shift.units(first), shift.units(last))]
        if not any(start < over and begin < end for begin, over in busy)
    ]


_OPAQUE = {"text_link", "code", "pre", "text_mention", "url", "mention", "bot_command", "hashtag"}


def _matches(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _FOUND.finditer(text):
        kind = str(match.lastgroup)
        found = match.group().rstrip(_TRAILING) if kind == "url" else match.group()
        yield kind, match.start(), match.start() + len(found)


class _Units:
    """Character positions of a text as UTF-16 units, asked for in rising order."""

    def __init__(self, text: str) -> None:
        self._text, self._plain = text, max(text, default="") <= "\uffff"
        self._position = self._units = 0

    def units(self, position: int) -> int:
        if self._plain:
            return position
        passed = self._text[self._position : position]
        self._units += len(passed) + sum(1 for sign in passed if sign > "\uffff")
        self._position = position
        return self._units
