"""Waiting for work no longer than there is time, on the clock that everything else goes by."""

import asyncio
from collections.abc import Awaitable, Callable


async def is_done_in_time(
    task: "asyncio.Task[object]",
    seconds: float | None,
    sleep: Callable[[float], Awaitable[None]],
) -> bool:
    """Wait for `task` at most `seconds`; say whether it has ended. It goes on either way."""
    if seconds is None:
        await asyncio.wait({task})
        return True
    alarm = asyncio.ensure_future(sleep(seconds))
    try:
        await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        alarm.cancel()
    return task.done()
