"""Outside text made harmless inside Markdown.

A title is data: whatever it holds, it must come out as the same characters, in one line, and
must not open a link, a tag, a table or an emphasis of its own. A test parses the result with a
CommonMark parser and compares.
"""

import re

from core.visible import one_line

_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
_LINE_START = re.compile(r"^(\s*)([-+#=>]|\d+[.)])(?=\s|$|[-=#>])")
_CLOSING_HASHES = re.compile(r"(^|\s)(#+)$")
"""At the end of a heading these would vanish."""


def inline(text: str) -> str:
    """Escape `text` for use inside a Markdown line: link text, heading, list item."""
    plain = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = _SPECIAL.sub(r"\\\1", plain)
    escaped = _CLOSING_HASHES.sub(r"\1\\\2", escaped)
    return re.sub(r"(https?|ftp|mailto)(:)", r"\1&#58;", escaped)


def item(text: str) -> str:
    """Escape `text` that starts a line or a list item, where "1." or "#" would mean something."""
    escaped = inline(text)
    return _LINE_START.sub(lambda match: match[1] + _defused(match[2]), escaped)


def _defused(marker: str) -> str:
    return f"{marker[:-1]}\\{marker[-1]}"


def link_target(url: str) -> str:
    """Return `url` when it is a plain web address that cannot break out of `(...)`, else ""."""
    if not url.startswith(("https://", "http://")):
        return ""
    return "" if re.search(r"[\s<>()\[\]\\`\"'|]|[^\x21-\x7e]", url) else url
