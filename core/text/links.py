"""Links in foreign words: only those of the paper itself may work, and nothing else may be tapped.

Chats and Markdown viewers make links of plain text by themselves: of addresses, names of accounts,
commands, tags. `own_links_only` takes the web addresses a paper does not have out of a model's
words; `inert` keeps everything that is left from being made tappable. Pure.
"""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from core.models.values import Paper

JOINER: Final = "\u2060"
"""The word joiner: nobody sees it, no line breaks at it, and no link goes on behind it."""
_ADDRESS = r"[^\s<>\"'“”‘’（）()\[\]{}，。；、]+"
_LINK = re.compile(rf"(?i:(?<![a-z0-9])(?:(?:https?|ftp)://|www\.))(?=[^\W_]){_ADDRESS}")
_EMPTY = re.compile(r"\(\s*\)|（\s*）|\[\s*\]")
_SCHEME = re.compile(r"(?:https?|ftp)://(?:www\.)?|www\.", re.IGNORECASE)
_MESSENGER = re.compile(r"(?:.*\.)?(?:t\.me|telegram\.(?:me|dog|org)|tg\.dev|telesco\.pe)")
_SIGN = r"^\s!-/:-@\[-^`{-~\u2060"
"""Inside brackets: no blank and no mark. A parser may know newer letters than Python's "w"."""
# What Telegram's own parser (TDLib, MessageEntity.cpp) makes tappable, each up to the place where
# a joiner ends it. Never before a "/": a command may begin behind a joiner.
_ADDRESSES = (
    r"(?<![A-Za-z0-9_])@(?=\w)"  # accounts; the domain of an e-mail address is a domain
    r"|:(?=//)"  # of any scheme
    rf"|\.(?=[^\W\d_][{_SIGN}]|[^\x00-\x7f\s\u2060][{_SIGN}])"  # domains: two letters or more
    r"|(?<=\d)\.(?=\d{1,3}\.\d{1,3}\.\d)"  # of the network
)
_ADDRESS_ENDS = re.compile(_ADDRESSES)
_TAPPABLE = re.compile(
    _ADDRESSES + r"|(?<![\w/<>])/(?=[A-Za-z0-9_])"  # commands
    rf"|(?<![A-Za-z0-9_])#(?=[{_SIGN}])"  # tags
    r"|\$(?=[A-Z]|1INCH)"
    r"|\+(?=\d(?:[ ()-]{0,3}\d){6})"  # telephones
    r"|(?<=\d)(?=[ -]?\d(?:[ -]{0,3}\d){11})"  # cards: thirteen digits
)
_WEB = rf"(?i:(?<![a-z0-9])https?://)(?=\w[\w-]*\.[\w-]){_ADDRESS}"
_WEB_OR_TAPPABLE = re.compile(rf"(?P<web>{_WEB})|{_TAPPABLE.pattern}")


def links_in(*texts: str) -> frozenset[str]:
    """Return the addresses in texts, as `own_links_only` compares them."""
    return frozenset(_bare(link) for text in texts for link in _LINK.findall(text))


def own_links_only(text: str, known: Collection[str]) -> str:
    """Return `text` without the addresses that are not among the paper's own (`links_in`)."""
    kept = _LINK.sub(lambda link: link[0] if _bare(link[0]) in known else "", text)
    return text if kept == text else " ".join(_EMPTY.sub("", kept).split())


def words_of(paper: Paper) -> str:
    """Return what of a paper's metadata may hold its addresses."""
    links = (paper.url, paper.code_url, paper.project_url, paper.comment)
    return "\n".join([paper.title, paper.abstract, *(link or "" for link in links)])


def unlinked(text: str) -> str:
    """Return `text` so that nothing in it is taken for an address; a reader sees no difference."""
    return _ADDRESS_ENDS.sub(_joined, text)


def inert(text: str) -> str:
    """Return `text` so that nothing in it can be tapped; a reader sees no difference."""
    return _TAPPABLE.sub(_joined, text)


def inert_but_web(text: str) -> str:
    """Return `text` so that nothing in it can be tapped but web addresses.

    For words that have been through `own_links_only`, or are the paper's own. The messenger's
    addresses are none of the web: they open chats, whoever wrote them.
    """
    return _WEB_OR_TAPPABLE.sub(_joined_but_web, text)


def _joined(found: re.Match[str]) -> str:
    return found[0] + JOINER


def _joined_but_web(found: re.Match[str]) -> str:
    if not found["web"]:
        return _joined(found)
    if _opens_chats(found[0]):
        return inert(found[0])
    following = found.string[found.end() : found.end() + 1]
    # "https://github.com/a/b，好": a parser that knows no Chinese comma would go on.
    return found[0] if not following or following.isspace() else _joined(found)


def _opens_chats(link: str) -> bool:
    try:
        host = urlsplit(link if "://" in link else f"//{link}").hostname
    except ValueError:  # no address at all
        return True
    return host is None or _MESSENGER.fullmatch(host.rstrip(".")) is not None


def _bare(link: str) -> str:
    """Return an address as it is compared: the case of a host does not count."""
    host, slash, path = _SCHEME.sub("", link, count=1).partition("/")
    return (host.lower() + slash + path).rstrip(".,;:!?/")
