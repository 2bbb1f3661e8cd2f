"""Simulated time for real asyncio code: a day passes in the time its input and output take.

Give the code under test `clock.now` and `clock.sleep`, and drive it with `await clock.run(...)`.
When nothing can run, time moves to the next sleeper. "Nothing can run" is not "nothing is going
on". A database thread or a socket is work the event loop does not see, so it is announced with
`working()`, and time stands still until it is done. A loopback server that sleeps on the same clock
says on whose behalf (`rest`), which takes that work off the list for so long: otherwise client and
server would wait for each other.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Hashable
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from core.llm import LLM, AnswerT, Question, Reply
from core.llm.ledger import Call, CallLog, CallRequest, Learned, Span, UsageSnapshot
from core.models.errors import LLMTimedOut, QuotaScope

T = TypeVar("T")

CALM_ROUNDS = 3
"""Rounds of the event loop without anything to run that count as quiet; each looks at the sockets
once, and between two ends in one process what was sent can be read at once."""


class Stuck(AssertionError):
    """Nothing can run, nobody sleeps, and yet the work is not done."""


class SimClock:
    """A clock that only moves when everybody waits for it."""

    def __init__(self, start: datetime) -> None:
        """`start` is aware."""
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._working: Counter[Hashable] = Counter()
        self._resting: Counter[Hashable] = Counter()
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        """Return the present."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return when so much simulated time has passed; at the same time, first come first."""
        due = self._now + timedelta(seconds=max(0.0, seconds))
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (due, next(self._numbers), future))
        await future  # cancelled with us, it is passed over

    async def until(self, time: datetime) -> None:
        """Sleep until `time`; return at once when it has passed."""
        await self.sleep((time - self._now).total_seconds())

    @contextmanager
    def working(self, what: Hashable = None) -> Generator[None]:
        """Keep time from moving: something goes on that the event loop does not see."""
        self._count(self._working, what, 1)
        try:
            yield
        finally:
            self._count(self._working, what, -1)

    async def rest(self, what: Hashable, seconds: float) -> None:
        """Sleep on behalf of the work announced as `what`: it waits for us meanwhile."""
        self._count(self._resting, what, 1)
        try:
            await self.sleep(seconds)
        finally:
            self._count(self._resting, what, -1)

    async def rest_for_question(self, sent: str, seconds: float) -> None:
        """Rest on behalf of the `WorkingModel` that sent this text: its question, at the end."""
        asked = (what for what in self._working if isinstance(what, str) and sent.endswith(what))
        await self.rest(next(asked, sent), seconds)

    async def run(self, awaitable: Awaitable[T]) -> T:
        """Return the result of `awaitable`, moving time as needed.

        Raise `Stuck` when it waits for something that cannot come.
        """
        task = asyncio.ensure_future(awaitable)
        task.add_done_callback(lambda _: self._changed.set())
        try:
            while await self._settled(task):
                self._move_on(task)
            return await task
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _settled(self, task: "asyncio.Future[Any]") -> bool:
        """Wait until nothing can run any more; return whether `task` is still unfinished."""
        # The loop's own list, since a fixed number of rounds would only be a guess.
        loop: Any = asyncio.get_running_loop()
        calm = 0
        while calm < CALM_ROUNDS and not task.done():
            if self._is_busy():
                calm = 0
                self._changed.clear()
                await self._changed.wait()
            await asyncio.sleep(0)
            calm = 0 if loop._ready else calm + 1
        return not task.done()

    def _is_busy(self) -> bool:
        # Piece by piece: a server may still rest for a client that has given up.
        return any(number > self._resting[what] for what, number in self._working.items())

    def _move_on(self, task: "asyncio.Future[Any]") -> None:
        """Wake the next sleeper, at its time."""
        while self._sleepers:
            due, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                self._now = max(self._now, due)
                future.set_result(None)
                return
        raise Stuck(f"at {self._now} nobody sleeps and nothing works, but\n{_waiting(task)}")

    def _count(self, counter: Counter[Hashable], what: Hashable, by: int) -> None:
        counter[what] += by
        if not counter[what]:
            del counter[what]
        self._changed.set()


def _waiting(task: "asyncio.Future[Any]") -> str:
    """Return who waits where, `task` first."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    ordered = sorted(others, key=lambda other: (other is not task, other.get_name()))
    return "\n".join(f"  {other.get_name()} waits in {_place(other)}" for other in ordered)


def _place(task: "asyncio.Task[Any]") -> str:
    """Return the chain of coroutines a task is in, outermost first."""
    names: list[str] = []
    inner: Any = task.get_coro()
    while hasattr(inner, "cr_frame"):
        line = f":{inner.cr_frame.f_lineno}" if inner.cr_frame is not None else ""
        names.append(f"{inner.__qualname__}{line}")
        inner = inner.cr_await
    return " > ".join(names)


class WorkingLog:
    """A `CallLog` in a real database, on simulated time."""

    def __init__(self, log: CallLog, clock: SimClock) -> None:
        self._log = log
        self._clock = clock

    async def book(self, account: str, model: str, purpose: str, span: Span) -> UsageSnapshot:
        """Return what is known of a model."""
        with self._clock.working():
            return await self._log.book(account, model, purpose, span)

    async def enter(
        self,
        request: CallRequest,
        *,
        at: datetime,
        span: Span,
        admits: Callable[[UsageSnapshot], bool],
    ) -> int | None:
        """Write a starting call down, if admitted."""
        with self._clock.working():
            return await self._log.enter(request, at=at, span=span, admits=admits)

    async def finish(self, number: int, call: Call) -> None:
        """Complete an entry."""
        with self._clock.working():
            await self._log.finish(number, call)

    async def learn(self, account: str, model: str, scope: QuotaScope, learned: Learned) -> None:
        """Remember what the provider said."""
        with self._clock.working():
            await self._log.learn(account, model, scope, learned)


class WorkingModel:
    """A model behind real sockets, on simulated time, patience included."""

    def __init__(self, model: LLM, clock: SimClock, *, patience: float = 300.0) -> None:
        """`patience` is in simulated seconds: the client's own timeout counts real ones."""
        self.name = model.name
        self._model = model
        self._clock = clock
        self._patience = patience

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Ask; raise `LLMTimedOut` when the answer takes too long."""
        return await self._patiently(question, self._model.ask(question, answer))

    async def count(self, question: Question) -> int:
        """Count."""
        return await self._patiently(question, self._model.count(question))

    async def _patiently(self, question: Question, question_answerer: Awaitable[T]) -> T:
        call = asyncio.ensure_future(question_answerer)
        alarm = asyncio.ensure_future(self._clock.sleep(self._patience))
        with self._clock.working(question.text):
            try:
                await asyncio.wait({call, alarm}, return_when=asyncio.FIRST_COMPLETED)
                if call.done():
                    return call.result()
                raise LLMTimedOut(f"{self.name}: no answer in time")
            finally:
                call.cancel()
                alarm.cancel()
                await asyncio.wait({call, alarm})
