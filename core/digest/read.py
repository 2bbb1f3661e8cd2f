"""The readings of a digest: made with it, or later, when what they waited for is back.

The model's scores, where the choice was made without them, wait in the same queue, and so does the
second look at a reading: a row with a due time, so a restart forgets nothing and whoever delivers
digests can ask what has been mended since. Looks are taken before the post where there is time.
Mending is the last in line for a day's requests (`Urgency.RETRY`), or yesterday would eat today's
digest.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.analyze.deep_dives import DeepDive, DeepDives
from core.digest.score import scores_awaited
from core.llm import ORDINARY, CallContext, Urgency
from core.models.progress import Progress, unwatched
from core.models.values import Analysis, Digest, Edition, Paper
from core.store import PendingAnalysis
from core.store.papers.pending_analyses import PendingAnalyses

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=6)
SCORES = "scores"
"""Stands in the queue for the model's scores of all that a digest shows; no paper has this id."""
LOOK = "look:"
"""Stands in the queue before the id of a paper whose reading awaits its second look."""
PROMISED = timedelta(days=7)
"""How long a reading is tried for: after a week nobody waits for it any more."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PickReader:
    pending_analyses: PendingAnalyses
    deep_dives: DeepDives
    now: Callable[[], datetime]

    async def complete(
        self, digest: Digest, progress: Progress = unwatched, context: CallContext = ORDINARY
    ) -> Edition:
        """Return `digest` with its readings: those it has, those made now; queue the others."""
        rows = await self.pending_analyses.of(digest.day, digest.audience)
        awaited = {row.paper_id: row for row in rows if row.done_at is None}
        dives = await self._dives(digest, awaited, progress, context)
        now = self.now()
        late = {
            paper_id: now + _after(dive, awaited.get(paper_id))
            for paper_id, dive in dives.items()
            if dive.delay is not None
        }
        late |= {
            LOOK + paper_id: now + _after(dive, awaited.get(LOOK + paper_id))
            for paper_id, dive in dives.items()
            if dive.awaits_look
        }
        if scores_awaited(digest):
            late[SCORES] = now + pause(awaited.get(SCORES))
        await self.pending_analyses.queue(digest.day, digest.audience, late, at=now)
        mended = [paper_id for paper_id in awaited if paper_id not in late]
        await self.pending_analyses.finish(digest.day, digest.audience, mended, at=now)
        return Edition(
            digest=digest,
            analyses={paper_id: dive.analysis for paper_id, dive in dives.items()},
            waiting={paper_id: dive.delay for paper_id, dive in dives.items() if dive.delay},
        )

    async def known(self, digest: Digest) -> dict[str, Analysis]:
        """Return the readings that are there, by paper; asks nobody."""
        dives = {
            pick.paper.id: await self.deep_dives.ready(pick.paper, digest.focus, digest.language)
            for pick in digest.picks
        }
        return {paper_id: dive.analysis for paper_id, dive in dives.items() if dive}

    async def due(self) -> list[tuple[date, str]]:
        """Return the days and audiences of digests with readings that are due."""
        now = self.now()
        rows = await self.pending_analyses.due(now, since=now - PROMISED)
        return list(dict.fromkeys((row.day, row.audience) for row in rows))

    async def open(self, day: date, audience: str) -> set[str]:
        """Return what is still awaited of a digest: papers to be read, `LOOK`s, `SCORES`."""
        rows = await self.pending_analyses.of(day, audience)
        return {row.paper_id for row in rows if row.done_at is None}

    async def _dives(
        self,
        digest: Digest,
        awaited: Mapping[str, PendingAnalysis],
        progress: Progress,
        context: CallContext,
    ) -> dict[str, DeepDive]:
        """Return all dives by paper id, made at once: `DeepDives` knows which exist."""
        total, done = len(digest.picks), 0
        progress("reading", 0, total)
        dives: dict[str, DeepDive] = {}

        async def dive(number: int) -> None:
            nonlocal done
            paper = digest.picks[number].paper
            own = context.but(Urgency.RETRY) if paper.id in awaited else context
            made = await self.deep_dives.dive(paper, digest.focus, digest.language, own)
            dives[paper.id] = await self._looked_at(made, digest, paper, context)
            done += 1
            progress("reading", done, total)

        try:
            async with asyncio.TaskGroup() as group:
                for number in range(total):
                    group.create_task(dive(number))
        except ExceptionGroup as failed:  # one reason is enough; the others were cancelled
            raise failed.exceptions[0] from failed
        return dives

    async def _looked_at(
        self, dive: DeepDive, digest: Digest, paper: Paper, context: CallContext
    ) -> DeepDive:
        """Return a dive after its second look, if that can be had in the context's time."""
        if not dive.awaits_look:
            return dive
        last = context.but(Urgency.RETRY)
        return await self.deep_dives.look(paper, digest.focus, digest.language, last) or dive


def is_paper(row: PendingAnalysis) -> bool:
    """Whether it is a reading that is awaited."""
    awaited = row.paper_id
    return awaited != SCORES and not awaited.startswith(LOOK)


def _after(dive: DeepDive, row: PendingAnalysis | None) -> timedelta:
    """Return how long to wait: as long as is known to be needed, but never a mere moment."""
    return max(dive.retry_after, FIRST_PAUSE) if dive.retry_after else pause(row)


def pause(row: PendingAnalysis | None) -> timedelta:
    """Return how long to wait before trying again when nobody says: longer each time."""
    tries = 0 if row is None else row.tries + 1
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LONGEST_PAUSE)
