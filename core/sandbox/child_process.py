"""A module of ours run in a child of its own, on a stranger's data."""

import asyncio
import sys
from datetime import timedelta

from core.sandbox.workers import bare_environment

REFUSED = 3
"""The exit code of a child of `run_apart` that refuses; standard output says why."""


async def run_apart(
    module: str, data: bytes, patience: timedelta, *arguments: str
) -> tuple[int | None, bytes]:
    """Run a module of ours in a child on `data`; return its exit code and what it wrote.

    Raise `TimeoutError` when it takes too long. The child is ended whatever happens here.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=bare_environment(),
    )
    try:
        async with asyncio.timeout(patience.total_seconds()):
            answer, _ = await child.communicate(data)
    finally:
        if child.returncode is None:  # too slow, or we were cancelled
            child.kill()
            await child.wait()
    return child.returncode, answer
