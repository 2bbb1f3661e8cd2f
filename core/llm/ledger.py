"""Calls as facts, and what the ledger of them must be able to tell.

A call is written down before it is made, in the same transaction that decides whether it may be
made: a process that dies in the middle, or two at work side by side, forget nothing and count
nothing twice. Quotas belong to a key's project, so every entry carries the `account`, a fingerprint
of the key; a new key starts with fresh quotas.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from core.llm import Urgency
from core.models.errors import QuotaScope
from core.models.usage import Usage


@dataclass(frozen=True)
class CallRequest:
    account: str
    model: str
    purpose: str
    urgency: Urgency
    estimate: int
    """Input tokens by our estimate, uncorrected: the ledger learns from it."""
    tokens: int
    """Input tokens to set aside for it: counted, or the corrected estimate."""


@dataclass(frozen=True)
class Call:
    at: datetime
    """When it started."""
    model: str
    purpose: str
    outcome: str
    """A word of `core.llm.outcomes.Outcome`: "ok", "rate_limited_day", ..."""
    usage: Usage
    latency: timedelta
    served_by: str | None = None
    """What the provider says answered: the price is that model's. Budgets count by `model`."""


@dataclass(frozen=True)
class Start:
    """One call of the last minute, as the minute's quotas see it."""

    at: datetime
    tokens: int
    """Input tokens: counted by the provider, else set aside; 0 when it was turned away."""
    under_way: bool = False
    """Whether its end is not known yet."""


@dataclass(frozen=True)
class Learned:
    """What the provider itself said about a quota."""

    limit: int | None = None
    """The real limit, where it named one."""
    learned_at: datetime | None = None
    """When it named `limit`."""
    held_until: datetime | None = None
    """Nobody may be asked before, because of this quota."""


@dataclass(frozen=True)
class UsageSnapshot:
    """All that decides whether one model may be asked now."""

    starts: tuple[Start, ...] = ()
    """Of the last minute, oldest first, also those still under way."""
    used: Mapping[Urgency, int] = field(default_factory=lambda: MappingProxyType({}))
    """Requests the provider has counted against its present day, by urgency."""
    learned: Mapping[QuotaScope, Learned] = field(default_factory=lambda: MappingProxyType({}))
    bias: float | None = None
    """Counted over estimated input tokens of this purpose's recent answers; None without any."""


@dataclass(frozen=True)
class Span:
    """From when on entries matter."""

    minute: datetime
    """For `UsageSnapshot.starts`."""
    day: datetime
    """For `UsageSnapshot.used`."""
    bias: datetime
    """For `UsageSnapshot.bias`."""


@dataclass(frozen=True)
class LastCall:
    """How a model last answered, or did not."""

    account: str
    model: str
    outcome: str
    """A word of `Outcome`."""
    at: datetime


class CallLog(Protocol):
    """Where calls and quotas are remembered, so that a restart forgets nothing."""

    async def book(self, account: str, model: str, purpose: str, span: Span) -> UsageSnapshot:
        """Return what is known of a model."""

    async def enter(
        self,
        request: CallRequest,
        *,
        at: datetime,
        span: Span,
        admits: Callable[[UsageSnapshot], bool],
    ) -> int | None:
        """Write a starting call down if `admits` says so of the book; return its number.

        Reading, asking and writing are one transaction: no other process comes between.
        """

    async def finish(self, number: int, call: Call) -> None:
        """Complete an entry."""

    async def learn(self, account: str, model: str, scope: QuotaScope, learned: Learned) -> None:
        """Remember what the provider said; what `learned` leaves None stays as it was.

        A hold is never shortened by a later one.
        """
