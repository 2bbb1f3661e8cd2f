"""Outside text made harmless inside Markdown.

A title is data: whatever it holds, it must come out as the characters a reader saw, in one line,
and must not open a link, a tag, a table or an emphasis of its own. Viewers make links of bare
addresses too; a joiner nobody sees prevents that. A test parses the result with a CommonMark
parser and compares.
"""

import re

from core.text.links import unlinked
from core.text.visible import one_line

_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
_LINE_START = re.compile(r"^(\s*)([-+#=>]|\d+[.)])(?=\s|$|[-=#>])")
_CLOSING_HASHES = re.compile(r"(^|\s)(#+)$")
"""At the end of a heading these would vanish."""


def inline(text: str) -> str:
    """Escape foreign `text` for a line: a link's text, a heading. Viewers make no links of it."""
    return _escaped(unlinked(one_line(text)))


def own(text: str) -> str:
    """Escape words of the digest's owner for use inside a line."""
    return _escaped(one_line(text))


def _escaped(line: str) -> str:
    plain = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = _SPECIAL.sub(r"\\\1", plain)
    return _CLOSING_HASHES.sub(r"\1\\\2", escaped)


def item(text: str) -> str:
    """Escape `text` that starts a line or a list item, where "1." or "#" would mean something."""
    return as_item(inline(text))


def as_item(escaped: str) -> str:
    """Do the same for text that is escaped for a line already."""
    return _LINE_START.sub(lambda match: match[1] + _defused(match[2]), escaped)


def _defused(marker: str) -> str:
    return f"{marker[:-1]}\\{marker[-1]}"


def link_target(url: str) -> str:
    """Return `url` when it is a plain web address that cannot break out of `(...)`, else ""."""
    if not url.startswith(("https://", "http://")):
        return ""
    return "" if re.search(r"[\s<>()\[\]\\`\"'|]|[^\x21-\x7e]", url) else url
