"""How long a model is left alone after a 429."""

from datetime import datetime, timedelta

from core.errors import LLMRateLimited, QuotaScope
from core.llm.quota.day import SLACK, quota_day, reset_after

DEFAULT_HOLD = timedelta(seconds=60)
LONGEST_HOLD = timedelta(seconds=90)
"""A minute's quota is back after a minute; a RetryInfo that says more is a mistake."""
UNEXPLAINED_HOLD = timedelta(seconds=15)


def closed_until(started: datetime) -> datetime:
    """Return until when a day is over that a call started in, by the provider's word.

    Its RetryInfo says seconds, and means nothing. Their clock is not ours: a refusal that comes
    right after midnight may still be about the day before.
    """
    begin, _ = quota_day(started)
    return begin + SLACK if started - begin < SLACK else reset_after(started)


def hold(error: LLMRateLimited, started: datetime, now: datetime, jitter: float) -> datetime:
    """Return until when nobody asks a model that refused a call which had `started` then."""
    if error.scope is QuotaScope.DAY:
        return closed_until(started)
    if error.scope is QuotaScope.UNKNOWN:
        wait = (error.retry_after or UNEXPLAINED_HOLD) * (1 + jitter / 2)
    else:
        wait = error.retry_after or DEFAULT_HOLD
    return now + min(wait, LONGEST_HOLD)
