"""The only file that knows the scheduler: the morning's steps as jobs, every minute.

A job of its own for each step, for a delivery may take minutes. APScheduler 3 gives a late job one
second of grace by default, and its asyncio executor *cancels* running jobs at shutdown: so the
grace is hours, what piled up runs once, and every step can be broken off and goes on the next time.
How a step went is the supervisor's to say; one that failed is tried again at the next tick.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Step = Callable[[], Awaitable[object]]

TICK = timedelta(minutes=1)
GRACE = timedelta(hours=12)


def schedule(
    scheduler: AsyncIOScheduler,
    steps: Mapping[str, Step],
    attempt: Callable[[str, Step], Awaitable[object]],
    *,
    tick: timedelta = TICK,
) -> None:
    """Have `attempt` do each step: when the scheduler starts, then every `tick`."""
    for name, step in steps.items():
        scheduler.add_job(
            _run,
            IntervalTrigger(seconds=tick.total_seconds(), timezone=UTC),
            args=(name, step, attempt),
            id=name,
            next_run_time=datetime.now(UTC),  # the scheduler's own clock
            max_instances=1,
            coalesce=True,
            misfire_grace_time=int(GRACE.total_seconds()),
        )


async def _run(name: str, step: Step, attempt: Callable[[str, Step], Awaitable[object]]) -> None:
    """Do a step; broken off at shutdown it ends in peace, for nothing awaits this task."""
    try:
        await attempt(name, step)
    except asyncio.CancelledError:
        return
