"""Every model call as a fact: budgets and the operator's statistics read it.

The price of a call is worked out once, when it is recorded: a later price list must not change
what a past month cost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, insert, select

from core.llm import Call, Usage
from core.store.database import Database
from core.store.tables import calls

_TOKENS = ("input_tokens", "output_tokens", "thought_tokens", "cached_tokens")


@dataclass(frozen=True)
class CallSummary:
    """The calls of one purpose, model and outcome."""

    purpose: str
    model: str
    outcome: str
    calls: int
    usage: Usage
    latency: timedelta
    """All of them together."""
    cost_usd: float | None
    """None when the price of any of them is unknown."""


class Calls:
    """The ledger of calls; a `core.llm.CallLog`."""

    def __init__(self, database: Database, price: Callable[[Call], float | None]) -> None:
        self._database = database
        self._price = price

    async def record(self, call: Call) -> None:
        """Remember a call and its price."""
        row = {
            "at": call.at,
            "model": call.model,
            "purpose": call.purpose,
            "outcome": call.outcome,
            "latency_us": call.latency,
            "cost_usd": self._price(call),
        }
        tokens = {name: getattr(call.usage, name) for name in _TOKENS}
        async with self._database.transaction() as connection:
            await connection.execute(insert(calls).values(row | tokens))

    async def since(self, model: str, start: datetime) -> list[Call]:
        """Return `model`'s calls from `start` on, oldest first."""
        query = (
            select(calls)
            .where(calls.c.model == model, calls.c.at >= start)
            .order_by(calls.c.at, calls.c.id)
        )
        async with self._database.reading() as connection:
            return [
                Call(
                    at=row.at,
                    model=row.model,
                    purpose=row.purpose,
                    outcome=row.outcome,
                    usage=Usage(**{name: getattr(row, name) for name in _TOKENS}),
                    latency=row.latency_us,
                )
                for row in await connection.execute(query)
            ]

    async def summary(self, start: datetime) -> list[CallSummary]:
        """Return the calls from `start` on, summed up by purpose, model and outcome."""
        by = (calls.c.purpose, calls.c.model, calls.c.outcome)
        all_priced = func.count(calls.c.cost_usd) == func.count()
        query = (
            select(
                *by,
                func.count().label("calls"),
                func.sum(calls.c.latency_us).label("latency"),
                case((all_priced, func.sum(calls.c.cost_usd))).label("cost_usd"),
                *(func.sum(calls.c[name]).label(name) for name in _TOKENS),
            )
            .where(calls.c.at >= start)
            .group_by(*by)
            .order_by(*by)
        )
        async with self._database.reading() as connection:
            return [
                CallSummary(
                    purpose=row.purpose,
                    model=row.model,
                    outcome=row.outcome,
                    calls=row._mapping["calls"],
                    usage=Usage(**{name: int(getattr(row, name)) for name in _TOKENS}),
                    latency=row.latency,
                    cost_usd=row.cost_usd,
                )
                for row in await connection.execute(query)
            ]
