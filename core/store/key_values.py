"""Small things to remember across restarts, by name: what was set up, a draft not yet sent."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from core.store.database import Repository
from core.store.statements import upsert
from core.store.tables import key_values, notices

_PROBE = "probe"
_ROOM = 64 * 1024


class KeyValues(Repository):
    async def get(self, name: str) -> str | None:
        query = select(key_values.c.value).where(key_values.c.name == name)
        return await self._database.value(query)

    async def put(self, name: str, value: str) -> None:
        await self._database.put(key_values, [{"name": name, "value": value}])

    async def claim(self, name: str, value: str) -> bool:
        """Remember, unless something is remembered; True to one caller of any number."""
        async with self._database.transaction() as connection:
            await self._database.exclude_others(connection, f"fact {name}")
            known = select(key_values.c.name).where(key_values.c.name == name)
            if (await connection.execute(known)).scalar() is not None:
                return False
            await upsert(connection, key_values, [{"name": name, "value": value}])
        return True

    async def try_writing(self) -> None:
        """Write and take away something that needs room; raise `StoreUnavailable`."""
        await self.put(_PROBE, " " * _ROOM)
        await self.delete(_PROBE)

    async def delete(self, name: str) -> None:
        await self._database.change(delete(key_values).where(key_values.c.name == name))


class Notices(Repository):
    """What was said once and shall not be said again."""

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
