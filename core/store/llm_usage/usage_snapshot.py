"""What the ledger says of one model right now, read inside whoever's transaction asks.

The planner's counts come from here and from nowhere else. A call without an end, "started", counts
in full. Its process may have died after the provider had counted it, and a budget may be underused,
never overdrawn.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.llm import Urgency
from core.llm.ledger import Learned, Span, Start, UsageSnapshot
from core.llm.outcomes import ANSWERED, TURNED_AWAY, Outcome
from core.models.errors import QuotaScope
from core.store.statements import upsert
from core.store.tables import calls, quotas


async def read_quotas(
    connection: AsyncConnection, account: str, model: str
) -> dict[QuotaScope, Learned]:
    """Return what the provider taught us: real limits, and until when not to ask."""
    query = select(quotas).where(quotas.c.account == account, quotas.c.model == model)
    return {
        QuotaScope(row.scope): Learned(row.limit, row.learned_at, row.held_until)
        for row in await connection.execute(query)
    }


async def write_quotas(
    connection: AsyncConnection, account: str, model: str, news: Mapping[QuotaScope, Learned]
) -> None:
    """Add what is new to what is known; the caller keeps others from doing so meanwhile."""
    known = await read_quotas(connection, account, model)
    rows = []
    for scope, new in news.items():
        old = known.get(scope, Learned())
        row = {
            "account": account,
            "model": model,
            "scope": scope.value,
            "limit": old.limit if new.limit is None else new.limit,
            "learned_at": old.learned_at if new.learned_at is None else new.learned_at,
            "held_until": _later(old.held_until, new.held_until),
        }
        rows.append(row)
    await upsert(connection, quotas, rows)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((time for time in (one, other) if time is not None), default=None)


ANSWERS = 100
"""How many of the latest answers tell how far estimates are off."""


async def read_book(
    connection: AsyncConnection, account: str, model: str, purpose: str, span: Span
) -> UsageSnapshot:
    """Return the book of one model."""
    starts = await connection.execute(starts_query(account, model, span))
    used = await connection.execute(used_query(account, model, span))
    counted, estimated = (await connection.execute(bias_query(account, model, purpose, span))).one()
    return UsageSnapshot(
        starts=tuple(_start(row) for row in starts),
        used={Urgency(row.urgency): row.requests for row in used},
        learned=await read_quotas(connection, account, model),
        bias=int(counted) / int(estimated) if estimated else None,
    )


def starts_query(account: str, model: str, span: Span) -> Select[Any, Any, Any, Any]:
    """Select the calls of the last minute, oldest first."""
    return (
        select(calls.c.at, calls.c.outcome, calls.c.input_tokens, calls.c.reserved_tokens)
        .where(calls.c.account == account, calls.c.model == model, calls.c.at >= span.minute)
        .order_by(calls.c.at, calls.c.id)
    )


def used_query(account: str, model: str, span: Span) -> Select[Any, int]:
    """Count the requests of the provider's day, by urgency."""
    return (
        select(calls.c.urgency, func.count().label("requests"))
        .where(
            calls.c.account == account,
            calls.c.model == model,
            calls.c.at >= span.day,
            calls.c.outcome.in_(sorted(word.value for word in ANSWERED)),
        )
        .group_by(calls.c.urgency)
    )


def bias_query(account: str, model: str, purpose: str, span: Span) -> Select[Any, Any]:
    """Sum up counted and estimated tokens of a purpose's latest answers that have both."""
    latest = (
        select(calls.c.input_tokens, calls.c.estimated_tokens)
        .where(
            calls.c.account == account,
            calls.c.model == model,
            calls.c.at >= span.bias,
            calls.c.purpose == purpose,
            calls.c.outcome == Outcome.OK.value,
            calls.c.input_tokens > 0,
            calls.c.estimated_tokens > 0,
        )
        .order_by(calls.c.at.desc())
        .limit(ANSWERS)
        .subquery()
    )
    return select(func.sum(latest.c.input_tokens), func.sum(latest.c.estimated_tokens))


def _start(row: Row[Any, Any, Any, Any]) -> Start:
    if row.input_tokens > 0:
        return Start(row.at, row.input_tokens)
    tokens = 0 if row.outcome in TURNED_AWAY else row.reserved_tokens
    return Start(row.at, tokens, under_way=row.outcome == Outcome.STARTED)
