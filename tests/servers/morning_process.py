"""One morning's push as a process of its own, on a clock of its own: for benches of faults.

    python -m tests.servers.morning_process 2026-03-13T09:00+08:00

Settings come from the environment, as for `paperboy push`. Waiting that is scheduled (between
tries) takes no time and moves the clock; waiting for an answer is real. At the end it prints the
seconds that passed on its clock.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from bot.process.office import open_office
from bot.settings import load_settings
from tests.aside import without_a_process


class Clock:
    """The real one, moved."""

    def __init__(self, start: datetime) -> None:
        self._moved = start - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self._moved

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        await asyncio.sleep(min(seconds, 0.01))
        self._moved += timedelta(seconds=max(0.0, seconds - 0.01))


async def push(start: datetime) -> float:
    """Push what is due; return the seconds it took."""
    clock = Clock(start)
    async with open_office(
        load_settings(env_file=None),
        "push",
        now=clock.now,
        sleep=clock.sleep,
        patience=timedelta(minutes=1),
        arxiv_interval=timedelta(0),
        aside=without_a_process,
    ) as office:
        await office.services.morning.push(None)
        return (clock.now() - start).total_seconds()


if __name__ == "__main__":
    took = asyncio.run(push(datetime.fromisoformat(sys.argv[1]).astimezone(UTC)))
    sys.stdout.write(f"{took}\n")
