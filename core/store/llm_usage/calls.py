"""Every model call as a fact: budgets and the operator's statistics read it.

A call is a row from the moment it may be made (`enter`), completed when it ends (`finish`). Its
price is worked out once, at the end: a later price list must not change what a past month cost.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.llm.ledger import Call, CallRequest, LastCall, Learned, Span, UsageSnapshot
from core.llm.outcomes import Outcome
from core.models.errors import QuotaScope
from core.models.usage import Usage
from core.store.database import Database
from core.store.llm_usage.usage_snapshot import read_book, write_quotas
from core.store.tables import calls

MAX_NAME = 200
"""Characters kept of a name that a service sent."""
_TOKENS = ("input_tokens", "output_tokens", "thought_tokens", "cached_tokens")


@dataclass(frozen=True)
class CallSummary:
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
    """The ledger of calls; a `core.llm.ledger.CallLog`."""

    def __init__(self, database: Database, price: Callable[[Call], float | None]) -> None:
        self._database = database
        self._price = price

    async def book(self, account: str, model: str, purpose: str, span: Span) -> UsageSnapshot:
        async with self._database.reading() as connection:
            return await read_book(connection, account, model, purpose, span)

    async def enter(
        self,
        request: CallRequest,
        *,
        at: datetime,
        span: Span,
        admits: Callable[[UsageSnapshot], bool],
    ) -> int | None:
        """Write a starting call down if `admits` says so of the book; return its number.

        Of any number of tasks and processes, each sees what the one before has entered.
        """
        account, model, purpose = request.account, request.model, request.purpose
        async with self._database.transaction() as connection:
            await self._exclude_others(connection, account, model)
            if not admits(await read_book(connection, account, model, purpose, span)):
                return None
            return await _insert(connection, request, at)

    async def finish(self, number: int, call: Call) -> None:
        """Complete an entry. Raise `LookupError` when it is not under way (any more)."""
        tokens = {name: getattr(call.usage, name) for name in _TOKENS}
        ending = {
            "outcome": str(call.outcome),
            "latency_us": call.latency,
            "served_by": None if call.served_by is None else _clean(call.served_by),
            "cost_usd": self._price(call),
        }
        entry = (calls.c.id == number, calls.c.outcome == Outcome.STARTED.value)
        async with self._database.transaction() as connection:
            done = await connection.execute(update(calls).where(*entry).values(ending | tokens))
        if done.rowcount != 1:
            raise LookupError(f"call {number} is not under way")

    async def learn(self, account: str, model: str, scope: QuotaScope, learned: Learned) -> None:
        """Remember what the provider said; what `learned` leaves None stays as it was.

        A hold is never shortened by a later one.
        """
        async with self._database.transaction() as connection:
            await self._exclude_others(connection, account, model)
            await write_quotas(connection, account, model, {scope: learned})

    async def _exclude_others(self, connection: AsyncConnection, account: str, model: str) -> None:
        await self._database.exclude_others(connection, f"calls {account} {model}")

    async def last_calls(self, accounts: Collection[str], since: datetime) -> list[LastCall]:
        """Return each model's latest finished call from `since` on with one of these keys.

        A call that we broke off says nothing of the model, and is passed over.
        """
        newest_first = (calls.c.at.desc(), calls.c.id.desc())
        rank = func.row_number().over(
            partition_by=(calls.c.account, calls.c.model), order_by=newest_first
        )
        ranked = (
            select(calls.c.account, calls.c.model, calls.c.outcome, calls.c.at, rank.label("rank"))
            .where(
                calls.c.account.in_(accounts),
                calls.c.at >= since,
                calls.c.outcome.not_in(
                    [Outcome.STARTED.value, Outcome.CANCELLED.value, Outcome.UNSENT.value]
                ),
            )
            .subquery()
        )
        query = select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.model)
        return [
            LastCall(row.account, row.model, row.outcome, row.at)
            for row in await self._database.rows(query)
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
            for row in await self._database.rows(query)
        ]


async def _insert(connection: AsyncConnection, request: CallRequest, at: datetime) -> int:
    row = {
        "at": at,
        "account": request.account,
        "model": request.model,
        "purpose": request.purpose,
        "urgency": request.urgency.value,
        "outcome": Outcome.STARTED.value,
        "estimated_tokens": request.estimate,
        "reserved_tokens": request.tokens,
        "latency_us": timedelta(0),
    }
    tokens = dict.fromkeys(_TOKENS, 0)
    entered = await connection.execute(insert(calls).values(row | tokens))
    assert entered.inserted_primary_key, "guaranteed by the one row above"
    return int(entered.inserted_primary_key[0])


def _clean(name: str) -> str:
    """Cut what a service sent; PostgreSQL's text cannot hold NUL, and no UTF-8 lone surrogates."""
    return "".join(character for character in name if character.isprintable())[:MAX_NAME]
