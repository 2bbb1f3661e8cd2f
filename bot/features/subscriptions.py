"""Who gets the digest: joining, leaving, being thrown out and let in again, and what each chose.

Whoever blocks the bot ends the subscription, and has it back by unblocking; whoever said /stop
before stays away until /start.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Unpack
from zoneinfo import ZoneInfo

from bot.render.message import Message
from bot.telegram.errors import DeliveryError, MayBeSent
from core.models.chat import Chat, ChatKind, Choices
from core.models.errors import StoreUnavailable
from core.models.values import Language
from core.store.audience.chats import Chats
from core.store.delivery.deliveries import Deliveries
from core.store.delivery_changes import Begin, Finish, Release
from core.store.key_values import Notices

STOPPED, BLOCKED, THROWN_OUT = "stopped", "blocked", "kicked"
"""Why a chat left, in the ledger; the last two also what a refused message is entered as."""
OUT_OF_SETTINGS = "removed"
"""Why a channel left that the settings no longer name."""
STAYS_AWAY = (STOPPED, OUT_OF_SETTINGS)
"""Why somebody left who comes back by their own word alone."""


@dataclass(frozen=True)
class ChatDefaults:
    """What a chat has that has chosen nothing, from the settings."""

    language: Language
    at: time
    zone: ZoneInfo
    tells_quiet_days: bool
    top_n: int
    threshold: int


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Subscriptions:
    """The chats of the audience, as handlers of updates change them.

    `newcomer` says since when a chat that joins now is owed its posts.
    """

    chats: Chats
    notices: Notices
    defaults: ChatDefaults
    newcomer: Callable[[Chat], Awaitable[Chat]]
    now: Callable[[], datetime]

    async def get(self, chat_id: int) -> Chat | None:
        return await self.chats.get(chat_id)

    def new(self, chat_id: int, kind: ChatKind, language: Language, thread_id: int | None) -> Chat:
        """Return what a chat would be if it subscribed now."""
        return Chat(
            chat_id=chat_id,
            kind=kind,
            language=language,
            at=self.defaults.at,
            zone=self.defaults.zone.key,
            joined_at=self.now(),
            tells_quiet_days=self.defaults.tells_quiet_days,
            thread_id=thread_id,
        )

    async def start(self, chat: Chat) -> tuple[Chat, bool]:
        """Subscribe a chat; return it as it is now, and whether it was new or had left."""
        return await self.chats.join(await self.newcomer(chat))

    async def start_group(self, chat: Chat, thread_id: int | None) -> Chat:
        """Subscribe a group; its posts belong to the topic where that was said last."""
        chat, _ = await self.start(chat)
        if chat.paused_at is None and chat.thread_id != thread_id:
            return await self.change(chat, thread_id=thread_id)
        return chat

    async def change(self, chat: Chat, **choices: Unpack[Choices]) -> Chat:
        return await self.chats.change(chat.chat_id, **choices) or chat

    async def stop(self, chat_id: int) -> None:
        await self.chats.leave(chat_id, at=self.now(), why=STOPPED)

    async def shut_out(self, chat_id: int, *, is_private: bool) -> None:
        """End the subscription of a chat that blocked the bot, or removed it."""
        why = BLOCKED if is_private else THROWN_OUT
        await self.chats.leave(chat_id, at=self.now(), why=why)

    async def let_in(self, row: Chat | None) -> bool:
        """Give a chat back what it had; return whether it had anything."""
        if row is None or row.left_at is None or row.left_why in STAYS_AWAY:
            return False
        await self.chats.join(replace(row, joined_at=self.now()))
        return True

    async def may_write(self, chat_id: int) -> None:
        """Let what a chat is owed be tried at once: the bot may write there (again)."""
        await self.chats.reached(chat_id, is_retried=True)

    async def hear(self, chat_id: int, *, is_said: bool, is_private: bool) -> None:
        """Take back what was only concluded: whoever is heard of can be written to.

        `is_said`: something was said or tapped there; else Telegram told of a membership, which
        says nothing about those who wanted it to end.
        """
        row = await self.chats.get(chat_id)
        if row is None:
            return
        if row.left_at is not None and row.left_why not in STAYS_AWAY and is_said:
            await self.chats.restore(chat_id, unless=STAYS_AWAY)
        elif row.refused_at is not None:
            # A group that is muted talks on; only in private is it the same as being reachable.
            await self.chats.reached(chat_id, is_retried=is_private)

    async def move(self, old_id: int, new_id: int) -> None:
        await self.chats.move(old_id, new_id)

    async def count(self) -> int:
        """Return how many chats have not left."""
        return sum(active for active, _ in (await self.chats.counts()).values())

    async def may_hint(self, chat_id: int) -> bool:
        """Whether somebody has not been told of the daily post yet; from now on they have."""
        return await self.notices.first(f"hint:{chat_id}", at=self.now())


LEASE = timedelta(minutes=2)
"""The morning takes it over should this process die."""
Send = Callable[[Message], Awaitable[int]]
"""Returns the message's id; raises `DeliveryError`."""


class FirstPost:
    """The newest list, sent to whoever subscribes: a delivery like any other.

    It is entered in the ledger, so that the morning does not send it again, and a deep dive that
    arrives late still edits it.
    """

    def __init__(self, *, deliveries: Deliveries, now: Callable[[], datetime]) -> None:
        self._deliveries = deliveries
        self._now = now

    async def deliver(
        self, chat_id: int, day: date, messages: Sequence[Message], send: Send
    ) -> None:
        """Send the list of `day`, part by part, and enter each in the ledger."""
        for part, message in enumerate(messages):
            begun = Begin(
                chat_id, f"day:{day}", part, at=self._now(), lease_until=self._now() + LEASE
            )
            await self._deliver(begun, message, send, day if part == len(messages) - 1 else None)

    async def _deliver(
        self, begun: Begin, message: Message, send: Send, had_day: date | None
    ) -> None:
        key = (begun.chat_id, begun.post, begun.part)
        may_go = (await self._deliveries.apply([begun]))[0]
        try:
            message_id = await send(message)
        except DeliveryError as error:
            if may_go:
                unsure = isinstance(error, MayBeSent)
                released = Release(*key, not_before=begun.at, unsure=unsure)
                await self._deliveries.apply([released])
            raise
        if may_go:  # else it had been sent before, and is shown once more because they asked
            finish = Finish(*key, self._now(), message_id, message.fingerprint, had_day)
            with suppress(StoreUnavailable):  # noted by the ledger as soon as it can
                await self._deliveries.apply([finish])
