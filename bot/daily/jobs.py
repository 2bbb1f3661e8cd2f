"""What is done every minute, as the scheduler's jobs; and where to read on.

    deliver   DailyJobs.deliver       whose hour has struck, and what each is owed (`due`, `posts`)
              Courier.deliver         many at once, each in the ledger before it is tried
              Messenger.post          one message, in a form that Telegram takes
              RateLimiter             waits for its turn, then `AiohttpRequest` asks Telegram
    build     DailyJobs.build         Building.build_due -> DigestBuilder.build of the core
    mend      DailyJobs.complete      Completion.complete_due -> DigestBuilder.complete, and edits

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

from bot.daily.daily_jobs import DailyJobs
from bot.features.broadcasts import Broadcasts

Step = Callable[[], Awaitable[object]]

TICK = timedelta(minutes=1)
GRACE = timedelta(hours=12)


def steps_of(daily_jobs: DailyJobs, broadcasts: Broadcasts) -> Mapping[str, Step]:
    """Return the steps by the names under which their troubles are told."""
    return {
        "build": daily_jobs.build,
        "deliver": daily_jobs.deliver,
        "mend": daily_jobs.complete,
        "settle": daily_jobs.run_pending,
        "broadcasts": broadcasts.run_pending,
        "watch": daily_jobs.watch,
    }


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
