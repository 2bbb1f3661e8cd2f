"""Each reader's own list of a day: what it shows, and the list as a value.

Ten thousand lists a day add up. What was shown is needed for a month, so that nothing comes twice;
the list itself only as long as a morning can still bring it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.models.values import OwnList
from core.store.audience.personal_data import strangers
from core.store.database import Repository
from core.store.statements import chunks, decode, upsert
from core.store.tables import lists


class Lists(Repository):
    async def put(self, items: Iterable[OwnList]) -> None:
        """Keep lists; a later one of the same day replaces the earlier, whose papers stay shown.

        Of a person who has been forgotten meanwhile nothing is kept.
        """
        async with self._database.transaction() as connection:
            for chunk in chunks(items):
                gone = await strangers(connection, (item.chat_id for item in chunk))
                seen = await _shown_already(connection, chunk)
                rows = (_row(item, seen, self._now()) for item in chunk if item.chat_id not in gone)
                await upsert(connection, lists, rows)

    async def get(self, day: date, chat_id: int) -> OwnList | None:
        query = select(lists.c.json).where(lists.c.day == day, lists.c.chat_id == chat_id)
        json = await self._database.value(query)
        return None if json is None else decode(OwnList, json)

    async def having(self, day: date) -> set[int]:
        there = (lists.c.day == day, lists.c.json.is_not(None))
        return set(await self._database.values(select(lists.c.chat_id).where(*there)))

    async def shown(
        self, chat_ids: Collection[int], *, since: date, before: date
    ) -> dict[int, list[tuple[date, tuple[str, ...]]]]:
        """Return what the lists from `since` until before `before` showed, oldest first."""
        found: dict[int, list[tuple[date, tuple[str, ...]]]] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(chat_ids):
                query = (
                    select(lists.c.chat_id, lists.c.day, lists.c.papers)
                    .where(lists.c.chat_id.in_(chunk), lists.c.day >= since, lists.c.day < before)
                    .order_by(lists.c.chat_id, lists.c.day)
                )
                for row in await connection.execute(query):
                    found.setdefault(row.chat_id, []).append((row.day, row.papers))
        return found

    async def drop(self, day: date, chat_id: int) -> None:
        """Have a list made anew; what it showed stays shown."""
        this = (lists.c.day == day, lists.c.chat_id == chat_id)
        await self._database.change(update(lists).where(*this).values(json=None))

    async def prune(self, *, values_before: date, all_before: date) -> None:
        """Delete what nobody needs any more: the values of old lists, and very old ones whole."""
        old = update(lists).where(lists.c.day < values_before, lists.c.json.is_not(None))
        async with self._database.transaction() as connection:
            await connection.execute(delete(lists).where(lists.c.day < all_before))
            await connection.execute(old.values(json=None))


async def _shown_already(
    connection: AsyncConnection, items: Sequence[OwnList]
) -> dict[tuple[date, int], tuple[str, ...]]:
    """Return what earlier lists of the same days showed to the same chats."""
    query = select(lists.c.day, lists.c.chat_id, lists.c.papers).where(
        lists.c.day.in_({item.day for item in items}),
        lists.c.chat_id.in_([item.chat_id for item in items]),
    )
    return {(row.day, row.chat_id): row.papers for row in await connection.execute(query)}


def _row(
    item: OwnList, seen: Mapping[tuple[date, int], tuple[str, ...]], now: datetime
) -> dict[str, object]:
    papers = [listed.id for listed in (*item.picks, *item.others)]
    earlier = seen.get((item.day, item.chat_id), ())
    return {
        "day": item.day,
        "chat_id": item.chat_id,
        "papers": tuple(dict.fromkeys([*papers, *earlier])),
        "json": item.model_dump_json(exclude_defaults=True),
        "stored_at": now,
    }
