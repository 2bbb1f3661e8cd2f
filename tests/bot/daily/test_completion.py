"""What was missing comes, and the message that was sent changes."""

from datetime import date, timedelta

from core.models.values import Delay
from tests.bot.daily.world import World, at

ANN, BOB = 11, 12
COMING = "补上"
"""What stands under a pick whose reading has to wait."""


async def test_a_reading_that_comes_later_edits_the_message(world: World) -> None:
    world.deep_dives.delay = Delay.QUOTA
    await world.subscribe(ANN)
    await world.subscribe(BOB, language="en")
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 09:00"))
    assert COMING in world.telegram.text(ANN)
    world.deep_dives.delay = None
    await world.run(daily_jobs, at("2026-03-13 12:00"))
    edits = {(chat, key): message.text for chat, key, message in world.telegram.edits}
    assert set(edits) == {(ANN, "day:2026-03-13"), (BOB, "day:2026-03-13")}
    assert COMING not in edits[ANN, "day:2026-03-13"]
    assert len(world.telegram.edits) == 2, "edited once each"


async def test_an_edit_that_a_crash_prevented_is_made_by_the_next_process(world: World) -> None:
    world.deep_dives.delay = Delay.QUOTA
    await world.subscribe(ANN)
    await world.run(world.start(), at("2026-03-13 09:00"))
    world.deep_dives.delay = None
    world.clock.now = at("2026-03-13 12:00")
    broken_off = world.start()
    await broken_off.build()  # makes the readings, and dies before it edits
    assert world.telegram.edits == []
    world.clock.now += timedelta(days=1)
    await world.start().tick()
    [(chat, key, _)] = world.telegram.edits
    assert (chat, key) == (ANN, "day:2026-03-13")


async def test_a_missed_day_is_mended_in_the_message_that_brought_it(world: World) -> None:
    world.deep_dives.delay = Delay.SERVICE
    await world.subscribe(ANN)
    await world.subscribe(BOB)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:00"))
    world.telegram.refusing = {ANN}
    await world.run(daily_jobs, at("2026-03-16 08:00"))
    world.telegram.refusing = set()
    await world.run(daily_jobs, at("2026-03-16 09:00"))
    assert world.telegram.posts(ANN) == ["day:2026-03-16"]
    world.telegram.edits.clear()
    world.deep_dives.delay = None
    await world.run(daily_jobs, at("2026-03-16 20:00"))
    last = {(chat, key): message.text for chat, key, message in world.telegram.edits}
    assert set(last) == {
        (ANN, "day:2026-03-16"),
        (BOB, "day:2026-03-13"),
        (BOB, "day:2026-03-16"),
    }
    merged = last[ANN, "day:2026-03-16"]
    assert "good of 2026-03-13" in merged
    assert "good of 2026-03-16" in merged
    assert COMING not in merged
    assert "good of 2026-03-13" not in last[BOB, "day:2026-03-16"]


async def test_who_came_back_since_keeps_the_message_as_it_is(world: World) -> None:
    world.deep_dives.delay = Delay.QUOTA
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 09:00"))
    await world.store.chats.leave(ANN, at=world.clock(), why="stop")
    world.clock.now += timedelta(minutes=1)
    await world.subscribe(ANN)
    world.deep_dives.delay = None
    await world.run(daily_jobs, at("2026-03-13 12:00"))
    assert world.telegram.edits == []


async def test_while_nothing_is_due_nothing_is_asked(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 09:00"))
    before = world.arxiv.fetches
    await world.run(daily_jobs, at("2026-03-13 20:00"))
    assert world.arxiv.fetches == before
    assert world.telegram.edits == []
    assert await world.store.pending_analyses.of(date(2026, 3, 13), "main") == []
