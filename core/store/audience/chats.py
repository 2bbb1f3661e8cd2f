"""The audience: subscribers, groups and channels, what each of them chose, and what it has had.

A chat that leaves stays here with its choices, and has them again when it comes back. `active`
chats are those that have not left; a paused one is active, but no morning is due to it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Unpack

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Update,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.models.chat import Chat, ChatKind, Choices
from core.models.feedback import OPINIONS, FeedbackKind
from core.models.values import Language
from core.store.audience.chat_migration import move_asked, move_deliveries, move_lists
from core.store.database import Database, Repository
from core.store.statements import upsert
from core.store.tables import UNFINISHED, chats, deliveries, feedback, lists

NOT_REFUSED: dict[str, Any] = {"refused_at": None, "refused_last_at": None, "refusals": 0}
"""What a chat is that can be written to."""
_MOMENT = timedelta(seconds=2)
_MOST_KEPT = 5_000


@dataclass(frozen=True)
class _Kept:
    """A chat as it was read, after how many writes of this process, and when."""

    chat: Chat | None
    writes: int
    at: datetime


class Chats(Repository):
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self._kept: dict[int, _Kept] = {}

    async def get(self, chat_id: int) -> Chat | None:
        """Return a chat, also one that has left.

        Every update of a chat begins with this, so what nobody of this process has changed since
        is not read again for a moment; other processes' changes are seen after it.
        """
        kept, now = self._kept.get(chat_id), self._now()
        if kept and kept.writes == self._database.writes and kept.at <= now < kept.at + _MOMENT:
            return kept.chat
        writes = self._database.writes
        chat = await self._one(chats.c.chat_id == chat_id)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[chat_id] = _Kept(chat, writes, now)
        return chat

    async def by_handle(self, handle: str) -> Chat | None:
        """Return the channel known by an "@name", in any case of letters, as Telegram has it."""
        return await self._one(func.lower(chats.c.handle) == handle.lower())

    async def join(self, chat: Chat) -> tuple[Chat, bool]:
        """Add a chat; return it as it is now, and whether it was new or had left.

        One that is back finds its own choices, and `had_day`, as it left them.
        """
        async with self._database.transaction() as connection:
            await self._exclude_others(connection)
            known = await _read(connection, chat.chat_id)
            if known is not None and known.left_at is None:
                return known, False
            if known is not None:
                back = {
                    "left_at": None,
                    "left_why": None,
                    "joined_at": chat.joined_at,
                    **NOT_REFUSED,
                }
                chat = replace(known, **back)
                await connection.execute(_update(chat.chat_id).values(back))
            else:
                await connection.execute(insert(chats).values(_row(chat)))
        return chat, True

    async def change(self, chat_id: int, **choices: Unpack[Choices]) -> Chat | None:
        async with self._database.transaction() as connection:
            if choices:
                await connection.execute(_update(chat_id).values(**choices))
            return await _read(connection, chat_id)

    async def leave(self, chat_id: int, *, at: datetime, why: str) -> None:
        """End a subscription; the first reason stays."""
        leaving = _update(chat_id).where(chats.c.left_at.is_(None))
        await self._database.change(leaving.values(left_at=at, left_why=why))

    async def refused(self, chat_id: int, *, at: datetime) -> Chat | None:
        """Count a refusal; return the chat, None when it is unknown."""
        since = func.coalesce(chats.c.refused_at, at)
        counted = {"refused_at": since, "refused_last_at": at, "refusals": chats.c.refusals + 1}
        async with self._database.transaction() as connection:
            await connection.execute(_update(chat_id).values(counted))
            return await _read(connection, chat_id)

    async def reached(self, chat_id: int, *, is_retried: bool = False) -> None:
        """Forget a chat's refusals; with `is_retried` let what it is owed be tried at once."""
        waiting = (deliveries.c.chat_id == chat_id, text(UNFINISHED), deliveries.c.unsure == 0)
        async with self._database.transaction() as connection:
            await connection.execute(_update(chat_id).values(NOT_REFUSED))
            if is_retried:
                await connection.execute(update(deliveries).where(*waiting).values(not_before=None))

    async def restore(self, chat_id: int, *, unless: Collection[str]) -> None:
        """Take back an ending, unless it was for one of these reasons: nothing else changes."""
        ended = (chats.c.left_at.is_not(None), chats.c.left_why.not_in(unless))
        back = {"left_at": None, "left_why": None, **NOT_REFUSED}
        await self._database.change(_update(chat_id).where(*ended).values(back))

    async def move(self, old_id: int, new_id: int) -> None:
        """Let all that is known of a chat follow it to its new id. Safe to run again.

        Should the new one be there already, the old one's choices count, and neither what the one
        nor what the other had is sent again.
        """
        if old_id == new_id:
            return
        async with self._database.transaction() as connection:
            await self._exclude_others(connection)
            await self._database.exclude_others(connection, "deliveries")
            old, new = await _read(connection, old_id), await _read(connection, new_id)
            if old is not None:
                await connection.execute(delete(chats).where(chats.c.chat_id == old_id))
                await upsert(connection, chats, [_row(_merged(old, new, new_id))])
            await move_deliveries(connection, old_id, new_id)
            await move_asked(connection, old_id, new_id)
            await move_lists(connection, old_id, new_id)

    async def times(self) -> list[tuple[time, str]]:
        """Return all hours and zones in which a morning may be due."""
        query = select(chats.c.at, chats.c.zone).where(*_listening()).distinct()
        rows = await self._database.rows(query.order_by(chats.c.at, chats.c.zone))
        return [(row.at, row.zone) for row in rows]

    async def due(
        self,
        at: time,
        zone: str,
        *,
        edition: date,
        struck: datetime,
        limit: int,
        after: int | None = None,
    ) -> list[Chat]:
        """Return who is owed `edition`, now that an hour has struck in a zone, by id.

        `after` is the last chat of the page before.
        """
        owed = or_(chats.c.had_day.is_(None), chats.c.had_day < edition)
        of_hour = (chats.c.at == at, chats.c.zone == zone, chats.c.joined_at < struck, owed)
        return await self._page(select(chats).where(*of_hour, *_listening()), after, limit)

    async def languages(self) -> list[Language]:
        query = select(chats.c.language).where(*_listening()).distinct()
        return list(await self._database.values(query.order_by(chats.c.language)))

    async def without_list(
        self, day: date, *, is_owed: bool = False, after: int | None = None, limit: int = 1000
    ) -> list[Chat]:
        """Return who has topics or opinions of their own but no list of `day`, by id, in pages.

        With `is_owed` only who has not had that day's edition.
        """
        said = select(feedback.c.person).where(feedback.c.kind.in_([*OPINIONS, FeedbackKind.SAVED]))
        own = or_(chats.c.interests != (), chats.c.avoided != (), chats.c.chat_id.in_(said))
        made = select(lists.c.chat_id).where(lists.c.day == day, lists.c.json.is_not(None))
        conditions = [own, chats.c.chat_id.not_in(made), *_listening()]
        if is_owed:
            conditions.append(or_(chats.c.had_day.is_(None), chats.c.had_day < day))
        return await self._page(select(chats).where(*conditions), after, limit)

    async def active(self, *, after: int | None = None, limit: int = 1000) -> list[Chat]:
        """Return who has not left, by id; `after` is the last chat of the page before."""
        return await self._page(select(chats).where(chats.c.left_at.is_(None)), after, limit)

    async def counts(self) -> dict[ChatKind, tuple[int, int]]:
        left = func.count(chats.c.left_at)
        query = select(chats.c.kind, func.count() - left, left).group_by(chats.c.kind)
        found = {kind: (active, gone) for kind, active, gone in await self._database.rows(query)}
        return {kind: found.get(kind.value, (0, 0)) for kind in ChatKind}

    async def _one(self, condition: ColumnElement[bool]) -> Chat | None:
        query = select(chats).where(condition).order_by(chats.c.chat_id).limit(1)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _chat(row)

    async def _page(
        self, query: Select[tuple[object, ...]], after: int | None, limit: int
    ) -> list[Chat]:
        if after is not None:
            query = query.where(chats.c.chat_id > after)
        rows = await self._database.rows(query.order_by(chats.c.chat_id).limit(limit))
        return [_chat(row) for row in rows]

    async def _exclude_others(self, connection: AsyncConnection) -> None:
        await self._database.exclude_others(connection, "chats")


def _listening() -> tuple[ColumnElement[bool], ...]:
    return (chats.c.left_at.is_(None), chats.c.paused_at.is_(None))


def _update(chat_id: int) -> Update:
    return update(chats).where(chats.c.chat_id == chat_id)


async def _read(connection: AsyncConnection, chat_id: int) -> Chat | None:
    row = (await connection.execute(select(chats).where(chats.c.chat_id == chat_id))).first()
    return None if row is None else _chat(row)


def _chat(row: Row[tuple[object, ...]]) -> Chat:
    values = dict(row._mapping)
    return Chat(**values | {"kind": ChatKind(row.kind)})


def _row(chat: Chat) -> dict[str, object]:
    return vars(chat) | {"kind": chat.kind.value}


def _merged(old: Chat, new: Chat | None, new_id: int) -> Chat:
    """Return a moved chat, given what is known of its old and (perhaps) its new id."""
    moved = replace(old, chat_id=new_id, **NOT_REFUSED)
    if new is None:
        return moved
    days = [day for day in (old.had_day, new.had_day) if day is not None]
    moved = replace(
        moved,
        had_day=max(days, default=None),
        thread_id=new.thread_id or old.thread_id,  # topics are the new one's
    )
    return moved if new.left_at else replace(moved, left_at=None, left_why=None)
