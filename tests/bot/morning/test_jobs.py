"""The steps as jobs of the real scheduler."""

import asyncio
from datetime import timedelta

import pytest
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.morning.jobs import schedule
from bot.morning.morning import Morning
from tests.bot.morning.world import World, at

ANN = 11


async def test_the_steps_run_at_once_and_again(world: World) -> None:
    await world.subscribe(ANN)
    world.clock.now = at("2026-03-13 09:00")
    world.telegram.arrived = asyncio.Event()
    scheduler = AsyncIOScheduler(timezone="UTC")
    morning = world.start()
    schedule(scheduler, morning, tick=timedelta(milliseconds=200))
    assert all(job.coalesce and job.max_instances == 1 for job in scheduler.get_jobs())
    scheduler.start()
    try:
        await world.telegram.arrived.wait()
    finally:
        scheduler.shutdown()
        await morning.settled()
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]


async def test_a_shutdown_waits_until_all_is_handed_back_and_is_no_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.subscribe(ANN)
    morning = world.start()
    await world.run(morning, at("2026-03-13 08:20"))
    world.clock.now = at("2026-03-13 08:30")
    world.telegram.under_way, world.telegram.gate = asyncio.Event(), asyncio.Event()
    scheduler = AsyncIOScheduler(timezone="UTC")
    schedule(scheduler, morning)
    scheduler.start()
    await world.telegram.under_way.wait()
    scheduler.shutdown()
    await morning.settled()
    assert world.telegram.handed_back == [ANN]
    assert world.telegram.received == []
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_bug_in_a_step_is_told_once_until_it_is_gone(world: World) -> None:
    morning = world.start()
    world.bug = ZeroDivisionError("a bug")
    for hour in range(3):
        await run_each_step_once(morning)
        world.clock.now += timedelta(hours=1)
        await morning.watch()
        assert len(world.told) == 1, f"in hour {hour}"
    assert "settle" in world.told[0][1]
    assert "ZeroDivisionError" in world.told[0][1]
    world.bug = None
    await run_each_step_once(morning)
    world.clock.now += timedelta(hours=1)
    await morning.watch()
    world.bug = ZeroDivisionError("a bug")
    await run_each_step_once(morning)
    world.clock.now += timedelta(hours=1)
    await morning.watch()
    assert len(world.told) == 2


async def run_each_step_once(morning: Morning) -> None:
    """Let the scheduler run the steps as it does when it starts."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    schedule(scheduler, morning, tick=timedelta(days=1))
    ended: set[str] = set()
    all_ended = asyncio.Event()

    def note(event: JobExecutionEvent) -> None:
        ended.add(event.job_id)
        if len(ended) == 5:
            all_ended.set()

    scheduler.add_listener(note, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)
    scheduler.start()
    await all_ended.wait()
    scheduler.shutdown()


async def test_a_long_delivery_keeps_nobody_from_building(world: World) -> None:
    await world.subscribe(ANN)
    morning = world.start()
    await world.run(morning, at("2026-03-13 08:20"))
    world.clock.now = at("2026-03-13 08:30")
    world.telegram.under_way, world.telegram.gate = asyncio.Event(), asyncio.Event()
    delivery = asyncio.create_task(morning.deliver())
    await world.telegram.under_way.wait()
    assert await morning.deliver() is None, "two deliveries at once"
    world.clock.now = at("2026-03-16 08:15")
    before = world.arxiv.fetches
    await morning.build()
    await morning.mend()
    assert world.arxiv.fetches == before + 1
    world.telegram.gate.set()
    await delivery
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]
