"""A whole Pacific day on simulated time: two models, three kinds of work."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.llm import Urgency
from core.llm.quota.shares import Shares
from core.llm.quota_limits import QuotaLimits
from tests.bench.quota import SETTINGS
from tests.core.llm.crowd import Asked, answered, asks, live, starts
from tests.servers.quotas import Quotas
from tests.simulation import WorkingLog
from tests.world import FLASH, FREE, LITE, World, open_world

MIDNIGHT = datetime(2026, 3, 13, 7, 0, tzinfo=UTC)
"""In California, in summer time."""
SHARES = Shares(digest=4)
EVEN = Shares(interactive=0.0)
"""Nothing is kept for anybody."""
INTERACTIVE, DIGEST, RETRY = Urgency.INTERACTIVE, Urgency.DIGEST, Urgency.RETRY
TRUE = timedelta(seconds=2)
"""How near a promise has to come."""


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world(MIDNIGHT, FREE) as opened:
        yield opened


@pytest.fixture
async def log(world: World, tmp_path: Path) -> AsyncIterator[WorkingLog]:
    async with world.store(tmp_path / "paperboy.db") as (_, opened):
        yield opened


async def test_an_ordinary_day(world: World, log: WorkingLog) -> None:
    """Yesterday's mending, a curious morning, a greedy noon, the digest, and late questions."""
    chain = world.chain(log, SETTINGS, shares=SHARES, models=[FLASH, LITE])
    hour = timedelta(hours=1)
    mending = asks("mend", RETRY, MIDNIGHT + timedelta(minutes=5), 4)
    daily_jobs = [
        asked for n in range(6) for asked in asks(f"morning {n}", INTERACTIVE, MIDNIGHT + n * hour)
    ]
    noon = asks("noon", INTERACTIVE, MIDNIGHT + 12 * hour, 50)
    score = asks("score", DIGEST, MIDNIGHT + 17.5 * hour)
    pick_reader = asks("read", DIGEST, MIDNIGHT + 17.5 * hour + timedelta(minutes=1), 3)
    evening = asks("evening", INTERACTIVE, MIDNIGHT + 20 * hour, 3)
    everybody = [*mending, *daily_jobs, *noon, *score, *pick_reader, *evening]

    await world.clock.run(live(world, chain, everybody))

    assert starts(world)
    assert answered(mending) == 4
    assert answered(daily_jobs) == 6
    # Two models of twenty: all but the digest's four of each, and what was used before.
    assert answered(noon) == 2 * (20 - 4) - 4 - 6
    assert answered([*score, *pick_reader]) == 4
    assert answered(evening) == 0  # the day is over for them, and they know until when
    next_day = MIDNIGHT + timedelta(days=1)
    assert all(next_day <= asked.back_at < next_day + timedelta(minutes=2) for asked in evening)


async def test_readers_have_their_share_after_a_greedy_digest(
    world: World, log: WorkingLog
) -> None:
    chain = world.chain(log, SETTINGS, shares=SHARES)
    greedy = asks("digest", DIGEST, MIDNIGHT, 40)
    mending = asks("mend", RETRY, MIDNIGHT + timedelta(hours=1), 5)
    readers = asks("paper", INTERACTIVE, MIDNIGHT + timedelta(hours=2), 9)

    await world.clock.run(live(world, chain, [*greedy, *mending, *readers]))

    assert len(starts(world)) == 20
    assert answered(greedy) == 15
    assert answered(mending) == 0
    assert answered(readers) == 5


async def test_what_is_kept_but_not_used_is_open_to_all_in_the_last_hour(
    world: World, log: WorkingLog
) -> None:
    chain = world.chain(log, SETTINGS, shares=SHARES)
    greedy = asks("digest", DIGEST, MIDNIGHT, 18)
    await world.clock.run(live(world, chain, greedy))
    (late,) = {asked.back_at for asked in greedy if asked.error}
    again = asks("again", DIGEST, late, 9)

    await world.clock.run(live(world, chain, again))

    assert late == MIDNIGHT + timedelta(hours=23)
    assert answered(again) == 5
    assert len(starts(world)) == 20


async def test_interactive_work_overtakes_and_mending_comes_last(
    world: World, log: WorkingLog
) -> None:
    chain = world.chain(log, QuotaLimits(rpm=5), shares=EVEN)
    mending = asks("mend", RETRY, MIDNIGHT, 7)
    digest = asks("digest", DIGEST, MIDNIGHT + timedelta(seconds=20), 11)
    reader = asks("paper", INTERACTIVE, MIDNIGHT + timedelta(seconds=30), 2)

    await world.clock.run(live(world, chain, [*mending, *digest, *reader]))

    by_start = sorted(starts(world).items(), key=lambda item: item[1])
    kinds = [text.split()[0] for text, _ in by_start]
    # Five started before anybody else had come; from then on it goes by urgency.
    assert kinds == ["mend"] * 5 + ["paper"] * 2 + ["digest"] * 11 + ["mend"] * 2


async def test_whoever_waited_had_been_told_a_time_that_came_true(
    world: World, log: WorkingLog
) -> None:
    chain = world.chain(log, SETTINGS, shares=SHARES, models=[FLASH, LITE])
    second = timedelta(seconds=1)
    crowd = [
        *asks("digest", DIGEST, MIDNIGHT, 13),
        *asks("mend", RETRY, MIDNIGHT, 4),
        *asks("paper", INTERACTIVE, MIDNIGHT + 3 * second, 6),
        *asks("late", INTERACTIVE, MIDNIGHT + 70 * second, 2),
    ]

    await world.clock.run(live(world, chain, crowd))

    began = starts(world)
    waited = [asked for asked in crowd if began[asked.text] - asked.at > TRUE]
    assert len(waited) >= 10
    for asked in waited:
        assert asked.on_wait, asked
        assert abs(asked.on_wait[-1] - began[asked.text]) <= TRUE, asked


async def test_the_same_question_of_five_people_is_one_call(world: World, log: WorkingLog) -> None:
    chain = world.chain(log, SETTINGS, shares=SHARES)
    second = timedelta(seconds=1)
    same = [Asked("the same", INTERACTIVE, MIDNIGHT + n * second) for n in range(5)]
    later = [Asked("the same", INTERACTIVE, MIDNIGHT + 60 * second)]

    await world.clock.run(live(world, chain, [*same, *later]))

    assert [arrival.at for arrival in world.meter.arrivals] == [MIDNIGHT, later[0].at]
    assert {asked.ended for asked in same} == {MIDNIGHT + 10 * second}


@settings(max_examples=15, phases=[Phase.reuse, Phase.generate])  # to shrink takes minutes
@given(
    crowd=st.lists(
        st.tuples(st.integers(0, 150), st.sampled_from(Urgency), st.integers(1, 4_000)),
        min_size=1,
        max_size=18,
    ),
    quotas=st.builds(
        Quotas, st.integers(0, 4), st.sampled_from([0, 1_400, 5_000]), st.sampled_from([0, 5, 12])
    ),
)
def test_no_crowd_earns_a_refusal_or_waits_longer_than_it_was_told(
    crowd: list[tuple[int, Urgency, int]], quotas: Quotas
) -> None:
    questions = [
        Asked(f"{n} {'x' * size}", urgency, MIDNIGHT + timedelta(seconds=seconds))
        for n, (seconds, urgency, size) in enumerate(crowd)
    ]
    asyncio.run(_live_alone(questions, quotas))

    for asked in questions:
        if asked.error is not None:
            assert asked.back_at >= MIDNIGHT + timedelta(hours=23)


async def _live_alone(questions: Sequence[Asked], quotas: Quotas) -> None:
    """Live in a world of one's own; check that promises came true."""
    limits = QuotaLimits(quotas.rpm, quotas.tpm, quotas.rpd)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_world(MIDNIGHT, quotas) as world,
            world.store(Path(folder) / "paperboy.db") as (_, log),
        ):
            chain = world.chain(log, limits, shares=SHARES)
            await world.clock.run(live(world, chain, questions))
    for asked in questions:
        if (began := starts(world).get(asked.text)) is None:
            assert asked.error is not None
        elif began - asked.at > TRUE:
            assert abs(asked.on_wait[-1] - began) <= TRUE, asked
