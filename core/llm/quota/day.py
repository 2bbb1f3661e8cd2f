"""The provider's day: it ends at midnight Pacific, whatever the reader's clock says."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_PACIFIC = ZoneInfo("America/Los_Angeles")
SLACK = timedelta(minutes=1)
"""Their clock is not ours: what started this shortly before midnight counts for the new day too,
and nothing is put off to a moment nearer to midnight than this."""


def quota_day(now: datetime) -> tuple[datetime, datetime]:
    """Return when the provider's present day began and when it ends, in UTC."""
    today = now.astimezone(_PACIFIC).date()
    begin, end = (
        datetime.combine(day, time(), _PACIFIC).astimezone(UTC)
        for day in (today, today + timedelta(days=1))
    )
    return begin, end


def reset_after(now: datetime) -> datetime:
    """Return when the next day's requests can be counted on."""
    return quota_day(now)[1] + SLACK
