"""Many workers on one stream of items, who stop in good order."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_FAILURES = 3


class WorkerPool(Generic[T]):
    """Does `work` on each of `items`, taken one at a time as somebody is free."""

    def __init__(
        self, items: AsyncIterator[T], work: Callable[[T], Awaitable[None]], *, workers: int
    ) -> None:
        self._items = items
        self._work = work
        self._workers = workers
        self._turn = asyncio.Lock()
        self._is_over = False
        self._errors: list[BaseException] = []

    async def run(self, *, grace: timedelta) -> None:
        """Return when all is done; raise the first error then.

        An item that fails stops nobody, but after `MOST_FAILURES` it is not the items' fault.
        Cancelled, it takes nothing new, and gives what is under way `grace` to finish.
        """
        tasks = [asyncio.create_task(self._serve()) for _ in range(self._workers)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self._is_over = True
            await _end(tasks, grace)
            if isinstance(self._items, AsyncGenerator):
                await self._items.aclose()
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
        if self._errors:
            raise self._errors[0]

    def stop(self) -> None:
        self._is_over = True

    async def _serve(self) -> None:
        while not self._is_over:
            async with self._turn:
                if self._is_over:  # while this one waited for its turn
                    return
                try:
                    item = await anext(self._items)
                except StopAsyncIteration:
                    self._is_over = True
                    return
            [error] = await asyncio.gather(self._work(item), return_exceptions=True)
            if error is not None:
                self._errors.append(error)
                self._is_over = self._is_over or len(self._errors) >= MOST_FAILURES


async def _end(tasks: "list[asyncio.Task[None]]", grace: timedelta) -> None:
    """Wait for those under way, and then no longer."""
    _, late = await asyncio.wait(tasks, timeout=grace.total_seconds())
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)
