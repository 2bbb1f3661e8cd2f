"""How a day's requests are divided, so that no kind of work can eat the others' breakfast.

The digest's own calls are kept for it until it has made them, a part of the rest is kept for people
who ask for a paper, and mending what is already published takes what is left. What is kept but
not used would expire at midnight: in the last hour the readers' part is open to all, and so is
what a digest that has been made left over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.llm import Urgency
from core.llm.quota_limits import QuotaDay

LAST_HOUR = timedelta(hours=1)
Used = Mapping[Urgency, int]
"""Requests of a day, by urgency."""


@dataclass(frozen=True)
class Shares:
    """What is kept of a day's requests."""

    digest: int = 0
    """Calls an ordinary digest makes."""
    interactive: float = 0.25
    """Part of the day kept for people who wait; rounded down."""


def kept(rpd: int, used: Used, shares: Shares, day: QuotaDay, now: datetime) -> dict[Urgency, int]:
    """Return how many of the day's requests are still set aside for the digest and for readers."""
    for_readers = int(rpd * shares.interactive)
    for_digest = min(shares.digest, rpd - for_readers)
    if in_last_hour(day, now):
        for_readers = 0
        if used.get(Urgency.DIGEST):  # it has been made, or nearly: what is left was to spare
            for_digest = 0
    return {
        Urgency.DIGEST: max(0, for_digest - used.get(Urgency.DIGEST, 0)),
        Urgency.INTERACTIVE: max(0, for_readers - used.get(Urgency.INTERACTIVE, 0)),
    }


def allowance(
    urgency: Urgency, rpd: int, used: Used, shares: Shares, day: QuotaDay, now: datetime
) -> int:
    """Return how many more requests work of this urgency may make today; may be negative."""
    for_others = sum(
        count for other, count in kept(rpd, used, shares, day, now).items() if other is not urgency
    )
    return rpd - sum(used.values()) - for_others


def next_chance(
    urgency: Urgency, rpd: int, used: Used, shares: Shares, day: QuotaDay, now: datetime
) -> datetime:
    """Return when work that may not be done now for want of requests should be tried again."""
    last_hour = day.bounds(now)[1] - LAST_HOUR
    if now < last_hour and allowance(urgency, rpd, used, shares, day, last_hour) > 0:
        return last_hour
    return day.reset_after(now)


def in_last_hour(day: QuotaDay, now: datetime) -> bool:
    """Whether the provider's day ends within the hour."""
    return day.bounds(now)[1] - now <= LAST_HOUR
