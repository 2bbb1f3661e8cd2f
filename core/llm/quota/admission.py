"""May this call start now, at what time, or not today: one pure decision over a model's book."""

from dataclasses import dataclass
from datetime import datetime

from core.llm import Urgency
from core.llm.ledger import UsageSnapshot
from core.llm.quota.shares import Shares, allowance, next_chance
from core.llm.quota.windows import earliest
from core.llm.quota_limits import QuotaDay, QuotaLimits
from core.models.errors import QuotaScope


@dataclass(frozen=True)
class AdmissionRules:
    """What a model's calls have to keep to."""

    limits: QuotaLimits
    """As set; the book knows what the provider said."""
    shares: Shares
    day: QuotaDay


@dataclass(frozen=True)
class Open:
    """It may start at `at`, not before; `scope` is what it waits for until then."""

    at: datetime
    scope: QuotaScope | None = None


@dataclass(frozen=True)
class Shut:
    """Not today; try again `until`."""

    until: datetime


@dataclass(frozen=True)
class Oversized:
    """Never: it has more tokens than a whole minute's `limit`."""

    limit: int


Verdict = Open | Shut | Oversized


def consider(
    book: UsageSnapshot, rules: AdmissionRules, urgency: Urgency, tokens: int, now: datetime
) -> Verdict:
    """Return whether a call of `tokens` input tokens may start."""
    limits = rules.limits.tightened(book.learned, now)
    closed = _held(book, QuotaScope.DAY, now)
    if closed > now:
        return Shut(closed)
    day = (urgency, limits.rpd, book.used, rules.shares, rules.day)
    if limits.rpd and allowance(*day, now) <= 0:
        return Shut(next_chance(*day, now))
    if limits.tpm and tokens > limits.tpm:
        return Oversized(limits.tpm)
    at, scope = earliest(book.starts, tokens, limits, now)
    held_at, held_by = held(book, now)
    return Open(held_at, held_by) if held_at > at else Open(at, scope)


def held(book: UsageSnapshot, now: datetime) -> tuple[datetime, QuotaScope | None]:
    """Return until when the provider asked for patience, and for which quota of a minute."""
    scopes = (QuotaScope.MINUTE, QuotaScope.TOKENS, QuotaScope.UNKNOWN)
    until, scope = max((_held(book, scope, now), scope) for scope in scopes)
    return (until, scope) if until > now else (now, None)


def _held(book: UsageSnapshot, scope: QuotaScope, now: datetime) -> datetime:
    learned = book.learned.get(scope)
    return now if learned is None or learned.held_until is None else learned.held_until
