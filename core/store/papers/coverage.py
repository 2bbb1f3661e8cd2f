"""Which days of which source were read: what was missed yesterday is read today.

A day is read again until it is settled, that is, until its list can no longer grow.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select

from core.store.database import Database
from core.store.tables import source_days


class Coverage:
    """Days read, by source."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
