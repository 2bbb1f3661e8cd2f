"""Delivers posts to chats, each message once; and amends what was sent.

The ledger has a row for each message before it is tried, completed when it is through. Run
it again after anything: what is sent stays sent, what nobody finished is tried when its lease is
over. What becomes of a failure:

    held back by Telegram   tried again when it allows, never before
    not arrived             tried again, soon at first, then hourly; it is no fault of the message
    perhaps arrived         tried again after the lease and hours later, only while Telegram takes
                            messages, then given up: a lost morning is worse than a double one,
                            and both are counted
    recipient gone          the subscription ends, with the reason, unless many end in one push
    recipient refuses       tried again ever more rarely; ends when that is repeated over a day
    refused                 told to the administrators, tried twice more, and given up
    group became supergroup its rows move along, and it is sent there

A push is not cancelled in the middle of a message: told to stop, a worker finishes the one it is at
and takes no other. What a message comes to is found in `_failed`, for it alone: the others go on.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from bot.delivery.group_commit import GroupCommit
from bot.delivery.post import DeliveryStats, Post
from bot.delivery.refusals import Ending, Probe, Refusals, is_fresh, is_repeated, pause
from bot.delivery.worker_pool import WorkerPool
from bot.logs import who
from bot.render.message import Message
from bot.telegram.errors import (
    ChatMoved,
    DeliveryError,
    ForeignAnswer,
    HeldBack,
    MayBeSent,
    MessageLost,
    MessageRefused,
    NotOurs,
    NotSent,
    RecipientGone,
    RecipientRefused,
    UnknownRefusal,
)
from bot.telegram.messenger import ChatAddress, Messenger
from core.models.chat import Chat
from core.store import Begin, Delivery, Finish, GiveUp, Release
from core.store.audience.chats import Chats
from core.store.delivery.deliveries import Deliveries
from core.store.delivery_changes import MOST_UNSURE
from core.store.key_values import KeyValues

logger = logging.getLogger(__name__)

WORKERS = 32
LEASE = timedelta(seconds=90)
"""Longer than an attempt can last: a free connection, connecting, and an answer."""
GRACE = timedelta(seconds=3)
"""For what is under way when the process is told to stop."""
SOON, HOURLY = timedelta(seconds=30), timedelta(hours=1)
SOON_TRIES = 5
LAST_WAIT = timedelta(hours=2)
"""Before the last try of what may have arrived: a bad quarter of an hour should not use up all."""
IN_LINE = timedelta(minutes=1)
"""How long a message waits in line for bans to end, before others have their turn."""
MOST_BANS = 5
PAUSE = timedelta(minutes=30)
"""Of a push that nearly everybody refuses."""
BELIEF = timedelta(days=1)
"""How long an administrator's word holds that those who seem gone are."""
_PAUSED, _BELIEVED = "push:paused", "push:believed"
"""Facts: until when a push pauses, and until when endings are believed, however many."""
_PAGE = 500

MessagesOf = Callable[[Chat], Awaitable[Sequence[Message] | None]]


@dataclass(frozen=True)
class _Part:
    chat: Chat
    post: Post
    number: int
    patience: datetime
    """Until when it waits in line."""
    bans: int = 0
    """How often it was told to wait while it did."""
    is_moved: bool = False
    is_answering: bool = False
    """Telegram is known to take messages, so what may have arrived may be tried again."""

    @property
    def key(self) -> tuple[int, str, int]:
        """Its place in the ledger."""
        return self.chat.chat_id, self.post.key, self.number

    @property
    def had_day(self) -> date | None:
        """The edition the chat has had with it."""
        return self.post.day if self.number == len(self.post.messages) - 1 else None


@dataclass(eq=False, repr=False, kw_only=True)
class Courier:
    chats: Chats
    deliveries: Deliveries
    memory: KeyValues
    messenger: Messenger
    now: Callable[[], datetime]
    workers: int = WORKERS
    lease: timedelta = LEASE

    def __post_init__(self) -> None:
        self._book = GroupCommit(self.deliveries)
        self._probe = Probe(self.messenger.is_answering, self.now)
        self._pools: set[WorkerPool[Any]] = set()
        self._is_stopping = False

    def stop(self) -> None:
        """Finish the messages under way and take no other, whoever asked for them."""
        self._is_stopping = True
        for pool in self._pools:
            pool.stop()

    async def deliver(self, items: AsyncIterator[tuple[Chat, Post]]) -> DeliveryStats:
        """Deliver each post to its chat, as far as it goes now; say how it went."""
        if (until := await self._paused_until()) is not None:
            return DeliveryStats(paused_until=until)
        tally, refusals = DeliveryStats(), Refusals()
        believes = await self._until(_BELIEVED) is not None

        async def work(item: tuple[Chat, Post]) -> None:
            nonlocal tally
            chat, post = item
            for number in range(len(post.messages)):  # in order
                part = _Part(chat, post, number, self.now() + IN_LINE)
                chat, outcome, is_through = await self._part(part, refusals)
                tally += outcome
                if not is_through:
                    break
            if refusals.is_hopeless and not believes:
                pool.stop()

        pool = WorkerPool(items, work, workers=self.workers)
        with self._under_way(pool):
            await pool.run(grace=GRACE)
        if not believes and (refusals.is_hopeless or refusals.are_doubtful):
            return tally + await self._doubt(refusals)
        return tally + await self._end(refusals)

    async def resume(self, *, believes: bool) -> None:
        """Go on at once by an administrator's word, who `believes` that those who seem gone are."""
        if believes:
            await self.memory.put(_BELIEVED, (self.now() + BELIEF).isoformat())
        await self.memory.delete(_PAUSED)

    async def _until(self, fact: str) -> datetime | None:
        """Return a remembered time, when it is still to come."""
        kept = await self.memory.get(fact)
        until = datetime.fromisoformat(kept) if kept is not None else None
        return until if until is not None and until > self.now() else None

    async def _paused_until(self) -> datetime | None:
        return await self._until(_PAUSED)

    async def _doubt(self, refusals: Refusals) -> DeliveryStats:
        """End nobody's subscription: so many at once are a broken server."""
        logger.error(
            "%d of %d chats refuse, %d as if they had left: not believed",
            refusals.fresh,
            refusals.tried,
            len(refusals.endings),
        )
        if not refusals.is_hopeless:
            return DeliveryStats(doubted=len(refusals.endings))
        until = self.now() + PAUSE
        await self.memory.put(_PAUSED, until.isoformat())
        return DeliveryStats(doubted=refusals.fresh, paused_until=until)

    async def _end(self, refusals: Refusals) -> DeliveryStats:
        """End the subscriptions of those who are gone."""
        for ending in refusals.endings:
            now = self.now()
            logger.info("%s cannot be written to any more: %s", who(ending.chat_id), ending.why)
            await self.chats.leave(ending.chat_id, at=now, why=ending.why)
            await self._book.write(
                GiveUp(ending.chat_id, ending.post, ending.part, now, ending.why)
            )
        gone = len(refusals.endings)
        return DeliveryStats(gone=gone, given_up=gone, refusing=-gone)

    async def edit_sent(self, key: str, message_of: MessagesOf) -> int:
        """Edit what was sent of the post `key` and would be sent differently now; return how many.

        `message_of` returns what a chat should see; None leaves it alone.
        """
        edited = 0

        async def work(rows: Sequence[Delivery]) -> None:
            nonlocal edited
            changed = await self._amend(rows, message_of)
            edited += changed

        pool = WorkerPool(self._sent(key), work, workers=self.workers)
        with self._under_way(pool):
            await pool.run(grace=GRACE)
        return edited

    @contextmanager
    def _under_way(self, pool: WorkerPool[Any]) -> Iterator[None]:
        """Let `stop` reach who is at work inside."""
        if self._is_stopping:
            pool.stop()
        self._pools.add(pool)
        try:
            yield
        finally:
            self._pools.discard(pool)

    async def _part(self, part: _Part, refusals: Refusals) -> tuple[Chat, DeliveryStats, bool]:
        """Send one message; return the chat as it is now, what came, and whether to go on."""
        lease_until: datetime | None = None

        async def begin() -> bool:
            nonlocal lease_until
            lease_until = self.now() + self.lease
            attempt = Begin(*part.key, self.now(), lease_until, part.is_answering)
            return await self._book.write(attempt)

        message = part.post.messages[part.number]
        to = ChatAddress(part.chat.chat_id, part.chat.thread_id)
        try:
            message_id = await self.messenger.post(to, message, begin)
        except NotOurs:
            if not part.is_answering and await self._may_be_repeated(part):
                return await self._part(replace(part, is_answering=True), refusals)
            return part.chat, *await self._passed_over(part)
        except ChatMoved as error:
            await self._book.write(Release(*part.key, self.now(), lease_until=lease_until))
            return await self._follow(part, error.new_id, refusals)
        except HeldBack as error:
            if lease_until is not None:
                await self._release(part, error.until, lease_until)
            if lease_until is None or error.until > part.patience or part.bans == MOST_BANS:
                return part.chat, DeliveryStats(held=1), False
            waiting = replace(part, bans=part.bans + 1)
            return await self._part(waiting, refusals)  # when the ban is over
        except DeliveryError as error:
            if lease_until is None:
                return part.chat, DeliveryStats(held=1), False  # not even tried
            return part.chat, *await self._failed(part, error, lease_until, refusals)
        done = Finish(*part.key, self.now(), message_id, message.fingerprint, part.had_day)
        await self._book.write(done)
        refusals.tried += 1
        return part.chat, DeliveryStats(sent=1), True

    async def _may_be_repeated(self, part: _Part) -> bool:
        """Whether a message was kept back since it may have arrived, and may go out now."""
        row = await self._row(part)
        is_kept_back = row is not None and row.may_have_arrived and row.is_due(self.now())
        return is_kept_back and await self._probe.answers()

    async def _passed_over(self, part: _Part) -> tuple[DeliveryStats, bool]:
        """Say of a message that may not go out now whether the ones behind it may."""
        row = await self._row(part)
        if row is None or not row.is_finished:
            # Somebody else is at it, or it is too early; for whom it is not worth waiting.
            is_refusing = part.chat.refused_at is not None
            return DeliveryStats(refusing=1) if is_refusing else DeliveryStats(held=1), False
        had_day = part.had_day
        if had_day is not None and (part.chat.had_day is None or part.chat.had_day < had_day):
            # The post was longer when it was sent: all there is of it now has arrived.
            if row.sent_at is not None and row.message_id is not None:
                said = (row.message_id, row.fingerprint or "")
                await self._book.write(Finish(*part.key, row.sent_at, *said, had_day))
            else:
                await self._book.write(GiveUp(*part.key, self.now(), row.why or "", had_day))
        return DeliveryStats(), True

    async def _follow(
        self, part: _Part, new_id: int, refusals: Refusals
    ) -> tuple[Chat, DeliveryStats, bool]:
        """Go on in the supergroup that the group has become."""
        if part.is_moved:  # a server that sends in circles: a supergroup moves no more
            await self._book.write(Release(*part.key, self.now() + HOURLY))
            return part.chat, DeliveryStats(held=1), False
        logger.info("group %s is the supergroup %s now", part.chat.chat_id, new_id)
        await self.chats.move(part.chat.chat_id, new_id)
        chat = replace(part.chat, chat_id=new_id)
        return await self._part(replace(part, chat=chat, is_moved=True), refusals)

    async def _failed(
        self, part: _Part, error: DeliveryError, lease_until: datetime, refusals: Refusals
    ) -> tuple[DeliveryStats, bool]:
        """Note what a failure means; nothing behind it is sent before it is."""
        now = self.now()
        row = await self._row(part)
        unclear = 1 if row is None else row.unsure + row.refusals + 1
        match error:
            case NotSent():
                is_new = row is None or row.attempts < SOON_TRIES
                logger.warning(
                    "%s to %s did not arrive: %s", part.post.key, who(part.key[0]), error
                )
                await self._release(part, now + (SOON if is_new else HOURLY), lease_until)
                return DeliveryStats(held=1, unknown=isinstance(error, UnknownRefusal)), False
            case MayBeSent() if unclear < MOST_UNSURE:
                logger.warning("%s to %s: %s; nobody knows", part.post.key, who(part.key[0]), error)
                self._probe.doubt()
                later = lease_until if unclear == 1 else now + LAST_WAIT
                release = Release(*part.key, later, unsure=True, lease_until=lease_until)
                await self._book.write(release)
                return DeliveryStats(unsure=1, unknown=isinstance(error, ForeignAnswer)), False
            case MayBeSent():
                await self._book.write(GiveUp(*part.key, now, "unsure", part.had_day))
                return DeliveryStats(unsure=1, given_up=1, lost=1), True
            case RecipientGone() | RecipientRefused():
                return await self._refused(part, error, lease_until, refusals), False
            case _:
                logger.error("%s is refused for %s: %s", part.post.key, who(part.key[0]), error)
                said = ((part.post.key, str(error)),)
                if unclear < MOST_UNSURE:
                    later = now + (SOON if unclear == 1 else HOURLY)
                    release = Release(*part.key, later, refused=True, lease_until=lease_until)
                    await self._book.write(release)
                    return DeliveryStats(held=1, refused=said), False
                await self._book.write(GiveUp(*part.key, now, f"refused: {error}", part.had_day))
                return DeliveryStats(given_up=1, refused=said), True

    async def _refused(
        self,
        part: _Part,
        error: RecipientGone | RecipientRefused,
        lease_until: datetime,
        refusals: Refusals,
    ) -> DeliveryStats:
        """Count a chat's refusal; whether its subscription ends is seen when the push is over."""
        now = self.now()
        logger.info("%s refuses: %s", who(part.chat.chat_id), error.why)
        chat = await self.chats.refused(part.chat.chat_id, at=now) or part.chat
        await self._release(part, now + pause(chat.refusals), lease_until)
        refusals.tried += 1
        refusals.fresh += is_fresh(chat, now)
        if isinstance(error, RecipientGone) or is_repeated(chat, now):
            refusals.endings.append(Ending(*part.key, error.why))
        return DeliveryStats(refusing=1)

    async def _release(self, part: _Part, not_before: datetime, lease_until: datetime) -> None:
        await self._book.write(Release(*part.key, not_before, lease_until=lease_until))

    async def _row(self, part: _Part) -> Delivery | None:
        rows = await self.deliveries.of(part.chat.chat_id, part.post.key)
        return next((row for row in rows if row.part == part.number), None)

    async def _sent(self, key: str) -> AsyncIterator[Sequence[Delivery]]:
        """Yield what was sent of a post, chat by chat."""
        after: int | None = None
        while page := await self.deliveries.sent(key, after=after, limit=_PAGE):
            for _, rows in groupby(page, key=lambda row: row.chat_id):
                yield list(rows)
            after = page[-1].chat_id

    async def _amend(self, rows: Sequence[Delivery], message_of: MessagesOf) -> int:
        chat = await self.chats.get(rows[0].chat_id)
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
        to = ChatAddress(chat.chat_id, chat.thread_id)
        is_new = False
        try:
            is_new = await self.messenger.edit(to, message_id, message, bulk=True)
        except (MessageLost, MessageRefused) as error:
            # Noted as changed all the same, or it would be tried for ever.
            logger.warning("%s in %s cannot be edited: %s", row.post, who(chat.chat_id), error)
        except DeliveryError as error:  # who is gone shows at the next message
            logger.info("%s in %s is edited later: %s", row.post, who(chat.chat_id), error)
            return False
        key = (row.chat_id, row.post, row.part)
        await self.deliveries.changed(*key, message.fingerprint, self.now())
        return is_new
