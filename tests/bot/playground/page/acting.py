"""What the tests of the page share: who is there, and what the bot says."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page

from bot.playground.posting import Posting
from bot.playground.world import World
from bot.render.message import units
from tests.bot.conftest import Telegram
from tests.browser import CHROMIUM, NO_CHROMIUM

IN_A_BROWSER = [
    pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM),
    pytest.mark.asyncio(loop_scope="session"),
]
"""The `pytestmark` of such tests: one browser, so one loop, for a whole file."""
LIN, ANA = 1001, 1002
CHANNEL, GROUP = -1001000000001, -1001000000002
Json = dict[str, Any]
Opening = Callable[..., Awaitable[Page]]
COMMANDS = [
    {"command": "start", "description": "订阅日报"},
    {"command": "today", "description": "今天的目录"},
    {"command": "paper", "description": "读一篇论文"},
]


def says(here: Telegram, chat_id: int, *parts: Any, **more: Any) -> Json:
    """Let the bot send; a part is text, or (text, kind or entity fields, ...)."""
    text = ""
    entities: list[Json] = []
    for part in parts:
        words, *kinds = (part,) if isinstance(part, str) else part
        for kind in kinds:
            fields = kind if isinstance(kind, dict) else {"type": kind}
            entities.append(fields | {"offset": units(text), "length": units(words)})
        text += words
    posting = Posting(here.world)
    return posting.send(here.world.chat(chat_id), {"text": text, "entities": entities} | more)


def keys(*rows: list[Json]) -> Json:
    return {"inline_keyboard": list(rows)}


def started(world: World, user_id: int = LIN) -> None:
    """Let a user have written to the bot before, without a word on the page."""
    world.user(user_id).has_started = True


async def bubble(page: Page, text: str) -> Locator:
    found = page.locator(".message", has_text=text).last
    await found.wait_for()
    return found
