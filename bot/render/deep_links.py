"""Paper ids inside deep links and buttons, and back.

Telegram allows `[A-Za-z0-9_-]{1,64}` in `/start <parameter>` and 64 bytes in a button's data.
An arXiv id's dot becomes `_` and an old id's slash the last `-` before seven digits; any other
id's key, which may hold both itself, keeps its own letters behind its scheme's name and `-`, or
stands in base64 behind the name and `_`.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from core.fetch import sources
from core.models.paper_id import PaperId, PaperRef, parse_arxiv_id

_START = "paper_"
_LONGEST = 64
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_OWN = re.compile(r"(?P<short>[a-z]+)(?:(?P<is_plain>-)|_)(?P<key>[A-Za-z0-9_-]+)")
_OLD = re.compile(r"(?P<archive>[a-z-]+)-(?P<serial>[0-9]{7})")


def start_parameter(paper_id: str) -> str:
    """Return the parameter of a deep link to a paper: `paper_2602_20981`."""
    named, scheme = PaperId.parse(paper_id), sources.scheme_of(paper_id)
    if named.is_arxiv or scheme is None:
        return _START + paper_id.replace(".", "_").replace("/", "-")
    if _PLAIN.fullmatch(named.key):
        return f"{_START}{scheme.short}-{named.key}"
    return f"{_START}{scheme.short}_{urlsafe_b64encode(named.key.encode()).decode().rstrip('=')}"


def paper_of_start(parameter: str) -> str | None:
    """Return the paper a `/start` parameter names; also takes ids typed by hand, dot and all."""
    if not parameter.startswith(_START) or len(parameter) > _LONGEST:
        return None
    name = parameter.removeprefix(_START)
    if reference := _of_own_scheme(name):
        return reference.id
    if match := _OLD.fullmatch(name):
        name = f"{match['archive']}/{match['serial']}"
    reference = parse_arxiv_id(name.replace("_", "."))
    return reference.id if reference else None


def _of_own_scheme(name: str) -> PaperRef | None:
    match = _OWN.fullmatch(name)
    if match is None:
        return None
    key = match["key"] if match["is_plain"] else _decoded(match["key"])
    named = (scheme.name for scheme in sources.schemes() if scheme.short == match["short"])
    found = (sources.paper_of(str(PaperId(scheme, key))) for scheme in named)
    return next(filter(None, found), None)


def _decoded(text: str) -> str:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:  # nothing of ours
        return ""


def deep_link(username: str, paper_id: str) -> str:
    """Return the link that opens a paper's deep dive in the private chat with the bot."""
    return f"https://t.me/{username}?start={start_parameter(paper_id)}"


def open_data(paper_id: str) -> str:
    """Return the data of a button that opens a deep dive as a new message."""
    return f"open:{paper_id}"


def page_data(paper_id: str, page: int) -> str:
    """Return the data of a button that turns to a page (from 0) of a deep dive in its message."""
    return f"page:{page}:{paper_id}"


def mark_data(kind: str, paper_id: str) -> str:
    """Return the data of a button that marks a paper."""
    return f"m:{kind}:{paper_id}"


def avoid_data(number: int, paper_id: str) -> str:
    """Return the data of a button that avoids a topic of a paper, by its place in the offer."""
    return f"av:{number}:{paper_id}"


def figure_data(paper_id: str) -> str:
    """Return the data of a button that sends a paper's main figure."""
    return f"fig:{paper_id}"


def renew_data(paper_id: str) -> str:
    """Return the data of a button that has a paper's newest version read."""
    return f"new:{paper_id}"


RENEW = re.compile(r"new:(?P<paper>[A-Za-z0-9_./:-]{1,59})")
OPEN = re.compile(r"open:(?P<paper>[A-Za-z0-9_./:-]{1,58})")
MARK = re.compile(r"m:(?P<kind>[a-z]{2,8}):(?P<paper>[A-Za-z0-9_./:-]{1,53})")
AVOID = re.compile(r"av:(?P<number>[0-9]):(?P<paper>[A-Za-z0-9_./:-]{1,56})")
FIGURE = re.compile(r"fig:(?P<paper>[A-Za-z0-9_./:-]{1,59})")
PAGE = re.compile(r"page:(?P<page>[0-9]{1,2}):(?P<paper>[A-Za-z0-9_./:-]{1,54})")
"""Every data of ours has such a pattern; what matches none is from an older version: say so."""
