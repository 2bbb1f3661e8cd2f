"""Work on strangers' texts, done where nobody waits for it: an argument, like the clock.

Some text always finds the pattern or the parser that is slow on it, and a thread does not help: it
holds the interpreter's lock, and cannot be stopped. So what is large goes to a process
(`core.sandbox.workers`), and what is more than that may take is an ordinary failure: `WorkStopped`.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol, TypeVar

T = TypeVar("T")

PATIENCE: Final = timedelta(seconds=20)
"""A long paper takes about a second."""
SMALL: Final = 30_000
"""Bytes of work up to which a thread does: a worker may have to be started first, and what looks at
texts is linear (`tests/growth.py`). PDFs and other programs of strangers' are never small."""


class Offload(Protocol):
    """Does a piece of work without holding up the event loop."""

    async def __call__(
        self, work: Callable[[], T], *, patience: timedelta = PATIENCE, small: int = SMALL
    ) -> T:
        """Return what `work` returns; raise what it raises, or `WorkStopped`.

        `work` is a `partial` of a function of a module, with its return type written down.
        """


async def in_a_thread(
    work: Callable[[], T], *, patience: timedelta = PATIENCE, small: int = SMALL
) -> T:
    """Do it in a thread, however large: for tests, and for work of our own."""
    del patience, small
    return await asyncio.to_thread(work)
