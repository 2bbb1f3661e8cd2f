"""Delivers posts to chats, each message once; and amends what was sent.

The ledger has a row for each message before it is tried, completed when it is through. Run
it again after anything: what is sent stays sent, what nobody finished is tried when its lease is
over. What becomes of a failure:

    held back by Telegram   tried again when it allows, never before
    not arrived             tried again, soon at first, then hourly; it is no fault of the message
    perhaps arrived         tried again when the lease is over, twice at most, then given up: a lost
                            morning is worse than a double one, and both are counted
    recipient gone          the subscription ends, with the reason
    refused                 given up, and told to the administrators
    group became supergroup its rows move along, and it is sent there

What a newcomer would get wrong: a push is not cancelled in the middle of a message. Told to stop, a
worker finishes the one it is at and takes no other.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from bot.delivery.book import Book
from bot.delivery.crowd import Crowd
from bot.delivery.post import Post, Tally
from bot.errors import (
    ChatMoved,
    DeliveryError,
    HeldBack,
    MayBeSent,
    MessageLost,
    MessageRefused,
    NotOurs,
    NotSent,
    RecipientGone,
)
from bot.logs import who
from bot.render.message import Message
from bot.telegram.outbox import Address, Outbox
from core.store import Begin, Chat, Delivery, Finish, GiveUp, Release, Store

logger = logging.getLogger(__name__)

WORKERS = 32
LEASE = timedelta(seconds=90)
"""Longer than an attempt can last: a free connection, connecting, and an answer."""
GRACE = timedelta(seconds=3)
"""For what is under way when the process is told to stop."""
SOON, HOURLY = timedelta(seconds=30), timedelta(hours=1)
SOON_TRIES = 5
MOST_UNSURE = 3
"""Attempts of which nobody knows whether they arrived, the first one included."""
_PAGE = 500

MessagesOf = Callable[[Chat], Awaitable[Sequence[Message] | None]]


@dataclass(frozen=True)
class _Part:
    """One message of a post on its way to a chat."""

    chat: Chat
    post: Post
    number: int

    @property
    def key(self) -> tuple[int, str, int]:
        """Its place in the ledger."""
        return self.chat.chat_id, self.post.key, self.number

    @property
    def had_day(self) -> date | None:
        """The edition the chat has had with it."""
        return self.post.day if self.number == len(self.post.messages) - 1 else None


class Courier:
    """Brings posts to chats."""

    def __init__(
        self,
        *,
        store: Store,
        outbox: Outbox,
        now: Callable[[], datetime],
        workers: int = WORKERS,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._now = now
        self._workers = workers
        self._lease = lease
        self._book = Book(store.deliveries)
        self._crowds: set[Crowd[Any]] = set()
        self._is_stopping = False

    def stop(self) -> None:
        """Finish the messages under way and take no other, whoever asked for them."""
        self._is_stopping = True
        for crowd in self._crowds:
            crowd.stop()

    async def deliver(self, items: AsyncIterator[tuple[Chat, Post]]) -> Tally:
        """Deliver each post to its chat, as far as it goes now; say how it went."""
        tally = Tally()

        async def work(item: tuple[Chat, Post]) -> None:
            nonlocal tally
            outcome = await self._deliver(*item)
            tally += outcome

        await self._run(Crowd(items, work, workers=self._workers))
        return tally

    async def amend(self, key: str, message_of: MessagesOf) -> int:
        """Edit what was sent of the post `key` and would be sent differently now; return how many.

        `message_of` returns what a chat should see; None leaves it alone.
        """
        edited = 0

        async def work(rows: Sequence[Delivery]) -> None:
            nonlocal edited
            changed = await self._amend(rows, message_of)
            edited += changed

        await self._run(Crowd(self._sent(key), work, workers=self._workers))
        return edited

    async def _run(self, crowd: Crowd[Any]) -> None:
        if self._is_stopping:
            crowd.stop()
        self._crowds.add(crowd)
        try:
            await crowd.run(grace=GRACE)
        finally:
            self._crowds.discard(crowd)

    async def _deliver(self, chat: Chat, post: Post) -> Tally:
        """Send what is missing of `post`, in order."""
        tally = Tally()
        for number in range(len(post.messages)):
            chat, outcome, is_through = await self._part(_Part(chat, post, number))
            tally += outcome
            if not is_through:
                break
        return tally

    async def _part(self, part: _Part) -> tuple[Chat, Tally, bool]:
        """Send one message; return the chat as it is now, what came, and whether to go on."""
        lease_until: datetime | None = None

        async def begin() -> bool:
            nonlocal lease_until
            lease_until = self._now() + self._lease
            return await self._book.write(Begin(*part.key, self._now(), lease_until))

        message = part.post.messages[part.number]
        to = Address(part.chat.chat_id, part.chat.thread_id)
        try:
            message_id = await self._outbox.post(to, message, begin)
        except NotOurs:
            return part.chat, *await self._passed_over(part)
        except ChatMoved as error:
            await self._book.write(Release(*part.key, self._now(), lease_until=lease_until))
            return await self._follow(part, error.new_id)
        except DeliveryError as error:
            if lease_until is None:
                return part.chat, Tally(held=1), False  # not even tried
            return part.chat, *await self._failed(part, error, lease_until)
        done = Finish(*part.key, self._now(), message_id, message.fingerprint, part.had_day)
        await self._book.write(done)
        return part.chat, Tally(sent=1), True

    async def _passed_over(self, part: _Part) -> tuple[Tally, bool]:
        """Say of a message that may not go out now whether the ones behind it may."""
        row = await self._row(part)
        if row is None or not row.is_finished:
            return Tally(held=1), False  # somebody else is at it, or it is too early
        had_day = part.had_day
        if had_day is not None and (part.chat.had_day is None or part.chat.had_day < had_day):
            # The post was longer when it was sent: all there is of it now has arrived.
            if row.sent_at is not None and row.message_id is not None:
                said = (row.message_id, row.fingerprint or "")
                await self._book.write(Finish(*part.key, row.sent_at, *said, had_day))
            else:
                await self._book.write(GiveUp(*part.key, self._now(), row.why or "", had_day))
        return Tally(), True

    async def _follow(self, part: _Part, new_id: int) -> tuple[Chat, Tally, bool]:
        """Go on in the supergroup that the group has become."""
        logger.info("group %s is the supergroup %s now", part.chat.chat_id, new_id)
        await self._store.chats.move(part.chat.chat_id, new_id)
        if new_id == part.chat.chat_id:  # a server that sends in circles
            return part.chat, Tally(held=1), False
        return await self._part(replace(part, chat=replace(part.chat, chat_id=new_id)))

    async def _failed(
        self, part: _Part, error: DeliveryError, lease_until: datetime
    ) -> tuple[Tally, bool]:
        """Note what a failure means; nothing behind it is sent before it is."""
        now = self._now()
        row = await self._row(part)
        match error:
            case HeldBack():
                await self._release(part, error.until, lease_until)
                return Tally(held=1), False
            case NotSent():
                is_new = row is None or row.attempts < SOON_TRIES
                logger.warning(
                    "%s to %s did not arrive: %s", part.post.key, who(part.key[0]), error
                )
                await self._release(part, now + (SOON if is_new else HOURLY), lease_until)
                return Tally(held=1), False
            case MayBeSent() if row is None or row.unsure + 1 < MOST_UNSURE:
                logger.warning("%s to %s: %s; nobody knows", part.post.key, who(part.key[0]), error)
                release = Release(*part.key, lease_until, unsure=True, lease_until=lease_until)
                await self._book.write(release)
                return Tally(unsure=1), False
            case MayBeSent():
                await self._book.write(GiveUp(*part.key, now, "unsure", part.had_day))
                return Tally(unsure=1, given_up=1), True
            case RecipientGone():
                logger.info(
                    "%s cannot be written to any more: %s", who(part.chat.chat_id), error.why
                )
                await self._store.chats.leave(part.chat.chat_id, at=now, why=error.why)
                await self._book.write(GiveUp(*part.key, now, error.why))
                return Tally(gone=1, given_up=1), False
            case _:
                logger.error("%s is refused for %s: %s", part.post.key, who(part.key[0]), error)
                await self._book.write(GiveUp(*part.key, now, f"refused: {error}", part.had_day))
                return Tally(given_up=1, refused=((part.post.key, str(error)),)), True

    async def _release(self, part: _Part, not_before: datetime, lease_until: datetime) -> None:
        await self._book.write(Release(*part.key, not_before, lease_until=lease_until))

    async def _row(self, part: _Part) -> Delivery | None:
        rows = await self._store.deliveries.of(part.chat.chat_id, part.post.key)
        return next((row for row in rows if row.part == part.number), None)

    async def _sent(self, key: str) -> AsyncIterator[Sequence[Delivery]]:
        """Yield what was sent of a post, chat by chat."""
        after: int | None = None
        while page := await self._store.deliveries.sent(key, after=after, limit=_PAGE):
            for _, rows in groupby(page, key=lambda row: row.chat_id):
                yield list(rows)
            after = page[-1].chat_id

    async def _amend(self, rows: Sequence[Delivery], message_of: MessagesOf) -> int:
        chat = await self._store.chats.get(rows[0].chat_id)
        if chat is None or chat.left_at is not None:
            return 0
        messages = await message_of(chat)
        if messages is None:
            return 0
        edited = 0
        for row in rows:
            if row.part < len(messages) and row.message_id is not None:
                edited += await self._edit(chat, row, row.message_id, messages[row.part])
        return edited

    async def _edit(self, chat: Chat, row: Delivery, message_id: int, message: Message) -> bool:
        """Edit one message, unless it is so already; True when the reader sees something new."""
        if message.fingerprint == row.fingerprint:
            return False
        to = Address(chat.chat_id, chat.thread_id)
        is_new = False
        try:
            is_new = await self._outbox.edit(to, message_id, message, bulk=True)
        except (MessageLost, MessageRefused) as error:
            # Noted as changed all the same, or it would be tried for ever.
            logger.warning("%s in %s cannot be edited: %s", row.post, who(chat.chat_id), error)
        except RecipientGone as error:
            await self._store.chats.leave(chat.chat_id, at=self._now(), why=error.why)
            return False
        except DeliveryError as error:
            logger.info("%s in %s is edited later: %s", row.post, who(chat.chat_id), error)
            return False
        key = (row.chat_id, row.post, row.part)
        await self._store.deliveries.changed(*key, message.fingerprint, self._now())
        return is_new
