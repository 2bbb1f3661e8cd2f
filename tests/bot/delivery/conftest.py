"""A courier between a real store and the loopback Telegram."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from telegram.ext import ExtBot

from bot.delivery.courier import Courier
from bot.delivery.post import DeliveryStats, Post
from bot.render.message import Message
from bot.telegram.messenger import Messenger
from bot.telegram.rate_limiter import Bulk, RateLimiter
from bot.telegram.request import AiohttpRequest
from core.models.chat import Chat, ChatKind
from core.store import Delivery, Store, open_store
from tests.bot.conftest import START, Telegram
from tests.databases import fresh

DAY = date(2026, 3, 13)
KEY = f"day:{DAY}"
LEASE = timedelta(minutes=2)
LIN, ANA, CHEN = 1001, 1002, 1003


def post(*texts: str, key: str = KEY) -> Post:
    return Post(key, tuple(Message(text) for text in texts or ("目录",)), DAY)


@dataclass
class Clock:
    moment: datetime = START

    def now(self) -> datetime:
        return self.moment


@dataclass
class Yard:
    """Everything a delivery needs, with a clock that stands still."""

    telegram: Telegram
    store: Store
    bot: "ExtBot[Bulk]"
    clock: Clock

    def now(self) -> datetime:
        return self.clock.now()

    def forward(self, **span: float) -> None:
        self.clock.moment += timedelta(**span)
        self.telegram.world.clock.advance(timedelta(**span))

    @property
    def courier(self) -> Courier:
        return Courier(
            chats=self.store.chats,
            deliveries=self.store.deliveries,
            memory=self.store.key_values,
            messenger=Messenger(self.bot, now=self.now),
            now=self.now,
            lease=LEASE,
        )

    async def chat(self, chat_id: int, kind: ChatKind = ChatKind.PRIVATE) -> Chat:
        """Let a chat subscribe; the bot may write to it."""
        if chat_id > 0:
            self.telegram.people.start(chat_id)
        found, _ = await self.store.chats.join(
            Chat(
                chat_id=chat_id,
                kind=kind,
                language="zh",
                at=time(8, 30),
                zone="Asia/Shanghai",
                joined_at=self.now() - timedelta(days=1),
            )
        )
        return found

    async def deliver(self, chats: Sequence[Chat], what: Post | None = None) -> DeliveryStats:
        async def items() -> AsyncIterator[tuple[Chat, Post]]:
            for chat in chats:
                yield chat, what or post()

        return await self.courier.deliver(items())

    async def rows(self, chat_id: int, key: str = KEY) -> list[Delivery]:
        return await self.store.deliveries.of(chat_id, key)

    def received(self, chat_id: int) -> list[str]:
        return [message["text"] for message in self.telegram.world.received(chat_id)]


@pytest.fixture
async def yard(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Yard]:
    url = fresh(tmp_path)
    async with (
        open_store(url, now=lambda: START) as store,
        aiohttp.ClientSession() as session,
    ):
        request = AiohttpRequest(session, read_timeout=0.3)
        clock, ticks = Clock(), count()

        # Each look at the pace's clock finds a minute gone by: nothing here is about waiting.
        async def sleep(seconds: float) -> None:
            clock.moment += timedelta(seconds=seconds)

        pace = RateLimiter(
            rate=1000,
            bans=store.bans,
            now=clock.now,
            clock=lambda: next(ticks) * 60.0,
            sleep=sleep,
        )
        bot: ExtBot[Bulk] = ExtBot(
            telegram.token,
            base_url=telegram.base_url,
            request=request,
            get_updates_request=request,
            rate_limiter=pace,
        )
        async with bot:
            yield Yard(telegram, store, bot, clock)
