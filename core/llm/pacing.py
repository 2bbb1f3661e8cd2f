"""When a model may be asked: requests per sliding minute and per day, counted from the call log.

The log is in the database, so a restart forgets no request; what is in flight and not yet logged
is counted in memory. What a newcomer would get wrong: a day ends at midnight Pacific, not ours,
and a 429 "per day" carries a RetryInfo of seconds that means nothing.

A planner over tokens, priorities and reservations can take `Pacer`'s place: the chain only asks to
be admitted, reports how it ended, and passes on what the provider said about waiting.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import LLMRateLimited, QuotaScope
from core.llm import Call, CallLog
from core.llm.outcomes import ANSWERED, Outcome

MINUTE = timedelta(seconds=60)
_PACIFIC = ZoneInfo("America/Los_Angeles")


def quota_day(now: datetime) -> tuple[datetime, datetime]:
    """Return when the provider's present day began and when it ends, in UTC."""
    today = now.astimezone(_PACIFIC).date()
    begin, end = (
        datetime.combine(day, time(), _PACIFIC).astimezone(UTC)
        for day in (today, today + timedelta(days=1))
    )
    return begin, end


def wait_for_room(starts: Iterable[datetime], *, rpm: int, now: datetime) -> timedelta:
    """Return how long until one more start keeps to `rpm` starts in any 60 s (0: no limit)."""
    # A start in the future was written by a clock that was wrong: it must not block for a year.
    recent = sorted(start for start in starts if now - MINUTE < start <= now)
    if rpm == 0 or len(recent) < rpm:
        return timedelta(0)
    return recent[-rpm] + MINUTE - now


@dataclass
class _Lane:
    """What is known of one model inside this process."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while waiting: asks of one model go in the order they came."""
    book: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while counting or logging, so that no call is counted twice or not at all."""
    in_flight: list[datetime] = field(default_factory=list)
    not_before: datetime | None = None


class Pacer:
    """Admits requests to models within their budgets."""

    def __init__(
        self,
        *,
        log: CallLog,
        rpm: int,
        rpd: int,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._log = log
        self._rpm = rpm
        self._rpd = rpd
        self._now = now
        self._sleep = sleep
        self._lanes: defaultdict[str, _Lane] = defaultdict(_Lane)

    async def admit(self, model: str) -> datetime:
        """Wait until `model` may be asked; return the start, to be given back by `finish`.

        Raise `LLMRateLimited` for the day at once when waiting a minute would not help.
        """
        lane = self._lanes[model]
        async with lane.turn:
            while True:
                async with lane.book:
                    wait = await self._wait(model, lane)
                    if wait <= timedelta(0):
                        start = self._now()
                        lane.in_flight.append(start)
                        return start
                await self._sleep(wait.total_seconds())

    async def finish(self, call: Call) -> None:
        """Log a call that was admitted; `call.at` is its start."""
        lane = self._lanes[call.model]
        async with lane.book:
            try:
                await self._log.record(call)
            finally:
                lane.in_flight.remove(call.at)

    def hold(self, model: str, wait: timedelta) -> None:
        """Admit nobody to `model` for `wait`: the provider asked for it."""
        lane = self._lanes[model]
        until = self._now() + wait
        lane.not_before = max(until, lane.not_before or until)

    def until_reset(self) -> timedelta:
        """Return how long the provider's day still lasts."""
        now = self._now()
        return quota_day(now)[1] - now

    async def _wait(self, model: str, lane: _Lane) -> timedelta:
        now = self._now()
        begin, end = quota_day(now)
        calls = await self._log.since(model, min(begin, now - MINUTE))
        today = [call for call in calls if call.at >= begin]
        if self._is_used_up(today, lane):
            message = f"{model}: today's requests are used up until {end:%Y-%m-%d %H:%M} UTC"
            raise LLMRateLimited(message, scope=QuotaScope.DAY, retry_after=end - now)
        starts = [*(call.at for call in calls), *lane.in_flight]
        held = (lane.not_before or now) - now
        return max(held, wait_for_room(starts, rpm=self._rpm, now=now))

    def _is_used_up(self, today: Sequence[Call], lane: _Lane) -> bool:
        if any(call.outcome == Outcome.RATE_LIMITED_DAY for call in today):
            return True
        used = sum(call.outcome in ANSWERED for call in today) + len(lane.in_flight)
        return self._rpd > 0 and used >= self._rpd
