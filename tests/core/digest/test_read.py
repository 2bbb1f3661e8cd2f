"""Readings that had to wait: queued, remembered over a restart, made once, and last in line."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from core.digest.read import FIRST_PAUSE, LONGEST_PAUSE, PROMISED
from core.llm import ORDINARY, CallContext, Urgency, Waiter
from core.models.errors import LLMUnavailable, StoreError
from core.models.values import Delay, Focus, Language, NoteKind, Paper, ScoreKind, SecondLook
from core.store import Store, open_store
from tests.core.conftest import Clock
from tests.core.days import (
    DAY,
    WISH,
    Build,
    DeepDive,
    FakeDesk,
    FakeJudge,
    FakeSource,
    builders,
    kinds,
    paper,
)
from tests.databases import fresh

TWO = {DAY: [paper(90), paper(80)]}
FIRST, SECOND = "2603.00090", "2603.00080"


@pytest.fixture
def make(store: Store, clock: Clock) -> Build:
    return builders(store, clock)


class ChoosyDesk(FakeDesk):
    """Lets some papers wait; `retry_after` as the planner would say."""

    def __init__(
        self,
        clock: Clock,
        *late: str,
        delay: Delay = Delay.QUOTA,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(clock)
        self.late = set(late)
        self.reason = delay
        self.retry_after = retry_after

    async def dive(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter = ORDINARY
    ) -> DeepDive:
        dive = await super().dive(paper, focus, language, context)
        if paper.id in self.late:
            return DeepDive(dive.analysis, self.reason, self.retry_after)
        return dive


async def due(store: Store, day: date = DAY) -> dict[str, datetime | None]:
    rows = await store.pending_analyses.of(day, "main")
    return {row.paper_id: None if row.done_at else row.due_at for row in rows}


async def test_a_reading_that_had_to_wait_is_made_by_the_next_run_and_nothing_else(
    make: Build, store: Store, clock: Clock
) -> None:
    source, judge = FakeSource(days=TWO), FakeJudge({FIRST: 90, SECOND: 80})
    wait = timedelta(hours=7)
    deep_dives = ChoosyDesk(clock, FIRST, retry_after=wait)
    edition = await make(source, judge=judge, deep_dives=deep_dives).build(DAY, WISH)
    assert edition.waiting == {FIRST: Delay.QUOTA}
    assert set(edition.analyses) == {FIRST, SECOND}, "notes stand until then"
    assert await due(store) == {FIRST: clock() + wait}

    asked = len(judge.asked)
    clock.forward(hours=8)
    deep_dives.late.clear()
    again = await make(source, judge=judge, deep_dives=deep_dives).build(DAY, WISH)
    assert again.waiting == {}
    assert again.digest == edition.digest
    assert await due(store) == {FIRST: None}
    assert (len(source.asked), len(judge.asked)) == (1, asked)


async def test_what_waited_is_last_in_line_and_the_rest_is_the_digests(
    make: Build, clock: Clock
) -> None:
    deep_dives = ChoosyDesk(clock, FIRST)
    builder = make(FakeSource(days=TWO), deep_dives=deep_dives)
    await builder.build(DAY, WISH)
    assert deep_dives.urgencies == [Urgency.DIGEST, Urgency.DIGEST]
    await builder.build(DAY, WISH)
    assert dict(zip(deep_dives.read[2:], deep_dives.urgencies[2:], strict=True)) == {
        FIRST: Urgency.RETRY,
        SECOND: Urgency.DIGEST,
    }


async def test_without_a_word_from_the_provider_pauses_grow(
    make: Build, store: Store, clock: Clock
) -> None:
    deep_dives = ChoosyDesk(clock, FIRST, delay=Delay.SERVICE)
    builder = make(FakeSource(days=TWO), deep_dives=deep_dives)
    pauses = []
    for _ in range(8):
        edition = await builder.build(DAY, WISH)
        assert edition.waiting == {FIRST: Delay.SERVICE}
        when = (await due(store))[FIRST]
        assert when is not None
        pauses.append(when - clock())
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


async def test_due_readings_are_mended_after_a_restart_and_only_when_due(
    tmp_path: Path, clock: Clock
) -> None:
    url = fresh(tmp_path)
    async with open_store(url, now=clock) as store:
        deep_dives = ChoosyDesk(clock, FIRST, retry_after=timedelta(hours=7))
        await builders(store, clock)(FakeSource(days=TWO), deep_dives=deep_dives).build(DAY, WISH)

    async with open_store(url, now=clock) as store:
        deep_dives = ChoosyDesk(clock)
        builder = builders(store, clock)(deep_dives=deep_dives)
        clock.forward(hours=6)
        assert await builder.complete() == []
        assert deep_dives.read == []
        clock.forward(hours=1)
        (edition,) = await builder.complete()
        assert (edition.digest.day, edition.waiting) == (DAY, {})
        assert await builder.complete() == [], "once mended, it is not mended again"
        rows = await store.pending_analyses.of(DAY, "main")
        assert [(row.paper_id, row.done_at) for row in rows] == [(FIRST, clock())]


async def test_what_is_still_to_be_had_from_nobody_is_queued_again_and_nothing_is_announced(
    make: Build, store: Store, clock: Clock
) -> None:
    deep_dives = ChoosyDesk(clock, FIRST, retry_after=timedelta(hours=1))
    builder = make(FakeSource(days=TWO), deep_dives=deep_dives)
    await builder.build(DAY, WISH)
    clock.forward(hours=1)
    assert await builder.complete() == []
    assert await due(store) == {FIRST: clock() + timedelta(hours=1)}


async def test_after_a_week_nobody_waits_any_more(make: Build, clock: Clock) -> None:
    deep_dives = ChoosyDesk(clock, FIRST)
    builder = make(FakeSource(days=TWO), deep_dives=deep_dives)
    await builder.build(DAY, WISH)
    clock.forward(hours=PROMISED / timedelta(hours=1) + 1)
    deep_dives.late.clear()
    deep_dives.read.clear()
    assert await builder.complete() == []
    assert deep_dives.read == []


async def test_scores_that_had_to_wait_are_filled_in_without_choosing_again(
    make: Build, clock: Clock
) -> None:
    source = FakeSource(days={DAY: [paper(90), paper(80), paper(70), paper(20)]})
    judge = FakeJudge({}, error=LLMUnavailable("503"))
    first = await make(source, judge=judge).build(DAY, WISH)
    assert NoteKind.SCORES_WAITING in kinds(first)

    judge.error, judge.scores = None, {FIRST: 75, SECOND: 95, "2603.00070": 61}
    second = await make(source, judge=judge).build(DAY, WISH)
    assert [(p.paper.id, p.score, p.kind) for p in second.digest.picks] == [
        (FIRST, 75, ScoreKind.LLM),
        (SECOND, 95, ScoreKind.LLM),
    ]
    assert [other.score for other in second.digest.others] == [61]
    assert NoteKind.SCORES_WAITING not in kinds(second)
    assert judge.asked[1] == [FIRST, SECOND, "2603.00070"], "only what is shown is asked about"
    assert judge.urgencies == [Urgency.DIGEST, *[Urgency.RETRY] * 4]

    third = await make(source, judge=judge).build(DAY, WISH)
    assert third.digest == second.digest
    assert len(judge.asked) == 5


async def test_scores_that_are_still_missing_stay_local_and_labelled(make: Build) -> None:
    judge = FakeJudge({}, error=LLMUnavailable("503"))
    source = FakeSource(days=TWO)
    await make(source, judge=judge).build(DAY, WISH)
    judge.error, judge.scores = None, {FIRST: 75}
    edition = await make(source, judge=judge).build(DAY, WISH)
    assert [pick.kind for pick in edition.digest.picks] == [ScoreKind.LLM, ScoreKind.LOCAL]
    (note,) = (n for n in edition.digest.notes if n.kind is NoteKind.SCORES_WAITING)
    assert note.count == 1


async def test_a_reading_that_fails_stops_the_others(make: Build, clock: Clock) -> None:
    class Broken(FakeDesk):
        cancelled = False

        async def dive(
            self, paper: Paper, focus: Focus, language: Language, context: Waiter = ORDINARY
        ) -> DeepDive:
            if paper.id == FIRST:
                raise StoreError("the disk is full")
            try:
                return await asyncio.Event().wait()  # type: ignore[return-value]
            except asyncio.CancelledError:
                self.cancelled = True
                raise

    deep_dives = Broken(clock)
    with pytest.raises(StoreError, match="full"):
        await make(FakeSource(days=TWO), deep_dives=deep_dives).build(DAY, WISH)
    assert deep_dives.cancelled


async def test_everybody_on_the_way_hears_who_waits(make: Build, clock: Clock) -> None:
    heard: list[datetime] = []

    class Telling(FakeDesk):
        async def dive(
            self, paper: Paper, focus: Focus, language: Language, context: Waiter = ORDINARY
        ) -> DeepDive:
            context.on_wait(clock() + timedelta(seconds=40))
            return await super().dive(paper, focus, language, context)

    builder = make(FakeSource(days=TWO), deep_dives=Telling(clock))
    await builder.build(DAY, WISH, context=CallContext(on_wait=heard.append))
    assert heard == [clock() + timedelta(seconds=40)] * 2


class LookingDesk(FakeDesk):
    """Reads by a model; the second look waits until it is said to be there."""

    is_there = False

    async def dive(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter = ORDINARY
    ) -> DeepDive:
        dive = await super().dive(paper, focus, language, context)
        state = SecondLook.DONE if self.is_there else SecondLook.WAITING
        return replace(dive, analysis=dive.analysis.model_copy(update={"second_look": state}))

    async def look(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter
    ) -> DeepDive | None:
        self.urgencies.append(context.urgency)
        return await self.dive(paper, focus, language, context)


async def test_a_second_look_that_had_to_wait_is_queued_and_is_no_missing_reading(
    make: Build, store: Store, clock: Clock
) -> None:
    deep_dives = LookingDesk(clock)
    builder = make(FakeSource(days=TWO), deep_dives=deep_dives)
    edition = await builder.build(DAY, WISH)
    assert not edition.waiting
    assert set(await due(store)) == {f"look:{FIRST}", f"look:{SECOND}"}
    assert Urgency.RETRY in deep_dives.urgencies

    deep_dives.is_there = True
    assert await builder.complete() == [], "not yet due"
    clock.forward(minutes=15)
    (mended,) = await builder.complete()
    assert {one.second_look for one in mended.analyses.values()} == {SecondLook.DONE}
    assert set((await due(store)).values()) == {None}


class ReadyDesk(FakeDesk):
    """Has one of two readings at hand."""

    async def ready(self, paper: Paper, focus: Focus, language: Language) -> DeepDive | None:
        return await self.dive(paper, focus, language) if paper.id == FIRST else None


async def test_a_stored_digest_is_shown_with_the_readings_that_are_there(
    make: Build, clock: Clock
) -> None:
    builder = make(FakeSource(days=TWO), deep_dives=ReadyDesk(clock))
    edition = await builder.build(DAY, WISH)
    assert list(await builder.readings(edition.digest)) == [FIRST]
