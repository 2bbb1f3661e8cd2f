"""What the administrators hear, and how often."""

from datetime import UTC, datetime, timedelta

from core.llm.alerts import Alert, AlertKind
from tests.bot.daily.world import World, at

ANN = 11


def said(world: World, words: str) -> int:
    return len([text for _, text in world.told if words in text])


async def test_a_source_down_for_two_days_is_told_once(world: World) -> None:
    await world.subscribe(ANN)
    world.clock.now = at("2026-03-16 06:00")
    await world.run(world.start(), at("2026-03-16 20:00"))
    world.huggingface.is_down = True
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-18 20:00"))
    assert said(world, "HF") == 0
    await world.run(daily_jobs, at("2026-03-20 20:00"))
    assert said(world, "HF") == 1
    await world.run(world.start(), at("2026-03-20 22:00"))
    assert said(world, "HF") == 1, "a restart told it again"


async def test_what_was_fine_again_is_told_again(world: World) -> None:
    await world.subscribe(ANN)
    alert = Alert(AlertKind.DAY_USED_UP, None, datetime(2026, 3, 12, tzinfo=UTC))
    world.models = [(alert, "Requests are used up.")]
    daily_jobs = world.start(admins=(7, 8))
    await world.run(daily_jobs, at("2026-03-12 23:00"))
    assert world.told == [(7, "⚠️ Requests are used up."), (8, "⚠️ Requests are used up.")]
    world.models = []
    await world.run(daily_jobs, at("2026-03-13 02:00"))
    world.models = [(alert, "Requests are used up.")]
    await world.run(daily_jobs, at("2026-03-13 05:00"))
    assert said(world, "used up") == 4


async def test_a_service_that_hiccups_is_no_news(world: World) -> None:
    alert = Alert(AlertKind.SERVICE_UNAVAILABLE, None, datetime(2026, 3, 12, tzinfo=UTC))
    world.models = [(alert, "Down.")]
    await world.run(world.start(), world.clock() + timedelta(hours=1))
    assert world.told == []


async def test_a_push_that_falls_behind_is_told_once(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:00"))
    world.telegram.is_down = True
    await world.run(daily_jobs, at("2026-03-13 08:50"))
    assert world.told == []
    await world.run(daily_jobs, at("2026-03-13 12:00"))
    assert said(world, "2026-03-13 的日报 30 分钟后仍未发完") == 1


async def test_a_clock_that_jumps_is_no_push_that_hangs(world: World) -> None:
    """Of a simulation, or of a machine that slept: nobody has tried yet to deliver."""
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:20"))
    world.clock.now = at("2026-03-13 13:20")
    await daily_jobs.watch()
    assert world.told == []
    world.telegram.is_down = True
    await daily_jobs.deliver()
    world.clock.now = at("2026-03-13 13:31")
    await daily_jobs.watch()
    assert said(world, "2026-03-13 的日报 30 分钟后仍未发完") == 1


async def test_without_administrators_nobody_is_told(world: World) -> None:
    world.models = [(Alert(AlertKind.KEY_INVALID, None, datetime(2026, 3, 12, tzinfo=UTC)), "Key.")]
    await world.run(world.start(admins=()), world.clock() + timedelta(hours=1))
    assert world.told == []


async def test_an_alert_that_reached_nobody_is_told_when_somebody_can_be_reached(
    world: World,
) -> None:
    world.models = [(Alert(AlertKind.KEY_INVALID, None, datetime(2026, 3, 12, tzinfo=UTC)), "Key.")]
    world.unreachable = {7, 8}
    daily_jobs = world.start(admins=(7, 8))
    await world.run(daily_jobs, world.clock() + timedelta(hours=1))
    assert world.told == []
    world.unreachable = {7}
    await world.run(daily_jobs, world.clock() + timedelta(hours=1))
    assert world.told == [(8, "⚠️ Key.")]
    world.unreachable = set()
    await world.run(daily_jobs, world.clock() + timedelta(hours=1))
    assert len(world.told) == 1
