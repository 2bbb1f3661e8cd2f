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

from core.deadline import is_done_in_time
from core.errors import LLMTooLate
from core.llm import Urgency, Waiter

_BY_URGENCY = (Urgency.INTERACTIVE, Urgency.DIGEST, Urgency.RETRY)


@dataclass
class Party:
    """Those who want one answer; a `Waiter` itself."""

    errands: list[Waiter] = field(default_factory=list)
    known: datetime | None = None

    @property
    def urgency(self) -> Urgency:
        """The most urgent one's."""
        urgencies = (errand.urgency for errand in self.errands)
        return min(urgencies, key=_BY_URGENCY.index, default=Urgency.RETRY)

    @property
    def until(self) -> None:
        """No time: each of them goes at their own, and with the last the question is given up."""

    def told(self, until: datetime) -> None:
        """Tell everybody; who comes later is told, too."""
        self.known = until
        for errand in self.errands:
            errand.told(until)

    def join(self, errand: Waiter) -> None:
        """Take somebody in."""
        self.errands.append(errand)
        if self.known is not None:
            errand.told(self.known)

    def leave(self, errand: Waiter) -> None:
        """Let somebody go. By identity: equal errands may belong to two who wait."""
        index = next(i for i, other in enumerate(self.errands) if other is errand)
        del self.errands[index]


T = TypeVar("T")


@dataclass
class _Flight:
    task: asyncio.Task[Any]
    party: Party


class Flights:
    """Questions under way."""

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
        self._flights: dict[Hashable, _Flight] = {}
        self._reordered = reordered
        self._now = now
        self._sleep = sleep

    async def share(
        self, key: Hashable, errand: Waiter, ask: Callable[[Party], Coroutine[Any, Any, T]]
    ) -> T:
        """Return what `ask` returns, asked once for all who share `key` at the same time.

        Raise `LLMTooLate` when `errand.until` has come before.
        """
        if self._left(errand) == 0:
            raise LLMTooLate("nobody waits for it any more: it was not asked")
        flight = self._flights.get(key)
        if flight is None:
            party = Party([errand])
            flight = _Flight(asyncio.create_task(ask(party)), party)
            self._flights[key] = flight
        else:
            self._board(flight, errand)
        try:
            if not await is_done_in_time(flight.task, self._left(errand), self._sleep):
                raise LLMTooLate("no answer by the time it was needed")
            answer: T = flight.task.result()
            return answer
        finally:
            await self._leave(key, flight, errand)

    def _left(self, errand: Waiter) -> float | None:
        """Return the seconds somebody still waits; None for as long as it takes."""
        if errand.until is None:
            return None
        return max(0.0, (errand.until - self._now()).total_seconds())

    def _board(self, flight: _Flight, errand: Waiter) -> None:
        urgency = flight.party.urgency
        flight.party.join(errand)
        if flight.party.urgency is not urgency:
            self._reordered()

    async def _leave(self, key: Hashable, flight: _Flight, errand: Waiter) -> None:
        """Go; the last one out ends what nobody waits for any more."""
        urgency = flight.party.urgency
        flight.party.leave(errand)
        if flight.party.errands and flight.party.urgency is not urgency:
            self._reordered()
        if not flight.task.done() and flight.party.errands:
            return
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.task.done():
            flight.task.cancel()
            await asyncio.wait({flight.task})  # its call is logged before we are gone
        if not flight.task.cancelled():
            flight.task.exception()  # looked at: nobody else will
