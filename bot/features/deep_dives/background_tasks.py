"""Work that ends when the process is told to stop, for what it was for is stored; and its waits."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
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


class WaitUpdates:
    """From the planner's callback to who tells a reader: the newest word only, no other holds."""

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._is_over = False
        self._news = asyncio.Event()

    def on_wait(self, until: datetime) -> None:
        self._until = until
        self._news.set()

    def end(self) -> None:
        self._is_over = True
        self._news.set()

    async def next(self) -> datetime | None:
        """Return the newest word when there is one; None at the end."""
        await self._news.wait()
        self._news.clear()
        return None if self._is_over else self._until
