"""What readers asked for and were promised an answer to: readings, questions, what takes a while.

Whoever works on a row has a lease on it: `due_at` is when others may take it up, and is moved on
while the work goes on. Should that process die, the next one to look takes the row over, and the
promise is kept, or its message says honestly what became of it. There is one winner: `claim` is
one statement, and who lost a row (`hold`) shows nothing. All else is done by the name under which
the row was taken up: SQLite gives the number of a deleted row to the next one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, case, func, insert, select, update

from core.models.values import Language
from core.store.audience.usage import Allowance, Limit, take
from core.store.database import Repository
from core.store.tables import reader_requests


class Promise(StrEnum):
    READING = "reading"
    QUESTION = "question"
    PROGRESS = "progress"
    """That a message which says that something is going on will say how it ended."""
    LOOK = "look"
    """That a reading which was shown is put right after its second look."""


@dataclass(frozen=True)
class ReaderRequest:
    chat_id: int
    user_id: int
    language: Language
    asked_at: datetime
    due_at: datetime | None = None
    """When anybody may take it up (again)."""
    paper_id: str = ""
    kind: Promise = Promise.READING
    words: str | None = None
    """The question; for progress what its message becomes when nobody can say more. Deleted
    with the answer."""
    thread_id: int | None = None
    message_id: int | None = None
    """The message that says "reading it", to be edited into the answer."""
    tries: int = 0
    """How often it had to be put off."""
    owner: str | None = None
    """Who works on it, or died with it: another name for each time it is taken up."""
    losses: int = 0
    """How often a process was lost with it."""
    done_at: datetime | None = None
    costs: bool = False
    """A model was to read it: it counts against the limits."""
    number: int = 0


class ReaderRequests(Repository):
    async def add(
        self, wish: ReaderRequest, allowance: Allowance | None = None
    ) -> ReaderRequest | Limit:
        """Take a wish down, and count it; return the row, or the limit that forbids it."""
        row = {name: value for name, value in vars(wish).items() if name != "number"}
        async with self._database.transaction() as connection:
            if allowance is not None:
                limit = await take(self._database, connection, allowance)
                if limit is not None:
                    return limit
            added = await connection.execute(insert(reader_requests).values(row))
        assert added.inserted_primary_key, "guaranteed by the one row above"
        return replace(wish, number=int(added.inserted_primary_key[0]))

    async def claim(
        self, number: int, owner: str, *, now: datetime, until: datetime
    ) -> ReaderRequest | None:
        """Take up what is due; None when somebody else has, or there is nothing (more) to do."""
        lost = case(
            (reader_requests.c.owner.is_not(None), reader_requests.c.losses + 1),
            else_=reader_requests.c.losses,
        )
        values = {"owner": owner, "due_at": until, "losses": lost}
        if not await self._update(
            values, reader_requests.c.number == number, reader_requests.c.due_at <= now
        ):
            return None
        mine = (reader_requests.c.number == number, reader_requests.c.owner == owner)
        return next(iter(await self._all(*mine)), None)

    async def hold(self, row: ReaderRequest, until: datetime) -> bool:
        """Lengthen one's lease; False when another process has the row, or has done it.

        A row that is gone, for who asked was forgotten, is nobody else's.
        """
        if await self._update({"due_at": until}, *_mine(row)):
            return True
        same = (reader_requests.c.number == row.number, reader_requests.c.user_id == row.user_id)
        return not await self._all(*same, reader_requests.c.asked_at == row.asked_at)

    async def renew(self, owners: Collection[str], until: datetime) -> None:
        """Lengthen the leases of what is still under way."""
        await self._update({"due_at": until}, reader_requests.c.owner.in_(owners))

    async def placed(self, row: ReaderRequest, message_id: int) -> ReaderRequest:
        """Note the message to be edited into the answer."""
        await self._update({"message_id": message_id}, *_mine(row))
        return replace(row, message_id=message_id)

    async def release(self, row: ReaderRequest, at: datetime) -> None:
        """Let anybody take it up."""
        await self._update({"due_at": at, "owner": None}, *_mine(row))

    async def postpone(self, row: ReaderRequest, due_at: datetime) -> None:
        """Note that it has to wait (once more)."""
        values = {"due_at": due_at, "owner": None, "tries": reader_requests.c.tries + 1}
        await self._update(values, *_mine(row))

    async def follow(self, row: ReaderRequest, kind: Promise, due_at: datetime) -> None:
        """Let a row that was kept promise something more; one that is gone promises nothing."""
        values = {"kind": kind, "due_at": due_at, "owner": None, "tries": 0, "words": None}
        await self._update(values, *_mine(row))

    async def done(self, row: ReaderRequest, at: datetime) -> None:
        """Close it, without anybody's words; the first time stays."""
        await self._update({"done_at": at, "owner": None, "words": None}, *_mine(row))

    async def open(self) -> list[ReaderRequest]:
        """Return all that are not done, in the order they were asked for."""
        return await self._all(reader_requests.c.done_at.is_(None))

    async def due(self, now: datetime) -> list[ReaderRequest]:
        """Return those that may be taken up now, in the order they were asked for."""
        return await self._all(reader_requests.c.done_at.is_(None), reader_requests.c.due_at <= now)

    async def count(self, since: datetime) -> int:
        """Count what was asked for from `since` on and costs."""
        query = select(func.count()).where(
            reader_requests.c.asked_at >= since, reader_requests.c.costs
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def _update(self, values: Mapping[str, object], *which: ColumnElement[bool]) -> bool:
        """Change what is not done; return whether anything was."""
        changed = (
            update(reader_requests)
            .where(reader_requests.c.done_at.is_(None), *which)
            .values(values)
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(changed)).rowcount > 0

    async def _all(self, *conditions: ColumnElement[bool]) -> list[ReaderRequest]:
        query = select(reader_requests).where(*conditions).order_by(reader_requests.c.number)
        return [_asked(row) for row in await self._database.rows(query)]


def _mine(row: ReaderRequest) -> tuple[ColumnElement[bool], ...]:
    return reader_requests.c.number == row.number, reader_requests.c.owner == row.owner


def _asked(row: Row[tuple[object, ...]]) -> ReaderRequest:
    values = dict(row._mapping)
    return ReaderRequest(**values | {"kind": Promise(values["kind"])})
