"""Papers their authors took back: nothing to read, and nothing to recommend. Pure.

arXiv keeps the entry and has no field for it: the comment, the abstract or only the missing files
tell. The notice must speak of this paper and come as a statement ("this paper is withdrawn",
"withdrawn by", "we withdraw this submission"): a paper may be *about* withdrawals, may replace a
withdrawn one, or may have been withdrawn from a conference. A mere reason ("error in Eq. 3, will
be resubmitted") is as often a note on a correction, so it only raises a doubt, which only
a missing text confirms.
"""

import re
from enum import IntEnum

from core.models.values import Paper


class Withdrawal(IntEnum):
    """How sure it is that a paper was taken back."""

    NO = 0
    PERHAPS = 1
    """Its comment gives a reason, and no more: never chosen to be read, otherwise as any paper."""
    YES = 2
    """A notice says so."""


def withdrawal(paper: Paper) -> Withdrawal:
    comment, abstract = (paper.comment or "")[:_MOST], paper.abstract[:_MOST]
    if _is_notice(comment) or _opens_with_notice(abstract):
        return Withdrawal.YES
    is_short = len(abstract) < _ABSTRACT and len(_sentences(abstract)) <= 2
    if _is_reason(comment) or (is_short and _is_reason(abstract)):
        return Withdrawal.PERHAPS
    return Withdrawal.NO


def is_withdrawn(paper: Paper) -> bool:
    return withdrawal(paper) is Withdrawal.YES


def is_doubtful(paper: Paper) -> bool:
    """Whether it was, or may have been, taken back: nothing to choose for a reader."""
    return withdrawal(paper) is not Withdrawal.NO


_MOST = 2_000
_ABSTRACT = 400
"""An abstract proper is longer; a notice in its place is not."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n|\s[-–—]\s|^\W+|arxiv admin note:\s*", re.IGNORECASE)

_PAPER = (
    r"(?:current |following |present |above |entire )?(?:arxiv )?"
    r"(?:paper|article|submission|manuscript|work|preprint|e-?print|version|entry|document)s?"
)
_THIS = rf"\b(?:this|the|our|my) {_PAPER}"
_TAKEN = r"(?:withdrawn|retracted|removed|taken down)"
_ELSEWHERE = (
    r"(?!\s+(?:from|at|in) (?!arxiv|consideration|publication|here|the (?:arxiv|public|archive)))"
)
"""Not "withdrawn from ICLR": that says nothing of the entry here."""
_BECAUSE = (
    r"\s*(?:$|[.:,;!\]]|by\b|at the\b|on request|due\b|because\b|since\b|as (?!erroneous)\w+|for\b"
    r"|pending\b|owing\b|until\b|after\b|in order\b|temporarily|effective|see\b|from arxiv)"
)
_NOTICES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "This paper has been withdrawn by the authors", "the submission is being removed"
        rf"^[^:]{{0,60}}?{_THIS}[^.,:]{{0,25}}?\b(?:is|was|be|been|being|hereby)\s+"
        rf"(?:hereby |now |temporarily |being |therefore )?(?:withdrawn|retracted){_ELSEWHERE}",
        rf"^{_THIS} (?:is|was|has been|is being) (?:removed|taken down){_BECAUSE}",
        rf"\b(?:needs?|request(?:s|ed)?|has|have|had) (?:that )?(?:{_THIS} )?(?:to )?be "
        rf"withdrawn{_ELSEWHERE}",
        # "Withdrawn", "Paper withdrawn", "Retracted: ...", "Withdrawal due to errors"
        rf"^(?:(?:this |the )?{_PAPER} (?:is |was |is being )?)?(?:withdrawn|retracted){_BECAUSE}",
        r"^(?:withdrawal|retraction)(?:\s*$|\s*[.:]|\s+(?:due|because|by|of this|request))",
        rf"\b{_PAPER} (?:is |was |has been )?(?:withdrawn|retracted) by (?:the |its )?"
        r"(?:authors?|arxiv|submitter)",
        r"\bthis (?:entry|version|submission) (?:is|was|has been) withdrawn",
        # "We withdraw this paper", "I would like to withdraw", "we have decided to pull the paper"
        rf"\b(?:we|i|authors?)\b[^.;]{{0,60}}?\b(?:withdr[ae]w(?:ing|n)?|retract(?:ing|ed)?"
        rf"|pulling|tak(?:e|ing|en))\s+(?:down |back )?(?:{_THIS}|this\b|it\b(?! from))"
        r"(?! (?:assum|claim|result|step|constraint))",
        # "I request the withdrawal of my submission", "Author requested removal"
        r"\b(?:request(?:s|ed|ing)?|seek(?:s|ing)?|ask(?:s|ed|ing)? for)\s+"
        rf"(?:for )?(?:the |a |its )?"
        rf"(?:withdrawal|removal|retraction)(?:\s*$|\s*[.,;]|\s+(?:because|due|as|since|for"
        rf"|of (?:{_THIS}|the|it)))",
    )
)
_OTHER_PAPER = re.compile(
    r"\b(?:previous|earlier|original|old|older|another|previously|first)\b[^.;]{0,40}"
    r"\b(?:withdrawn|retracted|title)|\b(?:withdrawn|retracted) (?:paper|manuscript|preprint|one)"
    r"|\b(?:could|may|might|will) be (?:withdrawn|removed)",
    re.IGNORECASE,
)


_HINT = re.compile(r"withdr|retract|remov|tak|pull", re.IGNORECASE)
"""What every notice has: most texts need no further look."""


def _is_notice(text: str) -> bool:
    return _HINT.search(text) is not None and any(
        any(notice.search(sentence) for notice in _NOTICES) and not _OTHER_PAPER.search(sentence)
        for sentence in _sentences(text)
    )


def _opens_with_notice(abstract: str) -> bool:
    """An abstract may speak of withdrawals; a notice is its first sentence, or arXiv's own note."""
    if not _HINT.search(abstract):
        return False
    notes = re.findall(r"arxiv admin note:[^\n]{0,300}", abstract, re.IGNORECASE)
    return any(_is_notice(text) for text in (*_sentences(abstract)[:1], *notes))


_REASON = re.compile(
    r"\b(?:contain(?:s|ed|ing)?|includ(?:es?|ing)|ha[sd]|have|there (?:is|are)|found|discovered"
    r"|due to|because of|noticed|some|an?)\b[^.;]{0,40}?\b(?:errors?|mistakes?|flaws?|bugs?|gap)\b"
    r"|\bwill be (?:resubmitted|re-submitted|re-uploaded|rewritten|replaced|substantially)\b"
    r"|\b(?:do not|don't|not to be) (?:cite|use|distribute)|\bplease do not\b"
    r"|\bwithout (?:the )?(?:consent|permission|approval|authori[sz]ation|agreement)"
    r"|\bpermissions? (?:is |are )?(?:needed|required|pending)|\bfurther permissions?\b"
    r"|\b(?:submitted|uploaded|posted) (?:by mistake|by accident|accidentally|in error|erroneously)"
    r"|^(?:this is )?(?:a )?duplicate (?:of|upload|submission|entry)|^duplicated? (?:paper|arxiv)"
    r"|^(?:this (?:paper|version|article) (?:is|has been) )?(?:superseded|replaced) by\b"
    r"|\b(?:authorship|copyright|licen[cs]e|plagiarism|ownership) (?:dispute|conflict|issues?|claim"
    r"|violation|problem)|\btext overlap with another work\b"
    r"|\b(?:disagreement|dispute|conflict)s? (?:among|between|with) (?:the )?(?:co-?)?authors?"
    r"|\b(?:no longer|not) (?:valid|correct|reproducible)\b|\bcannot be reproduced\b"
    r"|\binvalidat(?:e|es|ing) (?:the|our)\b"
    r"|\bneeds? (?:major|substantial|to be) (?:revis|correct)",
    re.IGNORECASE,
)
_MENDED = re.compile(
    r"\b(?:correct(?:ed|s|ion of|ions? of|ing)|fix(?:ed|es|ing)?|revised|updated|previous|earlier"
    r"|v\d+\s*[:(]|accepted|published|camera|presented|appear(?:s|ed)? (?:in|at)|\d+ pages"
    r"|will be presented|copyright may be"
    r"|errors? (?:analysis|bars?|bounds?|rates?|correction))",
    re.IGNORECASE,
)


def _is_reason(text: str) -> bool:
    """Whether a text gives what could be a reason for taking a paper back, and nothing else."""
    return not _MENDED.search(text) and any(_REASON.search(s) for s in _sentences(text))


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(" ".join(text.split())) if part.strip(" .[(")]
