"""The values a chat shows: text with entities, buttons under it, and which link is previewed.

Never a parse mode: offsets and lengths are UTF-16 units, as the Bot API counts them, so a text
cannot fail to parse. Names of kinds are the Bot API's.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

MAX_UNITS = 4096
"""UTF-16 units of a message's text (https://core.telegram.org/bots/api#sendmessage)."""
MAX_ENTITIES = 100
MAX_DATA = 64
"""Bytes of a button's callback data."""


@dataclass(frozen=True)
class Entity:
    """A stretch of text that looks or acts special."""

    kind: str
    """The Bot API's `type`: bold, italic, code, pre, text_link, blockquote, ..."""
    offset: int
    length: int
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Button:
    """One button: `data` comes back to the bot, `url` opens a page; exactly one of them is set."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Message:
    """One message."""

    text: str
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons."""
    preview: str | None = None
    """The link whose preview is shown (small, above nothing); None: no preview at all."""

    @property
    def fingerprint(self) -> str:
        """What tells whether an edit would change anything."""
        value = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(value.encode()).hexdigest()[:16]


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
