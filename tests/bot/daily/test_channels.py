"""Channels of the settings join, follow the settings, and leave with them."""

from datetime import time

from core.models.chat import ChatKind
from tests.bot.daily.world import CHANNEL, World, at


async def test_a_channel_new_in_the_settings_gets_the_last_edition_at_once(world: World) -> None:
    world.clock.now = at("2026-03-13 14:00")
    await world.run(world.start(channels=[str(CHANNEL)]), at("2026-03-13 16:00"))
    assert world.telegram.posts(CHANNEL) == ["day:2026-03-13"]
    chat = await world.store.chats.get(CHANNEL)
    assert chat is not None
    assert (chat.kind, chat.at, chat.zone) == (ChatKind.CHANNEL, time(8, 30), "Asia/Shanghai")


async def test_a_name_is_looked_up_once(world: World) -> None:
    world.handles["@papers"] = CHANNEL
    await world.run(world.start(channels=["@papers"]), at("2026-03-13 09:00"))
    world.handles.clear()
    await world.run(world.start(channels=["papers"]), at("2026-03-16 09:00"))
    assert world.telegram.posts(CHANNEL)[-1] == "day:2026-03-16"


async def test_a_name_that_is_not_found_is_told_once_and_tried_again(world: World) -> None:
    daily_jobs = world.start(channels=["@papers"])
    await world.run(daily_jobs, at("2026-03-13 10:00"))
    assert len([text for _, text in world.told if "@papers" in text]) == 1
    world.handles["@papers"] = CHANNEL
    await world.run(daily_jobs, at("2026-03-13 12:00"))
    assert world.telegram.posts(CHANNEL) == ["day:2026-03-13"]


async def test_a_channel_taken_out_of_the_settings_leaves(world: World) -> None:
    await world.subscribe(CHANNEL - 1, kind=ChatKind.CHANNEL)  # let in by its own administrator
    await world.run(world.start(channels=[str(CHANNEL)]), at("2026-03-13 09:00"))
    await world.run(world.start(), at("2026-03-16 09:00"))
    assert world.telegram.posts(CHANNEL)[-1] < "day:2026-03-16"
    gone = await world.store.chats.get(CHANNEL)
    assert gone is not None
    assert gone.left_why == "removed"
    assert world.telegram.posts(CHANNEL - 1)[-1] == "day:2026-03-16"


async def test_a_channel_that_lost_the_bot_is_told_and_joins_again_after_a_restart(
    world: World,
) -> None:
    daily_jobs = world.start(channels=[str(CHANNEL)])
    await world.run(daily_jobs, at("2026-03-13 09:00"))
    await world.store.chats.leave(CHANNEL, at=world.clock(), why="kicked")
    await world.run(daily_jobs, at("2026-03-13 12:00"))
    assert [text for _, text in world.told if str(CHANNEL) in text]
    await world.run(world.start(channels=[str(CHANNEL)]), at("2026-03-16 09:00"))
    assert world.telegram.posts(CHANNEL)[-1] == "day:2026-03-16"
