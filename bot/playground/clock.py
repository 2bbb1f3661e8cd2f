"""The world's time: it runs on by itself and can be moved forward, never back.

Limits, bans, dates of messages and the bot that lives in the world all go by this clock, so that
"tomorrow 08:30" is one click. Network waits (a long poll) are in real seconds.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.playground.events import Bell


class WorldClock:
    """`start` plus what `monotonic` has counted since, plus every move."""

    def __init__(self, start: datetime, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self._base = start.timestamp()
        self._origin = monotonic()
        self._moved = Bell()

    def timestamp(self) -> float:
        return self._base + self.monotonic() - self._origin

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def advance(self, by: timedelta) -> None:
        """Move on. Raise `ValueError` for a step back."""
        if by < timedelta(0):
            raise ValueError("the clock does not go back")
        self._base += by.total_seconds()
        self._moved.ring()

    def move_to(self, to: datetime) -> None:
        """Move on to an instant. Raise `ValueError` if it is over."""
        self.advance(to - self.now())

    def move_to_hour(self, at: time, *, days: int, zone: ZoneInfo) -> None:
        """Move on to an hour of the day, `days` days from the world's today in `zone`."""
        day = self.now().astimezone(zone).date() + timedelta(days=days)
        self.move_to(datetime.combine(day, at, tzinfo=zone))

    async def sleep(self, seconds: float) -> None:
        """Sleep in the world's time: a move over the end ends it at once."""
        end = self.timestamp() + seconds
        while (left := end - self.timestamp()) > 0:
            await self._moved.wait(left)
