"""What every outside failure at every stage costs a reader: `python -m tests.bench.faults`.

Each cell is one morning in a process of its own: the bundled day, five readers (one of them an
administrator) and a channel, every service on loopback behind a proxy that misbehaves for one kind
of request. The push runs at 09:00 of the day under the fault, again two hours later when the fault
is over, and again a day after that for whoever was to be tried later. Faults that concern one
reader or one paper share a morning: each has a reader, or a paper, of its own.

Printed are, of all messages that readers and the channel saw, those with an error's text; posts (or
figures) lost and doubled; time until the last post under the fault, as the clock of the process had
it (`morning_process`); requests that reached another host with a secret in them; subscriptions that
ended; exit codes and peak memory.
"""

import argparse
import asyncio
import io
import multiprocessing
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web
from PIL import Image

from bot.demo.replay import load_days
from bot.playground.flood import FloodLimits
from bot.playground.world import World, demo_world
from bot.settings import Settings
from core.models.chat import Chat, ChatKind
from core.models.values import Paper
from core.store import open_store
from tests.databases import fresh
from tests.servers.faulty import FAULTS, Faulty, each, standing_before
from tests.servers.gemini import KEY
from tests.servers.morning_process import Done, Push, Taps, work
from tests.servers.papers import Services, serving
from tests.servers.telegram import serve

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.servers.morning_process"])
_WAITING = ThreadPoolExecutor(16)
ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, half an hour after press time."""
READERS = range(50_001, 50_006)
CHANNEL = -1001000000001
FIRST_HIT = 50_101
LATER = (timedelta(hours=2), timedelta(hours=26))
FIGURES_LATER = (timedelta(hours=26), timedelta(days=9))
"""What failed is looked for again after a day, what was not there after a week."""
ONE_READER = "telegram one reader"
PASSWORD, TOKEN = "a-password-of-openreview", "a-token-of-openreview"
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
    is_shared: bool = False
    """Each fault hits a reader or a paper of its own, all in one morning."""


STAGES: Mapping[str, Stage] = {
    "telegram getMe": Stage("telegram", lambda path: path.endswith("/getMe")),
    "telegram sendMessage": Stage("telegram", lambda path: path.endswith("/sendMessage")),
    ONE_READER: Stage("telegram", lambda path: path.endswith("/sendMessage"), is_shared=True),
    "hf daily": Stage("papers", lambda path: path.startswith("/hf/api")),
    "arxiv feed": Stage("papers", lambda path: path.startswith("/arxiv/rss")),
    "arxiv query": Stage("papers", lambda path: path.startswith("/arxiv/api")),
    "openreview": Stage("papers", lambda path: path.startswith("/openreview")),
    "full texts": Stage(
        "papers",
        lambda path: path.startswith(("/arxiv/html", "/arxiv/pdf", "/hf/papers")),
    ),
    "gemini": Stage("papers", lambda path: path.startswith("/gemini")),
    "licence": Stage("papers", lambda path: path.startswith("/arxiv/oai2"), is_shared=True),
    "figure's page": Stage(
        "papers",
        lambda path: path.startswith("/arxiv/html") and not path.endswith(".png"),
        is_shared=True,
    ),
    "figure's picture": Stage("papers", lambda path: path.endswith(".png"), is_shared=True),
}


@dataclass
class Row:
    """What one morning came to."""

    hits: int = 0
    codes: list[int] = field(default_factory=list)
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
    of: int = 6
    """Chats that should have had the post in time; 0: not looked at."""
    note: str = ""
    said: str = ""
    """On standard error."""

    def cell(self) -> str:
        """Return it in a few words; "ok" when nobody lost anything but time."""
        costs = {
            "lost": self.lost,
            "twice": self.doubled,
            "error texts": len(self.errors),
            "secrets": self.leaks,
            "ended": self.left,
            "exit code 1": sum(map(bool, self.codes)),
        }
        cost = ", ".join(f"{count} {name}" for name, count in costs.items() if count) or "ok"
        late = f" {self.in_time}/{self.of} in time" if self.in_time < self.of else ""
        took = f" {self.seconds:.0f} s" if self.seconds else ""
        return f"{cost}{late}{took} {self.note}".rstrip()


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


@dataclass
class Scene:
    """A process of ours, and everything it talks to."""

    world: World
    trap: Trap
    proxies: Mapping[str, Faulty]
    database: str
    connection: Connection
    said: Path

    async def run(self, task: Push | Taps) -> Done:
        """Let the process do it."""
        self.connection.send(task)
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(_WAITING, self.connection.poll, LONGEST):
            return Done(-9, (LONGEST,), 0.0)
        done: Done = await loop.run_in_executor(_WAITING, self.connection.recv)
        return done

    def lift(self) -> int:
        """Let everything pass from now on; return how many requests it hit until now."""
        for proxy in self.proxies.values():
            proxy.fault = None
        return sum(proxy.count for proxy in self.proxies.values())


@asynccontextmanager
async def scene(services: Services, readers: Sequence[int]) -> AsyncIterator[Scene]:
    """Give a scene in which nothing fails yet."""
    world = _world()
    servers = CONTEXT.Array("q", 2)

    def count(by: int) -> None:
        servers[0] += by

    async def come_round() -> None:
        while True:
            await asyncio.sleep(0.05)
            servers[1] += 1

    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        telegram = await stack.enter_async_context(serve(world))
        secrets = [world.bot.token, KEY, PASSWORD, TOKEN]
        trap = await stack.enter_async_context(Trap(secrets).serving())
        proxies = {
            "telegram": Faulty(telegram, trap.url, honest=count),
            "papers": Faulty(services.url, trap.url, honest=count),
        }
        urls = {
            name: await stack.enter_async_context(standing_before(proxy))
            for name, proxy in proxies.items()
        }
        database, said = fresh(folder), folder / "said"
        await _subscribe(database, readers)
        environment = _environment(urls, database, folder, world.bot.token)
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=work, args=(theirs, environment, servers, said))
        process.start()
        rounds = asyncio.create_task(come_round())
        try:
            yield Scene(world, trap, proxies, database, ours, said)
        finally:
            rounds.cancel()
            process.kill()
            process.join()


async def daily_jobs(stage: str, fault: str, services: Services) -> Row:
    """Return what a fault at a stage comes to."""
    about = STAGES.get(stage)
    async with scene(services, READERS) as at:
        if about is not None:
            at.proxies[about.service].hits = about.hits
            at.proxies[about.service].fault = FAULTS[fault]
        row = await _mornings(at, READERS)
        row.left = await _left(at.database, (*READERS, CHANNEL))
    return row


async def _mornings(at: Scene, readers: Sequence[int]) -> Row:
    """Push under the fault and twice after it."""
    done = await at.run(Push(START))
    row = Row(memory=done.memory, codes=[done.code])
    row.in_time = len(_got(at.world, (*readers, CHANNEL)))
    late = _last_post(at.database) if row.in_time > len(readers) else None
    row.seconds = done.seconds[0] if late is None else late
    row.hits = at.lift()
    for later in LATER:
        row.codes.append((await at.run(Push(START + later))).code)
    got = _got(at.world, (*readers, CHANNEL))
    row.lost = len(readers) + 1 - len(got)
    row.doubled = sum(number - 1 for number in got.values())
    row.errors, row.leaks = _errors(at.world, (*readers[1:], CHANNEL)), at.trap.leaks
    if at.said.exists():
        row.said = at.said.read_text(errors="replace")
    return row


async def one_reader_each(faults: Sequence[str], services: Services) -> list[tuple[str, Row]]:
    """Return what each fault costs the one reader it hits, and all the others."""
    hit = {fault: FIRST_HIT + number for number, fault in enumerate(faults)}
    async with scene(services, (*READERS, *hit.values())) as at:
        at.proxies["telegram"].hits = STAGES["telegram sendMessage"].hits
        answers = {str(chat_id): FAULTS[fault] for fault, chat_id in hit.items()}
        at.proxies["telegram"].fault = each(answers)
        whole = await _mornings(at, READERS)
        whole.left = await _left(at.database, (*READERS, CHANNEL))
        rows = [("the others", whole)]
        for fault, chat_id in hit.items():
            got = _got(at.world, (chat_id,)).get(chat_id, 0)
            row = Row(codes=whole.codes, lost=int(not got), doubled=max(0, got - 1), of=0)
            row.errors = _errors(at.world, (chat_id,))
            row.left = await _left(at.database, (chat_id,))
            rows.append((fault, row))
    return rows


async def figures(stage: str, faults: Sequence[str], services: Services) -> list[tuple[str, Row]]:
    """Return what each fault costs who taps for the figure of the one paper it hits."""
    papers = [
        Paper(
            id=record["id"],
            version=record["version"],
            title=record["title"],
            abstract=record["abstract"],
            sources=("arxiv",),
        )
        for _, record in list(load_days().announced())[: len(faults)]
    ]
    async with scene(services, READERS) as at:
        at.proxies["papers"].hits = STAGES[stage].hits
        answers = {paper.id: FAULTS[fault] for paper, fault in zip(papers, faults, strict=True)}
        at.proxies["papers"].fault = each(answers)
        reader = READERS[1]
        first = await at.run(Taps(START, reader, papers))
        at.lift()
        seen, codes = [at.world.received(reader)], [first.code]
        for later in FIGURES_LATER:
            codes.append((await at.run(Taps(START + later, reader, papers))).code)
            seen.append(at.world.received(reader)[sum(map(len, seen)) :])
        said = at.said.read_text(errors="replace") if at.said.exists() else ""
    rows = []
    for number, fault in enumerate(faults):
        shown = [answer[number] for answer in seen if len(answer) == len(faults)]
        row = Row(codes=codes, memory=first.memory, of=0, leaks=at.trap.leaks, said=said)
        row.seconds = first.seconds[number] if number < len(first.seconds) else LONGEST
        row.lost = int(not any("photo" in message for message in shown))
        texts = [str(message.get("text", message.get("caption", ""))) for message in shown]
        row.errors = [found.group() for text in texts if (found := WRONG.search(text))]
        row.note = " ".join("photo" if "photo" in message else "text" for message in shown)
        rows.append((fault, row))
    return rows


def _world() -> World:
    world = demo_world(start=START, monotonic=time.monotonic, zone="Asia/Shanghai")
    world.flood.limits, world.knows_everyone = FloodLimits.none(), True
    return world


async def _subscribe(database: str, readers: Sequence[int]) -> None:
    before = START - timedelta(days=1, hours=-2)
    async with open_store(database, now=lambda: before) as store:
        for chat_id in readers:
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


async def _left(database: str, among: Sequence[int]) -> int:
    async with open_store(database, now=lambda: START) as store:
        chats = [await store.chats.get(chat_id) for chat_id in among]
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
        "SOURCES": "huggingface,arxiv,openreview",
        "OPENREVIEW_ENDPOINT": f"{papers}/openreview",
        "OPENREVIEW_USERNAME": "reader@example.org",
        "OPENREVIEW_PASSWORD": PASSWORD,
        "DATABASE_URL": database,
        "DATA_DIR": str(folder / "data"),
        "LOG_LEVEL": "ERROR",
    }


def _got(world: World, chats: Sequence[int]) -> dict[int, int]:
    """Return how many posts of the day each chat has had."""
    counts = {
        chat: sum(POST in str(m.get("text", "")).partition("\n")[0] for m in world.received(chat))
        for chat in chats
    }
    return {chat: number for chat, number in counts.items() if number}


def _last_post(database: str) -> float | None:
    """Return the seconds from the start until the last post had gone out, as far as we know."""
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as opened:
        (last,) = opened.execute("SELECT max(sent_at) FROM deliveries").fetchone()
    return last and (datetime.fromisoformat(last).replace(tzinfo=UTC) - START).total_seconds()


def _errors(world: World, chats: Sequence[int]) -> list[str]:
    """Return what no reader should have seen."""
    seen = [
        text
        for chat in chats
        for text in (
            *(str(m.get("text", "")) for m in world.received(chat)),
            *(world.texts(chat) if chat in world.chats else ()),
        )
    ]
    return [found.group() for text in seen if (found := WRONG.search(text))]


def services_of_the_day() -> Services:
    """Return the bundled day's services, with figures that may be shown."""
    services = Services(load_days())
    services.gemini.default_score = 70
    services.licence = "http://creativecommons.org/licenses/by/4.0/"
    services.figures = ["Overview of the method."]
    services.picture = _picture()
    services.notes = [
        {
            "id": "aNoteOfTheDay",
            "cdate": int((START - timedelta(hours=20)).timestamp() * 1000),
            "content": {
                "title": {"value": "A submission that only OpenReview has"},
                "abstract": {"value": "We segment objects in images with a transformer."},
                "venueid": {"value": "TMLR/Under_Review"},
            },
        }
    ]
    return services


def _picture() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (640, 320), "navy").save(into, "PNG")
    return into.getvalue()


async def bench(stages: Sequence[str], faults: Sequence[str], at_once: int, out: Path) -> None:
    """Print a line for each, as they end, and write the table."""
    turn, table = asyncio.Semaphore(at_once), dict[tuple[str, str], Row]()
    services = services_of_the_day()

    def ended(stage: str, fault: str, row: Row) -> None:
        table[stage, fault] = row
        print(f"{stage:22}{fault:14}{row.hits:5} {row.memory:5.0f} MB  {row.cell()}", flush=True)
        if row.said and "-v" in sys.argv:
            print(row.said[-2000:], file=sys.stderr)

    async def alone(stage: str, fault: str) -> None:
        async with turn:
            ended(stage, fault, await daily_jobs(stage, fault, services))

    async def together(stage: str) -> None:
        async with turn:
            if stage == ONE_READER:
                rows = await one_reader_each(faults, services)
            else:
                rows = await figures(stage, faults, services)
        for fault, row in rows:
            ended(stage, fault, row)

    began = time.monotonic()
    async with serving(services):
        separate = [stage for stage in stages if not STAGES[stage].is_shared]
        await asyncio.gather(
            alone("none", "none"),
            *(together(stage) for stage in stages if STAGES[stage].is_shared),
            *(alone(stage, fault) for fault in faults for stage in separate),
        )
    sums = sum_of(list(table.values()), time.monotonic() - began)
    out.write_text(markdown(table, stages, ["the others", *faults]) + sums)
    print(sums)


def markdown(
    table: Mapping[tuple[str, str], Row], stages: Sequence[str], faults: Sequence[str]
) -> str:
    """Return the table: faults down, stages across."""
    lines = [["fault", *stages], ["---"] * (len(stages) + 1)]
    for fault in faults:
        cells = [table[stage, fault].cell() if (stage, fault) in table else "" for stage in stages]
        lines.append([fault, *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def sum_of(rows: Sequence[Row], seconds: float) -> str:
    """Return the sums, and the time it took."""
    return (
        f"\n{len(rows)} cells in {seconds / 60:.0f} minutes:"
        f" {sum(r.lost for r in rows)} posts or figures lost,"
        f" {sum(r.doubled for r in rows)} doubled, {sum(len(r.errors) for r in rows)} error texts,"
        f" {sum(r.leaks for r in rows)} secrets elsewhere,"
        f" {sum(r.left for r in rows)} subscriptions ended,"
        f" {sum(any(r.codes) for r in rows)} with an exit code,"
        f" {max(r.memory for r in rows):.0f} MB at most\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--stage", choices=STAGES, action="append")
    parser.add_argument("--fault", choices=FAULTS, action="append")
    parser.add_argument("--at-once", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("faults.md"), help="the table's file")
    parser.add_argument("-v", action="store_true", help="print what each process said")
    given = parser.parse_args()
    asyncio.run(
        bench(given.stage or list(STAGES), given.fault or list(FAULTS), given.at_once, given.out)
    )
