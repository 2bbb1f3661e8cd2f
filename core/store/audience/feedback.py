"""What readers think of papers: taps, each a fact with its time.

An opinion is one of four, and a new one replaces the old; saved and opened stand beside it. Marks
belong to a person, not to a chat. A tap under a channel's post counts for the same reader as one in
the private chat.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.models.feedback import OPINIONS, FeedbackEvent, FeedbackKind
from core.store.database import Database, Repository
from core.store.statements import chunks, upsert
from core.store.tables import feedback

_Key = tuple[int, str, FeedbackKind]
_DELETE = delete(feedback).where(
    feedback.c.person == bindparam("of_person"),
    feedback.c.paper_id == bindparam("of_paper"),
    feedback.c.kind == bindparam("of_kind"),
)


class Feedback(Repository):
    """Feedback by person and paper."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self._taps: list[tuple[FeedbackEvent, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, mark: FeedbackEvent) -> None:
        """Keep a mark, with its last time; an opinion replaces the one there was."""
        async with self._database.transaction(is_apart=True) as connection:
            await _put(connection, mark)

    async def put_all(self, items: Iterable[FeedbackEvent]) -> None:
        """Keep marks that are no opinions."""
        rows = map(_row, items)
        async with self._database.transaction(is_apart=True) as connection:
            await upsert(connection, feedback, rows)

    async def toggle(self, mark: FeedbackEvent) -> bool:
        """Keep a mark, or take it back where it is there; return whether it is now.

        Taps that come while others are being written are written together: a commit waits for the
        disk, and thousands tap at breakfast.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._taps.append((mark, done))
        if self._writer is None or self._writer.done():
            # A task of its own: whoever tapped first may leave, and the others' taps must not.
            self._writer = asyncio.create_task(self._write_taps())
        return await done

    async def _write_taps(self) -> None:
        while self._taps:
            taps, self._taps = self._taps, []
            writing = self._toggle([mark for mark, _ in taps])
            [outcome] = await asyncio.gather(writing, return_exceptions=True)
            for place, (_, done) in enumerate(taps):
                if done.done():  # whoever tapped is gone
                    continue
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome[place])

    async def _toggle(self, taps: Sequence[FeedbackEvent]) -> list[bool]:
        """Toggle marks in their order, in one transaction; say of each whether it is set now."""
        async with self._database.transaction(is_apart=True) as connection:
            there = await _among(connection, taps)
            before = set(there)
            results = [_toggled(there, mark) for mark in taps]
            gone = [_named(key) for key in before - there.keys()]
            if gone:
                await connection.execute(_DELETE, gone)
            new = (_row(mark) for mark in there.values() if mark is not None)
            await upsert(connection, feedback, new)
        return results

    async def remove(
        self, person: int, kinds: Sequence[FeedbackKind], paper_id: str | None = None
    ) -> int:
        """Take back a person's marks of some kinds, on one paper or all; return how many."""
        gone = delete(feedback).where(feedback.c.person == person, feedback.c.kind.in_(kinds))
        if paper_id is not None:
            gone = gone.where(feedback.c.paper_id == paper_id)
        async with self._database.transaction(is_apart=True) as connection:
            return (await connection.execute(gone)).rowcount

    async def of(
        self, person: int, *, kinds: Sequence[FeedbackKind] = tuple(FeedbackKind), limit: int = 1000
    ) -> list[FeedbackEvent]:
        """Return a person's marks, newest first."""
        query = (
            select(feedback)
            .where(feedback.c.person == person, feedback.c.kind.in_(kinds))
            .order_by(feedback.c.at.desc(), feedback.c.paper_id)
            .limit(limit)
        )
        return [_mark(row) for row in await self._database.rows(query)]

    async def on(self, person: int, paper_id: str) -> set[FeedbackKind]:
        query = select(feedback.c.kind).where(
            feedback.c.person == person, feedback.c.paper_id == paper_id
        )
        return {FeedbackKind(kind) for kind in await self._database.values(query)}

    async def of_many(
        self, people: Sequence[int], *, since: datetime
    ) -> dict[int, list[FeedbackEvent]]:
        """Return the marks of people who made some since then, newest first."""
        found: dict[int, list[FeedbackEvent]] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(people):
                query = select(feedback).where(feedback.c.person.in_(chunk), feedback.c.at >= since)
                query = query.order_by(feedback.c.person, feedback.c.at.desc(), feedback.c.paper_id)
                for row in await connection.execute(query):
                    found.setdefault(row.person, []).append(_mark(row))
        return found

    async def counts(self, paper_ids: Iterable[str]) -> dict[str, dict[FeedbackKind, int]]:
        found: dict[str, dict[FeedbackKind, int]] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(paper_ids):
                query = (
                    select(feedback.c.paper_id, feedback.c.kind, func.count().label("number"))
                    .where(feedback.c.paper_id.in_(chunk))
                    .group_by(feedback.c.paper_id, feedback.c.kind)
                )
                for row in await connection.execute(query):
                    found.setdefault(row.paper_id, {})[FeedbackKind(row.kind)] = row.number
        return found


async def _put(connection: AsyncConnection, mark: FeedbackEvent) -> None:
    if mark.kind in OPINIONS:
        await connection.execute(delete(feedback).where(*_opinion(mark.person, mark.paper_id)))
    await upsert(connection, feedback, [_row(mark)])


async def _among(
    connection: AsyncConnection, taps: Sequence[FeedbackEvent]
) -> dict[_Key, FeedbackEvent | None]:
    """Return the marks that are there of the same people on the same papers; None: unchanged."""
    people, papers = {mark.person for mark in taps}, {mark.paper_id for mark in taps}
    found: dict[_Key, FeedbackEvent | None] = {}
    for chunk in chunks(sorted(people)):
        query = select(feedback.c.person, feedback.c.paper_id, feedback.c.kind)
        query = query.where(feedback.c.person.in_(chunk), feedback.c.paper_id.in_(papers))
        for row in await connection.execute(query):
            found[row.person, row.paper_id, FeedbackKind(row.kind)] = None
    return found


def _toggled(there: dict[_Key, FeedbackEvent | None], mark: FeedbackEvent) -> bool:
    """Change what is there by one tap; return whether its mark is set now."""
    key = (mark.person, mark.paper_id, mark.kind)
    if key in there:
        del there[key]
        return False
    if mark.kind in OPINIONS:
        for kind in OPINIONS:
            there.pop((mark.person, mark.paper_id, kind), None)
    there[key] = mark
    return True


def _named(key: _Key) -> dict[str, object]:
    return dict(zip(("of_person", "of_paper", "of_kind"), (*key[:2], key[2].value), strict=True))


def _row(mark: FeedbackEvent) -> dict[str, object]:
    return vars(mark) | {"kind": mark.kind.value}


def _opinion(person: int, paper_id: str) -> tuple[ColumnElement[bool], ...]:
    opinions = [kind.value for kind in OPINIONS]
    return (
        feedback.c.person == person,
        feedback.c.paper_id == paper_id,
        feedback.c.kind.in_(opinions),
    )


def _mark(row: Row[tuple[object, ...]]) -> FeedbackEvent:
    return FeedbackEvent(**dict(row._mapping) | {"kind": FeedbackKind(row.kind)})
