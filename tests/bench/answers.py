"""How fast the bot answers, starts and stops, and what it takes: `python -m tests.bench.answers`.

`paperboy run` is one process, the server another; this one plays 400 users who send 200 commands a
second: cached `/paper`, `/today`; then they tap under their lists. The waits are the server's: from
a message coming in to the first thing the bot writes after it, from a tap to its toast, polling
included.
"""

import argparse
import asyncio
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.botprocess import fill, running, settings
from tests.bot.commands.conftest import PICKS
from tests.servers.telegram_process import telegram_process

USERS, FIRST = 400, 80_000
TEXTS = ("/today", f"/paper {PICKS[0]}", f"/paper https://arxiv.org/abs/{PICKS[1]}", "/paper 1")
AIMS = {"p99": 0.050, "tap": 0.050, "start": 2.0, "memory": 150.0, "stop": 10.0}


class Server:
    """The loopback Telegram, from outside."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def stats(self) -> dict[str, Any]:
        """Return its counts."""
        async with self._http.get(f"{self._url}/stats") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def say(self, user: int, text: str) -> None:
        """Let a user write to the bot."""
        body = {"user": user, "chat": user, "text": text}
        async with self._http.post(f"{self._url}/play/send", json=body) as answer:
            answer.raise_for_status()

    async def newest(self, user: int) -> int:
        """Return the newest message of a user's chat."""
        where = {"user": str(user), "chat": str(user)}
        async with self._http.get(f"{self._url}/play/messages", params=where) as answer:
            messages = (await answer.json())["messages"]
            return int(messages[-1]["message_id"])

    async def tap(self, user: int, message_id: int, data: str) -> None:
        """Let a user tap a button."""
        body = {"user": user, "chat": user, "message_id": message_id, "data": data}
        async with self._http.post(f"{self._url}/play/tap", json=body) as answer:
            answer.raise_for_status()

    async def reset(self) -> None:
        """Forget what was counted."""
        async with self._http.post(f"{self._url}/reset") as answer:
            answer.raise_for_status()


async def talk(server: Server, *, rate: int, seconds: int) -> int:
    """Send `rate` commands a second, evenly; return how many."""
    began, number = time.perf_counter(), rate * seconds
    async with asyncio.TaskGroup() as group:
        for n in range(number):
            wait = began + n / rate - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            group.create_task(server.say(FIRST + n % USERS, TEXTS[n % len(TEXTS)]))
    return number


async def tap(server: Server, *, rate: int, seconds: int) -> int:
    """Tap `rate` times a second, evenly, likes and dislikes in turn; return how often."""
    shown = [await server.newest(FIRST + n) for n in range(USERS)]
    began, number = time.perf_counter(), rate * seconds
    async with asyncio.TaskGroup() as group:
        for n in range(number):
            wait = began + n / rate - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            kind = ("like", "dislike")[n // USERS % 2]
            place = n % USERS
            group.create_task(server.tap(FIRST + place, shown[place], f"m:{kind}:{PICKS[0]}"))
    return number


async def main(*, rate: int, seconds: int, idle: int) -> None:
    """Print everything beside its aim."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            telegram_process("--unlimited", "--knows-everyone") as url,
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
            http.get(url),  # which leaves the page's key in the session
        ):
            chosen, server = settings(folder / "bench.db", url), Server(http, url)
            await fill(chosen)
            began = time.perf_counter()
            async with running(chosen, folder) as process:
                while not (await server.stats())["requests"].get("getUpdates"):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                show("start to polling", time.perf_counter() - began, AIMS["start"], "s")
                await asyncio.sleep(idle)
                show(f"memory after {idle} s idle", _memory(process.pid), AIMS["memory"], "MB")
                await talk(server, rate=rate // 4, seconds=2)  # warm
                await asyncio.sleep(1)
                await server.reset()
                number = await talk(server, rate=rate, seconds=seconds)
                await asyncio.sleep(1)
                stats = await server.stats()
                print(f"{number} commands at {rate}/s, {stats['waits']} answered")
                show("wait, median", 1000 * stats["wait_p50"], None, "ms")
                show("wait, p99", 1000 * stats["wait_p99"], 1000 * AIMS["p99"], "ms")
                show("wait, longest", 1000 * stats["wait_max"], None, "ms")
                await server.reset()
                number = await tap(server, rate=rate // 2, seconds=seconds)
                await asyncio.sleep(1)
                stats = await server.stats()
                print(f"{number} taps at {rate // 2}/s, {stats['taps']} answered")
                show("tap, median", 1000 * stats["tap_p50"], None, "ms")
                show("tap, p99", 1000 * stats["tap_p99"], 1000 * AIMS["tap"], "ms")
                show("memory afterwards", _memory(process.pid), None, "MB")
                began = time.perf_counter()
                process.send_signal(signal.SIGTERM)
                code = await process.wait()
                show(f"SIGTERM to exit {code}", time.perf_counter() - began, AIMS["stop"], "s")


def show(what: str, value: float, aim: float | None, unit: str) -> None:
    """Print a figure and what it should be."""
    ratio = "" if aim is None else f"   aim {aim:g} {unit}: x{value / aim:.2f}"
    print(f"{what:24} {value:8.1f} {unit}{ratio}", flush=True)


def _memory(pid: int) -> float:
    """Return a process' resident memory in MB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--idle", type=int, default=10)
    given = parser.parse_args()
    asyncio.run(main(rate=given.rate, seconds=given.seconds, idle=given.idle))
