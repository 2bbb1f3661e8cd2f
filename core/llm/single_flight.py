"""One question asked by several at once is one call, and all get its answer.

Whoever joins brings their urgency along: a question of the digest's that a reader asks as well
becomes as urgent as the reader. It is given up only when the last who wants it has gone; who has
a time until which to wait goes then, and the others wait on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from core.fetch.deadline import is_done_in_time
from core.llm import Urgency, Waiter
from core.models.errors import LLMTooLate

_BY_URGENCY = (Urgency.INTERACTIVE, Urgency.DIGEST, Urgency.RETRY)


@dataclass
class Waiters:
    """Those who want one answer; a `Waiter` itself."""

    contexts: list[Waiter] = field(default_factory=list)
    known: datetime | None = None

    @property
    def urgency(self) -> Urgency:
        urgencies = (context.urgency for context in self.contexts)
        return min(urgencies, key=_BY_URGENCY.index, default=Urgency.RETRY)

    @property
    def until(self) -> None:
        """No time: each of them goes at their own, and with the last the question is given up."""

    def on_wait(self, until: datetime) -> None:
        """Tell everybody; who comes later is told, too."""
        self.known = until
        for context in self.contexts:
            context.on_wait(until)

    def join(self, context: Waiter) -> None:
        self.contexts.append(context)
        if self.known is not None:
            context.on_wait(self.known)

    def leave(self, context: Waiter) -> None:
        """Let somebody go. By identity: equal contexts may belong to two who wait."""
        index = next(i for i, other in enumerate(self.contexts) if other is context)
        del self.contexts[index]


T = TypeVar("T")


@dataclass
class _Flight:
    task: asyncio.Task[Any]
    waiters: Waiters


class SingleFlight:
    def __init__(
        self,
        *,
        reordered: Callable[[], None],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`reordered` is called when a question has become more urgent, or less.

        `sleep` measures how long somebody waits who does not wait for ever.
        """
        self._single_flight: dict[Hashable, _Flight] = {}
        self._reordered = reordered
        self._now = now
        self._sleep = sleep

    async def share(
        self, key: Hashable, context: Waiter, ask: Callable[[Waiters], Coroutine[Any, Any, T]]
    ) -> T:
        """Return what `ask` returns, asked once for all who share `key` at the same time.

        Raise `LLMTooLate` when `context.until` has come before.
        """
        if self._left(context) == 0:
            raise LLMTooLate("nobody waits for it any more: it was not asked")
        flight = self._single_flight.get(key)
        if flight is None:
            waiters = Waiters([context])
            flight = _Flight(asyncio.create_task(ask(waiters)), waiters)
            self._single_flight[key] = flight
        else:
            self._board(flight, context)
        try:
            if not await is_done_in_time(flight.task, self._left(context), self._sleep):
                raise LLMTooLate("no answer by the time it was needed")
            answer: T = flight.task.result()
            return answer
        finally:
            await self._leave(key, flight, context)

    def _left(self, context: Waiter) -> float | None:
        """Return the seconds somebody still waits; None for as long as it takes."""
        if context.until is None:
            return None
        return max(0.0, (context.until - self._now()).total_seconds())

    def _board(self, flight: _Flight, context: Waiter) -> None:
        urgency = flight.waiters.urgency
        flight.waiters.join(context)
        if flight.waiters.urgency is not urgency:
            self._reordered()

    async def _leave(self, key: Hashable, flight: _Flight, context: Waiter) -> None:
        """Go; the last one out ends what nobody waits for any more."""
        urgency = flight.waiters.urgency
        flight.waiters.leave(context)
        if flight.waiters.contexts and flight.waiters.urgency is not urgency:
            self._reordered()
        if not flight.task.done() and flight.waiters.contexts:
            return
        if self._single_flight.get(key) is flight:
            del self._single_flight[key]
        if not flight.task.done():
            flight.task.cancel()
            await asyncio.wait({flight.task})  # its call is logged before we are gone
        if not flight.task.cancelled():
            flight.task.exception()  # looked at: nobody else will
