"""A day's digest, from sources to `Edition`, in one direction and on one screen.

Each step takes values and returns values, and leaves its result in the store, so a build that
was broken off goes on where it stopped: a stored digest is never chosen again (unless forced), a
stored score or reading never paid for twice. A part that fails leaves a note, never a hole.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.digest.gather import LOOKBACK, Gathered, Gatherer, is_quiet, scanned, source_notes
from core.digest.pick import Choice, pick
from core.digest.read import PickReader
from core.digest.score import Scored, Scorer
from core.llm import ORDINARY, CallContext
from core.models.digest_spec import DigestSpec, chosen_for
from core.models.progress import Progress, unwatched
from core.models.values import (
    Analysis,
    Digest,
    Edition,
    Note,
    NoteKind,
    ScoredPaper,
    ScoreKind,
)
from core.store.papers.digests import Digests

logger = logging.getLogger(__name__)

RUNNERS_UP = 10


@dataclass(eq=False, repr=False, kw_only=True)
class DigestBuilder:
    """Builds digests from what the composition root hands in.

    Builders for different audiences share a gatherer, and so one reading of the sources.
    """

    gatherer: Gatherer
    digests: Digests
    scorer: Scorer
    pick_reader: PickReader
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self.last_day = self.gatherer.last_day

    async def build(
        self,
        day: date,
        spec: DigestSpec,
        *,
        force: bool = False,
        extra_notes: Sequence[Note] = (),
        progress: Progress = unwatched,
        context: CallContext = ORDINARY,
    ) -> Edition:
        """Return `day`'s edition: from the store, completed by what is missing, or new.

        `force` chooses anew although a digest is stored; scores and readings are still reused.
        What has to wait is queued. `context` says how urgent it is, hears of waits, and may say
        when the edition goes out with what there is then.
        """
        if spec.original is not None:
            base = None if force else await self.get(day, spec.original.audience)
            if base is None:
                made = await self.build(
                    day,
                    spec.original,
                    force=force,
                    extra_notes=extra_notes,
                    progress=progress,
                    context=context,
                )
                base = made.digest
            if not base.candidates:
                return Edition(digest=base)
            return await self.translate(base, spec, context=context)
        digest = None if force else await self.digests.get(day, spec.audience)
        if digest is None:
            return await self._make(day, spec, extra_notes, progress, context, force=force)
        return await self._complete(digest, progress, context)

    async def get(self, day: date, audience: str) -> Digest | None:
        """Return a stored digest with the scores that have come since; asks nobody."""
        digest = await self.digests.get(day, audience)
        return None if digest is None else await self._as_scored(digest)

    async def readings(self, digest: Digest) -> dict[str, Analysis]:
        """Return the readings of a stored digest that are there; asks nobody."""
        return await self.pick_reader.known(digest)

    async def translate(
        self, base: Digest, spec: DigestSpec, *, context: CallContext | None = ORDINARY
    ) -> Edition:
        """Return the choice of `base` in the language of `spec`: stored, or made now.

        Papers, scores and counts are the same, or two readers of one day would contradict each
        other. Without a context nobody is asked and nothing stored: what stands there then is
        worded locally, for whoever cannot wait.
        """
        digest = await self.digests.get(base.day, spec.audience)
        if digest is None or digest.created_at < base.created_at:  # chosen anew since
            told = base.model_copy(update={"audience": spec.audience, "language": spec.language})
            is_again = digest is not None
            digest = await self.scorer.reworded(told, base, context, widely=True)
            if context is not None:
                digest = await self._keep(digest, force=is_again)
        if context is None:
            return Edition(digest=digest)
        return await self._complete(digest, unwatched, context)

    async def complete(self, context: CallContext = ORDINARY) -> list[Edition]:
        """Make what is due of earlier digests; return the editions that wait for less now."""
        mended = []
        for day, audience in await self.pick_reader.due():
            digest = await self.get(day, audience)
            before = await self.pick_reader.open(day, audience)
            if digest is None:
                continue
            edition = await self._complete(digest, unwatched, context)
            is_fuller = before - await self.pick_reader.open(day, audience)
            if is_fuller or edition.digest != digest:
                mended.append(edition)
        return mended

    async def _complete(self, digest: Digest, progress: Progress, context: CallContext) -> Edition:
        """Return a stored digest's edition with all that can be had of it by now."""
        digest = await self._as_scored(digest, context)
        return await self.pick_reader.complete(digest, progress, context)

    async def _as_scored(self, digest: Digest, context: CallContext | None = None) -> Digest:
        """Return a digest with its scores and reasons as of now; asked for where `context` is."""
        of = chosen_for(digest.audience)
        base = await self.get(digest.day, of) if of else None
        if base is not None:
            return await self.scorer.reworded(digest, base, context)
        if context is None:
            return await self.scorer.known(digest)
        return await self.scorer.complete(digest, context)

    async def _make(
        self,
        day: date,
        spec: DigestSpec,
        extra_notes: Sequence[Note],
        progress: Progress,
        context: CallContext,
        *,
        force: bool,
    ) -> Edition:
        # An audience without a yesterday may be shown what others were offered then.
        again = force or not await self._had_any(day, spec.audience)
        gathered = await self.gatherer.gather(
            day, spec.audience, progress, again=again, afresh=force, until=context.until
        )
        is_new = await self.digests.get(day, spec.audience) is None
        if is_new and not gathered.candidates.unread:
            # Leftovers alone make no edition: they are still there when the next list is.
            return Edition(digest=self._empty(gathered, spec, extra_notes))
        digest = await self._choose(gathered, spec, extra_notes, progress, context, force=force)
        return await self.pick_reader.complete(digest, progress, context)

    async def _choose(
        self,
        gathered: Gathered,
        spec: DigestSpec,
        extra_notes: Sequence[Note],
        progress: Progress,
        context: CallContext,
        *,
        force: bool,
    ) -> Digest:
        day, candidates = gathered.day, gathered.candidates
        stored = await self.digests.get(day, spec.audience) if force else None
        if stored is not None and not candidates.papers:
            logger.warning("nothing to choose from: the stored choice of %s stays", day)
            return stored
        scored = await self.scorer.score(candidates, day, spec, progress, context, widen=not force)
        choice = pick(
            scored.papers, threshold=spec.threshold, limit=spec.top_n, runners_up=RUNNERS_UP
        )
        digest = Digest(
            day=day,
            audience=spec.audience,
            language=spec.language,
            focus=spec.focus,
            threshold=spec.threshold,
            scanned=scanned(gathered.reports, candidates.unread),
            candidates=len(candidates.papers),
            first_looked_at=len(candidates.unread),
            picks=choice.picks,
            others=choice.others,
            notes=(
                *extra_notes,
                *source_notes(gathered.reports, day, candidates.unread),
                *choice_notes(scored, choice),
            ),
            created_at=self.now(),
        )
        digest = await self._keep(digest, force=force)
        # Only now: had we stopped before, these days would have to be read again.
        await self.gatherer.cover(gathered)
        return digest

    def _empty(self, gathered: Gathered, spec: DigestSpec, extra_notes: Sequence[Note]) -> Digest:
        """Return what is said of a day without anything new.

        It decides nothing: it is not stored, and its days do not count as read. The next run looks
        again.
        """
        reports, day = gathered.reports, gathered.day
        notes = [*extra_notes, *source_notes(reports, day)]
        if gathered.ended is not None:
            notes.append(Note(kind=NoteKind.BUNDLED, day=gathered.ended))
        elif not is_quiet(reports, day):
            notes.append(Note(kind=NoteKind.NOTHING_NEW))
        return Digest(
            day=day,
            audience=spec.audience,
            language=spec.language,
            focus=spec.focus,
            threshold=spec.threshold,
            scanned=scanned(reports, ()),
            candidates=0,
            picks=(),
            others=(),
            notes=tuple(notes),
            created_at=self.now(),
        )

    async def _had_any(self, day: date, audience: str) -> bool:
        """Whether the audience had a digest on one of the days a gathering looks back to."""
        earlier = (day - timedelta(days=back) for back in range(1, LOOKBACK.days + 1))
        return any([await self.digests.get(past, audience) for past in earlier])

    async def _keep(self, digest: Digest, *, force: bool) -> Digest:
        """Store the choice and what it shows; return the choice that counts."""
        shown = [scored.paper.id for scored in (*digest.picks, *digest.others)]
        if force:
            await self.digests.put(digest, shown=shown)
            return digest
        # Another process may have chosen meanwhile: the first choice is the day's.
        return await self.digests.put_first(digest, shown=shown)


def choice_notes(scored: Scored, choice: Choice[ScoredPaper]) -> tuple[Note, ...]:
    """Return what a reader should know about how the choice came about."""
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
