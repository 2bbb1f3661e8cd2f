"""Taps on papers: what a reader thinks of them, and how much each says about what comes next.

An opinion fades with a half-life of months, so that a profile follows a reader who moves on. What
was shown and not tapped says a little, and only on days on which the reader did tap something:
silence on a morning without network is no opinion.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class FeedbackKind(StrEnum):
    """What somebody said of a paper."""

    LIKE = "like"
    DISLIKE = "dislike"
    MORE = "more"
    """More like this: a strong like."""
    OFF_TOPIC = "off"
    """Not this topic: a strong dislike."""
    SAVED = "save"
    OPENED = "open"


OPINIONS = (FeedbackKind.LIKE, FeedbackKind.DISLIKE, FeedbackKind.MORE, FeedbackKind.OFF_TOPIC)
"""Of these a paper has one at most."""


@dataclass(frozen=True)
class FeedbackEvent:
    person: int
    paper_id: str
    kind: FeedbackKind
    at: datetime


WEIGHTS = {
    FeedbackKind.LIKE: 1.0,
    FeedbackKind.MORE: 2.0,
    FeedbackKind.SAVED: 0.7,
    FeedbackKind.OPENED: 0.2,
    FeedbackKind.DISLIKE: -1.0,
    FeedbackKind.OFF_TOPIC: -2.0,
}
"""How much each says; of several on one paper an opinion counts, else the strongest."""
PASSED_OVER = -0.1
"""Of a paper that stood in a list of which the reader tapped another."""
HALF_LIFE = timedelta(days=120)
MEMORY = timedelta(days=730)
"""A mark older than this says nothing any more, and need not be looked up."""
MOST_MARKS, MOST_PASSED = 200, 40
"""The newest; more change little and cost much."""


def weights(
    marks: Iterable[FeedbackEvent], shown: Iterable[tuple[date, tuple[str, ...]]], now: datetime
) -> dict[str, float]:
    """Return a weight by paper id: above zero for what a reader wants more of.

    `shown` are the papers of the reader's earlier lists by day. Empty without any opinion: opening
    a paper out of curiosity makes nobody a profile.
    """
    marks = list(marks)
    if not any(mark.kind in OPINIONS or mark.kind is FeedbackKind.SAVED for mark in marks):
        return {}
    found: dict[str, float] = {}
    for mark in sorted(marks, key=_strength):
        age = max(now - mark.at, timedelta())
        found[mark.paper_id] = WEIGHTS[mark.kind] * 0.5 ** (age / HALF_LIFE)
    newest = {mark.paper_id: mark.at for mark in sorted(marks, key=lambda mark: mark.at)}
    kept = sorted(found, key=lambda paper_id: (newest[paper_id], paper_id))[-MOST_MARKS:]
    own = {paper_id: found[paper_id] for paper_id in kept}
    return _passed_over(shown, set(found)) | own


def _strength(mark: FeedbackEvent) -> tuple[bool, float, datetime]:
    """Order marks so that the last one counts: opinions, then what says more, then the newer."""
    return mark.kind in OPINIONS, abs(WEIGHTS[mark.kind]), mark.at


def _passed_over(
    shown: Iterable[tuple[date, tuple[str, ...]]], tapped: set[str]
) -> dict[str, float]:
    """Return what was shown beside something that was tapped, the newest of it."""
    passed = [
        paper_id
        for _, ids in sorted(shown)
        if tapped.intersection(ids)
        for paper_id in ids
        if paper_id not in tapped
    ]
    return dict.fromkeys(passed[-MOST_PASSED:], PASSED_OVER)
