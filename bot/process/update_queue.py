"""What comes in, by polling or webhook: each update parsed by itself, once, into the queue.

An update that cannot be read is skipped and counted; it holds up neither the others of its batch
nor the next ones. While many are unanswered no more are taken: Telegram keeps them, and brings
them even if this process is killed.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from telegram import Update
from telegram.ext import ExtBot

from bot.process.task_errors import UNREADABLE
from bot.process.update_shapes import KINDS, UpdateShape

logger = logging.getLogger(__name__)

MOST = 100
"""Unanswered updates with which another batch is taken: as many again as a batch has may come, and
all of them can be answered in the seconds that are left to a process that is told to stop. What
waits for an earlier one of its own chat is not counted (`aside`): of it there is a chat's line."""
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


class UpdateQueue(asyncio.Queue[object]):
    """The application's queue, which knows how many updates wait in it or are in work.

    The library empties it at once, into as many tasks: its own size says nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self._unanswered = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    def _put(self, item: object) -> None:
        super()._put(item)
        self._count(1)

    def task_done(self) -> None:
        """Hear that something taken out of it is done with."""
        super().task_done()
        self._count(-1)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Do not count an update while it waits for those of its own chat.

        The lines of a few chats keep nobody else from being heard; each is short (`chat_order`).
        """
        self._count(-1)
        try:
            yield
        finally:
            self._count(1)

    def _count(self, change: int) -> None:
        self._unanswered += change
        (self._has_room.set if self._unanswered <= MOST else self._has_room.clear)()

    async def room(self) -> None:
        """Wait until more may be put into it."""
        await self._has_room.wait()


class Intake:
    def __init__(self, bot: "ExtBot[Any]", queue: UpdateQueue) -> None:
        self._bot = bot
        self._queue = queue
        self._seen: dict[int, None] = {}
        self.skipped = 0
        """Updates that nobody could read."""

    async def room(self) -> None:
        """Wait until more may be taken."""
        await self._queue.room()

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
