"""Links in a model's words: only those of the paper itself may reach a reader. Pure."""

import re
from collections.abc import Collection

from core.models import Paper

_LINK = re.compile(
    r"(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>\"'“”‘’（）()\[\]{}，。；、]+", re.IGNORECASE
)
_EMPTY = re.compile(r"\(\s*\)|（\s*）|\[\s*\]")


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


def _bare(link: str) -> str:
    return re.sub(r"^(?:https?|ftp)://(?:www\.)?|^www\.", "", link.lower()).rstrip(".,;:!?/")
