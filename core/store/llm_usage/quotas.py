"""What the provider taught us about its quotas: real limits, and until when not to ask.

A hold only ever moves forward: two refusals may arrive in any order, and the longer one is right.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.llm.ledger import Learned
from core.models.errors import QuotaScope
from core.store.statements import upsert
from core.store.tables import quotas


async def read_quotas(
    connection: AsyncConnection, account: str, model: str
) -> dict[QuotaScope, Learned]:
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
