"""All that is stored of one person: given out, or deleted, whole.

A table with a column of `PERSONS` belongs in here by that name alone; where an id is part of a
text, it has to be named below. A test plants an id everywhere and looks for it afterwards.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.database import Repository
from core.store.statements import chunks
from core.store.tables import chats, key_values, metadata, notices, telegram_bans

PERSONS = frozenset({"chat_id", "person", "user_id"})
"""Names of columns that hold a person's id: a private chat has that of its person."""
PAGE = 100
"""Rows read at once: a list of one's own may be long."""
Rows = list[dict[str, Any]]


class Personal(Repository):
    async def pages(self, person: int) -> AsyncIterator[tuple[str, Rows]]:
        """Yield a person's rows as JSON's values, some at a time; every table at least once."""
        for table, condition in _of(person).items():
            rows = await self._page(table, condition, None)
            yield table.name, [_plain(row._mapping) for row in rows]
            while len(rows) == PAGE:
                rows = await self._page(table, condition, rows[-1])
                yield table.name, [_plain(row._mapping) for row in rows]

    async def _page(
        self, table: Table, condition: ColumnElement[bool], last: Row[Any] | None
    ) -> Sequence[Row[Any]]:
        """Return the rows after `last`, by key: others come and go between two pages."""
        key = table.primary_key.columns
        query = select(table).where(condition).order_by(*key).limit(PAGE)
        if last is not None:
            seen = (literal(last._mapping[column], column.type) for column in key)
            query = query.where(tuple_(*key) > tuple_(*seen))
        return await self._database.rows(query)

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
    by_column = {
        table: or_(*(column == person for column in table.columns if column.name in PERSONS))
        for table in metadata.sorted_tables
        if PERSONS & set(table.columns.keys())
    }
    return by_column | {
        notices: notices.c.key.endswith(f":{person}", autoescape=True),
        key_values: key_values.c.name.endswith(f":{person}", autoescape=True),
        telegram_bans: telegram_bans.c.scope == f"chat:{person}",
    }


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON's values, without what is empty."""
    return {
        str(name): value if isinstance(value, str | int | float | tuple) else str(value)
        for name, value in row.items()
        if value is not None
    }


async def strangers(connection: AsyncConnection, chat_ids: Iterable[int]) -> set[int]:
    """Return those of the people (ids above zero) that are no chats of ours.

    A group that is unknown has moved to another id: it is none.
    """
    people = {chat_id for chat_id in chat_ids if chat_id > 0}
    for chunk in chunks(sorted(people)):
        query = select(chats.c.chat_id).where(chats.c.chat_id.in_(chunk))
        people -= set((await connection.execute(query)).scalars())
    return people
