"""What readers think of papers: taps, each a fact with its time.

An opinion is one of four, and a new one replaces the old; saved and opened stand beside it. What a
newcomer would get wrong: marks belong to a person, not to a chat. A tap under a channel's post
counts for the same reader as one in the private chat.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, func, select

from core.marks import OPINIONS, Mark, MarkKind
from core.store.database import Database
from core.store.statements import chunks, upsert
from core.store.tables import marks


class Marks:
    """Marks by person and paper."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, mark: Mark) -> None:
        """Keep a mark, with its last time; an opinion replaces the one there was."""
        async with self._database.transaction() as connection:
            if mark.kind in OPINIONS:
                await connection.execute(delete(marks).where(*_opinion(mark.person, mark.paper_id)))
            await upsert(connection, marks, [vars(mark) | {"kind": mark.kind.value}])

    async def remove(self, person: int, paper_id: str, kind: MarkKind) -> bool:
        """Take a mark back; return whether there was one."""
        async with self._database.transaction() as connection:
            gone = await connection.execute(delete(marks).where(*_key(person, paper_id, kind)))
            return gone.rowcount > 0

    async def of(
        self, person: int, *, kinds: Sequence[MarkKind] = tuple(MarkKind), limit: int = 1000
    ) -> list[Mark]:
        """Return a person's marks, newest first."""
        query = (
            select(marks)
            .where(marks.c.person == person, marks.c.kind.in_(kinds))
            .order_by(marks.c.at.desc(), marks.c.paper_id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [_mark(row) for row in await connection.execute(query)]

    async def on(self, person: int, paper_id: str) -> set[MarkKind]:
        """Return what a person said of a paper."""
        query = select(marks.c.kind).where(marks.c.person == person, marks.c.paper_id == paper_id)
        async with self._database.reading() as connection:
            return {MarkKind(kind) for kind in (await connection.execute(query)).scalars()}

    async def of_many(self, people: Sequence[int], *, since: datetime) -> dict[int, list[Mark]]:
        """Return the marks of people who made some since then, newest first."""
        found: dict[int, list[Mark]] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(people):
                query = select(marks).where(marks.c.person.in_(chunk), marks.c.at >= since)
                query = query.order_by(marks.c.person, marks.c.at.desc(), marks.c.paper_id)
                for row in await connection.execute(query):
                    found.setdefault(row.person, []).append(_mark(row))
        return found

    async def people(self, kinds: Sequence[MarkKind] = OPINIONS) -> set[int]:
        """Return who has made marks of these kinds."""
        query = select(marks.c.person).where(marks.c.kind.in_(kinds)).distinct()
        async with self._database.reading() as connection:
            return set((await connection.execute(query)).scalars())

    async def counts(self, paper_ids: Iterable[str]) -> dict[str, dict[MarkKind, int]]:
        """Return how many marks of each kind papers have; no names."""
        found: dict[str, dict[MarkKind, int]] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(paper_ids):
                query = (
                    select(marks.c.paper_id, marks.c.kind, func.count().label("number"))
                    .where(marks.c.paper_id.in_(chunk))
                    .group_by(marks.c.paper_id, marks.c.kind)
                )
                for row in await connection.execute(query):
                    found.setdefault(row.paper_id, {})[MarkKind(row.kind)] = row.number
        return found

    async def totals(self, since: datetime) -> dict[MarkKind, int]:
        """Return how many marks of each kind were made since then; no names."""
        query = select(marks.c.kind, func.count()).where(marks.c.at >= since).group_by(marks.c.kind)
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return {MarkKind(kind): number for kind, number in rows}


def _key(person: int, paper_id: str, kind: MarkKind) -> tuple[ColumnElement[bool], ...]:
    return (marks.c.person == person, marks.c.paper_id == paper_id, marks.c.kind == kind.value)


def _opinion(person: int, paper_id: str) -> tuple[ColumnElement[bool], ...]:
    opinions = [kind.value for kind in OPINIONS]
    return (marks.c.person == person, marks.c.paper_id == paper_id, marks.c.kind.in_(opinions))


def _mark(row: Row[tuple[object, ...]]) -> Mark:
    return Mark(**dict(row._mapping) | {"kind": MarkKind(row.kind)})
