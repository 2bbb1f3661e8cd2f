"""What follows a group that Telegram gave another id; in the caller's transaction, others excluded.

A supergroup counts its messages anew: a message id of before would name another message there.
"""

from dataclasses import replace

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.delivery_changes import Delivery
from core.store.statements import upsert
from core.store.tables import deliveries, lists, reader_requests


async def move_asked(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Let readings be answered where the group is now."""
    moved = update(reader_requests).where(reader_requests.c.chat_id == old_id)
    await connection.execute(moved.values(chat_id=new_id, message_id=None))


async def move_lists(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Let the lists follow; days of which the new one has its own stay there."""
    own = select(lists.c.day).where(lists.c.chat_id == new_id).scalar_subquery()
    moved = update(lists).where(lists.c.chat_id == old_id, lists.c.day.not_in(own))
    await connection.execute(moved.values(chat_id=new_id))
    await connection.execute(delete(lists).where(lists.c.chat_id == old_id))


async def move_deliveries(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Let deliveries follow, so that nothing is sent again under the new id."""
    olds, news = await _of(connection, old_id), await _of(connection, new_id)
    kept = [
        replace(old, chat_id=new_id, message_id=None)
        for key, old in olds.items()
        if (new := news.get(key)) is None or (old.is_finished and not new.is_finished)
    ]
    await connection.execute(delete(deliveries).where(deliveries.c.chat_id == old_id))
    await upsert(connection, deliveries, (vars(row) for row in kept))


async def _of(connection: AsyncConnection, chat_id: int) -> dict[tuple[str, int], Delivery]:
    query = select(deliveries).where(deliveries.c.chat_id == chat_id)
    rows = [Delivery(**row._mapping) for row in await connection.execute(query)]
    return {(row.post, row.part): row for row in rows}
