"""A provider's day: it ends at midnight of its own zone, whatever the reader's clock says."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

SLACK = timedelta(minutes=1)
"""Their clock is not ours: what started this shortly before midnight counts for the new day too,
and nothing is put off to a moment nearer to midnight than this."""


@dataclass(frozen=True)
class QuotaDay:
    """When a provider's days begin and end."""

    zone: tzinfo = UTC

    def bounds(self, now: datetime) -> tuple[datetime, datetime]:
        """Return when the present day began and when it ends, in UTC."""
        today = now.astimezone(self.zone).date()
        begin, end = (
            datetime.combine(day, time(), self.zone).astimezone(UTC)
            for day in (today, today + timedelta(days=1))
        )
        return begin, end

    def reset_after(self, now: datetime) -> datetime:
        """Return when the next day's requests can be counted on."""
        return self.bounds(now)[1] + SLACK
