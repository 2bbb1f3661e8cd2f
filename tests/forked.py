"""`python -m bot` without its second of imports: forked from a process that has made them.

All else is as in a process of its own: folder, environment, exit code, what it prints.
"""

import asyncio
import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
COMMANDS = [
    f"bot.cli.{name}" for name in ("demo", "doctor", "paper", "push", "rank", "run", "stats")
]


async def forked(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], *, patience: float
) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it wrote to its two streams."""
    CONTEXT.set_forkserver_preload(COMMANDS)
    with tempfile.TemporaryDirectory() as outputs:
        streams = [Path(outputs) / name for name in ("out", "err")]
        values = (tuple(arguments), folder, dict(environment), streams)
        process = CONTEXT.Process(target=_command, args=values)
        await asyncio.to_thread(process.start)
        try:
            await asyncio.to_thread(process.join, patience)
        finally:
            process.kill()
        assert process.exitcode is not None, "it did not end"
        out, err = (stream.read_text(encoding="utf-8") for stream in streams)
        return process.exitcode, out, err


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
