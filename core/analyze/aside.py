"""Work of tenths of a second, done where nobody waits for it: an argument, like the clock."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Aside(Protocol):
    """Does a piece of work without holding up the event loop."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """Return what `work` returns."""
        ...


async def in_a_thread(work: Callable[[], T]) -> T:
    """Do it in a thread."""
    return await asyncio.to_thread(work)
