"""Digests as they were published. A stored digest never changes; a better one is a revision.

With each revision goes what it shows, into the audience's history and in the same transaction, so
"stored" and "shown" are never of different minds. What an earlier revision of the day has shown
stays shown: readers have seen it.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.models.values import Digest
from core.store.database import Repository
from core.store.statements import decode, upsert
from core.store.tables import digests, shown


class Digests(Repository):
    async def put_first(self, digest: Digest, *, shown: Collection[str]) -> Digest:
        """Store the day's first digest and return it; when there is one already, return that.

        Two runs of one day at the same time both choose; only one choice may count.
        """
        await self._put(digest, shown, only_first=True)
        return await self.get(digest.day, digest.audience) or digest

    async def put(self, digest: Digest, *, shown: Collection[str]) -> int:
        """Append a revision, add what it shows to the audience's history; return its number."""
        return await self._put(digest, shown, only_first=False)

    async def _put(self, digest: Digest, shown: Collection[str], *, only_first: bool) -> int:
        now = self._now()
        async with self._database.transaction() as connection:
            await self._database.exclude_others(connection, f"{digest.day} {digest.audience}")
            revision = await _next_revision(connection, digest)
            if only_first and revision > 1:
                return revision - 1
            await connection.execute(
                insert(digests).values(
                    day=digest.day,
                    audience=digest.audience,
                    revision=revision,
                    json=digest.model_dump_json(),
                    stored_at=now,
                )
            )
            await _add_history(connection, digest, shown, now)
        return revision

    async def get(self, day: date, audience: str) -> Digest | None:
        """Return the latest revision."""
        query = (
            select(digests.c.json)
            .where(digests.c.day == day, digests.c.audience == audience)
            .order_by(digests.c.revision.desc())
            .limit(1)
        )
        json = await self._database.value(query)
        return None if json is None else decode(Digest, json)

    async def last_before(self, day: date, audience: str) -> datetime | None:
        """Return when the newest digest of an earlier day was stored."""
        query = select(func.max(digests.c.stored_at)).where(
            digests.c.day < day, digests.c.audience == audience
        )
        moment: datetime | None = await self._database.value(query)
        return moment

    async def recent(self, limit: int) -> list[Digest]:
        """Return the latest days' digests, newest day first, each in its latest revision."""
        latest = (
            select(
                digests.c.day, digests.c.audience, func.max(digests.c.revision).label("revision")
            )
            .group_by(digests.c.day, digests.c.audience)
            .subquery()
        )
        query = (
            select(digests.c.json)
            .join(
                latest,
                (digests.c.day == latest.c.day)
                & (digests.c.audience == latest.c.audience)
                & (digests.c.revision == latest.c.revision),
            )
            .order_by(digests.c.day.desc(), digests.c.audience)
            .limit(limit)
        )
        return [decode(Digest, json) for json in await self._database.values(query)]


async def _next_revision(connection: AsyncConnection, digest: Digest) -> int:
    last = await connection.execute(
        select(func.max(digests.c.revision)).where(
            digests.c.day == digest.day, digests.c.audience == digest.audience
        )
    )
    return (last.scalar() or 0) + 1


async def _add_history(
    connection: AsyncConnection, digest: Digest, ids: Collection[str], now: datetime
) -> None:
    key = {"audience": digest.audience, "day": digest.day}
    rows = ({**key, "paper_id": paper_id, "shown_at": now} for paper_id in sorted(set(ids)))
    await upsert(connection, shown, rows)


class History(Repository):
    """Papers shown, by audience. Written with the digest alone, or a crash could show one twice."""

    async def shown(self, audience: str, *, except_day: date) -> set[str]:
        """Return the ids shown on any other day: a day built again may show its own again."""
        query = (
            select(shown.c.paper_id)
            .where(shown.c.audience == audience, shown.c.day != except_day)
            .distinct()
        )
        return set(await self._database.values(query))

    async def by_day(self, audience: str, *, since: date, before: date) -> dict[date, set[str]]:
        """Return the ids shown from `since` until before `before`, by day."""
        query = select(shown.c.day, shown.c.paper_id).where(
            shown.c.audience == audience, shown.c.day >= since, shown.c.day < before
        )
        found: dict[date, set[str]] = {}
        for row in await self._database.rows(query):
            found.setdefault(row.day, set()).add(row.paper_id)
        return found
