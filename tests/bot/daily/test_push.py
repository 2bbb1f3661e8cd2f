"""`paperboy push`: delivered until done, and never twice."""

from datetime import date, timedelta

from tests.bot.daily.world import CHANNEL, World, at

ANN, BOB = 11, 12
FRIDAY = date(2026, 3, 13)


async def test_push_builds_and_delivers_and_a_second_one_sends_nothing(world: World) -> None:
    await world.subscribe(ANN)
    await world.subscribe(BOB, zone="America/New_York")
    world.clock.now = at("2026-03-13 09:00")
    first = await world.start(channels=[str(CHANNEL)]).push()
    assert world.telegram.posts(CHANNEL) == ["day:2026-03-13"]
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]
    assert world.telegram.posts(BOB) == ["day:2026-03-12"], "08:30 in New York was last evening"
    assert first.sent == 3
    again = await world.start(channels=[str(CHANNEL)]).push()
    assert again.sent == 0
    assert len(world.telegram.received) == 3


async def test_push_before_press_time_serves_the_channels_and_nobody_too_early(
    world: World,
) -> None:
    await world.subscribe(ANN)
    world.clock.now = at("2026-03-13 08:15")
    await world.start(channels=[str(CHANNEL)]).push(FRIDAY)
    assert world.telegram.posts(CHANNEL) == ["day:2026-03-13"]
    assert world.telegram.posts(ANN) == []
    await world.run(world.start(channels=[str(CHANNEL)]), at("2026-03-13 12:00"))
    assert world.telegram.posts(CHANNEL) == ["day:2026-03-13"]
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]


async def test_push_waits_for_what_telegram_holds_back(world: World) -> None:
    world.clock.now = at("2026-03-13 09:00")
    world.telegram.is_down = True
    daily_jobs = world.start(channels=[str(CHANNEL)])
    ends = world.clock() + timedelta(minutes=5)

    async def sleep(seconds: float) -> None:
        world.clock.now += timedelta(seconds=seconds)
        world.telegram.is_down = world.clock.now < ends

    daily_jobs._sleep = sleep
    tally = await daily_jobs.push()
    assert tally.sent == 1
    assert world.clock.now >= ends


async def test_push_does_not_wait_for_ever(world: World) -> None:
    world.clock.now = at("2026-03-13 09:00")
    world.telegram.is_down = True
    assert (await world.start(channels=[str(CHANNEL)]).push()).sent == 0
    assert world.clock.now <= at("2026-03-13 12:05")


async def test_a_day_named_on_purpose_is_sent_once_although_newer_ones_went_out(
    world: World,
) -> None:
    world.clock.now = at("2026-03-13 09:00")
    await world.start(channels=[str(CHANNEL)]).push()
    for _ in range(2):
        await world.start(channels=[str(CHANNEL)]).push(date(2026, 3, 11))
    assert world.telegram.posts(CHANNEL) == ["day:2026-03-13", "day:2026-03-11"]
    chat = await world.store.chats.get(CHANNEL)
    assert chat is not None
    assert chat.had_day == FRIDAY


async def test_preview_sends_nothing_and_publish_sends_it_once(world: World) -> None:
    world.clock.now = at("2026-03-13 08:05")
    daily_jobs = world.start(channels=[str(CHANNEL)])
    await daily_jobs.build()
    world.telegram.received.clear()
    edition = await daily_jobs.preview(FRIDAY)
    assert edition.digest.day == FRIDAY
    assert world.telegram.received == []
    await daily_jobs.publish(FRIDAY)
    await daily_jobs.publish(FRIDAY)
    assert world.telegram.posts(CHANNEL) == ["day:2026-03-13"]
