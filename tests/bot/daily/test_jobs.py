"""The morning's steps as jobs of the real scheduler."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.daily.jobs import schedule
from tests.bot.daily.world import World, at

ANN = 11


async def attempt(_name: str, step: Callable[[], Awaitable[object]]) -> None:
    await step()


async def test_the_steps_run_at_once_and_what_piled_up_runs_once(world: World) -> None:
    await world.subscribe(ANN)
    world.clock.now = at("2026-03-13 09:00")
    world.telegram.arrived = asyncio.Event()
    scheduler, daily_jobs = AsyncIOScheduler(timezone="UTC"), world.start()
    steps = {"build": daily_jobs.build, "deliver": daily_jobs.deliver, "watch": daily_jobs.watch}
    schedule(scheduler, steps, attempt, tick=timedelta(milliseconds=200))
    assert [job.id for job in scheduler.get_jobs()] == list(steps)
    assert all(job.coalesce and job.max_instances == 1 for job in scheduler.get_jobs())
    scheduler.start()
    try:
        await world.telegram.arrived.wait()
    finally:
        scheduler.shutdown()
        await daily_jobs.settled()
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]


async def test_a_shutdown_waits_until_all_is_handed_back(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:20"))
    world.clock.now = at("2026-03-13 08:30")
    world.telegram.under_way, world.telegram.gate = asyncio.Event(), asyncio.Event()
    scheduler = AsyncIOScheduler(timezone="UTC")
    schedule(scheduler, {"deliver": daily_jobs.deliver}, attempt)
    scheduler.start()
    await world.telegram.under_way.wait()
    scheduler.shutdown()
    await daily_jobs.settled()
    assert world.telegram.handed_back == [ANN]
    assert world.telegram.received == []
