"""The world's clock, and the sleepers in it."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.playground.clock import WorldClock

START = datetime(2026, 3, 13, 12, tzinfo=UTC)  # 20:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_it_runs_on_from_where_it_was_moved_to() -> None:
    elapsed = 100.0
    clock = WorldClock(START, lambda: elapsed)
    elapsed += 5
    assert clock.now() == START + timedelta(seconds=5)
    clock.move_to(START + timedelta(days=1))
    elapsed += 5
    assert clock.now() == START + timedelta(days=1, seconds=5)


def test_an_hour_is_one_of_the_zones_day() -> None:
    clock = WorldClock(START, lambda: 0)
    clock.move_to_hour(time(8, 30), days=1, zone=SHANGHAI)
    assert clock.now() == datetime(2026, 3, 14, 0, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="does not go back"):
        clock.move_to_hour(time(8, 0), days=0, zone=SHANGHAI)
    with pytest.raises(ValueError, match="does not go back"):
        clock.move_to(START)


async def test_a_sleeper_wakes_when_the_clock_is_moved_past_the_end() -> None:
    clock = WorldClock(START, lambda: 0)
    sleeper = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(timedelta(seconds=3599))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(timedelta(seconds=1))
    async with asyncio.timeout(5):
        await sleeper


async def test_sleeping_no_time_does_not_wait() -> None:
    async with asyncio.timeout(5):
        await WorldClock(START, lambda: 0).sleep(0)
