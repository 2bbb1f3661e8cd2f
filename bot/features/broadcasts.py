"""What administrators tell everybody: kept until the last chat has it, through restarts.

One at a time: it is a post like the digest's, so the ledger decides who still lacks it, and
going through the audience once more sends nothing twice.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.delivery.post import Post
from bot.render.message import Entity, Message
from core.models.chat import Chat
from core.store.audience.chats import Chats
from core.store.delivery.deliveries import Deliveries
from core.store.key_values import KeyValues

if TYPE_CHECKING:
    from bot.delivery.courier import Courier
from bot.delivery.post import DeliveryStats

logger = logging.getLogger(__name__)

_OPEN = "cast:open"
"""The fact that one is going out: its number."""
_PAGE = 500


@dataclass(eq=False, repr=False, kw_only=True)
class Broadcasts:
    chats: Chats
    deliveries: Deliveries
    memory: KeyValues
    courier: "Courier"
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._going_out = asyncio.Lock()

    async def keep(self, number: int, message: Message) -> None:
        await self.memory.put(_draft(number), json.dumps(asdict(message)))

    async def drop(self, number: int) -> bool:
        """Forget a draft; False when there is none (any more)."""
        if await self.memory.get(_draft(number)) is None:
            return False
        if await self.memory.get(_OPEN) == str(number):
            return False
        await self.memory.delete(_draft(number))
        return True

    async def confirm(self, number: int) -> bool:
        """Let a draft go out with the next `run_pending`.

        False when there is no such draft (any more), or another one is still going out.
        """
        if self._going_out.locked():
            return False
        async with self._going_out:
            facts = self.memory
            if await facts.get(_draft(number)) is None:
                return False
            return await facts.claim(_OPEN, str(number))  # another process may confirm another

    async def run_pending(self) -> "DeliveryStats | None":
        """Send what was confirmed to whoever lacks it; None when there is nothing to send."""
        if self._going_out.locked():
            return None
        async with self._going_out:
            facts = self.memory
            number = await facts.get(_OPEN)
            if number is None:
                return None
            kept = await facts.get(_draft(int(number)))
            tally = None
            if kept is not None:
                post = Post(_key(int(number)), (_message(kept),), None)
                tally = await self.courier.deliver(self._items(post))
                waiting = await self.deliveries.next_try(post.key, self.now())
                if tally.held or tally.unsure or tally.paused_until or waiting is not None:
                    return tally  # some have to wait: the next `run_pending` goes on
            await facts.delete(_draft(int(number)))
            await facts.delete(_OPEN)
            logger.info("broadcast %s is through", number)
            return tally

    async def _items(self, post: Post) -> AsyncIterator[tuple[Chat, Post]]:
        after: int | None = None
        while chats := await self.chats.active(after=after, limit=_PAGE):
            after = chats[-1].chat_id
            for chat in chats:
                if chat.paused_at is None:  # they asked to be left alone
                    yield chat, post


def _message(kept: str) -> Message:
    data = json.loads(kept)
    return Message(data["text"], tuple(Entity(**entity) for entity in data["entities"]))


def _draft(number: int) -> str:
    return f"cast:draft:{number}"


def _key(number: int) -> str:
    # All of one length: the ledger is asked by prefix, and 12 begins 123.
    return f"cast:{number:012d}"
