"""What others wait while a hostile paper is read: `python -m tests.bench.hostile [PAGE.html ...]`.

The real application on one event loop, without a key: one person asks for a paper whose page is
hostile, another one asks for /help all the while. Printed: how long /help took, how long the loop
was held up at most (this includes the loopback servers, which share it), when the paper was there
and from which text it was read.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.flood import FloodLimits
from bot.playground.world import demo_world
from tests.bot.commands.conftest import CHEN, DAYS, PICKS, Stage, opened, publish
from tests.bot.conftest import START, People, Telegram
from tests.servers.papers import Services, page, serving
from tests.servers.telegram import serve

SHAPES: dict[str, Callable[[int], str]] = {
    "bars": lambda size: "|" * size,
    "numbers": lambda size: "31.2 1 " * (size // 7),
    "blanks": lambda size: "a. &nbsp;" + " " * size,
    "formulas": lambda size: "\\(" * (size // 2),
    "orders": lambda size: "ignore all any your " * (size // 20),
}
"""Texts beside the pages given."""
SIZE = 400_000


async def main(pages: list[Path]) -> None:
    """Print a line for each page."""
    known = next(record for _, record in DAYS.announced() if record["id"] == PICKS[0])
    texts = {path.name: path.read_text(encoding="utf-8") for path in pages}
    for name, shape in SHAPES.items():
        filled = f'<p class="ltx_p">{shape(SIZE)}</p>'
        texts[name] = page(known["title"], known["abstract"], filled)
    print(
        f"{'text':22} {'bytes':>8} {'/help p50':>10} {'longest':>8} {'held up':>8} {'read in':>8}"
    )
    for name, text in texts.items():
        # A page of another paper is read as this one: only its title matters.
        whole = text.replace("</h1>", f" {known['title']}</h1>", 1)
        await one(name, whole)


async def one(name: str, text: str) -> None:
    """Serve a text, ask for it, and watch."""
    world = demo_world(start=START, monotonic=lambda: 0.0, zone="Asia/Shanghai")
    world.flood.limits = FloodLimits.none()

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html")

    with tempfile.TemporaryDirectory() as folder:
        async with serve(world) as url, serving(Services(DAYS)) as sources:
            sources.faults["/arxiv/html"] = answer
            telegram = Telegram(world, People(world), url)
            async with opened(telegram, Path(folder), sources, None, gemini_api_key=None) as stage:
                await publish(stage.core)
                await stage.ask("/help", by=CHEN)
                waits, held, taken, said = await watch(stage)

    source = "abstract" if "仅摘要" in said else "full text"
    waits.sort()
    print(
        f"{name:22} {len(text):8} {1000 * waits[len(waits) // 2]:7.0f} ms"
        f" {1000 * waits[-1]:5.0f} ms {1000 * held:5.0f} ms {taken:6.1f} s"
        f"  {source}, {len(waits)} times /help",
        flush=True,
    )


async def watch(stage: Stage) -> tuple[list[float], float, float, str]:
    """Ask for the paper; return the waits for /help, the longest stop, and when it was there."""
    began, waits = time.perf_counter(), []
    lag = asyncio.create_task(longest_stop())
    [message] = await stage.say(f"/paper {PICKS[0]}")
    reading = asyncio.create_task(finished(stage, message))
    while not reading.done():
        asked = time.perf_counter()
        await stage.ask("/help", by=CHEN)
        waits.append(time.perf_counter() - asked)
        await asyncio.sleep(0.02)
    lag.cancel()
    done = await reading
    return waits, await lag, time.perf_counter() - began, str(done["text"])


async def finished(stage: Stage, message: dict[str, Any]) -> dict[str, Any]:
    """Return a message once it is no promise any more."""
    while "……" in (shown := stage.shown(message))["text"][-4:]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return shown


async def longest_stop() -> float:
    """Return, when cancelled, how long the loop was held up at most."""
    most = 0.0
    try:
        while True:
            slept = time.perf_counter()
            await asyncio.sleep(0.005)
            most = max(most, time.perf_counter() - slept - 0.005)
    except asyncio.CancelledError:
        return most


if __name__ == "__main__":
    asyncio.run(main([Path(name) for name in sys.argv[1:]]))
