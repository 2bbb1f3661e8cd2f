"""Many chats at the same time, but each chat's updates one after the other.

python-telegram-bot offers one update at a time, where one slow chat holds up all others, or all
at once, where "/topics +a" and "/topics -b" sent in a row may run in either order. A handler that
takes long says `block=False` and lets its chat go on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.logs import who

logger = logging.getLogger(__name__)

AT_ONCE = 256
"""Updates in work at the same time. The library takes its own limit before a chat's turn is known,
so one chat's queue could take all of it: that limit is out of reach, and this one is kept here."""
OUT_OF_REACH = 1_000_000
LONGEST = 600.0
"""Seconds for one update: a handler that hangs must not keep its chat unheard for ever."""
QUEUE = 30
"""Updates of one chat that wait: who sends more while none is answered is not heard, by design."""


@dataclass
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0
    """Updates that have it or wait for it."""


class ChatOrder(BaseUpdateProcessor):
    """Processes updates of different chats concurrently, of one chat in the order they came."""

    __slots__ = ("_aside", "_is_over", "_longest", "_room", "_turns", "_under_way")

    def __init__(
        self,
        at_once: int = AT_ONCE,
        longest: float = LONGEST,
        aside: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`aside` is entered while an update waits for its chat's earlier ones."""
        super().__init__(OUT_OF_REACH)
        self._aside = aside
        self._longest = longest
        self._room = asyncio.Semaphore(at_once)
        self._turns: dict[int, _Turn] = {}
        self._under_way: dict[int, asyncio.Task[Any] | None] = {}
        self._is_over = False

    @property
    def unanswered(self) -> list[int]:
        """The ids of updates in work or waiting; at the end, of those that were broken off."""
        return list(self._under_way)

    @property
    def idle(self) -> bool:
        """Whether no chat's update is in work or waits."""
        return not self._turns

    async def do_process_update(self, update: object, coroutine: "Awaitable[Any]") -> None:
        """Wait for the chat's updates before this one, then process it."""
        place = _place(update)
        if place is None:
            await coroutine
            return
        turn = self._turns.setdefault(place, _Turn())
        if turn.wanted > QUEUE:
            logger.warning("%s sends faster than it can be answered", who(place))
            if asyncio.iscoroutine(coroutine):
                coroutine.close()
            return
        turn.wanted += 1
        assert isinstance(update, Update)
        self._under_way[update.update_id] = asyncio.current_task()
        try:
            with self._aside():
                await turn.lock.acquire()  # they are fair: first come, first served
            try:
                async with self._room, asyncio.timeout(self._longest):
                    if not self._is_over:
                        await coroutine
            finally:
                turn.lock.release()
        except TimeoutError:
            logger.warning("an update of %s was broken off after %g s", who(place), self._longest)
        finally:
            if asyncio.iscoroutine(coroutine):
                coroutine.close()  # cancelled while it waited, it never began
            if not self._is_over:
                self._under_way.pop(update.update_id, None)
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[place]

    async def initialize(self) -> None:
        """Nothing is needed beforehand."""

    async def break_off(self) -> None:
        """End what is under way, and begin nothing more."""
        await self.shutdown()
        for task in self._under_way.values():
            if task is not None:
                task.cancel()

    async def shutdown(self) -> None:
        """Begin nothing more: what still waits would find everything closed, and fail."""
        if self._under_way and not self._is_over:
            logger.warning("the process ends with %d updates unanswered", len(self._under_way))
        self._is_over = True


def _place(update: object) -> int | None:
    """Return what an update must keep its order within: its chat, or its sender."""
    if not isinstance(update, Update):
        return None
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else None
