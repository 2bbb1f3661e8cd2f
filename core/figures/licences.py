"""Which licences let a paper's figure be passed on, and how a credit names them. Pure.

Creative Commons only: arXiv's own licence lets arXiv distribute, nobody else. Of the CC family
those with -ND are left out. Their text (4.0, section 2(a)(4); 3.0, section 3) allows the
modifications that are *technically necessary* for another medium, and making a picture smaller than
Telegram requires is more than that; a link costs the reader one tap. -SA asks nothing of the
message around an unaltered figure, and -NC suits a bot that earns nothing: who runs one that does
must not show those.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_DEED = re.compile(r"/licenses/(?P<kind>by(?:-nc)?(?:-sa)?)/(?P<version>[1-4]\.[05])(?:/.*)?")
_ZERO = re.compile(r"/publicdomain/zero/1\.0(?:/.*)?")
_PUBLIC = re.compile(r"/(?:licenses/publicdomain|publicdomain/mark/1\.0)(?:/.*)?")
_HOSTS = frozenset({"creativecommons.org", "www.creativecommons.org"})


@dataclass(frozen=True)
class Licence:
    """A licence under which a figure may be passed on."""

    name: str
    """As a credit names it: "CC BY-SA 4.0"."""
    url: str
    """Its text; always at creativecommons.org, whatever was stated."""


def permitting(stated: str | None) -> Licence | None:
    """Return the licence at a URL if a figure may be passed on under it, made smaller."""
    try:
        parts = urlsplit((stated or "").strip())
    except ValueError:  # "http://[": no address at all
        return None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in _HOSTS:
        return None
    path = parts.path.lower()
    if match := _DEED.fullmatch(path):
        kind, version = match["kind"], match["version"]
        url = f"https://creativecommons.org/licenses/{kind}/{version}/"
        return Licence(f"CC {kind.upper()} {version}", url)
    if _ZERO.fullmatch(path):
        return Licence("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
    if _PUBLIC.fullmatch(path):
        return Licence("Public Domain", "https://creativecommons.org/publicdomain/mark/1.0/")
    return None
