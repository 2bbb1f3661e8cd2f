"""A process that pushes one post to many chats, to be killed in the middle of it.

    python -m tests.servers.pusher URL DATABASE --chats 300 --rate 200 --lease 3

The chats join when they are not there yet. It prints "pushing" when it begins and ends when
everything is delivered; run again after a kill, it goes on. Lease and timeouts are short, so that a
round takes seconds; the lease outlives an attempt all the same.
"""

import argparse
import asyncio
import logging
import time as clocks
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta

import aiohttp
from telegram.ext import ExtBot

from bot.delivery.courier import Courier
from bot.delivery.post import Post
from bot.render.message import Message
from bot.telegram.messenger import Messenger
from bot.telegram.rate_limiter import Bulk, RateLimiter
from bot.telegram.request import AiohttpRequest
from core.models.chat import Chat, ChatKind
from core.store import Store, open_store

FIRST = 50_000
POST = Post("day:2026-03-13", (Message("今天的目录"),), date(2026, 3, 13))


def now() -> datetime:
    """The real time: leases are over when they are over."""
    return datetime.now(UTC)


async def join(store: Store, number: int) -> None:
    """Let chats subscribe."""
    for chat_id in range(FIRST, FIRST + number):
        await store.chats.join(
            Chat(
                chat_id=chat_id,
                kind=ChatKind.PRIVATE,
                language="zh",
                at=time(8, 30),
                zone="Asia/Shanghai",
                joined_at=now(),
            )
        )


async def owed(store: Store, post: Post = POST) -> AsyncIterator[tuple[Chat, Post]]:
    """Yield the chats that have not had it."""
    after: int | None = None
    while page := await store.chats.active(after=after, limit=500):
        for chat in page:
            if chat.had_day is None:
                yield chat, post
        after = page[-1].chat_id


@asynccontextmanager
async def courier(
    store: Store, url: str, token: str, *, rate: float, lease: timedelta, patience: float = 1.0
) -> AsyncIterator[Courier]:
    """Give a courier to the Telegram at `url`."""
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector) as session:
        request = AiohttpRequest(session, read_timeout=patience)
        pace = RateLimiter(rate=rate, bans=store.bans, now=now, clock=clocks.monotonic)
        bot: ExtBot[Bulk] = ExtBot(
            token,
            base_url=f"{url}/bot",
            request=request,
            get_updates_request=request,
            rate_limiter=pace,
        )
        async with bot:
            yield Courier(
                chats=store.chats,
                deliveries=store.deliveries,
                memory=store.key_values,
                messenger=Messenger(bot, now=now),
                now=now,
                lease=lease,
            )


async def push(
    url: str, token: str, database: str, *, chats: int, rate: float, lease: timedelta
) -> None:
    """Push until everybody has it."""
    async with open_store(f"sqlite:///{database}", now=now) as store:
        if not await store.chats.active(limit=1):
            await join(store, chats)
        async with courier(store, url, token, rate=rate, lease=lease) as carrying:
            print("pushing", flush=True)  # noqa: T201 -- whoever kills it waits for this
            while [item async for item in owed(store)]:
                await carrying.deliver(owed(store))
                await asyncio.sleep(0.1)


def main() -> None:
    """Read the arguments and push."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("database")
    parser.add_argument("--chats", type=int, default=300)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--lease", type=float, default=3)
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    lease = timedelta(seconds=given.lease)
    work = push(
        given.url, given.token, given.database, chats=given.chats, rate=given.rate, lease=lease
    )
    asyncio.run(work)


if __name__ == "__main__":
    main()
