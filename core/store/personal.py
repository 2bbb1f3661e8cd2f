"""All that is stored of one person: given out, or deleted, whole.

What a newcomer would get wrong: a table that gets a column with somebody's id belongs in here as
well; a test plants an id in every such column and looks for it afterwards.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select

from core.store.database import Database
from core.store.tables import asked, chats, deliveries, facts, floods, lists, marks, notices

RECENT = timedelta(days=90)
"""How far back deliveries are given out: older ones say no more."""
Rows = list[dict[str, Any]]


class Personal:
    """One person's rows of all tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, person: int, *, now: datetime) -> dict[str, Rows]:
        """Return a person's rows by table, as JSON's values."""
        recent = deliveries.c.attempted_at >= now - RECENT
        found: dict[str, Rows] = {}
        async with self._database.reading() as connection:
            for table, condition in _of(person).items():
                query = select(table).where(condition)
                if table is deliveries:
                    query = query.where(recent)
                rows = await connection.execute(query.order_by(*table.primary_key.columns))
                found[table.name] = [_plain(row._mapping) for row in rows]
        return found

    async def forget(self, person: int) -> int:
        """Delete all of it; return how many rows there were."""
        deleted = 0
        async with self._database.transaction() as connection:
            # Both, so that no message that is being begun comes between.
            await self._database.exclude_others(connection, "chats")
            await self._database.exclude_others(connection, "deliveries")
            for table, condition in _of(person).items():
                deleted += (await connection.execute(delete(table).where(condition))).rowcount
        return deleted


def _of(person: int) -> dict[Table, ColumnElement[bool]]:
    """Return where a person's rows are."""
    return {
        chats: chats.c.chat_id == person,
        marks: marks.c.person == person,
        lists: lists.c.chat_id == person,
        deliveries: deliveries.c.chat_id == person,
        asked: or_(asked.c.chat_id == person, asked.c.user_id == person),
        notices: notices.c.key.endswith(f":{person}", autoescape=True),
        facts: facts.c.name.endswith(f":{person}", autoescape=True),
        floods: floods.c.scope == f"chat:{person}",
    }


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON's values, without what is empty."""
    return {
        str(name): str(value) if isinstance(value, date | datetime | time) else value
        for name, value in row.items()
        if value is not None
    }
