"""How sources and models are doing, and for administrators the figures of a day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chains import Chains
from bot.features.deep_dives.limits import DailyLimits
from core.llm.outcomes import Outcome
from core.llm.quota.planner import Budget
from core.models.chat import ChatKind
from core.store.audience.chats import Chats
from core.store.audience.reader_requests import ReaderRequests
from core.store.delivery.deliveries import Deliveries
from core.store.llm_usage.calls import Calls
from core.store.papers.fetches import Fetches

WINDOW = timedelta(hours=24)
SCARCE = 0.25
"""The share of a day's requests from which on they are called scarce."""


@dataclass(frozen=True)
class SourceHealth:
    """How a source behaved of late."""

    source: str
    kind: str
    """ "fine", "shaky" or "down"."""


@dataclass(frozen=True)
class ModelBudget:
    """What is left of today's budgets."""

    kind: str
    """ "no_model", "plenty", "scarce" or "gone"."""
    left: int = 0
    """Calls, of all models together."""
    resets_at: datetime | None = None


@dataclass(frozen=True)
class Figures:
    """What came of a day."""

    audience: Mapping[ChatKind, tuple[int, int]]
    """Of each kind how many are active, and how many have left."""
    deliveries: Mapping[str, int]
    calls: int
    failed: int
    cost: float
    is_whole_cost: bool
    """The price of every call is known."""
    asked: int
    """New deep dives that readers asked for."""


class Status:
    """How sources and models are doing."""

    def __init__(
        self,
        *,
        fetches: Fetches,
        chains: Chains | None,
        limits: DailyLimits,
        now: Callable[[], datetime],
    ) -> None:
        self._fetches = fetches
        self._chains = chains
        self._limits = limits
        self._now = now

    async def sources(self) -> list[SourceHealth]:
        """Return how each source behaved that was read of late."""
        return [
            SourceHealth(
                each.source,
                "fine" if not each.failed else "down" if each.failed == each.fetches else "shaky",
            )
            for each in await self._fetches.summary(self._now() - WINDOW)
        ]

    async def models(self) -> ModelBudget:
        """Return what is left of today's budgets."""
        if self._chains is None:
            return ModelBudget("no_model")
        budgets = await self._chains.budgets()
        left = calls_left(budgets)
        if left == 0:
            return ModelBudget("gone", 0, min(budget.resets_at for budget in budgets))
        allowed = sum(budget.limits.rpd for budget in budgets)
        if left is None or left >= SCARCE * allowed:
            return ModelBudget("plenty")
        return ModelBudget("scarce", left)

    async def readings_left(self, person: int) -> int | None:
        """Return how many new deep dives somebody may still ask for; None: no limit, no model."""
        return None if self._chains is None else await self._limits.readings_left(person)


class Statistics:
    """The figures of a day."""

    def __init__(
        self,
        *,
        chats: Chats,
        deliveries: Deliveries,
        calls: Calls,
        requests: ReaderRequests,
        now: Callable[[], datetime],
    ) -> None:
        self._chats = chats
        self._deliveries = deliveries
        self._calls = calls
        self._requests = requests
        self._now = now

    async def figures(self) -> Figures:
        """Return those of the last day."""
        since = self._now() - WINDOW
        calls = await self._calls.summary(since)
        prices = [call.cost_usd for call in calls]
        return Figures(
            audience=await self._chats.counts(),
            deliveries=await self._deliveries.counts(since),
            calls=sum(call.calls for call in calls),
            failed=sum(call.calls for call in calls if call.outcome != Outcome.OK),
            cost=sum(price for price in prices if price is not None),
            is_whole_cost=None not in prices,
            asked=await self._requests.count(since),
        )


def calls_left(budgets: Sequence[Budget]) -> int | None:
    """Return how many calls today's budgets of all models still allow; None: without end."""
    if any(not budget.limits.rpd for budget in budgets):
        return None
    left = (budget.limits.rpd - sum(budget.used.values()) for budget in budgets)
    return sum(max(number, 0) for number in left)
