"""Waking those who wait for something to happen in the world."""

import asyncio


class Bell:
    """Everybody who waits is woken by the next ring; who comes later waits for the one after."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        if not self._waiting:
            return
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait for a ring, but not longer than `seconds`; say whether there was one."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._waiting.discard(future)
