"""The morning's steps beside each other, and broken off."""

import asyncio

from tests.bot.daily.world import World, at

ANN = 11


async def test_a_step_that_is_broken_off_hands_back_what_it_had(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:20"))
    world.clock.now = at("2026-03-13 08:30")
    world.telegram.under_way, world.telegram.gate = asyncio.Event(), asyncio.Event()
    delivery = asyncio.create_task(daily_jobs.deliver())
    await world.telegram.under_way.wait()
    delivery.cancel()
    await daily_jobs.settled()
    assert world.telegram.handed_back == [ANN]
    assert world.telegram.received == []


async def test_a_long_delivery_keeps_nobody_from_building(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:20"))
    world.clock.now = at("2026-03-13 08:30")
    world.telegram.under_way, world.telegram.gate = asyncio.Event(), asyncio.Event()
    delivery = asyncio.create_task(daily_jobs.deliver())
    await world.telegram.under_way.wait()
    assert await daily_jobs.deliver() is None, "two deliveries at once"
    world.clock.now = at("2026-03-16 08:15")
    before = world.arxiv.fetches
    await daily_jobs.build()
    await daily_jobs.complete()
    assert world.arxiv.fetches == before + 1
    world.telegram.gate.set()
    await delivery
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]
