"""How fast a push goes, and how close to what Telegram allows: `python -m tests.bench.push`.

The pusher is this process: python-telegram-bot, the pace, the courier, a ledger in a SQLite file.
The server is another one. Where limits are set, it enforces them as Telegram does; where they are
lifted, the question is what this process costs, beside the library's own HTTP and beside a ledger
that commits each change by itself. `--full` pushes to 10,000 chats at 30/s: six minutes.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

import bot.delivery.group_commit as book
from bot.delivery.courier import WORKERS, Courier
from bot.telegram.messenger import Messenger
from bot.telegram.rate_limiter import Bulk, RateLimiter
from bot.telegram.request import AiohttpRequest
from core.store import Store, open_store
from tests.servers.pusher import join, now, owed
from tests.servers.telegram_process import TOKEN, telegram_process

LEASE = timedelta(minutes=2)
UNLIMITED = 1_000_000.0


@asynccontextmanager
async def courier(
    store: Store, url: str, *, rate: float, httpx: bool, workers: int
) -> AsyncIterator[Courier]:
    """Give a courier, on either HTTP."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        request: BaseRequest = (
            HTTPXRequest(connection_pool_size=64) if httpx else AiohttpRequest(session)
        )
        pace = RateLimiter(rate=rate, bans=store.bans, now=now, clock=time.monotonic)
        telegram: ExtBot[Bulk] = ExtBot(
            TOKEN,
            base_url=f"{url}/bot",
            request=request,
            get_updates_request=AiohttpRequest(session),
            rate_limiter=pace,
        )
        async with telegram:
            yield Courier(
                chats=store.chats,
                deliveries=store.deliveries,
                memory=store.key_values,
                messenger=Messenger(telegram, now=now),
                now=now,
                workers=workers,
                lease=LEASE,
            )


async def push(
    folder: Path,
    *options: str,
    chats: int,
    rate: float,
    httpx: bool = False,
    grouped: bool = True,
) -> tuple[float, float, dict[str, int]]:
    """Push to so many chats; return messages a second, CPU milliseconds each, and refusals."""
    database = folder / f"{time.monotonic_ns()}.db"
    most, book.MOST = book.MOST, book.MOST if grouped else 1
    try:
        async with (
            telegram_process("--knows-everyone", *options) as url,
            open_store(f"sqlite:///{database}", now=now) as store,
        ):
            await join(store, chats)
            async with courier(store, url, rate=rate, httpx=httpx, workers=WORKERS) as carrying:
                began, cpu = time.perf_counter(), time.process_time()
                tally = await carrying.deliver(owed(store))
                seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            if tally.sent != chats:
                raise RuntimeError(f"{tally} of {chats}")
            async with aiohttp.ClientSession() as http, http.get(f"{url}/stats") as answer:
                stats = await answer.json()
            return chats / seconds, 1000 * cpu / chats, stats["refused"]
    finally:
        book.MOST = most


async def limited(folder: Path, chats: int, rate: int) -> None:
    """Print how much of an enforced limit is used."""
    reached, cpu, refused = await push(folder, "--per-second", str(rate), chats=chats, rate=rate)
    print(
        f"{chats:6} chats at {rate:4}/s   {reached:7.1f}/s = {reached / rate:6.1%} of the limit"
        f"   429s {refused.get('429', 0)}   {cpu:4.2f} ms CPU each",
        flush=True,
    )


async def unlimited(folder: Path, name: str, chats: int, base: float | None, **how: bool) -> float:
    """Print a speed beside the first one's."""
    reached, cpu, _ = await push(folder, "--unlimited", chats=chats, rate=UNLIMITED, **how)
    ratio = "" if base is None else f"   x{reached / base:4.2f}"
    print(f"{name:34} {reached:7.0f}/s   {cpu:4.2f} ms CPU each{ratio}", flush=True)
    return reached


async def main(*, full: bool) -> None:
    """Print everything."""
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await limited(folder, 3_000, 100)
        await limited(folder, 10_000 if full else 600, 30)
        base = await unlimited(folder, "limits lifted", 3_000, None)
        await unlimited(folder, "  with the library's own HTTP", 1_000, base, httpx=True)
        await unlimited(folder, "  with a commit for each change", 1_000, base, grouped=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    asyncio.run(main(full=parser.parse_args().full))
