"""Whatever is down when: nothing is lost, and nobody is disturbed twice on one morning."""

import asyncio
import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.daily.daily_jobs import DailyJobs
from tests.bot.daily.world import DAY, SHANGHAI, World, at, open_world

ANN, WEST = 11, 12
START = at("2026-03-11 20:00")
HOURS = 7 * 24
outages = st.lists(st.tuples(st.integers(0, HOURS - 40), st.integers(1, 40)), max_size=3)


def is_in(spans: list[tuple[int, int]], hour: int) -> bool:
    return any(first <= hour < first + length for first, length in spans)


async def live(
    folder: Path,
    down: list[tuple[int, int]],
    unreachable: list[tuple[int, int]],
    blind: list[tuple[int, int]],
) -> World:
    """Live through a week with the process, Telegram and the sources down at times."""
    async with open_world(folder, START) as world:
        await world.subscribe(ANN)
        await world.subscribe(WEST, zone="America/Los_Angeles")
        daily_jobs: DailyJobs | None = None
        for half in range((HOURS + 24) * 2 // 3):
            # Every three hours, and at half past eight in Shanghai.
            hour = half // 2 * 3
            world.clock.now = START + timedelta(hours=hour)
            if half % 2:
                if world.clock.now.hour:
                    continue
                world.clock.now += timedelta(minutes=30)
            if is_in(down, hour):
                daily_jobs = None
                continue
            daily_jobs = daily_jobs or world.start()
            world.telegram.is_down = is_in(unreachable, hour)
            world.arxiv.is_down = world.huggingface.is_down = is_in(blind, hour)
            await daily_jobs.tick()
        return world


@given(down=outages, unreachable=outages, blind=outages)
# Missed days that were told alone while sources were down, and the day itself hours later.
@example(down=[(117, 31)], unreachable=[(128, 22), (94, 18), (0, 1)], blind=[(116, 35)])
@settings(max_examples=2)
def test_everything_arrives_and_no_morning_rings_twice(
    down: list[tuple[int, int]],
    unreachable: list[tuple[int, int]],
    blind: list[tuple[int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(live(Path(folder), down, unreachable, blind))
    for chat in (ANN, WEST):
        keys = world.telegram.posts(chat)
        assert len(keys) == len(set(keys)), "sent twice"
        digests = [
            moment
            for moment, key in zip(world.telegram.times(chat), keys, strict=True)
            if key.startswith("day:")
        ]
        assert all(later - earlier > timedelta(hours=7) for earlier, later in pairwise(digests))
        texts = "\n".join(m.text for _, to, _, m in world.telegram.received if to == chat)
        for day in listed():
            for source in ("arxiv", "huggingface"):
                assert f"{source} good of {day}" in texts, "lost"


def listed() -> list[date]:
    """The week's days with lists, but the last: there must be a morning after each."""
    first = START.astimezone(SHANGHAI).date()
    days = (first + number * DAY for number in range(1, 7))
    return [day for day in days if day.weekday() < 5]
