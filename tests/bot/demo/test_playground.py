"""What a newcomer sees: the real bot, the bundled days, a clock to turn, and the page."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.playground import Playground, playing
from bot.playground.actions import People
from bot.settings import Settings
from tests.browser import CHROMIUM, NO_CHROMIUM, chromium, tour, visit

LIN, ANA, CHANNEL = 1001, 1002, -1001000000001
SHANGHAI = ZoneInfo("Asia/Shanghai")


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


@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
async def test_a_newcomers_way_through_the_page(playground: Playground, tmp_path: Path) -> None:
    await received(playground, CHANNEL, 1)
    async with chromium() as browser, visit(browser, playground.url) as seen:
        pictures = await tour(seen.page, tmp_path)
    assert len(pictures) == 8
    assert all(picture.stat().st_size > 10_000 for picture in pictures)
    assert not seen.errors
    assert not seen.strangers, "the page asked somebody outside this machine"
