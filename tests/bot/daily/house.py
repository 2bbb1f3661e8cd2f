"""A morning of the bundled days, from the real services through the courier to a Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import SecretStr

from bot.app.bot import on_telegram
from bot.app.core import Core, Ends, build_core
from bot.daily.daily_jobs import DailyJobs
from bot.demo.replay import BundledDays, load_days, serve_days
from bot.settings import Settings
from core.models.chat import Chat, ChatKind
from tests.aside import without_a_process
from tests.bot.conftest import Telegram
from tests.bot.daily.world import Clock, at
from tests.databases import fresh
from tests.servers.papers import few

DAYS = load_days()
FEW = few(DAYS)
"""For scenes in which it does not matter what is announced."""
LIN, ANA, ADMIN, CHANNEL = 1001, 1002, 1004, -1001000000001


@dataclass
class House:
    """What is open."""

    services: Core
    daily_jobs: DailyJobs
    clock: Clock
    telegram: Telegram

    async def subscribe(self, chat_id: int, **choices: Any) -> None:
        """Let somebody join now."""
        values: dict[str, Any] = {
            "kind": ChatKind.PRIVATE,
            "language": "zh",
            "at": time(8, 30),
            "zone": "Asia/Shanghai",
            "joined_at": self.clock(),
        }
        await self.services.store.chats.join(Chat(chat_id=chat_id, **(values | choices)))

    async def tick_at(self, *moments: str) -> None:
        """Let the morning run at these moments in Shanghai."""
        for moment in moments:
            self.clock.now = at(moment)
            await self.daily_jobs.tick()

    def texts(self, chat_id: int) -> list[str]:
        """Return what the bot sent to a chat."""
        return [message["text"] for message in self.telegram.world.received(chat_id)]


@asynccontextmanager
async def open_house(
    telegram: Telegram, folder: Path, days: BundledDays = DAYS
) -> AsyncIterator[House]:
    """Open it, with Lin's chat begun, a channel and an administrator."""
    clock = Clock(at("2026-03-11 20:00"))
    telegram.people.start(LIN)
    async with serve_days(days, clock) as url:
        settings = Settings(_env_file=None).model_copy(
            update={
                "telegram_bot_token": SecretStr(telegram.token),
                "telegram_api_url": telegram.url,
                "telegram_admin_ids": (ADMIN,),
                "telegram_channel_ids": ("@cv_daily",),
                "telegram_rate": 1000,
                "hf_endpoint": f"{url}/hf",
                "arxiv_endpoint": f"{url}/arxiv",
                "gemini_api_key": None,
                "database_url": fresh(folder),
            }
        )
        ends = Ends(
            now=clock,
            sleep=clock.sleep,
            monotonic=lambda: clock().timestamp() + monotonic(),
            arxiv_interval=timedelta(0),
            offload=without_a_process,
        )
        async with build_core(settings, ends) as core, on_telegram(core, "run") as bot:
            yield House(core, bot.services.daily_jobs, clock, telegram)
