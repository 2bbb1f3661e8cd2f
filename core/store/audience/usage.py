"""What is limited a day, counted in the transaction that allows it.

A count of one person outlives what is stored of them: `/forget` must not give a day's readings
anew. So it stands under a pseudonym, an HMAC of their id with a random key of that day. Both are
deleted when the day is over; from then on not even the key's owner can tell whose count it was.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.database import Database, Repository
from core.store.statements import upsert
from core.store.tables import usage, usage_keys

_EVERYBODY = ""
"""Whose count is that of all together."""
_KEPT = timedelta(days=7)
"""For counts of all together: those of a digest's day are looked at when it is late, too."""


class Limit(StrEnum):
    OWN = "own"
    ALL = "all"


@dataclass(frozen=True)
class Allowance:
    """What somebody may do on a day, and how often; a limit of None is none."""

    what: str
    day: date
    person: int | None = None
    """None: nobody's own doing."""
    own: int | None = None
    for_all: int | None = None


class Usages(Repository):
    async def take(self, allowance: Allowance) -> Limit | None:
        """Count one use; return the limit that forbids it, having counted nothing."""
        async with self._database.transaction() as connection:
            return await take(self._database, connection, allowance)

    async def give_back(self, allowance: Allowance) -> None:
        """Take one use back: it came to nothing, and not by the fault of who asked."""
        async with self._database.transaction() as connection:
            await self._database.exclude_others(connection, "usage")
            for whose, _ in await _whose(connection, allowance):
                count = await _count(connection, allowance, whose)
                if count > 0:
                    await _write(connection, allowance, whose, count - 1)

    async def used(self, allowance: Allowance) -> tuple[int, int]:
        """Return how often it was done by the person, and by all together."""
        async with self._database.reading() as connection:
            own = 0
            key = await _key(connection, allowance.day)
            if key is not None and allowance.person is not None:
                own = await _count(connection, allowance, _pseudonym(key, allowance.person))
            return own, await _count(connection, allowance, _EVERYBODY)

    async def prune(self, today: date) -> None:
        """Forget whose counts those of days past were, and the counts."""
        async with self._database.transaction() as connection:
            await self._database.exclude_others(connection, "usage")
            await _prune(connection, today)


async def take(
    database: Database, connection: AsyncConnection, allowance: Allowance
) -> Limit | None:
    """Count one use in the caller's transaction; of any number of processes one after the other."""
    await database.exclude_others(connection, "usage")
    if await _key(connection, allowance.day) is None:
        key = {"day": allowance.day, "key": secrets.token_hex(16)}
        await upsert(connection, usage_keys, [key])
    counts: dict[str, int] = {}
    for whose, limit in await _whose(connection, allowance):
        counts[whose] = await _count(connection, allowance, whose)
        if limit is not None and counts[whose] >= limit:
            return Limit.ALL if whose == _EVERYBODY else Limit.OWN
    for whose, count in counts.items():
        await _write(connection, allowance, whose, count + 1)
    return None


async def _whose(connection: AsyncConnection, allowance: Allowance) -> list[tuple[str, int | None]]:
    """Return whose counts an allowance is of, with their limits: the person, all together."""
    of_all = (_EVERYBODY, allowance.for_all)
    key = await _key(connection, allowance.day)
    if key is None or allowance.person is None:
        return [of_all]
    return [(_pseudonym(key, allowance.person), allowance.own), of_all]


def _pseudonym(key: str, person: int) -> str:
    return hmac.new(bytes.fromhex(key), str(person).encode(), "sha256").hexdigest()[:32]


async def _key(connection: AsyncConnection, day: date) -> str | None:
    query = select(usage_keys.c.key).where(usage_keys.c.day == day)
    return (await connection.execute(query)).scalar()


async def _count(connection: AsyncConnection, allowance: Allowance, whose: str) -> int:
    query = select(usage.c.count).where(
        usage.c.day == allowance.day,
        usage.c.what == allowance.what,
        usage.c.pseudonym == whose,
    )
    return (await connection.execute(query)).scalar() or 0


async def _write(connection: AsyncConnection, allowance: Allowance, whose: str, count: int) -> None:
    row = {"day": allowance.day, "what": allowance.what, "pseudonym": whose, "count": count}
    await upsert(connection, usage, [row])


async def _prune(connection: AsyncConnection, today: date) -> None:
    await connection.execute(delete(usage_keys).where(usage_keys.c.day < today))
    is_personal = usage.c.pseudonym != _EVERYBODY
    is_over = or_(is_personal & (usage.c.day < today), usage.c.day < today - _KEPT)
    await connection.execute(delete(usage).where(is_over))
