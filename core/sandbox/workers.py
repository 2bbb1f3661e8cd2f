"""Processes that work on strangers' texts: few, bounded in time and memory, kept warm for a while.

A worker is `core.sandbox.worker`, run by itself. It reads pieces of work (our own values, pickled),
and answers with JSON that is checked against the work's return type: it deals with hostile texts,
and is believed no more than they are. A worker that takes too long or too much memory is
ended, and the next piece of work starts another. Starting one takes a fifth of a second, hence the
warm ones; a minute without work ends them, hence no memory is held through the day.
"""

import asyncio
import functools
import logging
import os
import pickle
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import IO, Any, Final, TypeVar

from pydantic import ValidationError

from core.models.errors import PaperboyError, SourceError, WorkStopped, WorkTooHeavy, WorkTooSlow
from core.sandbox.offload import PATIENCE, SMALL, in_a_thread
from core.sandbox.worker import DONE, REFUSAL, SIZE, shape_of

logger = logging.getLogger(__name__)

T = TypeVar("T")
Heard = Callable[[str, str], Awaitable[None]]
"""Is told what was stopped, and why."""

MOST: Final = 2
"""Workers at once. Work beyond them waits its turn."""
IDLE: Final = timedelta(seconds=60)
MOST_ANSWER: Final = 64_000_000


class Workers:
    """An `Aside` of processes. Used as a context manager: leaving ends them."""

    def __init__(
        self, *, most: int = MOST, idle: timedelta = IDLE, stopped: Heard | None = None
    ) -> None:
        """`stopped` counts what is given up: a log alone is read by nobody."""
        self._stopped = stopped
        self._places = asyncio.Semaphore(most)
        self._idle_for = idle.total_seconds()
        self._idle: list[_Worker] = []

    async def __aenter__(self) -> "Workers":
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._idle:
            await self._idle.pop().end()

    async def __call__(
        self, work: Callable[[], T], *, patience: timedelta = PATIENCE, small: int = SMALL
    ) -> T:
        """Do it in a worker, or in a thread where it is small; see `Aside`."""
        data = pickle.dumps(work)
        if len(data) <= small:
            return await in_a_thread(work)
        async with self._places:
            worker = await self._warm() or await _Worker.start()
            try:
                said = await worker.answer(data, patience)
                made: T = heard(work, said)
            except WorkStopped as stopped:
                logger.warning("%s was stopped: %s", _name(work), stopped)
                if self._stopped is not None:
                    await self._stopped(_name(work), str(stopped))
                raise
            finally:
                await self._keep_or_end(worker)
        return made

    async def _warm(self) -> "_Worker | None":
        while self._idle:
            worker = self._idle.pop()
            worker.wake()
            if worker.is_well:
                return worker
            await worker.end()
        return None

    async def _keep_or_end(self, worker: "_Worker") -> None:
        if not worker.is_well:
            await worker.end()
            return
        self._idle.append(worker)
        worker.rest(self._idle_for, self._idle)


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process, complaints: IO[bytes]) -> None:
        self._process = process
        self._complaints = complaints
        self._is_busy = False
        self._alarm: asyncio.TimerHandle | None = None

    @classmethod
    async def start(cls) -> "_Worker":
        complaints = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the worker)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "core.sandbox.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            env=bare_environment(),
        )
        return cls(process, complaints)

    @property
    def is_well(self) -> bool:
        """Whether it lives, and is through with what it was given."""
        return self._process.returncode is None and not self._is_busy

    async def answer(self, data: bytes, patience: timedelta) -> bytes:
        """Return what it says to a piece of work. Raise `WorkStopped`."""
        self._is_busy = True
        try:
            async with asyncio.timeout(patience.total_seconds()):
                said = await self._exchange(data)
        except TimeoutError:
            raise WorkTooSlow(f"it took over {patience.total_seconds():g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkTooHeavy(await self._why()) from None
        self._is_busy = False
        return said

    async def _exchange(self, data: bytes) -> bytes:
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write(len(data).to_bytes(SIZE) + data)
        await into.drain()
        size = int.from_bytes(await out.readexactly(SIZE))
        if size > MOST_ANSWER:
            raise WorkTooHeavy(f"an answer of {size} bytes")
        return await out.readexactly(size)

    async def _why(self) -> str:
        code = await self._process.wait()
        end = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, end - 500))
        last = self._complaints.read().decode("utf-8", errors="replace").strip().split("\n")[-1]
        return f"its process ended with code {code}: {last or 'out of memory?'}"

    def rest(self, seconds: float, among: "list[_Worker]") -> None:
        """End after so long without work."""
        self._alarm = asyncio.get_running_loop().call_later(seconds, self._tired, among)

    def wake(self) -> None:
        """Not end after all."""
        if self._alarm is not None:
            self._alarm.cancel()

    def _tired(self, among: "list[_Worker]") -> None:
        among.remove(self)
        if self._process.stdin is not None:
            self._process.stdin.close()  # it ends by itself, and asyncio sees to the rest
        self._complaints.close()

    async def end(self) -> None:
        """End it now, whatever it does."""
        self.wake()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        self._complaints.close()


def _name(work: Callable[[], object]) -> str:
    made = work.func if isinstance(work, functools.partial) else work
    return getattr(made, "__qualname__", repr(made))


def heard(work: Callable[[], object], said: bytes) -> Any:
    """Return what a worker says of its work; raise what it raised, or `WorkStopped`."""
    kind, body = said[:1], said[1:]
    try:
        if kind == DONE:
            return shape_of(work).validate_json(body)
        name, parts = REFUSAL.validate_json(body)
    except ValidationError:
        raise WorkTooHeavy("its answer makes no sense") from None
    raise _remade(name, parts)


def _remade(name: str, parts: list[str]) -> PaperboyError:
    kind = _errors().get(name, WorkStopped)
    wanted = 2 if issubclass(kind, SourceError) else 1
    return kind(*parts) if len(parts) == wanted else WorkStopped(": ".join(parts))


def _errors(base: type[PaperboyError] = PaperboyError) -> dict[str, type[PaperboyError]]:
    """Return the errors made on purpose that are made of texts alone, by name."""
    is_text = base.__init__ is PaperboyError.__init__ or issubclass(base, SourceError)
    found = {base.__name__: base} if is_text else {}
    for kind in base.__subclasses__():
        found |= _errors(kind)
    return found


def bare_environment() -> dict[str, str]:
    """Return what a process for strangers' texts is started with: no key, no proxy, no home.

    One thread for sums: each of OpenBLAS' takes some of the address space, and a machine with many
    cores would leave nothing of `MEMORY`.
    """
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "LANG": "C.UTF-8",
        **threads,
    }
