"""A day's digest, from sources to `Edition`, in one direction and on one screen.

Each step takes values and returns values, and leaves its result in the store, so a build that
was broken off goes on where it stopped: a stored digest is never chosen again (unless forced), a
stored score or reading never paid for twice. A part that fails leaves a note, never a hole.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.analyze.desk import Desk
from core.fetch import Source
from core.gathering import Gatherer, scanned, source_notes
from core.models import (
    Analysis,
    Digest,
    Edition,
    Focus,
    Language,
    Note,
    NoteKind,
    ScoredPaper,
    ScoreKind,
)
from core.progress import Progress, unwatched
from core.score.pick import Choice, pick
from core.scoring import Judge, Rank, Scored, Scorer
from core.store import Store

logger = logging.getLogger(__name__)

RUNNERS_UP = 10


@dataclass(frozen=True)
class Wish:
    """What an audience wants of a day."""

    audience: str
    focus: Focus
    language: Language
    threshold: int
    top_n: int


class DigestBuilder:
    """Builds digests from what the composition root hands in."""

    def __init__(
        self,
        *,
        sources: Sequence[Source],
        store: Store,
        rank: Rank,
        judge: Judge | None,
        desk: Desk,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._gatherer = Gatherer(sources=sources, store=store, now=now, clock=clock)
        self._scorer = Scorer(store=store, rank=rank, judge=judge)
        self._desk = desk
        self._store = store
        self._now = now

    async def build(
        self,
        day: date,
        wish: Wish,
        *,
        force: bool = False,
        extra_notes: Sequence[Note] = (),
        progress: Progress = unwatched,
    ) -> Edition:
        """Return `day`'s edition: from the store, completed by what is missing, or new.

        `force` chooses anew although a digest is stored; scores and readings are still reused.
        """
        digest = None if force else await self._store.digests.get(day, wish.audience)
        if digest is None:
            digest = await self._choose(day, wish, extra_notes, progress, force=force)
        return await self._read(digest, progress)

    async def _choose(
        self,
        day: date,
        wish: Wish,
        extra_notes: Sequence[Note],
        progress: Progress,
        *,
        force: bool,
    ) -> Digest:
        gathered = await self._gatherer.gather(day, wish.audience, progress, again=force)
        candidates = gathered.candidates
        stored = await self._store.digests.get(day, wish.audience) if force else None
        if stored is not None and not candidates.papers:
            logger.warning("nothing to choose from: the stored choice of %s stays", day)
            return stored
        scored = await self._scorer.score(
            candidates, wish.focus, wish.language, progress, widen=not force
        )
        choice = pick(
            scored.papers, threshold=wish.threshold, limit=wish.top_n, runners_up=RUNNERS_UP
        )
        digest = Digest(
            day=day,
            audience=wish.audience,
            language=wish.language,
            focus=wish.focus,
            threshold=wish.threshold,
            scanned=scanned(gathered.reports),
            candidates=len(candidates.papers),
            picks=choice.picks,
            others=choice.others,
            notes=(
                *extra_notes,
                *source_notes(gathered.reports, day),
                *choice_notes(scored, choice),
            ),
            created_at=self._now(),
        )
        if candidates.papers:  # an empty day decided nothing: the next run may look again
            digest = await self._keep(digest, force=force)
        # Only now: had we stopped before, these days would have to be read again.
        await self._gatherer.cover(gathered)
        return digest

    async def _keep(self, digest: Digest, *, force: bool) -> Digest:
        """Store the choice and what it shows; return the choice that counts."""
        shown = [scored.paper.id for scored in (*digest.picks, *digest.others)]
        if force:
            await self._store.digests.put(digest, shown=shown)
            return digest
        # Another process may have chosen meanwhile: the first choice is the day's.
        return await self._store.digests.put_first(digest, shown=shown)

    async def _read(self, digest: Digest, progress: Progress) -> Edition:
        """Read the picks, all at once: the desk knows which are done."""
        total, done = len(digest.picks), 0
        progress("reading", 0, total)

        async def read(scored: ScoredPaper) -> tuple[str, bool]:
            nonlocal done
            dive = await self._desk.dive(scored.paper, digest.focus, digest.language)
            analyses[scored.paper.id] = dive.analysis
            done += 1
            progress("reading", done, total)
            return scored.paper.id, dive.waiting

        analyses: dict[str, Analysis] = {}
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(read(scored)) for scored in digest.picks]
        except ExceptionGroup as failed:  # one reason is enough; the others were cancelled
            raise failed.exceptions[0] from failed
        results = [task.result() for task in tasks]
        waiting = tuple(paper_id for paper_id, is_waiting in results if is_waiting)
        return Edition(digest=digest, analyses=analyses, waiting=waiting)


def choice_notes(scored: Scored, choice: Choice) -> tuple[Note, ...]:
    """Return what a reader should know about how the choice came about."""
    if not scored.papers:
        return (Note(kind=NoteKind.NOTHING_NEW),)
    notes = []
    shown = (*choice.picks, *choice.others)
    local = sum(item.kind is ScoreKind.LOCAL for item in shown)
    if not scored.has_judge:
        notes.append(Note(kind=NoteKind.LOCAL_SCORES))
    elif scored.waiting and (local or not shown):  # a gap nobody sees needs no line
        notes.append(Note(kind=NoteKind.SCORES_WAITING, count=local or scored.waiting))
    if not choice.picks:
        notes.append(Note(kind=NoteKind.NOTHING_ABOVE_THRESHOLD))
    return tuple(notes)
