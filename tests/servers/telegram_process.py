"""The playground in a process of its own, for benches and for bots that get killed.

    python -m tests.servers.telegram_process --unlimited --knows-everyone

prints its URL and serves until its standard input ends. Beside the Bot API and the page's routes
there are `/stats` (counts, how long readers waited, the server's own CPU seconds), `/received`
(what each chat got, in order, as `[message id, text]`), and `POST /reset` (forgets both).
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.flood import FloodLimits
from bot.playground.people import BotAccount
from bot.playground.world import World, demo_world
from tests.servers.telegram import serve

TOKEN = "7000000001:AAtoken-of-a-double-that-others-know"
"""Constant, for the bots of other processes; the playground's own is new at each start."""
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def telegram_process(*options: str) -> AsyncIterator[str]:
    """Run it with these options; give its URL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.servers.telegram_process",
        *options,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        assert url, "the server did not start"
        yield url
    finally:
        process.stdin.close()
        await process.wait()


def stats(world: World) -> dict[str, Any]:
    """Return what the bot did so far."""
    record = world.record
    waits, taps = sorted(record.waits), sorted(record.taps)
    return {
        "requests": record.requests,
        "refused": record.refused,
        "mended": record.mended,
        "messages": record.messages,
        "chats": sum(1 for chat in world.chats.values() if chat.sent),
        "tries_during_bans": world.flood.lengthened,
        "waits": len(waits),
        "wait_p50": _at(waits, 0.5),
        "wait_p99": _at(waits, 0.99),
        "wait_max": _at(waits, 1.0),
        "taps": len(taps),
        "tap_p50": _at(taps, 0.5),
        "tap_p99": _at(taps, 0.99),
        "cpu": time.process_time(),
    }


def _at(waits: Sequence[float], share: float) -> float | None:
    return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else None


def routes(world: World) -> list[web.RouteDef]:
    """Return the routes a bench asks."""

    async def show_stats(_request: web.Request) -> web.Response:
        return web.json_response(stats(world))

    async def show_received(_request: web.Request) -> web.Response:
        return web.json_response(
            {
                chat.id: [[message["message_id"], message.get("text")] for message in chat.sent]
                for chat in world.chats.values()
                if chat.sent
            }
        )

    async def reset(_request: web.Request) -> web.Response:
        record = world.record
        for kept in (
            record.requests,
            record.refused,
            record.mended,
            record.waits,
            record.taps,
            record.calls,
        ):
            kept.clear()
        record.messages = world.flood.lengthened = 0
        for chat in world.chats.values():
            chat.sent.clear()
        return web.json_response({})

    return [
        web.get("/stats", show_stats),
        web.get("/received", show_received),
        web.post("/reset", reset),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--unlimited", action="store_true", help="no flood limits")
    parser.add_argument("--per-second", type=float, default=30)
    parser.add_argument("--chat-per-second", type=float, default=1)
    parser.add_argument("--group-per-minute", type=int, default=20)
    parser.add_argument("--knows-everyone", action="store_true", help="any id is a reader")
    parser.add_argument("--no-rich", action="store_true", help="an older server")
    return parser.parse_args()


def _world(options: argparse.Namespace) -> World:
    world = demo_world(
        start=datetime.now(UTC),
        monotonic=time.monotonic,
        zone="Asia/Shanghai",
        bot=BotAccount(TOKEN),
    )
    world.knows_everyone = options.knows_everyone
    world.takes_rich = not options.no_rich
    world.flood.limits = (
        FloodLimits.none()
        if options.unlimited
        else FloodLimits(
            per_second=options.per_second,
            chat_per_second=options.chat_per_second,
            group_per_minute=options.group_per_minute,
        )
    )
    return world


async def _main() -> None:
    options = _options()
    world = _world(options)
    async with serve(world, port=options.port, routes=routes(world)) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        # The end of the parent is the end of standard input: no server is left behind.
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main())
