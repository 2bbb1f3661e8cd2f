"""Readings that readers asked for: what was promised to whom, and who has had how many.

What a newcomer would get wrong: one without `due_at` is being read by the process that took it
down. Should that process die, it is found in `open` only, by the next one when it starts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from core.models import Language
from core.store.database import Database
from core.store.tables import asked


@dataclass(frozen=True)
class Asked:
    """One reading somebody asked for."""

    number: int
    chat_id: int
    user_id: int
    thread_id: int | None
    message_id: int | None
    """The message that says "reading it", to be edited into the answer."""
    paper_id: str
    language: Language
    asked_at: datetime
    due_at: datetime | None
    """When trying again makes sense; None while it is tried for the first time."""
    tries: int
    """How often it had to be put off."""
    done_at: datetime | None
    costs: bool
    """A model was to read it: it counts against the limits."""


class AskedReadings:
    """Readings by number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        *,
        chat_id: int,
        user_id: int,
        thread_id: int | None,
        paper_id: str,
        language: Language,
        at: datetime,
        costs: bool,
    ) -> int:
        """Take a wish down; return its number."""
        row = {
            "chat_id": chat_id,
            "user_id": user_id,
            "thread_id": thread_id,
            "paper_id": paper_id,
            "language": language,
            "asked_at": at,
            "tries": 0,
            "costs": costs,
        }
        async with self._database.transaction() as connection:
            added = await connection.execute(insert(asked).values(row))
        assert added.inserted_primary_key, "guaranteed by the one row above"
        return int(added.inserted_primary_key[0])

    async def count_question(
        self,
        *,
        chat_id: int,
        user_id: int,
        thread_id: int | None,
        paper_id: str,
        language: Language,
        at: datetime,
    ) -> None:
        """Count a question about a paper like a reading: nothing is promised, so it is done."""
        row = {
            "chat_id": chat_id,
            "user_id": user_id,
            "thread_id": thread_id,
            "paper_id": paper_id,
            "language": language,
            "asked_at": at,
            "done_at": at,
            "tries": 0,
            "costs": True,
        }
        async with self._database.transaction() as connection:
            await connection.execute(insert(asked).values(row))

    async def placed(self, number: int, message_id: int) -> None:
        """Note the message to be edited into the answer."""
        await self._update(number, {"message_id": message_id})

    async def postpone(self, number: int, due_at: datetime) -> None:
        """Note that it has to wait (once more)."""
        await self._update(number, {"due_at": due_at, "tries": asked.c.tries + 1})

    async def done(self, number: int, at: datetime) -> None:
        """Close it; the first time stays."""
        await self._update(number, {"done_at": at})

    async def open(self) -> list[Asked]:
        """Return all that are not done, in the order they were asked for."""
        return await self._all(asked.c.done_at.is_(None))

    async def due(self, now: datetime) -> list[Asked]:
        """Return those that were put off until now, in the order they were asked for."""
        return await self._all(asked.c.done_at.is_(None), asked.c.due_at <= now)

    async def count(self, since: datetime, user_id: int | None = None) -> int:
        """Count what was asked for from `since` on (by one user) and costs."""
        query = select(func.count()).where(asked.c.asked_at >= since, asked.c.costs)
        if user_id is not None:
            query = query.where(asked.c.user_id == user_id)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def _update(self, number: int, values: dict[str, object]) -> None:
        is_open = (asked.c.number == number, asked.c.done_at.is_(None))
        async with self._database.transaction() as connection:
            await connection.execute(update(asked).where(*is_open).values(values))

    async def _all(self, *conditions: ColumnElement[bool]) -> list[Asked]:
        query = select(asked).where(*conditions).order_by(asked.c.number)
        async with self._database.reading() as connection:
            return [_asked(row) for row in await connection.execute(query)]


def _asked(row: Row[tuple[object, ...]]) -> Asked:
    return Asked(**row._mapping)
