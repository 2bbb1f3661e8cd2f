"""How the sources behaved, for `stats` and `doctor`; the digest itself never reads this.

What services send us ends up here, so its length and number are capped.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, delete, func, insert, select

from core.fetch import Skipped
from core.store.database import Repository
from core.store.statements import chunks
from core.store.tables import fetches, skipped_items, source_days

MAX_TEXT = 500
"""Characters kept of an error, an item's name, a reason."""
MAX_SKIPPED = 200
"""Skipped items kept of one source: the newest."""
STOPPED = "(stopped)"
"""What stands for a source where work on a text was stopped; no source is called so."""
MOST_STOPPED = 10
"""Kinds in a summary."""
RECENT = 3
"""Skipped items in a summary."""


@dataclass(frozen=True)
class FetchRecord:
    at: datetime
    source: str
    days: int
    papers: int
    skipped: int
    latency: timedelta
    error: str | None


@dataclass(frozen=True)
class FetchSummary:
    source: str
    fetches: int
    failed: int
    papers: int
    skipped: int
    latency: timedelta
    """All fetches together."""
    last_error: str | None
    recent: tuple[Skipped, ...]
    """The last items skipped, newest first."""


@dataclass(frozen=True)
class StoppedSummary:
    """Work on texts that was given up, of one kind."""

    work: str
    """The name of what looked at them: "parsed"."""
    reason: str
    times: int
    """Of the last `MAX_SKIPPED`."""


class Fetches(Repository):
    """Fetches by source, and what was skipped in them."""

    async def record(self, fetch: FetchRecord) -> None:
        row = {
            "at": fetch.at,
            "source": fetch.source,
            "days": fetch.days,
            "papers": fetch.papers,
            "skipped": fetch.skipped,
            "latency_us": fetch.latency,
            "error": None if fetch.error is None else _capped(fetch.error),
        }
        await self._database.change(insert(fetches).values(row))

    async def record_skipped(self, source: str, items: Sequence[Skipped], at: datetime) -> None:
        """Remember the items of a fetch that could not be used; old ones make room."""
        rows = [
            {"at": at, "source": source, "item": _capped(skip.item), "reason": _capped(skip.reason)}
            for skip in items[:MAX_SKIPPED]
        ]
        mine = skipped_items.c.source == source
        newest = (
            select(skipped_items.c.id)
            .where(mine)
            .order_by(skipped_items.c.id.desc())
            .limit(MAX_SKIPPED)
        )
        async with self._database.transaction() as connection:
            for chunk in chunks(rows):
                await connection.execute(insert(skipped_items), list(chunk))
            await connection.execute(
                delete(skipped_items).where(mine, skipped_items.c.id.not_in(newest))
            )

    async def record_stopped(self, work: str, reason: str, at: datetime) -> None:
        """Remember that work on a text took too much."""
        await self.record_skipped(STOPPED, [Skipped(work, reason)], at)

    async def stopped(self, start: datetime) -> list[StoppedSummary]:
        """Return what took too much from `start` on, most frequent first."""
        mine = skipped_items.c
        times = func.count().label("times")
        query = (
            select(mine.item, mine.reason, times)
            .where(mine.source == STOPPED, mine.at >= start)
            .group_by(mine.item, mine.reason)
            .order_by(times.desc(), mine.item, mine.reason)
            .limit(MOST_STOPPED)
        )
        rows = await self._database.rows(query)
        return [StoppedSummary(row.item, row.reason, row.times) for row in rows]

    async def summary(self, start: datetime) -> list[FetchSummary]:
        totals = (
            select(
                fetches.c.source,
                func.count().label("fetches"),
                func.count(fetches.c.error).label("failed"),
                func.sum(fetches.c.papers).label("papers"),
                func.sum(fetches.c.skipped).label("skipped"),
                func.sum(fetches.c.latency_us).label("latency"),
                func.max(fetches.c.id).filter(fetches.c.error.is_not(None)).label("failure"),
            )
            .where(fetches.c.at >= start)
            .group_by(fetches.c.source)
            .subquery()
        )
        query = (
            select(totals, fetches.c.error.label("last_error"))
            .outerjoin(fetches, fetches.c.id == totals.c.failure)
            .order_by(totals.c.source)
        )
        skips = (
            select(skipped_items)
            .where(skipped_items.c.at >= start)
            .order_by(skipped_items.c.id.desc())
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
            recent = _recent((await connection.execute(skips)).all())
        return [_summary(row, recent) for row in rows]


def _capped(text: str) -> str:
    """Cut what a service sent; PostgreSQL's text cannot hold NUL."""
    return text.replace("\0", "")[:MAX_TEXT]


def _recent(rows: Sequence[Row[tuple[object, ...]]]) -> Mapping[str, Sequence[Skipped]]:
    by_source: dict[str, list[Skipped]] = defaultdict(list)
    for row in rows:
        if len(by_source[row.source]) < RECENT:
            by_source[row.source].append(Skipped(row.item, row.reason))
    return by_source


def _summary(row: Row[tuple[object, ...]], recent: Mapping[str, Sequence[Skipped]]) -> FetchSummary:
    return FetchSummary(
        source=row.source,
        fetches=row.fetches,
        failed=row.failed,
        papers=int(row.papers),
        skipped=int(row.skipped),
        latency=row.latency,
        last_error=row.last_error,
        recent=tuple(recent.get(row.source, ())),
    )


class Coverage(Repository):
    """Days read, by source: each is read again until its list can no longer grow."""

    async def record(
        self, source: str, days: Sequence[date], *, at: datetime, settled: Collection[date]
    ) -> None:
        """Remember that `days` were read; those also in `settled` need not be read again.

        A day once settled stays so.
        """
        rows = [
            {
                "source": source,
                "day": day,
                "read_at": at,
                "settled_at": at if day in settled else None,
            }
            for day in dict.fromkeys(days)
        ]
        await self._database.put(source_days, rows, once={"settled_at"})

    async def settled(self, source: str, since: date) -> set[date]:
        """Return the days from `since` on that need not be read again."""
        query = select(source_days.c.day).where(
            source_days.c.source == source,
            source_days.c.day >= since,
            source_days.c.settled_at.is_not(None),
        )
        return set(await self._database.values(query))
