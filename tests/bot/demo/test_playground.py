"""What a newcomer sees: the real bot, the bundled days, a clock to turn, and the page."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.commands.today import IN_WORK
from bot.demo import playground as demo
from bot.demo.playground import Playground, playing
from bot.playground.actions import People
from bot.playground.flood import FloodLimits
from bot.settings import Settings
from tests.browser import CHROMIUM, NO_CHROMIUM, chromium, tour, visit

LIN, ANA, CHANNEL = 1001, 1002, -1001000000001
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def hurried(unpaced: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look five times a second what is due, and wait for no chat."""
    monkeypatch.setattr(demo, "TICK", timedelta(seconds=0.2))


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with playing(Settings(_env_file=None), port=0, stop=asyncio.Event()) as playground:
        yield playground


async def received(playground: Playground, chat_id: int, count: int) -> list[str]:
    """Return what was written in a chat, once there is so much."""
    async with asyncio.timeout(30):
        while len(texts := playground.world.texts(chat_id)) < count:
            await playground.world.events.bell.wait()
    return texts


async def test_the_morning_comes_when_the_clock_is_turned(playground: Playground) -> None:
    world, people = playground.world, People(playground.world)
    [first] = await received(playground, CHANNEL, 1)
    assert "2026-03-12" in first
    people.start(ANA)
    _start, greeting, today = await received(playground, ANA, 3)
    assert "tomorrow 08:30" in greeting
    assert "2026-03-12" in today

    world.clock.move_to_hour(time(8, 30), days=1, zone=SHANGHAI)
    posts = await received(playground, CHANNEL, 2)
    assert "2026-03-13 周五" in posts[1]
    texts = await received(playground, ANA, 4)
    assert "CV Paper Daily | 2026-03-13" in texts[3]
    assert not world.record.refused
    assert not world.record.mended


async def test_who_comes_while_the_first_digest_is_made_is_told_so_and_gets_it_once(
    playground: Playground,
) -> None:
    world, people = playground.world, People(playground.world)
    for reader in (ANA, LIN):
        people.start(reader)
        people.say(reader, "/today")
    for reader, soon, in_work, title in (
        (ANA, "today, once its list is out", IN_WORK[True]("en"), "CV Paper Daily | 2026-03-12"),
        (LIN, "今天名单出来后", IN_WORK[True]("zh"), "CV 论文日报 | 2026-03-12"),
    ):
        said = await received(playground, reader, 5)
        assert soon in said[1] or soon in said[2]
        assert in_work in said
        assert [title in text for text in said].count(True) == 1
        assert title in said[-1]
    world.clock.advance(timedelta(minutes=5))
    people.say(ANA, "/status")
    await received(playground, ANA, 7)
    assert [len(world.texts(reader)) for reader in (ANA, LIN)] == [7, 5]


async def test_the_days_after_the_bundled_ones_are_called_that_and_promise_nothing(
    hurried: None, playground: Playground
) -> None:
    world, people = playground.world, People(playground.world)
    world.flood.limits = FloodLimits.none()
    await received(playground, CHANNEL, 1)
    people.start(ANA)
    await received(playground, ANA, 3)
    world.clock.move_to_hour(time(8, 30), days=1, zone=SHANGHAI)
    await received(playground, ANA, 4)
    for number in range(1, 5):  # Saturday to Tuesday
        world.clock.move_to_hour(time(8, 30), days=1, zone=SHANGHAI)
        told = (await received(playground, ANA, 4 + number))[-1]
        assert "bundled days end on 2026-03-13 Fri" in told
        posted = (await received(playground, CHANNEL, 2 + number))[-1]
        assert "到 2026-03-13 周五 为止" in posted
        world.clock.advance(timedelta(hours=5))  # when a list that is late is told of
    people.say(ANA, "/status")
    assert "Next post: when the demo is started again" in (await received(playground, ANA, 10))[-1]
    people.say(ANA, "/today")
    *_, why, _latest = await received(playground, ANA, 13)
    assert why == "☕ There is no digest today. The latest one:"
    assert len(world.texts(CHANNEL)) == 6
    people.say(ANA, "/today 2026-03-18")
    assert "bundled days end on 2026-03-13 Fri" in (await received(playground, ANA, 15))[-1]
    people.start(LIN)
    _, *alarms, greeting, latest = await received(playground, LIN, 3)
    assert "最新一份马上就到；演示随附的数据到此为止" in greeting
    assert "2026-03-13" in latest
    assert not alarms, "a clock that is turned by hours is no post that hangs"


@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
async def test_a_newcomers_way_through_the_page(playground: Playground, tmp_path: Path) -> None:
    await received(playground, CHANNEL, 1)
    async with chromium() as browser, visit(browser, playground.url) as seen:
        pictures = await tour(seen.page, tmp_path)
    assert len(pictures) == 8
    assert all(picture.stat().st_size > 10_000 for picture in pictures)
    assert not seen.errors
    assert not seen.strangers, "the page asked somebody outside this machine"
