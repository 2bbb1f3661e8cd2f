"""A morning's pushes in a process of their own, on a clock of their own: for benches of faults.

Settings are handed over as the environment of `paperboy push` would be. Waiting that is scheduled
(between tries) takes no time and moves the clock. Waiting for an answer is real for `QUIET`
seconds; then, when nothing happens any more and nobody is being answered, the clock jumps to the
next timer: a client's patience of a minute costs a third of a second. The modules are loaded once,
in the process these are forked from.
"""

import asyncio
import itertools
import os
import resource
import selectors
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bot.app.bot import build
from bot.app.core import Ends
from bot.process.serve import Bot
from bot.settings import load_settings
from bot.telegram.messenger import ChatAddress
from core.figures import pictures
from core.models.values import Paper
from core.sandbox import child_process, workers
from tests.aside import without_a_process

P = ParamSpec("P")
T = TypeVar("T")

QUIET = 0.35
"""Real seconds in which an answer on loopback has come, if it comes at all."""


Servers = Sequence[int]
"""How many requests are being answered, and how often the servers' loop has come round by now."""
ROUNDS = 3


@dataclass(frozen=True)
class Push:
    """What is due, as `paperboy push` does it."""

    start: datetime


@dataclass(frozen=True)
class Taps:
    """A reader taps for the figure of each paper, one after the other."""

    start: datetime
    reader: int
    papers: Sequence[Paper]


@dataclass(frozen=True)
class Done:
    """What one of these came to."""

    code: int
    seconds: Sequence[float]
    """On its clock: of the push, or of each tap."""
    memory: float
    """Megabytes, at most so far."""


class Clock:
    """Real time, moved; `time.monotonic` goes along, and with it every timer."""

    def __init__(self) -> None:
        self._real = time.monotonic
        self._ahead = 0.0
        self._start, self._began = datetime.now(UTC), 0.0
        time.monotonic = self.monotonic

    def monotonic(self) -> float:
        """Return seconds that count from somewhere."""
        return self._real() + self._ahead

    def real(self) -> float:
        """Return seconds that nobody moves."""
        return self._real()

    def begin(self, start: datetime) -> None:
        """Let it be this moment."""
        self._start, self._began = start, self.monotonic()

    def now(self) -> datetime:
        """Return the time."""
        return self._start + timedelta(seconds=self.monotonic() - self._began)

    def jump(self, seconds: float) -> None:
        """Let time pass at once."""
        self._ahead += max(0.0, seconds)

    async def sleep(self, seconds: float) -> None:
        """Let time pass, giving others their turn."""
        await asyncio.sleep(min(seconds, 0.01))
        self.jump(seconds - 0.01)


class Loop(asyncio.SelectorEventLoop):
    """A loop whose timers are due as soon as nothing else can happen."""

    def __init__(self, clock: Clock, servers: Servers) -> None:
        self.clock, self.servers = clock, servers
        self.busy = 0
        """Pieces of work of ours in other threads and processes."""
        super().__init__(_Selector(self))

    def run_in_executor(
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """Count what is at work."""
        self.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._is_through)
        return future

    def _is_through(self, _: object) -> None:
        self.busy -= 1


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop
        self._quiet_since, self._round = 0.0, 0

    def select(self, timeout: float | None = None) -> Any:
        clock, is_short = self._loop.clock, timeout is not None and timeout <= QUIET
        found = super().select(timeout if is_short else QUIET)
        answering, rounds = self._loop.servers
        if found or self._loop.busy or answering:
            self._quiet_since, self._round = clock.real(), rounds
        elif timeout is not None and self._is_quiet(clock.real(), rounds):
            clock.jump(timeout - QUIET)
        return found

    def _is_quiet(self, at: float, rounds: int) -> bool:
        """Whether servers that are awake have said nothing for long."""
        return at - self._quiet_since >= QUIET and rounds - self._round >= ROUNDS


def _counted(call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    async def counting(*args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Loop)
        loop.busy += 1
        try:
            return await call(*args, **kwargs)
        finally:
            loop.busy -= 1

    return counting


async def _push(bot: Bot, clock: Clock, _: Push) -> list[float]:
    await bot.services.daily_jobs.push(None)
    return [clock.monotonic()]


async def _tap(bot: Bot, clock: Clock, taps: Taps) -> list[float]:
    ends = []
    for paper in taps.papers:
        figures = bot.services.deep_dives.pages.figures
        await figures.show(paper, ChatAddress(taps.reader), "zh", reply_to=1)
        ends.append(clock.monotonic())
    return ends


async def _do(task: Push | Taps, clock: Clock) -> list[float]:
    """Do it with everything opened anew; return the seconds it took, or each part did."""
    clock.begin(task.start)
    times = [clock.monotonic()]
    ends = Ends(
        now=clock.now,
        sleep=clock.sleep,
        arxiv_interval=timedelta(0),
        offload=without_a_process,
    )
    patience = timedelta(minutes=1)
    async with build(load_settings(env_file=None), "push", ends, patience=patience) as bot:
        if isinstance(task, Push):
            times += await _push(bot, clock, task)
        else:
            times += await _tap(bot, clock, task)
    return [end - start for start, end in itertools.pairwise(times)]


def work(connection: Connection, environment: dict[str, str], servers: Servers, said: Path) -> None:
    """Do what comes, until None does."""
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), sys.stderr.fileno())
    sys.path[:0] = [environment["PYTHONPATH"]]
    workers._Worker.answer = _counted(workers._Worker.answer)  # type: ignore[method-assign]
    pictures.run_apart = _counted(child_process.run_apart)  # type: ignore[attr-defined]
    clock = Clock()
    while task := connection.recv():
        code, seconds = 0, [0.0]
        try:
            with asyncio.Runner(loop_factory=lambda: Loop(clock, servers)) as runner:
                began = clock.monotonic()
                seconds = runner.run(_do(task, clock))
        except BaseException:  # noqa: BLE001  (as the shell would see it: printed, and an exit code)
            traceback.print_exc()
            code, seconds = 1, [clock.monotonic() - began]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        connection.send(Done(code, seconds, memory))
