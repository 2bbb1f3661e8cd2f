"""A morning of the bundled days, from the real services through the courier to a Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
from telegram.ext import ExtBot

from bot.app import Services, open_services
from bot.daily.assembly import assemble
from bot.daily.daily_jobs import DailyJobs
from bot.delivery.courier import Courier
from bot.demo.replay import BundledDays, load_days, serve_days
from bot.features.administrators import Administrators
from bot.render.message import Message
from bot.settings import Settings
from bot.telegram.messenger import ChatAddress, Messenger
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.request import AiohttpRequest
from core.models.chat import Chat, ChatKind
from tests.aside import without_a_process
from tests.bot.conftest import Telegram
from tests.bot.daily.world import Clock, at
from tests.databases import fresh

DAYS = load_days()
FEW = replace(DAYS, arxiv={day: records[::10] for day, records in DAYS.arxiv.items()})
"""For scenes in which it does not matter what is announced."""
LIN, ANA, ADMIN, CHANNEL = 1001, 1002, 1004, -1001000000001


@dataclass
class House:
    """What is open."""

    services: Services
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
    async with serve_days(days, clock) as url, aiohttp.ClientSession() as session:
        settings = Settings(_env_file=None).model_copy(
            update={
                "hf_endpoint": f"{url}/hf",
                "arxiv_endpoint": f"{url}/arxiv",
                "gemini_api_key": None,
                "telegram_channel_ids": ("@cv_daily",),
                "database_url": fresh(folder),
            }
        )
        async with (
            open_services(
                settings,
                now=clock,
                arxiv_interval=timedelta(0),
                sleep=clock.sleep,
                offload=without_a_process,
            ) as services,
            ExtBot(
                telegram.token,
                telegram.base_url,
                request=AiohttpRequest(session),
                rate_limiter=RateLimiter(
                    rate=1000,
                    bans=services.store.bans,
                    now=clock,
                    clock=lambda: clock().timestamp() + monotonic(),
                ),
            ) as bot,
        ):
            messenger = Messenger(bot, now=clock)

            async def tell(admin: int, message: Message) -> None:
                await messenger.send(ChatAddress(admin), message)

            daily_jobs = assemble(
                services,
                courier=Courier(store=services.store, messenger=messenger, now=clock),
                username=bot.username,
                resolve=messenger.find,
                administrators=Administrators(services.store, (ADMIN,), tell, clock),
                sleep=clock.sleep,
            )
            yield House(services, daily_jobs, clock, telegram)
