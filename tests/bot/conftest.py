"""What the bot's tests share: a Telegram of their own, served on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from bot.playground.actions import People
from bot.playground.flood import FloodLimits
from bot.playground.world import World, demo_world
from bot.telegram import send_queue
from tests.servers.telegram import serve
from tests.servers.telegram_faults import Faults

T = TypeVar("T")
PATIENCE = 50
"""Seconds until something has gone wrong, also where processes start on a busy machine. Below the
limit of a whole test, so that the line which waited is named."""
START = datetime(2026, 3, 13, 0, 0, tzinfo=UTC)
"""08:00 in Shanghai on a Friday."""


@dataclass(frozen=True)
class Telegram:
    """A served world. `people` act in it, `world.received(chat_id)` is what the bot sent."""

    world: World
    people: People
    url: str
    faults: Faults = field(default_factory=Faults)

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.bot.token

    @property
    def base_url(self) -> str:
        """What python-telegram-bot's `base_url` wants."""
        return f"{self.url}/bot"

    async def until(self, condition: Callable[[], T]) -> T:
        """Return what `condition` returns, as soon as something in the world makes it true."""
        async with asyncio.timeout(PATIENCE):
            while not (value := condition()):
                await self.world.events.bell.wait()
        return value

    async def answers(
        self, chat_id: int, count: int = 1, *, since: int = 0
    ) -> list[dict[str, Any]]:
        """Return what the bot sent to a chat after the first `since`, once there are `count`."""

        def enough() -> list[dict[str, Any]]:
            received = self.world.received(chat_id)[since:]
            return received if len(received) >= count else []

        return await self.until(enough)


@pytest.fixture
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a chat be written to again at once: a second between two messages is real time."""
    monkeypatch.setattr(send_queue, "PER_CHAT", ((1, 0.01),))
    monkeypatch.setattr(send_queue, "PER_GROUP", ((1, 0.01),))


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Serve the demo's world: its clock stands still until it is moved, nothing is limited.

    To have limits: `telegram.world.flood.limits = Limits()`.
    """
    world = demo_world(start=START, monotonic=lambda: 0.0, zone="Asia/Shanghai")
    world.flood.limits = FloodLimits.none()
    faults = Faults()
    async with serve(world, faults=faults) as url:
        yield Telegram(world, People(world), url, faults)
