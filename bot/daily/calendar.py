"""When an hour strikes where somebody lives, and which edition is out by then. Pure.

A reader's hour is a wall clock's; everything else is an instant. Clocks jump. An hour that a jump
leaves out strikes when the jump is over, one that comes twice strikes the first time, and on a day
that a zone skipped altogether nothing strikes. So each day a zone has known strikes exactly once.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

TOLERANCE = timedelta(minutes=10)
"""A reader whose hour is so little before press time gets that edition: it is built by then."""
_DAY = timedelta(days=1)
_WIDEST = 3
"""Days around an instant's local date that can hold a strike next to it: a zone may skip one."""


@lru_cache(maxsize=4096)  # every answer asks when the next edition comes
def strike(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Return when `at` strikes on `day`, in UTC; None when the zone skipped that day."""
    wanted = datetime.combine(day, at)
    before, after = (_utc(wanted.replace(fold=fold), zone) for fold in (0, 1))
    if before <= after:  # an ordinary hour, or the first of two
        return before
    end = _end_of_jump(after, before, wanted, zone)
    days = {end.astimezone(zone).date(), (end - timedelta(seconds=1)).astimezone(zone).date()}
    return end if day in days else None


def press_time(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when the edition of `day` comes out; of a skipped day, when it would have begun."""
    return strike(day, at, zone) or _utc(datetime.combine(day, at), zone)


def edition_at(instant: datetime, at: time, zone: ZoneInfo) -> date:
    """Return the newest edition that is out at `instant`, or about to be."""
    return strike_day(instant + TOLERANCE, at, zone)


def strike_day(now: datetime, at: time, zone: ZoneInfo) -> date:
    """Return the newest local day whose strike is not after `now`."""
    return _around(now, at, zone, is_past=True)[1]


def last_struck(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """Return the latest moment not after `now` at which `at` struck."""
    return _around(now, at, zone, is_past=True)[0]


def next_strike(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """Return the first moment after `now` at which `at` strikes."""
    return _around(now, at, zone, is_past=False)[0]


def _around(now: datetime, at: time, zone: ZoneInfo, *, is_past: bool) -> tuple[datetime, date]:
    today = now.astimezone(zone).date()
    days = [today + offset * _DAY for offset in range(-_WIDEST, _WIDEST + 1)]
    strikes = [(moment, day) for day in days if (moment := strike(day, at, zone)) is not None]
    if is_past:
        return max((moment, day) for moment, day in strikes if moment <= now)
    return min((moment, day) for moment, day in strikes if moment > now)


def _utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _end_of_jump(low: datetime, high: datetime, wanted: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant in (low, high] at which a clock in `zone` is past `wanted`."""
    second = timedelta(seconds=1)
    while high - low > second:
        middle = low + (high - low) // (2 * second) * second
        if middle.astimezone(zone).replace(tzinfo=None) >= wanted:
            high = middle
        else:
            low = middle
    return high
