"""What readers say of papers: set and taken back by a tap, listed, cleared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.models.feedback import OPINIONS, FeedbackEvent, FeedbackKind
from core.models.values import Paper
from core.store.audience.feedback import Feedback
from core.store.papers.papers import Papers

PAGE_SIZE = 8
MOST = 200
"""Saved papers that are listed: the newest."""
MOST_COUNTED = 10_000
LATEST = 5
"""Opinions that are listed."""
Marked = tuple[FeedbackKind, Paper]


@dataclass(frozen=True)
class SavedPage:
    count: int
    """On all pages."""
    papers: tuple[Marked, ...]
    number: int
    is_last: bool


@dataclass(frozen=True)
class Opinions:
    likes: int
    dislikes: int
    saved: int
    latest: tuple[Marked, ...]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ReaderFeedback:
    feedback: Feedback
    papers: Papers
    now: Callable[[], datetime]

    async def toggle(
        self, person: int, paper_id: str, kind: FeedbackKind
    ) -> tuple[Paper, bool] | None:
        """Set a mark or take it back; return its paper and whether it is set now.

        None for a paper nobody knows.
        """
        paper = await self.papers.get(paper_id)
        if paper is None:
            return None
        event = FeedbackEvent(person, paper.id, kind, self.now())
        return paper, await self.feedback.toggle(event)

    async def on(self, person: int, paper_id: str) -> set[FeedbackKind]:
        return await self.feedback.on(person, paper_id)

    async def likes(self, paper_id: str) -> int:
        counts = await self.feedback.counts([paper_id])
        return counts.get(paper_id, {}).get(FeedbackKind.LIKE, 0)

    async def saved(self, person: int, page: int = 0) -> SavedPage | None:
        """Return a page (from 0) of saved papers, the first where there is none; None without."""
        marks = await self.feedback.of(person, kinds=[FeedbackKind.SAVED], limit=MOST)
        if not marks:
            return None
        here = marks[page * PAGE_SIZE :][:PAGE_SIZE] or marks[:PAGE_SIZE]
        is_last = (page + 1) * PAGE_SIZE >= len(marks)
        return SavedPage(len(marks), await self._known(here), page, is_last)

    async def opinions(self, person: int) -> Opinions | None:
        """Return what somebody said so far; None where that is nothing."""
        kinds = [*OPINIONS, FeedbackKind.SAVED]
        said = await self.feedback.of(person, kinds=kinds, limit=MOST_COUNTED)
        opinions = [mark for mark in said if mark.kind in OPINIONS]
        if not opinions:
            return None
        likes = sum(mark.kind in (FeedbackKind.LIKE, FeedbackKind.MORE) for mark in opinions)
        saved, latest = len(said) - len(opinions), await self._known(opinions[:LATEST])
        return Opinions(likes, len(opinions) - likes, saved, latest)

    async def unsave(self, person: int, paper_id: str) -> bool:
        """Take a saved paper off the list; return whether it was there."""
        return await self.feedback.remove(person, [FeedbackKind.SAVED], paper_id) > 0

    async def take_back(self, person: int, paper_id: str) -> bool:
        """Take back an opinion of a paper; return whether there was one."""
        return await self.feedback.remove(person, OPINIONS, paper_id) > 0

    async def clear(self, person: int) -> None:
        await self.feedback.remove(person, OPINIONS)

    async def _known(self, marks: Sequence[FeedbackEvent]) -> tuple[Marked, ...]:
        papers = await self.papers.get_many(mark.paper_id for mark in marks)
        return tuple((m.kind, papers[m.paper_id]) for m in marks if m.paper_id in papers)
