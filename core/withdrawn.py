"""Papers their authors took back: nothing to read, and nothing to recommend. Pure.

arXiv keeps the entry: the comment or the abstract of the last version says so, without any text.
"""

import re

from core.models import Paper

_WITHDRAWN = re.compile(
    r"\b(?:this|the|our) (?:paper|article|submission|manuscript|work|preprint|version)\b"
    r"[^.]{0,40}?\b(?:has been|is|was|have been|being)\b[^.]{0,20}?\b(?:withdrawn|retracted)"
    r"|^\s*(?:paper |article )?(?:withdrawn|retracted)\b"
    r"|\bwithdrawn by (?:the )?(?:authors?|arxiv|submitter)",
    re.IGNORECASE,
)
_OPENING = 300


def is_withdrawn(paper: Paper) -> bool:
    """Whether its comment, or the opening of its abstract, says that it was withdrawn."""
    return any(
        _WITHDRAWN.search(text[:_OPENING]) is not None
        for text in (paper.comment or "", paper.abstract)
    )
