"""The whole process: the bundled days' services, a Telegram, and what `paperboy run` opens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.bot import build
from bot.app.core import Ends
from bot.demo.replay import load_days, serve_days
from bot.process.serve import Bot, serve
from bot.settings import Settings
from tests.aside import without_a_process
from tests.bot.conftest import Telegram
from tests.databases import fresh

DAYS = load_days()
MORNING = datetime(2026, 3, 13, 0, 31, tzinfo=UTC)
"""08:31 in Shanghai, on the last bundled day."""
BEGINNING = MORNING.date() - timedelta(days=1)
"""The first day anything is asked for: less to read in each test."""
TICK = timedelta(milliseconds=150)


@dataclass
class Site:
    """Where everything is that a bot needs."""

    telegram: Telegram
    settings: Settings

    def now(self) -> datetime:
        """The world's clock, which stands still until it is moved."""
        return self.telegram.world.clock.now()

    @asynccontextmanager
    async def opened(self, **changes: object) -> AsyncIterator[Bot]:
        """Open what a process opens."""
        settings = self.settings.model_copy(update=changes)
        ends = Ends(
            now=self.now,
            sleep=self.telegram.world.clock.sleep,
            arxiv_interval=timedelta(0),
            first_day=BEGINNING,
            offload=without_a_process,
        )
        async with build(settings, "run", ends) as bot:
            yield bot

    @asynccontextmanager
    async def serving(self, **changes: object) -> AsyncIterator[Bot]:
        """Serve, and stop in good order at the end."""
        stop = asyncio.Event()
        async with self.opened(**changes) as bot:
            task = asyncio.create_task(serve(bot, stop, tick=TICK))
            try:
                yield bot
            finally:
                stop.set()
                await task


@pytest.fixture
async def site(telegram: Telegram, tmp_path: Path, unpaced: None) -> AsyncIterator[Site]:
    world = telegram.world
    world.clock.move_to(MORNING)
    async with serve_days(DAYS, world.clock.now) as papers:
        values: dict[str, object] = {
            "telegram_bot_token": SecretStr(telegram.token),
            "telegram_api_url": telegram.url,
            "telegram_admin_ids": (1001,),
            "hf_endpoint": f"{papers}/hf",
            "arxiv_endpoint": f"{papers}/arxiv",
            "database_url": fresh(tmp_path),
            "data_dir": tmp_path,
        }
        yield Site(telegram, Settings(_env_file=None).model_copy(update=values))
