"""What the planner says of a wait, from its callback to a coroutine that tells a reader."""

import asyncio
from datetime import datetime


class WaitUpdates:
    """The newest word only: what was said before it no longer holds."""

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
