"""How sources and models are doing, and for administrators the figures of a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chains import Chains
from bot.features.deep_dives.limits import DailyLimits
from core.llm.outcomes import Outcome
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
class ModelBudget:
    kind: str
    """ "no_model", "plenty", "scarce" or "gone"."""
    left: int = 0
    """Calls, of all models together."""
    resets_at: datetime | None = None


@dataclass(frozen=True)
class Figures:
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


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Status:
    fetches: Fetches
    chains: Chains | None
    limits: DailyLimits
    now: Callable[[], datetime]

    async def sources(self) -> list[tuple[str, str]]:
        """Return how each source behaved that was read of late: "fine", "shaky" or "down"."""
        return [
            (
                each.source,
                "fine" if not each.failed else "down" if each.failed == each.fetches else "shaky",
            )
            for each in await self.fetches.summary(self.now() - WINDOW)
        ]

    async def models(self) -> ModelBudget:
        if self.chains is None:
            return ModelBudget("no_model")
        budgets = await self.chains.budgets()
        if any(not budget.limits.rpd for budget in budgets):
            return ModelBudget("plenty")  # one is without end
        left = sum(max(each.limits.rpd - sum(each.used.values()), 0) for each in budgets)
        if not left:
            return ModelBudget("gone", 0, min(budget.resets_at for budget in budgets))
        is_scarce = left < SCARCE * sum(budget.limits.rpd for budget in budgets)
        return ModelBudget("scarce" if is_scarce else "plenty", left)

    async def readings_left(self, person: int) -> int | None:
        """Return how many new deep dives somebody may still ask for; None: no limit, no model."""
        return None if self.chains is None else await self.limits.readings_left(person)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Statistics:
    chats: Chats
    deliveries: Deliveries
    calls: Calls
    requests: ReaderRequests
    now: Callable[[], datetime]

    async def figures(self) -> Figures:
        """Return those of the last day."""
        since = self.now() - WINDOW
        calls = await self.calls.summary(since)
        prices = [call.cost_usd for call in calls]
        return Figures(
            audience=await self.chats.counts(),
            deliveries=await self.deliveries.counts(since),
            calls=sum(call.calls for call in calls),
            failed=sum(call.calls for call in calls if call.outcome != Outcome.OK),
            cost=sum(price for price in prices if price is not None),
            is_whole_cost=None not in prices,
            asked=await self.requests.count(since),
        )
