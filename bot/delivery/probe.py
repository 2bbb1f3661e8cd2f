"""Whether Telegram takes messages, found out with one that cannot be delivered.

What may have arrived is sent again at most twice. Those tries must not be spent while nobody
answers: an outage of hours would use them up, and nobody could know whether the post arrived. That
getMe answers says nothing about sendMessage, so it is asked there.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

BELIEVED = timedelta(seconds=20)


class Probe:
    """Asks once for all who want to know at the same time, and believes it for a while."""

    def __init__(self, ask: Callable[[], Awaitable[bool]], now: Callable[[], datetime]) -> None:
        self._ask = ask
        self._now = now
        self._lock = asyncio.Lock()
        self._found: tuple[bool, datetime] | None = None
        """What was found, and until when it is believed."""

    async def answers(self) -> bool:
        """Whether what may have arrived may be tried again."""
        async with self._lock:
            if self._found is None or self._found[1] <= self._now():
                found = await self._ask()
                self._found = found, self._now() + BELIEVED
            return self._found[0]

    def doubt(self) -> None:
        """Hear that another message was not answered."""
        if self._found is not None and self._found[0]:
            self._found = None
