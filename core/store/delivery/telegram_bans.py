"""How long Telegram told us to wait, remembered across restarts: trying during a ban extends it."""

from datetime import datetime

from sqlalchemy import select

from core.store.database import Repository
from core.store.statements import upsert
from core.store.tables import telegram_bans


class TelegramBans(Repository):
    """Waits by scope: "all", or "chat:<id>"."""

    async def put(self, scope: str, until: datetime) -> None:
        """Remember a wait. It is never shortened by a later one."""
        async with self._database.transaction() as connection:
            await self._database.exclude_others(connection, "floods")
            known = select(telegram_bans.c.until).where(telegram_bans.c.scope == scope)
            old = (await connection.execute(known)).scalar()
            if old is None or old < until:
                await upsert(connection, telegram_bans, [{"scope": scope, "until": until}])

    async def all(self, now: datetime) -> dict[str, datetime]:
        query = (
            select(telegram_bans).where(telegram_bans.c.until > now).order_by(telegram_bans.c.scope)
        )
        return {row.scope: row.until for row in await self._database.rows(query)}
