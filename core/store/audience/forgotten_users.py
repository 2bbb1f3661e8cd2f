"""People of whom nothing is known any more: nothing that was under way may bring them back."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.statements import chunks
from core.store.tables import chats


async def strangers(connection: AsyncConnection, chat_ids: Iterable[int]) -> set[int]:
    """Return those of the people (ids above zero) that are no chats of ours.

    A group that is unknown has moved to another id: it is none.
    """
    people = {chat_id for chat_id in chat_ids if chat_id > 0}
    for chunk in chunks(sorted(people)):
        query = select(chats.c.chat_id).where(chats.c.chat_id.in_(chunk))
        people -= set((await connection.execute(query)).scalars())
    return people
