"""What a restart and a midnight in California do to budgets, on simulated time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.llm import Urgency
from core.llm.chain import ModelChain
from core.llm.ledger import Call
from core.llm.quota.shares import Shares
from tests.bench.quota import SETTINGS
from tests.core.llm.crowd import Asked, answered, asks, live, starts
from tests.servers.quotas import Quotas
from tests.simulation import WorkingLog
from tests.world import FLASH, FREE, LITE, World, open_world

MIDNIGHT = datetime(2026, 3, 13, 7, 0, tzinfo=UTC)
"""In California, in summer time."""
EVEN = Shares(interactive=0.0)
"""Nothing is kept for anybody."""
INTERACTIVE, DIGEST = Urgency.INTERACTIVE, Urgency.DIGEST


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world(MIDNIGHT, FREE) as opened:
        yield opened


class MortalLog(WorkingLog):
    """A ledger whose process can die: how a call ended is no longer written down."""

    is_dead = False

    async def finish(self, number: int, call: Call) -> None:
        """Complete an entry, while alive."""
        if not self.is_dead:
            await super().finish(number, call)


async def test_a_restart_neither_forgets_nor_doubles(world: World, tmp_path: Path) -> None:
    """The process dies with seven calls made and one of them under way."""
    path = tmp_path / "paperboy.db"
    before = [
        *asks("early", DIGEST, MIDNIGHT + timedelta(hours=1), 3),
        *asks("busy", DIGEST, MIDNIGHT + timedelta(hours=2), 3),
        *asks("broken off", DIGEST, MIDNIGHT + timedelta(hours=2, seconds=15)),
    ]
    async with world.store(path) as (store, _):
        log = MortalLog(store.calls, world.clock)
        chain = world.chain(log, SETTINGS, shares=EVEN)
        await world.clock.run(_live_until(world, chain, before, before[-1].at, log))
    assert [asked.is_answered for asked in before] == [True] * 6 + [False]
    after = asks("after", DIGEST, world.clock.now(), 30)

    async with world.store(path) as (_, reborn):
        chain = world.chain(reborn, SETTINGS, shares=EVEN)
        await world.clock.run(live(world, chain, after))

    began = starts(world)  # none refused: neither the minute nor the day was forgotten
    assert answered(after) == 20 - 7
    assert len(began) == 20
    # Nor is it counted twice: of the minute's five one was left, and was used at once.
    assert sum(began.get(asked.text) == after[0].at for asked in after) == 1


async def _live_until(
    world: World, chain: ModelChain, questions: Sequence[Asked], end: datetime, log: MortalLog
) -> None:
    """Ask, and die three seconds after `end`."""
    life = asyncio.ensure_future(live(world, chain, questions))
    await world.clock.until(end + timedelta(seconds=3))
    log.is_dead = True
    life.cancel()
    await asyncio.wait({life})


@pytest.mark.parametrize(
    ("midnight", "hours"),
    [
        (datetime(2026, 1, 15, 8, 0, tzinfo=UTC), 24),
        (datetime(2026, 7, 15, 7, 0, tzinfo=UTC), 24),
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), 23),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),
    ],
    ids=["winter", "summer", "clocks go forward", "clocks go back"],
)
async def test_a_day_lasts_until_midnight_in_california(
    midnight: datetime, hours: int, tmp_path: Path
) -> None:
    async with open_world(midnight, FREE) as world, world.store(tmp_path / "p.db") as (_, log):
        chain = world.chain(log, SETTINGS, shares=EVEN)
        first = asks("first", DIGEST, midnight + timedelta(minutes=2), 21)
        await world.clock.run(live(world, chain, first))
        (back_at,) = [asked.back_at for asked in first if asked.error]
        second = asks("second", DIGEST, back_at, 20)
        await world.clock.run(live(world, chain, second))

        assert len(starts(world)) == 40
    assert timedelta(0) <= back_at - (midnight + timedelta(hours=hours)) < timedelta(minutes=2)


async def test_a_lower_day_than_set_is_found_once_and_remembered(
    world: World, tmp_path: Path
) -> None:
    world.meter.quotas[FLASH] = world.meter.quotas[LITE] = Quotas(rpm=5, rpd=6)
    path = tmp_path / "paperboy.db"
    daily_jobs = asks("morning", INTERACTIVE, MIDNIGHT, 20)
    noon = asks("noon", INTERACTIVE, MIDNIGHT + timedelta(hours=12), 5)
    for questions in (daily_jobs, noon):  # a restart between them
        async with world.store(path) as (_, log):
            chain = world.chain(log, SETTINGS, shares=EVEN, models=[FLASH, LITE])
            await world.clock.run(live(world, chain, questions))

    assert answered(daily_jobs) == 2 * 6
    assert answered(noon) == 0
    assert all(asked.back_at >= MIDNIGHT + timedelta(days=1) for asked in noon)
    assert all(refusal.at < MIDNIGHT + timedelta(hours=1) for refusal in world.meter.refusals)
