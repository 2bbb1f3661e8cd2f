"""The bundled days, told no sooner than the services told them."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.demo.replay import LAST_DAY, THE_EVENING_BEFORE, load_days, serve_days
from core.fetch.arxiv import ArxivOptions, ArxivSource
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.huggingface import HuggingFaceOptions, HuggingFaceSource
from core.fetch.outbound import Outbound
from tests.fakes import FakeClock, tools

DAYS = load_days()
YESTERDAY = LAST_DAY - timedelta(days=1)


class World:
    def __init__(self) -> None:
        self.clock = FakeClock(THE_EVENING_BEFORE)
        self.arxiv: ArxivSource
        self.huggingface: HuggingFaceSource

    async def listed(self, day: date) -> int:
        """Return how many papers arXiv announces of `day` at this moment."""
        return len((await self.arxiv.fetch([day])).papers)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    async with serve_days(DAYS, world.clock.now) as url, Outbound(endpoints=[url]) as outbound:
        http = Http(outbound, user_agent="test", sleep=world.clock.sleep)
        given = tools(http, world.clock.now, Gate(timedelta(0), sleep=world.clock.sleep))
        world.arxiv = ArxivSource(given, ArxivOptions(arxiv_endpoint=f"{url}/arxiv"))
        options = HuggingFaceOptions(hf_endpoint=f"{url}/hf", hf_top=100)
        world.huggingface = HuggingFaceSource(given, options)
        yield world


async def test_tomorrows_list_is_not_there_in_the_evening(world: World) -> None:
    assert await world.listed(YESTERDAY) == len(DAYS.arxiv[YESTERDAY])
    assert await world.listed(LAST_DAY) == 0
    listing = await world.arxiv.fetch([LAST_DAY])
    assert LAST_DAY in listing.young


async def test_it_is_there_once_it_was_announced(world: World) -> None:
    # 20:00 US Eastern summer time, half an hour before the feed's readers have breakfast.
    world.clock.advance(
        (datetime(2026, 3, 13, 0, 30, tzinfo=UTC) - world.clock.now()).total_seconds()
    )
    assert await world.listed(LAST_DAY) == len(DAYS.arxiv[LAST_DAY])


async def test_the_other_list_grows_over_the_day(world: World) -> None:
    sizes = []
    for hour in (1, 9, 23):
        moment = datetime(2026, 3, 13, hour, tzinfo=UTC)
        world.clock.advance((moment - world.clock.now()).total_seconds())
        sizes.append(len((await world.huggingface.fetch([LAST_DAY])).papers))
    assert sizes == sorted(sizes)
    assert 0 <= sizes[0] < sizes[-1] == len(DAYS.huggingface[LAST_DAY])
