"""The only file that knows the scheduler: the morning's steps as jobs, every minute.

A job of its own for each step, for a delivery may take minutes. What a newcomer would get wrong:
APScheduler 3 gives a late job one second of grace by default, and its asyncio executor *cancels*
running jobs at shutdown. So the grace is hours, what piled up runs once, and every step can be
broken off: the courier finishes the message on its way and hands back the rest.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.morning.morning import Morning

logger = logging.getLogger(__name__)

TICK = timedelta(minutes=1)
GRACE = timedelta(hours=12)


def schedule(scheduler: AsyncIOScheduler, morning: Morning, *, tick: timedelta = TICK) -> None:
    """Add the steps to `scheduler`: at once when it starts, then every `tick`."""
    for step in (morning.build, morning.deliver, morning.mend, morning.settle, morning.watch):
        scheduler.add_job(
            _run,
            IntervalTrigger(seconds=tick.total_seconds(), timezone=UTC),
            args=(step,),
            id=step.__name__,
            name=f"morning: {step.__name__}",
            next_run_time=datetime.now(UTC),  # the scheduler's own clock
            replace_existing=True,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=int(GRACE.total_seconds()),
        )
    scheduler.add_listener(partial(_note, morning), EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)


async def _run(step: Callable[[], Awaitable[object]]) -> None:
    """Run a step; at shutdown, which cancels it, end in peace: nothing awaits this task."""
    try:
        await step()
    except asyncio.CancelledError:
        logger.info("a step of the morning was broken off; the next process goes on with it")


def _note(morning: Morning, event: JobExecutionEvent) -> None:
    """Let the administrators hear of a bug; the scheduler has logged it, and tries again."""
    morning.went(event.job_id, event.exception)
