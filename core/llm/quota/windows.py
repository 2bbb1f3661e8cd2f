"""The sliding minute as arithmetic: when the next call may start."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.llm.ledger import Start
from core.llm.quota_limits import SLACK, QuotaDay, QuotaLimits
from core.models.errors import LLMRateLimited, QuotaScope

MINUTE = timedelta(seconds=60)
SPAN = MINUTE + timedelta(seconds=1)
"""How long a start counts. A second more than a minute: the provider counts arrivals, and one
request may travel slower than the one a minute after it."""

GAP = timedelta(seconds=0.5)
"""Between a call that is under way and the next. A refusal is back sooner than that, so a provider
that allows less than we think says so once, not to a whole burst."""


def earliest(
    starts: Sequence[Start], tokens: int, limits: QuotaLimits, now: datetime
) -> tuple[datetime, QuotaScope | None]:
    """Return when a call of `tokens` input tokens may start, and which quota it waits for.

    The scope is None when it is only the gap. `tokens` must not be more than a whole minute's.
    """
    # A start in the near future is another process's, which read its clock after us. One further
    # away was written by a clock that was wrong: it must not block for a year.
    recent = sorted((s for s in starts if abs(now - s.at) < SPAN), key=lambda start: start.at)
    at, scope = now, None
    if on_the_way := [start.at for start in recent if start.under_way]:
        at = max(at, on_the_way[-1] + GAP)
    if limits.rpm and len(recent) >= limits.rpm:
        full_until = recent[-limits.rpm].at + SPAN
        if full_until > at:
            at, scope = full_until, QuotaScope.MINUTE
    if limits.tpm:
        room = limits.tpm - tokens
        for start in reversed(recent):
            room -= start.tokens
            if room < 0:  # this one has to be out of the window, and all before it
                if start.at + SPAN > at:
                    at, scope = start.at + SPAN, QuotaScope.TOKENS
                break
    return at, scope


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
