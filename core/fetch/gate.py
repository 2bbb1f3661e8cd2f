"""A gate in front of a service that wants to be asked slowly: one request at a time, spaced.

Hold it for the whole request (`async with gate:`), not only for its start: "one connection" is
part of what arXiv asks for. One gate serves everything in the process that talks to the service,
so it is made in the composition root and handed to each client.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import TracebackType


class Gate:
    """Lets one holder in at a time, and lets them start at least `interval` apart.

    With an interval of 0 it only serialises. Whoever is cancelled while waiting leaves no trace;
    whoever is cancelled inside counts as having started.
    """

    def __init__(
        self,
        interval: timedelta,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._interval = interval.total_seconds()
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()  # first come, first served
        self._next_start: float | None = None

    async def __aenter__(self) -> None:
        await self._turn.acquire()
        try:
            await self._wait()
        except BaseException:  # cancelled while waiting: the next one must not wait for ever
            self._turn.release()
            raise

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._turn.release()

    async def _wait(self) -> None:
        now = self._clock()
        if self._next_start is not None and now < self._next_start:
            await self._sleep(self._next_start - now)
            # A timer may fire a hair early; counting from the planned start never drifts closer.
            now = max(self._clock(), self._next_start)
        self._next_start = now + self._interval
