"""What every outside failure at every stage costs a reader: `python -m tests.bench.faults`.

Each row is one morning in processes of its own: the bundled day, five readers (one of them an
administrator) and a channel, every service on loopback behind a proxy that misbehaves for one kind
of request. The push runs at 09:00 of the day under the fault, again two hours later when the fault
is over, and again a day after that for whoever was to be tried later. Printed are, of all messages
that readers and the channel saw, those with an error's text; posts lost and doubled; seconds until
the last post under the fault (scheduled waits counted as they would have been); requests that
reached another host with a secret in them; the process' peak memory and exit code.
"""

import argparse
import asyncio
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.replay import load_days
from bot.playground.flood import Limits
from bot.playground.server import serve
from bot.playground.world import World, demo_world
from bot.settings import Settings
from core.store import Chat, ChatKind, open_store
from tests.databases import fresh
from tests.servers.faulty import FAULTS, Faulty, standing_before
from tests.servers.gemini import KEY
from tests.servers.papers import Services, serving

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, half an hour after press time."""
READERS = range(50_001, 50_006)
CHANNEL = -1001000000001
LONGEST = 400.0
"""Real seconds a push may take before it is ended here."""
POST = "论文日报 | 2026-03-13"
WRONG = re.compile(
    r"Traceback|Exception|Error\b|<html|<h1>|Denied|proxy gate|\b(?:4[0-9]{2}|5[0-9]{2}) [A-Z]"
    r"|\bNone\b|RESOURCE_EXHAUSTED|retry_after|\{\"|127\.0\.0\.1|null\b|AIza",
)


@dataclass(frozen=True)
class Stage:
    """One kind of request."""

    service: str
    hits: Callable[[str], bool]


STAGES: Mapping[str, Stage] = {
    "telegram getMe": Stage("telegram", lambda path: path.endswith("/getMe")),
    "telegram sendMessage": Stage("telegram", lambda path: path.endswith("/sendMessage")),
    "telegram one reader": Stage("telegram", lambda path: path.endswith("/sendMessage")),
    "hf daily": Stage("papers", lambda path: path.startswith("/hf/api")),
    "arxiv feed": Stage("papers", lambda path: path.startswith("/arxiv/rss")),
    "arxiv query": Stage("papers", lambda path: path.startswith("/arxiv/api")),
    "full texts": Stage(
        "papers",
        lambda path: path.startswith(("/arxiv/html", "/arxiv/pdf", "/hf/papers")),
    ),
    "gemini": Stage("papers", lambda path: path.startswith("/gemini")),
}


@dataclass
class Row:
    """What one morning came to."""

    hits: int = 0
    codes: str = ""
    seconds: float = 0.0
    in_time: int = 0
    """Chats that had the post while the fault lasted."""
    lost: int = 0
    doubled: int = 0
    errors: Sequence[str] = ()
    leaks: int = 0
    left: int = 0
    """Subscriptions that ended."""
    memory: float = 0.0
    """Megabytes."""


class Trap:
    """The other host: remembers what of ours it was told."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets
        self.leaks = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """Take anything."""
        told = f"{request.rel_url} {dict(request.headers)} {(await request.read())[:10_000]!r}"
        self.leaks += any(secret in told for secret in self._secrets)
        return web.Response(text="{}", content_type="application/json")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Trap"]:
        """Serve on a free loopback port."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            self.url = f"http://{host}:{port}"
            yield self
        finally:
            await runner.cleanup()


async def morning(stage: str, fault: str, services: Services) -> Row:
    """Return what a fault at a stage comes to."""
    about, row = STAGES.get(stage), Row()
    world = _world()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        telegram = await stack.enter_async_context(serve(world))
        trap = await stack.enter_async_context(Trap([world.bot.token, KEY]).serving())
        proxies = {
            "telegram": Faulty(telegram, trap.url),
            "papers": Faulty(services.url, trap.url),
        }
        urls = {
            name: await stack.enter_async_context(standing_before(proxy))
            for name, proxy in proxies.items()
        }
        database = fresh(folder)
        await _subscribe(database)
        if about is not None:
            chosen = proxies[about.service]
            chosen.hits, chosen.fault = about.hits, FAULTS[fault]
            if stage == "telegram one reader":
                chosen.fault = _only(READERS[2], FAULTS[fault])
        environment = _environment(urls, database, folder, world.bot.token)
        row.seconds, row.memory = await _push(environment, START, row)
        row.in_time = len(_got(world))
        for proxy in proxies.values():
            row.hits += proxy.count
            proxy.fault = None
        for later in (timedelta(hours=2), timedelta(hours=26)):
            await _push(environment, START + later, row)
        got = _got(world)
        row.lost = len(READERS) + 1 - len(got)
        row.doubled = sum(number - 1 for number in got.values())
        row.errors, row.leaks = _errors(world), trap.leaks
        row.left = await _left(database)
    return row


def _only(chat_id: int, fault: Any) -> Any:
    async def answer(faulty: Faulty, request: web.Request) -> web.StreamResponse:
        if str(chat_id).encode() in await request.read():
            return await fault(faulty, request)
        faulty.count -= 1
        return await faulty.forward(request)

    return answer


def _world() -> World:
    world = demo_world(start=START, monotonic=time.monotonic, zone="Asia/Shanghai")
    world.flood.limits, world.knows_everyone = Limits.none(), True
    return world


async def _subscribe(database: str) -> None:
    before = START - timedelta(days=1, hours=-2)
    async with open_store(database, now=lambda: before) as store:
        for chat_id in READERS:
            await store.chats.join(
                Chat(
                    chat_id=chat_id,
                    kind=ChatKind.PRIVATE,
                    language="zh",
                    at=clock_time(8, 30),
                    zone="Asia/Shanghai",
                    joined_at=before,
                )
            )


async def _left(database: str) -> int:
    async with open_store(database, now=lambda: START) as store:
        chats = [await store.chats.get(chat_id) for chat_id in (*READERS, CHANNEL)]
    return sum(chat is not None and chat.left_at is not None for chat in chats)


def _environment(
    urls: Mapping[str, str], database: str, folder: Path, token: str
) -> dict[str, str]:
    papers = urls["papers"]
    kept = {k: v for k, v in os.environ.items() if k.lower() not in Settings.model_fields}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": urls["telegram"],
        "TELEGRAM_CHANNEL_IDS": "@cv_daily",
        "TELEGRAM_ADMIN_IDS": str(READERS[0]),
        "TELEGRAM_RATE": "1000",
        "GEMINI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": f"{papers}/gemini",
        "GEMINI_RPM": "0",
        "GEMINI_TPM": "0",
        "GEMINI_RPD": "0",
        "HF_ENDPOINT": f"{papers}/hf",
        "ARXIV_ENDPOINT": f"{papers}/arxiv",
        "DATABASE_URL": database,
        "DATA_DIR": str(folder / "data"),
        "LOG_LEVEL": "ERROR",
    }


async def _push(environment: Mapping[str, str], start: datetime, row: Row) -> tuple[float, float]:
    """Run one push; return the seconds on its clock and its peak memory."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.servers.morning_process", start.isoformat(),
        cwd=ROOT,
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    except TimeoutError:
        process.kill()
        await process.wait()
        out, err = b"", b"did not end"
    row.codes += f"{process.returncode} "
    if process.returncode and "-v" in sys.argv:
        print(err.decode()[-2000:], file=sys.stderr)
    seconds = float(out.split()[-1]) if out.split() else time.monotonic() - began
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _got(world: World) -> dict[int, int]:
    """Return how many posts of the day each chat has had."""
    counts = {
        chat: sum(POST in str(m.get("text", "")).partition("\n")[0] for m in world.received(chat))
        for chat in (*READERS, CHANNEL)
    }
    return {chat: number for chat, number in counts.items() if number}


def _errors(world: World) -> list[str]:
    """Return what no reader should have seen; the administrator is spared."""
    seen = [
        text
        for chat in (*READERS[1:], CHANNEL)
        for text in (
            *(str(m.get("text", "")) for m in world.received(chat)),
            *(world.texts(chat) if chat in world.chats else ()),
        )
    ]
    return [found.group() for text in seen if (found := WRONG.search(text))]


async def bench(stages: Sequence[str], faults: Sequence[str], at_once: int) -> None:
    """Print a row for each, as they end, and the sum."""
    turn, rows = asyncio.Semaphore(at_once), list[Row]()
    services = Services(load_days())
    services.gemini.default_score = 70
    print(
        f"{'stage':22}{'fault':14}{'hit':>5} {'codes':9}{'in time':>8}{'s':>7}"
        f"{'lost':>5}{'twice':>6}{'errors':>7}{'leaks':>6}{'ended':>6}{'MB':>6}"
    )

    async def one(stage: str, fault: str) -> None:
        async with turn:
            row = await morning(stage, fault, services)
        rows.append(row)
        print(
            f"{stage:22}{fault:14}{row.hits:5} {row.codes:9}{row.in_time:6}/6{row.seconds:7.0f}"
            f"{row.lost:5}{row.doubled:6}{len(row.errors):7}{row.leaks:6}{row.left:6}"
            f"{row.memory:6.0f} {' '.join(sorted(set(row.errors)))[:60]}",
            flush=True,
        )

    async with serving(services):
        await asyncio.gather(
            one("none", "none"), *(one(stage, fault) for stage in stages for fault in faults)
        )
    print(
        f"\n{len(rows)} mornings: {sum(r.lost for r in rows)} posts lost,"
        f" {sum(r.doubled for r in rows)} doubled, {sum(len(r.errors) for r in rows)} error texts,"
        f" {sum(r.leaks for r in rows)} secrets elsewhere,"
        f" {sum(r.left for r in rows)} subscriptions ended,"
        f" {sum(r.codes != '0 0 0 ' for r in rows)} with an exit code"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--stage", choices=STAGES, action="append")
    parser.add_argument("--fault", choices=FAULTS, action="append")
    parser.add_argument("--at-once", type=int, default=6)
    parser.add_argument("-v", action="store_true", help="print what a failed process said")
    given = parser.parse_args()
    asyncio.run(bench(given.stage or list(STAGES), given.fault or list(FAULTS), given.at_once))
