"""What comes in, by polling or webhook: each update parsed by itself, once, into the queue.

An update that cannot be read is skipped and counted; it holds up neither the others of its batch
nor the next ones.
"""

import asyncio
import logging
from typing import Any

from telegram import Update
from telegram.ext import ExtBot

from bot.process.shapes import KINDS, UpdateShape
from bot.process.troubles import UNREADABLE

logger = logging.getLogger(__name__)

REMEMBERED = 10_000
"""Ids of the last updates: Telegram repeats what it thinks did not arrive."""
LARGEST_ID = 2**53


def update_id(raw: object) -> int | None:
    """Return the id by which an update, readable or not, can be confirmed; None without one."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 17:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 <= number < LARGEST_ID else None


class Intake:
    """Puts updates into the application's queue."""

    def __init__(self, bot: "ExtBot[Any]", queue: "asyncio.Queue[object]") -> None:
        self._bot = bot
        self._queue = queue
        self._seen: dict[int, None] = {}
        self.skipped = 0
        """Updates that nobody could read."""

    async def take(self, raw: object) -> bool:
        """Queue an update; False when there was nothing new in it to do or to skip."""
        number = update_id(raw)
        if number is not None:
            if number in self._seen:
                return False
            self._remember(number)
        try:
            update = self._parsed(raw)
        except UNREADABLE as error:
            self._skip(number, error)
            return number is not None
        if update is not None:
            await self._queue.put(update)
        return True

    def _parsed(self, raw: object) -> Update | None:
        """Return the update, None for a kind that is not ours."""
        UpdateShape.model_validate(raw)
        assert isinstance(raw, dict)
        ours = {kind: raw[kind] for kind in KINDS if raw.get(kind) is not None}
        if not ours:
            return None
        return Update.de_json({"update_id": raw["update_id"], **ours}, self._bot)

    def _remember(self, number: int) -> None:
        self._seen[number] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _skip(self, number: int | None, error: Exception) -> None:
        self.skipped += 1
        if self.skipped & (self.skipped - 1) == 0:  # the 1st, 2nd, 4th, 8th ...: never a flood
            logger.warning(
                "update %s cannot be read and is skipped (%s); %d so far",
                number,
                type(error).__name__,
                self.skipped,
            )
