"""`python -m bot` without its second of imports: forked from a process that has made them.

All else is as in a process of its own: folder, environment, exit code, what it prints.
"""

import asyncio
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

CONTEXT = multiprocessing.get_context("forkserver")
COMMANDS = [
    f"bot.cli.{name}" for name in ("demo", "doctor", "paper", "push", "rank", "run", "stats")
]


class Forked:
    """A command that runs."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        CONTEXT.set_forkserver_preload(COMMANDS)
        self._outputs = tempfile.TemporaryDirectory()
        self._streams = [Path(self._outputs.name) / name for name in ("out", "err")]
        values = (tuple(arguments), folder, dict(environment), self._streams)
        self._process = CONTEXT.Process(target=_command, args=values)

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._process.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._outputs.cleanup()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    async def ended(self, patience: float) -> tuple[int, str, str]:
        """Return its exit code and what it wrote to its two streams, once it has ended."""
        await asyncio.to_thread(self._process.join, patience)
        assert self._process.exitcode is not None, "it did not end"
        out, err = (stream.read_text(encoding="utf-8") for stream in self._streams)
        return self._process.exitcode, out, err


async def forked(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], *, patience: float
) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it wrote to its two streams."""
    async with Forked(arguments, folder, environment) as command:
        return await command.ended(patience)


def _command(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: Sequence[Path],
) -> None:
    for number, stream in enumerate(streams, start=1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["paperboy", *arguments]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
