"""Everybody's likes on the buttons of a group's or channel's message, edited now and then.

Telegram allows twenty messages a minute in a group, edits among them, and a channel's readers tap
in bursts: so the first tap is shown at once, and those of the next half minute together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from bot.telegram.errors import DeliveryError

logger = logging.getLogger(__name__)

PAUSE = 30.0
"""Seconds between two edits of one message."""
Place = tuple[int, int]
"""Chat and message."""
Edit = Callable[[], Awaitable[object]]
Attempt = Callable[[str, Edit], Awaitable[object]]
"""Does something under a name, and sees to what becomes of a failure: it raises nothing."""


class FeedbackCounts:
    """Edits counts, each message at most once in a pause."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]], attempt: Attempt) -> None:
        self._sleep = sleep
        self._attempt = attempt
        self._tasks: dict[Place, asyncio.Task[None]] = {}
        self._again: dict[Place, Edit] = {}

    def changed(self, place: Place, edit: Edit) -> None:
        """Have `edit` bring a message up to date, now or after the pause; the last one counts."""
        self._again[place] = edit
        if place not in self._tasks:
            self._tasks[place] = asyncio.create_task(self._work(place))

    async def close(self) -> None:
        """Stop: what is not shown yet is shown with the next tap."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, place: Place) -> None:
        try:
            while (edit := self._again.pop(place, None)) is not None:
                await self._attempt("counting", partial(_shown, edit))
                await self._sleep(PAUSE)
        finally:
            del self._tasks[place]


async def _shown(edit: Edit) -> None:
    try:
        await edit()
    except DeliveryError as error:
        logger.info("a count was not shown: %s", error)
