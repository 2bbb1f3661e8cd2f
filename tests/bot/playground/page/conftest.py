"""A browser, a playground on the same loop, and the page opened in it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.playground.actions import People
from bot.playground.flood import FloodLimits
from bot.playground.methods.params import Params
from bot.playground.methods.profile import set_my_commands
from bot.playground.world import demo_world
from tests.bot.conftest import START, Telegram
from tests.bot.playground.page.acting import COMMANDS, Opening
from tests.browser import PATIENCE, Visit, chromium, visit
from tests.servers.telegram import serve

expect.set_options(timeout=PATIENCE)
LOCK = "Executing inline event handler violates the following Content Security Policy"
"""What Chromium says of an `onclick` in a rich message while it is parsed, before it is dropped."""


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def here() -> AsyncIterator[Telegram]:
    """The `telegram` fixture on the session's loop, where the browser lives."""
    world = demo_world(start=START, monotonic=lambda: 0.0, zone="Asia/Shanghai")
    world.flood.limits = FloodLimits.none()
    set_my_commands(world, Params({"commands": COMMANDS}))
    world.bot.descriptions[""] = "每天早上，值得读的几篇论文。"
    async with serve(world) as url:
        yield Telegram(world, People(world), url)


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, here: Telegram) -> AsyncIterator[Opening]:
    """Open the page; afterwards it must have been quiet and stayed at home."""
    async with AsyncExitStack() as stack:
        visits: list[Visit] = []

        async def open_page(place: str = "", **options: Any) -> Page:
            visited = await stack.enter_async_context(
                visit(browser, f"{here.url}/{place}", **options)
            )
            visits.append(visited)
            return visited.page

        yield open_page
        for visited in visits:
            assert [error for error in visited.errors if not error.startswith(LOCK)] == []
            assert visited.strangers == []
