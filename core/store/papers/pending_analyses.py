"""Readings that had to wait: what a digest still owes its readers, and when to try again.

The digest was published without them and says so; this is the promise, kept across restarts. A row
that is done stays, and stays done. It says that the promise was kept and when, and a late run that
queues the paper once more must not reopen it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.database import Repository
from core.store.statements import chunks, upsert
from core.store.tables import pending_analyses


@dataclass(frozen=True)
class PendingAnalysis:
    """One paper of one digest that is, or was, to be read later."""

    day: date
    audience: str
    paper_id: str
    queued_at: datetime
    """When it first had to wait."""
    due_at: datetime
    """When trying (again) makes sense."""
    tries: int
    """How often it was tried since, and had to wait once more."""
    done_at: datetime | None
    """When it no longer had to be waited for."""


class PendingAnalyses(Repository):
    """Readings to make good for, by digest and paper."""

    async def queue(
        self, day: date, audience: str, due: Mapping[str, datetime], *, at: datetime
    ) -> None:
        """Remember papers, given as id -> due time; one that waits already was tried once more.

        One that was closed waits again: what was announced as coming must be in the queue.
        """
        async with self._database.transaction() as connection:
            await self._exclude_others(connection, day, audience)
            for ids in chunks(due):
                query = _of(day, audience).where(pending_analyses.c.paper_id.in_(ids))
                rows_there = await connection.execute(query)
                known = {row.paper_id: row for row in rows_there if row.done_at is None}
                rows = (_queued(day, audience, i, due[i], known.get(i), at) for i in ids)
                await upsert(connection, pending_analyses, rows)

    async def finish(
        self, day: date, audience: str, paper_ids: Collection[str], *, at: datetime
    ) -> None:
        """Close papers that need not be waited for any more; those never queued stay unknown."""
        waiting = (
            pending_analyses.c.day == day,
            pending_analyses.c.audience == audience,
            pending_analyses.c.done_at.is_(None),
        )
        async with self._database.transaction() as connection:
            await self._exclude_others(connection, day, audience)
            for ids in chunks(paper_ids):
                done = update(pending_analyses).where(
                    *waiting, pending_analyses.c.paper_id.in_(ids)
                )
                await connection.execute(done.values(done_at=at))

    async def due(self, now: datetime, *, since: datetime) -> list[PendingAnalysis]:
        """Return what is due, first due first, without what was queued before `since`."""
        query = (
            select(pending_analyses)
            .where(*_waiting(since), pending_analyses.c.due_at <= now)
            .order_by(
                pending_analyses.c.due_at,
                pending_analyses.c.day,
                pending_analyses.c.paper_id,
                pending_analyses.c.audience,
            )
        )
        return [_reading(row) for row in await self._database.rows(query)]

    async def of(self, day: date, audience: str) -> list[PendingAnalysis]:
        query = _of(day, audience).order_by(pending_analyses.c.paper_id)
        return [_reading(row) for row in await self._database.rows(query)]

    async def _exclude_others(self, connection: AsyncConnection, day: date, audience: str) -> None:
        await self._database.exclude_others(connection, f"awaited {day} {audience}")


def _of(day: date, audience: str) -> Select[tuple[object, ...]]:
    return select(pending_analyses).where(
        pending_analyses.c.day == day, pending_analyses.c.audience == audience
    )


def _waiting(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (pending_analyses.c.done_at.is_(None), pending_analyses.c.queued_at >= since)


def _queued(
    day: date,
    audience: str,
    paper_id: str,
    due_at: datetime,
    known: Row[tuple[object, ...]] | None,
    at: datetime,
) -> dict[str, object]:
    """Return the row of a paper that has to wait, for the first time or again."""
    return {
        "day": day,
        "audience": audience,
        "paper_id": paper_id,
        "queued_at": at if known is None else known.queued_at,
        "due_at": due_at,
        "tries": 0 if known is None else known.tries + 1,
        "done_at": None,
    }


def _reading(row: Row[tuple[object, ...]]) -> PendingAnalysis:
    return PendingAnalysis(**row._mapping)
