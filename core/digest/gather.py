"""From sources to a day's candidates: which days to ask for, what came, what is still unshown.

A day is read again until it is settled, so a source that was down yesterday loses nothing. Days
count as read only when `cover` says so, after the digest made from them is stored; a run that
breaks off before must find them unread. And one reading of the sources serves all audiences of a
morning: they differ in what they were shown, not in what there is.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.fetch import Source
from core.fetch.gather import SourceReport, fetch_all
from core.fetch.merge import merge, without_repeats
from core.fetch.withdrawn import is_withdrawn
from core.models.errors import SourceOff, SourceTimedOut
from core.models.progress import Progress
from core.models.values import Note, NoteKind, Paper, SourceCount
from core.store import FetchRecord
from core.store.key_values import KeyValues
from core.store.papers.digests import Digests, History
from core.store.papers.fetches import Coverage, Fetches
from core.store.papers.papers import Papers

logger = logging.getLogger(__name__)

LOOKBACK = timedelta(days=3)
"""How far back days are read that no earlier run covered: a long weekend."""
SOURCE_TIMEOUT = timedelta(seconds=180)
"""One source as a whole. A first run asks arXiv about ten things, 3 s apart by its terms and often
as long in answering; losing all of it to impatience would repeat itself the next day."""

SHARED = timedelta(hours=1)
"""How long what all sources said serves other audiences of the same day."""
MOMENT = timedelta(seconds=10)
"""What a source has in any case, and no more when it was waited for in vain just now."""
JUST_NOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Candidates:
    """What a day can be chosen from."""

    papers: tuple[Paper, ...]
    """What may be shown."""
    new: tuple[Paper, ...]
    """Those of them that the day itself announced."""
    unread: frozenset[str]
    """Those of them that no earlier edition was chosen from, by id."""


@dataclass(frozen=True)
class Gathered:
    """What asking the sources came to."""

    day: date
    at: datetime
    """When asking began."""
    reports: tuple[SourceReport, ...]
    candidates: Candidates
    ended: date | None = None
    """The last day there is anything of, where that is over."""


@dataclass(frozen=True)
class _Asked:
    """One round of asking: when it began and ended, for which day, and what came."""

    day: date
    again: bool
    at: datetime
    heard_at: datetime
    reports: tuple[SourceReport, ...]

    def serves(self, day: date, now: datetime, *, again: bool) -> bool:
        """Whether another audience's question is answered by this; a gap is never shared."""
        complete = all(report.listing and not report.listing.failed for report in self.reports)
        # What was asked again holds all that asking for the unread days alone would bring.
        same = self.day == day and (self.again or not again)
        return complete and same and now - self.at < SHARED

    def silent(self, now: datetime) -> set[str]:
        """Return the sources that were waited for in vain just now."""
        if now - self.heard_at >= JUST_NOW:
            return set()
        return {
            report.source for report in self.reports if isinstance(report.error, SourceTimedOut)
        }


@dataclass(eq=False, repr=False, kw_only=True)
class Gatherer:
    """Asks all sources for a day and remembers how they behaved.

    Nothing is asked for before `first_day`, or of a later day than `last_day`.

    `sleep` measures how long the sources are waited for.
    """

    sources: Sequence[Source]
    papers: Papers
    history: History
    digests: Digests
    coverage: Coverage
    fetches: Fetches
    memory: KeyValues
    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    first_day: date = date.min
    last_day: date = date.max

    def __post_init__(self) -> None:
        self._asking = asyncio.Lock()
        self._last: _Asked | None = None

    async def gather(
        self,
        day: date,
        audience: str,
        progress: Progress,
        *,
        again: bool,
        afresh: bool = False,
        until: datetime | None = None,
    ) -> Gathered:
        """Return what `audience` may be shown of `day` and of earlier days nobody has read.

        With `again` the days before are asked for although they were read: a choice made anew is
        made from the same days as the first one. `afresh` asks although somebody just did. Who
        has not answered in half the time that is left until `until` has not answered.
        """
        if day > self.last_day:
            nothing = Candidates((), (), frozenset())
            return Gathered(day, self.now(), (), nothing, ended=self.last_day)
        async with self._asking:  # whoever comes meanwhile gets the same answer
            asked = self._last
            if afresh or not asked or not asked.serves(day, self.now(), again=again):
                at = self.now()
                # What cannot be stored is not asked for: it would be again, every minute.
                await self.memory.try_writing()
                silent = asked.silent(at) if asked else set()
                patience = self._patience(until, silent)
                reports = await self._ask(day, progress, patience, again=again)
                self._last = asked = _Asked(day, again, at, self.now(), reports)
        candidates = await self._candidates(day, audience, asked.reports)
        return Gathered(day, asked.at, asked.reports, candidates)

    def _patience(
        self, until: datetime | None, silent: Collection[str]
    ) -> Callable[[Source], timedelta]:
        patience = SOURCE_TIMEOUT
        if until is not None:  # the other half is the models'
            patience = max(MOMENT, min(patience, (until - self.now()) / 2))
        return lambda source: MOMENT if source.name in silent else patience

    async def cover(self, gathered: Gathered) -> None:
        """Keep which days were read; what may still grow is read again tomorrow."""
        for source, report in zip(self.sources, gathered.reports, strict=True):
            if report.listing is None:
                continue
            read = report.listing.read
            settled = [day for day in read if source.is_settled(day, gathered.at)]
            await self.coverage.record(source.name, read, at=gathered.at, settled=settled)

    async def _ask(
        self,
        day: date,
        progress: Progress,
        patience: Callable[[Source], timedelta],
        *,
        again: bool,
    ) -> tuple[SourceReport, ...]:
        requests = [(source, await self._days(source, day, again=again)) for source in self.sources]
        progress("sources", 0, len(requests))
        finished = 0

        def arrived(_: SourceReport) -> None:
            nonlocal finished
            finished += 1
            progress("sources", finished, len(requests))

        reports = await fetch_all(
            requests, timeout=patience, clock=self.clock, sleep=self.sleep, arrived=arrived
        )
        reports = tuple([await self._believed(report) for report in reports])
        for report, (_, days) in zip(reports, requests, strict=True):
            await self._remember(report, days)
        return reports

    async def _believed(self, report: SourceReport) -> SourceReport:
        """Take a list that repeats what its source announced on earlier days for none, yet."""
        if report.listing is None:
            return report
        known = await self.papers.get_many(paper.id for paper in report.listing.papers)
        listing = without_repeats(report.listing, report.source, known)
        for day in set(report.listing.read) - set(listing.read):
            logger.warning("%s lists nothing new under %s: asked again later", report.source, day)
        return replace(report, listing=listing)

    async def _days(self, source: Source, day: date, *, again: bool) -> list[date]:
        """Return `day` and the days before it that may still hold something unread."""
        since = day - LOOKBACK
        settled = set() if again else await self.coverage.settled(source.name, since)
        earlier = [day - timedelta(days=back) for back in range(LOOKBACK.days, 0, -1)]
        unread = (past for past in earlier if past not in settled and past >= self.first_day)
        return [*unread, day]

    async def _remember(self, report: SourceReport, days: Sequence[date]) -> None:
        at, listing = self.now(), report.listing
        await self.fetches.record(
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
            await self.fetches.record_skipped(report.source, listing.skipped, at)

    async def _candidates(
        self, day: date, audience: str, reports: Sequence[SourceReport]
    ) -> Candidates:
        """Merge what came with what was known, store it, and drop what was already shown."""
        fetched = merge(
            paper for report in reports if report.listing for paper in report.listing.papers
        )
        known = await self.papers.get_many([paper.id for paper in fetched])
        papers = merge([*fetched, *known.values()])
        await self.papers.put(papers)
        shown = await self.history.shown(audience, except_day=day)
        withdrawn = [paper.id for paper in papers if is_withdrawn(paper)]
        dropped = shown | set(withdrawn)
        candidates = tuple(paper for paper in papers if paper.id not in dropped)
        if withdrawn:
            logger.info("%d withdrawn and left out: %s", len(withdrawn), ", ".join(withdrawn))
        new = tuple(paper for paper in candidates if paper.listed == day)
        unread = await self._unread(candidates, day, audience)
        unread |= {paper.id for paper in new}
        if is_quiet(reports, day):
            # What was passed over on its own day is not what a day off is for.
            candidates = tuple(paper for paper in candidates if paper.id in unread)
        return Candidates(candidates, new, unread)

    async def _unread(self, papers: Sequence[Paper], day: date, audience: str) -> frozenset[str]:
        """Return which papers came after the edition before, so that it could not have them."""
        before = await self.digests.last_before(day, audience)
        ids = {paper.id for paper in papers}
        return frozenset(ids - await self.papers.seen_by(ids, before) if before else ids)


def scanned(reports: Sequence[SourceReport], counted: Collection[str]) -> tuple[SourceCount, ...]:
    """Return how many of the `counted` papers each source contributed.

    One that had none is left out, but where none had any, those that were read are named.
    """
    counts = [
        SourceCount(
            source=report.source,
            papers=len({paper.id for paper in report.listing.papers if paper.id in counted}),
            days=report.listing.read,
            label=report.listing.label,
        )
        for report in reports
        if report.listing
    ]
    return tuple(count for count in counts if count.papers) or tuple(counts)


def is_quiet(reports: Sequence[SourceReport], day: date) -> bool:
    """Whether by every source's calendar `day` has no list."""
    listings = [report.listing for report in reports if not isinstance(report.error, SourceOff)]
    return bool(listings) and all(listing and day in listing.quiet for listing in listings)


def source_notes(
    reports: Sequence[SourceReport], day: date, counted: Collection[str] = ()
) -> tuple[Note, ...]:
    """Return the one line each source deserves, none where all went well.

    `counted` are the papers an edition is the first to be chosen from: a source with a day off
    that has some of them is caught up with, and that is said.
    """
    return tuple(note for report in reports for note in _source_notes(report, day, counted))


def _source_notes(report: SourceReport, day: date, counted: Collection[str]) -> Collection[Note]:
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
        is_late = any(paper.id in counted for paper in listing.papers)
        kind = NoteKind.CATCHING_UP if is_late else NoteKind.NO_ANNOUNCEMENT
        notes.append(Note(kind=kind, source=report.source, day=listing.next_list))
    elif day in listing.young:
        notes.append(Note(kind=NoteKind.NOT_YET_ANNOUNCED, source=report.source))
    return notes
