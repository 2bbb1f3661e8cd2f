"""The ledger: one row per chat, post and part, written before the attempt and completed after it.

`apply` is on the way of every message of a push, so it takes many changes at once: one read, one
write, one commit, whatever their number. What may follow what is decided by `attempts`, in memory;
here it is made sure that nobody else decides at the same time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.models.errors import StoreUnavailable
from core.store.audience.chats import NOT_REFUSED
from core.store.audience.personal_data import strangers
from core.store.database import Database, Repository
from core.store.delivery_changes import Begin, Change, Delivery, Finish, GiveUp, after
from core.store.statements import chunks, upsert
from core.store.tables import UNFINISHED, chats, deliveries

Key = tuple[str, int, int]


class Deliveries(Repository):
    """What was sent, is being sent, or will never be."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self._unwritten: list[Change] = []
        """What became of messages while the database could not be written: at most as many as
        were on their way, for none sets out without it."""

    async def apply(self, changes: Sequence[Change]) -> list[bool]:
        """Make `changes` in their order, all or none; say of each whether it holds.

        False is a `Begin` that must not go out: sent, given up, under way elsewhere, too early, or
        to a person who has been forgotten since.
        Of any number of processes, one at a time is told True. What became of a message that
        was tried is not forgotten when this raises: it is written before anything else the next
        time, so that what has arrived is not sent again.
        """
        ends, self._unwritten = self._unwritten, []
        try:
            holds = await self._apply([*ends, *changes])
        except StoreUnavailable:
            tried = (change for change in changes if not isinstance(change, Begin))
            self._unwritten = list(dict.fromkeys([*ends, *tried, *self._unwritten]))
            raise
        return holds[len(ends) :]

    async def _apply(self, changes: Sequence[Change]) -> list[bool]:
        async with self._database.transaction() as connection:
            await self._exclude_others(connection)
            before = await _read(connection, {_key(change) for change in changes})
            people = {c.chat_id for c in changes if _key(c) not in before}
            forgotten = await strangers(connection, people)
            now: dict[Key, Delivery | None] = dict(before)
            holds = []
            for change in changes:
                old = new = now.get(_key(change))
                if change.chat_id not in forgotten:
                    now[_key(change)] = new = after(old, change)
                is_through = new is not None and new.is_finished
                is_begun = new is not old and not is_through
                holds.append(is_begun or not isinstance(change, Begin))
            changed = (row for key, row in now.items() if row and row is not before.get(key))
            await upsert(connection, deliveries, (vars(row) for row in changed))
            await _advance(connection, changes)
            await _forgive(connection, changes)
        return holds

    async def changed(
        self, chat_id: int, post: str, part: int, fingerprint: str, at: datetime
    ) -> None:
        of_message = (*_of(chat_id, post), deliveries.c.part == part)
        values = {"fingerprint": fingerprint, "changed_at": at}
        await self._database.change(update(deliveries).where(*of_message).values(values))

    async def of(self, chat_id: int, post: str) -> list[Delivery]:
        query = select(deliveries).where(*_of(chat_id, post)).order_by(deliveries.c.part)
        return await self._all(query)

    async def sent(
        self, post: str, *, after: int | None = None, limit: int = 1000
    ) -> list[Delivery]:
        """Return what was sent of a post, by chat and part: `limit` whole chats a page.

        `after` is the last chat of the page before.
        """
        arrived = [deliveries.c.post == post, deliveries.c.sent_at.is_not(None)]
        if after is not None:
            arrived.append(deliveries.c.chat_id > after)
        ids = select(deliveries.c.chat_id).where(*arrived).distinct()
        page = ids.order_by(deliveries.c.chat_id).limit(limit).scalar_subquery()
        query = select(deliveries).where(*arrived, deliveries.c.chat_id.in_(page))
        return await self._all(query.order_by(deliveries.c.chat_id, deliveries.c.part))

    async def next_try(self, post_prefix: str, now: datetime) -> datetime | None:
        """Return when the first unfinished part of such posts may be tried again.

        That is `now` for what may be tried already, None when nothing is left to try. Chats that
        cannot be written to do not count: theirs is tried when it is, and nobody waits for it.
        """
        ready_at = func.coalesce(deliveries.c.lease_until, deliveries.c.not_before)
        refusing = select(chats.c.chat_id).where(
            or_(chats.c.refused_at.is_not(None), chats.c.left_at.is_not(None))
        )
        query = select(func.min(ready_at)).where(
            text(UNFINISHED),
            deliveries.c.post.startswith(post_prefix, autoescape=True),
            deliveries.c.chat_id.not_in(refusing),
        )
        first: datetime | None = await self._database.value(query)
        return None if first is None else max(first, now)

    async def counts(self, since: datetime) -> dict[str, int]:
        """Count what was last attempted from `since` on.

        `sent`, `given_up` and `waiting` are parts; `unsure` are attempts.
        """
        is_waiting = (deliveries.c.sent_at.is_(None), deliveries.c.given_up_at.is_(None))
        query = select(
            func.count(deliveries.c.sent_at).label("sent"),
            func.count(deliveries.c.given_up_at).label("given_up"),
            func.coalesce(func.sum(deliveries.c.unsure), 0).label("unsure"),
            func.count().filter(*is_waiting).label("waiting"),
        ).where(deliveries.c.attempted_at >= since)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one()
        return {name: int(number) for name, number in row._mapping.items()}

    async def _all(self, query: Select[tuple[object, ...]]) -> list[Delivery]:
        return [_delivery(row) for row in await self._database.rows(query)]

    async def _exclude_others(self, connection: AsyncConnection) -> None:
        await self._database.exclude_others(connection, "deliveries")


def _key(change: Change | Delivery) -> Key:
    return change.post, change.chat_id, change.part


def _of(chat_id: int, post: str) -> tuple[ColumnElement[bool], ...]:
    return (deliveries.c.post == post, deliveries.c.chat_id == chat_id)


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(**row._mapping)


async def _read(connection: AsyncConnection, keys: Iterable[Key]) -> dict[Key, Delivery]:
    # By post: SQLite reads the whole table for `(post, chat_id, part) IN (...)`.
    chat_ids: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for post, chat_id, part in keys:
        chat_ids[post, part].append(chat_id)
    found: dict[Key, Delivery] = {}
    for (post, part), ids in chat_ids.items():
        of_post = (deliveries.c.post == post, deliveries.c.part == part)
        for chunk in chunks(ids):
            query = select(deliveries).where(*of_post, deliveries.c.chat_id.in_(chunk))
            found |= {_key(row): row for row in map(_delivery, await connection.execute(query))}
    return found


async def _advance(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    """Note which editions chats have had by now; an older one changes nothing."""
    had = [
        {"chat": change.chat_id, "day": change.had_day}
        for change in changes
        if isinstance(change, Finish | GiveUp) and change.had_day is not None
    ]
    if not had:
        return
    day = bindparam("day", type_=chats.c.had_day.type)
    is_older = or_(chats.c.had_day.is_(None), chats.c.had_day < day)
    advance = update(chats).where(chats.c.chat_id == bindparam("chat"), is_older)
    await connection.execute(advance.values(had_day=day), had)


async def _forgive(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    """Forget the refusals of chats that have taken a message."""
    reached = {change.chat_id for change in changes if isinstance(change, Finish)}
    for chunk in chunks(reached):
        refusing = update(chats).where(chats.c.chat_id.in_(chunk), chats.c.refused_at.is_not(None))
        await connection.execute(refusing.values(NOT_REFUSED))
