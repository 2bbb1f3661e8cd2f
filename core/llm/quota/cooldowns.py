"""How long a model is left alone after a 429."""

from datetime import datetime, timedelta

from core.llm.quota_day import SLACK, QuotaDay
from core.models.errors import LLMRateLimited, QuotaScope

DEFAULT_HOLD = timedelta(seconds=60)
LONGEST_HOLD = timedelta(seconds=90)
"""A minute's quota is back after a minute; a RetryInfo that says more is a mistake."""
UNEXPLAINED_HOLD = timedelta(seconds=15)


def closed_until(started: datetime, day: QuotaDay) -> datetime:
    """Return until when a day is over that a call started in, by the provider's word.

    What it says of seconds means nothing. Their clock is not ours: a refusal that comes
    right after midnight may still be about the day before.
    """
    begin, _ = day.bounds(started)
    return begin + SLACK if started - begin < SLACK else day.reset_after(started)


def hold(
    error: LLMRateLimited, started: datetime, now: datetime, day: QuotaDay, jitter: float
) -> datetime:
    """Return until when nobody asks a model that refused a call which had `started` then."""
    if error.scope is QuotaScope.DAY:
        return closed_until(started, day)
    if error.scope is QuotaScope.UNKNOWN:
        wait = (error.retry_after or UNEXPLAINED_HOLD) * (1 + jitter / 2)
    else:
        wait = error.retry_after or DEFAULT_HOLD
    return now + min(wait, LONGEST_HOLD)
