"""Long polling, one round at a time; the supervisor repeats it and waits after a failure.

The library's own loop ends for ever at the first 401 or 404, and asks again without a pause for a
batch in which it cannot parse one update.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any

from telegram.ext import ExtBot

from bot.process.chat_order import LONGEST
from bot.process.task_errors import reading_an_answer
from bot.process.update_queue import Intake, update_id
from bot.process.update_shapes import KINDS
from bot.telegram.answers import Unreadable

POLL = 10
"""Seconds Telegram waits for something to send."""
READ = 20.0
"""Seconds the answer may take after that, and the whole of it together."""
LIMIT = timedelta(seconds=LONGEST + POLL + 2 * READ)
"""For a round: before it asks it may have to wait until updates are answered or broken off."""
SHORTEST = 1.0
"""Seconds for a round that brought nothing new: a server that does not wait is not hurried."""


class Polling:
    """Asks for updates, and confirms those that are in the queue."""

    def __init__(
        self,
        bot: "ExtBot[Any]",
        intake: Intake,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._sleep = sleep
        self._has_no_webhook = False
        self._offset: int | None = None

    async def round(self) -> None:
        """Ask once, and put what came into the queue; wait before while much is unanswered.

        Asking confirms what came before, and what is confirmed dies with the process.
        """
        if not self._has_no_webhook:
            async with asyncio.timeout(READ):
                await self._bot.delete_webhook()
            self._has_no_webhook = True
        await self._intake.room()
        began = time.monotonic()
        batch = await self._ask(POLL)
        is_new = [await self._intake.take(raw) for raw in batch]
        ids = [number for raw in batch if (number := update_id(raw)) is not None]
        if batch and not ids:
            raise Unreadable("updates without an id cannot be confirmed")
        if ids:
            self._offset = max(ids) + 1
        if not any(is_new):
            await self._sleep(max(0.0, SHORTEST - (time.monotonic() - began)))

    async def confirm(self, unanswered: Iterable[int]) -> None:
        """Let Telegram know what is done with; the next process is sent the rest again."""
        first = min(unanswered, default=None)
        if self._offset is not None and first is not None:
            self._offset = min(self._offset, first)
        await self._ask(0)

    async def _ask(self, seconds: int) -> list[object]:
        data = {"offset": self._offset, "timeout": seconds, "allowed_updates": list(KINDS)}
        with reading_an_answer():
            async with asyncio.timeout(seconds + READ):
                # Not `get_updates`: it gives all updates of a batch or, when it fails at one, none.
                answer: object = await self._bot._post(
                    "getUpdates", data, read_timeout=seconds + READ
                )
        if not isinstance(answer, list):
            raise Unreadable("the result is no list")
        return answer
