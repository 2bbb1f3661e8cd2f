"""Days as people write them."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.models.errors import UsageError

FIRST_DAY = date(1991, 8, 14)
"""arXiv's first submission."""


def parse_day(text: str | None, *, now: datetime, zone: ZoneInfo) -> date:
    """Return the day meant by `--date`, today in `zone` when none is given; raise `UsageError`."""
    today = now.astimezone(zone).date()
    if text is None:
        return today
    # fromisoformat alone would take 20260313 and 2026-W11-5, too.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise UsageError(f"--date {text!r} is not a day; write it as YYYY-MM-DD, e.g. {today}")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--date {text} is not in the calendar") from None
    if day < FIRST_DAY:
        raise UsageError(f"--date {day} is before the first arXiv paper; begin at {FIRST_DAY}")
    if day > today:
        raise UsageError(f"--date {day} is in the future; today is {today} in {zone.key}")
    return day
