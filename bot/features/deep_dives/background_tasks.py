"""Work that ends when the process is told to stop: what it was for is in the database."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class BackgroundTasks:
    """Tasks under way, until they are all called off."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closing = False

    async def unless_closing(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Return what `work` returns; None when the process is told to stop before."""
        if self._is_closing:
            work.close()
            return None
        task = asyncio.create_task(work)
        self._tasks.add(task)
        try:
            await asyncio.wait({task})
        finally:
            self._tasks.discard(task)
            task.cancel()  # no effect on what is done
        return None if task.cancelled() else task.result()

    async def close(self) -> None:
        self._is_closing = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
