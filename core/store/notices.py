"""What was said once and shall not be said again: to admins, once per kind of trouble."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from core.store.database import Database
from core.store.statements import upsert
from core.store.tables import notices


class Notices:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def first(self, key: str, *, at: datetime, again_after: timedelta | None = None) -> bool:
        """Return True to one caller per key, and once more when `again_after` has passed."""
        async with self._database.transaction() as connection:
            await self._database.exclude_others(connection, "notices")
            known = select(notices.c.noted_at).where(notices.c.key == key)
            noted_at = (await connection.execute(known)).scalar()
            if noted_at is not None and (again_after is None or at - noted_at < again_after):
                return False
            await upsert(connection, notices, [{"key": key, "noted_at": at}])
        return True

    async def forget(self, key: str) -> None:
        """Let the next one be the first again: the trouble is over."""
        await self._database.change(delete(notices).where(notices.c.key == key))
