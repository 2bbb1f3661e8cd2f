"""What an audience was shown, so that it is not shown again.

There is no `put`: history is written with the digest it belongs to (`digests.put`), or a crash
in between could show a paper twice.
"""

from datetime import date

from sqlalchemy import select

from core.store.database import Database
from core.store.tables import shown


class History:
    """Papers shown, by audience."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
