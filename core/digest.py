"""A day's digest, from sources to `Edition`, in one direction and on one screen.

Each step takes values and returns values, and leaves its result in the store, so a build that
was broken off goes on where it stopped: a stored digest is never chosen again (unless forced), a
stored score or reading never paid for twice. A part that fails leaves a note, never a hole.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from core.analyze.desk import Desk
from core.errors import LLMError, SourceOff
from core.fetch import Source
from core.fetch.gather import SourceReport, fetch_all
from core.merge import merge
from core.models import (
    Analysis,
    Digest,
    Edition,
    Focus,
    Language,
    LocalScore,
    Note,
    NoteKind,
    Paper,
    ScoredPaper,
    ScoreKind,
    SourceCount,
)
from core.score.judge import Judgement
from core.score.pick import Choice, pick, shortlist
from core.score.reasons import local_reason
from core.store import FetchRecord, Store, StoredScore

logger = logging.getLogger(__name__)

LOOKBACK = timedelta(days=3)
"""How far back days are read that no earlier run covered: a long weekend."""
SOURCE_TIMEOUT = timedelta(seconds=180)
"""One source as a whole. A first run asks arXiv about ten things, 3 s apart by its terms and often
as long in answering; losing all of it to impatience would repeat itself the next day."""
RUNNERS_UP = 10


@dataclass(frozen=True)
class Wish:
    """What an audience wants of a day."""

    audience: str
    focus: Focus
    language: Language
    threshold: int
    top_n: int


class Judge(Protocol):
    """A model that scores a shortlist against a focus."""

    version: str
    models: Sequence[str]

    async def judge(self, papers: Sequence[Paper], focus: Focus, language: Language) -> Judgement:
        """Return its scores; raise `LLMError` when there is none at all."""
        ...


@dataclass(frozen=True)
class _Candidates:
    papers: tuple[Paper, ...]
    """What may be shown."""
    new: tuple[Paper, ...]
    """Those of them that the day itself announced."""


Rank = Callable[[Sequence[Paper], Focus], list[LocalScore]]


class Progress(Protocol):
    """Who watches a build; a stage is "sources", "scoring" or "reading"."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` parts of `stage` are finished."""
        ...


def unwatched(stage: str, done: int, total: int) -> None:
    """Watch nothing."""


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
        self._sources = sources
        self._store = store
        self._rank = rank
        self._judge = judge
        self._desk = desk
        self._now = now
        self._clock = clock

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
        at = self._now()
        reports = await self._fetch(day, progress, force=force)
        candidates = await self._candidates(day, wish.audience, reports)
        stored = await self._store.digests.get(day, wish.audience) if force else None
        if stored is not None and not candidates.papers:
            logger.warning("nothing to choose from: the stored choice of %s stays", day)
            return stored
        scored, waiting = await self._score(candidates, wish, progress, force=force)
        choice = pick(scored, threshold=wish.threshold, limit=wish.top_n, runners_up=RUNNERS_UP)
        notes = self._score_notes(candidates, choice, waiting)
        digest = Digest(
            day=day,
            audience=wish.audience,
            language=wish.language,
            focus=wish.focus,
            threshold=wish.threshold,
            scanned=_scanned(reports),
            candidates=len(candidates.papers),
            picks=choice.picks,
            others=choice.others,
            notes=(*extra_notes, *source_notes(reports, day), *notes),
            created_at=self._now(),
        )
        if candidates.papers:  # an empty day decided nothing: the next run may look again
            shown = [scored.paper.id for scored in (*choice.picks, *choice.others)]
            if force:
                await self._store.digests.put(digest, shown=shown)
            else:  # another process may have chosen meanwhile: the first choice is the day's
                digest = await self._store.digests.put_first(digest, shown=shown)
        # Only now: had we stopped before, these days would have to be read again.
        await self._cover(reports, at)
        return digest

    async def _fetch(
        self, day: date, progress: Progress, *, force: bool
    ) -> tuple[SourceReport, ...]:
        """Read the day from all sources at once, and earlier days nobody has read to the end.

        A forced choice is made from the same days as the first one, read or not.
        """
        requests = [
            (source, await self._days(source, day, force=force)) for source in self._sources
        ]
        progress("sources", 0, len(requests))
        finished = 0

        def arrived(_: SourceReport) -> None:
            nonlocal finished
            finished += 1
            progress("sources", finished, len(requests))

        reports = await fetch_all(
            requests, timeout=SOURCE_TIMEOUT, clock=self._clock, arrived=arrived
        )
        for report, (_, days) in zip(reports, requests, strict=True):
            await self._remember(report, days)
        return reports

    async def _days(self, source: Source, day: date, *, force: bool) -> list[date]:
        """Return `day` and the days before it that may still hold something unread."""
        since = day - LOOKBACK
        settled = set() if force else await self._store.coverage.settled(source.name, since)
        earlier = [day - timedelta(days=back) for back in range(LOOKBACK.days, 0, -1)]
        return [*(past for past in earlier if past not in settled), day]

    async def _remember(self, report: SourceReport, days: Sequence[date]) -> None:
        """Keep how the source behaved, for the operator."""
        at, listing = self._now(), report.listing
        await self._store.fetches.record(
            FetchRecord(
                at=at,
                source=report.source,
                days=len(days),
                papers=len(listing.papers) if listing else 0,
                skipped=len(listing.skipped) if listing else 0,
                latency=report.latency,
                error=report.error.reason if report.error else None,
            )
        )
        if listing is not None:
            await self._store.fetches.record_skipped(report.source, listing.skipped, at)

    async def _cover(self, reports: Sequence[SourceReport], at: datetime) -> None:
        """Keep which days were read (from `at` on); what may still grow is read again tomorrow."""
        for source, report in zip(self._sources, reports, strict=True):
            if report.listing is None:
                continue
            read = report.listing.read
            settled = [day for day in read if source.is_settled(day, at)]
            await self._store.coverage.record(source.name, read, at=at, settled=settled)

    async def _candidates(
        self, day: date, audience: str, reports: Sequence[SourceReport]
    ) -> _Candidates:
        """Merge what came with what was known, store it, and drop what was already shown."""
        fetched = merge(
            paper for report in reports if report.listing for paper in report.listing.papers
        )
        known = await self._store.papers.get_many([paper.id for paper in fetched])
        papers = merge([*fetched, *known.values()])
        await self._store.papers.put(papers)
        shown = await self._store.history.shown(audience, except_day=day)
        candidates = tuple(paper for paper in papers if paper.id not in shown)
        return _Candidates(candidates, tuple(p for p in candidates if p.listed == day))

    async def _score(
        self, candidates: _Candidates, wish: Wish, progress: Progress, *, force: bool
    ) -> tuple[list[ScoredPaper], int]:
        """Rank all locally, let the model score the best of them, keep what it could not local.

        Papers left over from earlier days come with the scores they have, and their seats in the
        shortlist go to the day's own. Return also how many papers the model was to score and did
        not.
        """
        progress("scoring", 0, 2)
        papers = candidates.papers
        # In a thread: scikit-learn computes for a while, and fetches or readers are waiting.
        ranking = await asyncio.to_thread(self._rank, papers, wish.focus)
        progress("scoring", 1, 2)
        judged: dict[str, StoredScore] = {}
        waiting = 0
        if self._judge is not None:
            stored = await self._stored(self._judge, papers, wish)
            chosen = _chosen(candidates, ranking, stored, widen=not force)
            judged = stored | await self._judged(
                self._judge, [paper for paper in chosen if paper.id not in stored], wish
            )
            waiting = sum(paper.id not in judged for paper in chosen)
        progress("scoring", 2, 2)
        by_id = {local.paper_id: local for local in ranking}
        scored = [
            _scored(paper, by_id[paper.id], judged.get(paper.id), wish.language) for paper in papers
        ]
        return scored, waiting

    def _score_notes(
        self, candidates: _Candidates, choice: Choice, waiting: int
    ) -> tuple[Note, ...]:
        if not candidates.papers:
            return (Note(kind=NoteKind.NOTHING_NEW),)
        notes = []
        shown = (*choice.picks, *choice.others)
        local = sum(scored.kind is ScoreKind.LOCAL for scored in shown)
        if self._judge is None:
            notes.append(Note(kind=NoteKind.LOCAL_SCORES))
        elif waiting and (local or not shown):  # a gap nobody sees needs no line
            notes.append(Note(kind=NoteKind.SCORES_WAITING, count=local or waiting))
        if not choice.picks:
            notes.append(Note(kind=NoteKind.NOTHING_ABOVE_THRESHOLD))
        return tuple(notes)

    async def _stored(
        self, judge: Judge, papers: Sequence[Paper], wish: Wish
    ) -> dict[str, StoredScore]:
        return await self._store.scores.get(
            paper_ids={paper.id: paper.version for paper in papers},
            focus=wish.focus.text,
            prompt=judge.version,
            models=judge.models,
            language=wish.language,
        )

    async def _judged(
        self, judge: Judge, papers: Sequence[Paper], wish: Wish
    ) -> dict[str, StoredScore]:
        """Ask the model about papers and store what it says; nothing when it cannot answer."""
        if not papers:
            return {}
        try:
            judgement = await judge.judge(papers, wish.focus, wish.language)
        except LLMError as error:
            logger.warning("scores stay local: %s", error)
            return {}
        if judgement.dropped:
            logger.info("answers dropped in scoring: %s", dict(judgement.dropped))
        versions = {paper.id: paper.version for paper in papers}
        new = [
            StoredScore(
                paper_id=score.paper_id,
                version=versions[score.paper_id],
                score=score.score,
                reason=score.reason,
                model=score.model,
            )
            for score in judgement.scores
        ]
        await self._store.scores.put(
            new, focus=wish.focus.text, prompt=judge.version, language=wish.language
        )
        return {score.paper_id: score for score in new}

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


def _chosen(
    candidates: _Candidates,
    ranking: Sequence[LocalScore],
    stored: Collection[str],
    *,
    widen: bool,
) -> list[Paper]:
    """Return whom the model scores: the best of all, and the best of the day itself.

    With `widen`, seats that go to papers with a stored score are given to the day's own papers.
    """
    chosen = {paper.id: paper for paper in shortlist(candidates.papers, ranking)}
    free = sum(paper_id in stored for paper_id in chosen) if widen else 0
    for paper in shortlist(candidates.new, ranking):
        if free and paper.id not in chosen:
            chosen[paper.id] = paper
            free -= paper.id not in stored
    return list(chosen.values())


def _scored(
    paper: Paper, local: LocalScore, judged: StoredScore | None, language: Language
) -> ScoredPaper:
    if judged is not None:
        return ScoredPaper(
            paper=paper,
            score=judged.score,
            kind=ScoreKind.LLM,
            reason=judged.reason,
            model=judged.model,
        )
    reason = local_reason(local, paper, language)
    return ScoredPaper(paper=paper, score=local.score, kind=ScoreKind.LOCAL, reason=reason)


def _scanned(reports: Sequence[SourceReport]) -> tuple[SourceCount, ...]:
    return tuple(
        SourceCount(
            source=report.source,
            papers=len({paper.id for paper in report.listing.papers}),
            days=report.listing.read,
            label=report.listing.label,
        )
        for report in reports
        if report.listing and report.listing.papers
    )


def source_notes(reports: Sequence[SourceReport], day: date) -> tuple[Note, ...]:
    """Return the one line each source deserves, none where all went well."""
    return tuple(note for report in reports for note in _source_notes(report, day))


def _source_notes(report: SourceReport, day: date) -> Collection[Note]:
    listing = report.listing
    if listing is None:
        off = isinstance(report.error, SourceOff)
        kind = NoteKind.SOURCE_OFF if off else NoteKind.SOURCE_DOWN
        return [Note(kind=kind, source=report.source)]
    notes = []
    if listing.failed:
        count = len(listing.failed)
        notes.append(Note(kind=NoteKind.SOURCE_PARTIAL, source=report.source, count=count))
    if day in listing.quiet:
        kind = NoteKind.NO_ANNOUNCEMENT
        notes.append(Note(kind=kind, source=report.source, day=listing.next_list))
    elif day in listing.young:
        notes.append(Note(kind=NoteKind.NOT_YET_ANNOUNCED, source=report.source))
    return notes
