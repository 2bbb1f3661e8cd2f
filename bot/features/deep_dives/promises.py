"""What was promised: rows with leases, and the messages that become the answers.

Whoever works on a row renews its lease while the work goes on. What a process left behind, killed
or frozen, is taken up by the next to look (`due`, `claim`): at its start, and every minute by those
who live. Before anything is shown the row is asked for once more: who lost it shows nothing.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from bot.features.deep_dives.background_tasks import BackgroundTasks
from bot.features.deep_dives.messages import LONG_AGO
from bot.render.message import Message
from bot.telegram.errors import (
    ChatMoved,
    DeliveryError,
    HeldBack,
    MayBeSent,
    MessageLost,
    NotSent,
    RecipientRefused,
)
from bot.telegram.messenger import ChatAddress, Messenger
from core.digest.read import FIRST_PAUSE
from core.models.errors import StoreError
from core.models.values import Language
from core.store import Allowance, Limit, Promise, ReaderRequest
from core.store.audience.chats import Chats
from core.store.audience.reader_requests import ReaderRequests
from core.store.delivery_changes import MOST_UNSURE

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than an attempt to send can last."""
RENEWED = 30.0
"""Seconds between renewals."""
SOON = timedelta(minutes=1)
"""After a failure of the network between us and Telegram."""
MOST_LOSSES = 3
"""Processes that may be lost with one promise: the next one would be, too."""
_MESSAGE = TypeAdapter(Message)


@dataclass(eq=False, repr=False)
class Promises:
    """Rows under way in this process, and those that wait for one."""

    requests: ReaderRequests
    chats: Chats
    messenger: Messenger
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def __post_init__(self) -> None:
        self.closing = BackgroundTasks()
        """Work on them, which ends when the process is told to stop."""
        self._under_way: dict[str | None, ReaderRequest] = {}
        """By the name under which each was taken up."""
        self._renewing: asyncio.Task[None] | None = None

    @property
    def under_way(self) -> tuple[ReaderRequest, ...]:
        return tuple(self._under_way.values())

    async def add(
        self, wish: ReaderRequest, allowance: Allowance | None = None
    ) -> ReaderRequest | Limit:
        """Take a wish down, ours to begin with; return the row, or the limit that forbids it."""
        ours = replace(wish, owner=_name(), due_at=self.now() + LEASE)
        return await self.requests.add(ours, allowance)

    async def run_pending(
        self, keep: Callable[[ReaderRequest], Awaitable[None]], *, at_once: int
    ) -> None:
        """Take up what is due, and let `keep` see to each."""
        rows = await self.requests.due(self.now())
        gate = asyncio.Semaphore(at_once)

        async def run_pending(row: ReaderRequest) -> None:
            async with gate:
                claimed = await self._claim(row)
                if claimed is not None:
                    with self.working_on(claimed):
                        await self.attempt(claimed, keep)

        waiting = [row for row in rows if row.owner not in self._under_way]
        await asyncio.gather(*(run_pending(row) for row in waiting))

    async def attempt(
        self, row: ReaderRequest, keep: Callable[[ReaderRequest], Awaitable[None]]
    ) -> None:
        """Let `keep` answer; note when to try again if that does not arrive."""
        try:
            await keep(row)
        except DeliveryError as error:
            await self._failed(row, error)
        except asyncio.CancelledError:  # told to stop: no loss, and nobody has to wait for a lease
            await self.requests.release(row, self.now())
            raise

    @contextmanager
    def working_on(self, row: ReaderRequest) -> Iterator[None]:
        """Keep the lease while inside."""
        self._under_way[row.owner] = row
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            del self._under_way[row.owner]
            if not self._under_way and self._renewing is not None:
                self._renewing.cancel()
                self._renewing = None

    @asynccontextmanager
    async def progress(
        self, at: ChatAddress, person: int, language: Language, message_id: int, otherwise: Message
    ) -> AsyncIterator[None]:
        """Promise that a message which says that work goes on will say how it ended.

        Should the work not come to its end, the message becomes `otherwise`.
        """
        words = _MESSAGE.dump_json(otherwise).decode()
        wish = ReaderRequest(
            at.chat_id,
            person,
            language,
            self.now(),
            kind=Promise.PROGRESS,
            words=words,
            thread_id=at.thread_id,
            message_id=message_id,
        )
        row = await self.add(wish)
        assert isinstance(row, ReaderRequest), "nothing limits it"
        with self.working_on(row):
            yield
        await self.done(row)

    async def place(
        self, row: ReaderRequest, message: Message, *, reply_to: int | None
    ) -> ReaderRequest:
        """Say that it is under way; return the row with that message."""
        try:
            message_id = await self.messenger.send(address(row), message, reply_to=reply_to)
        except MayBeSent:
            return row  # the answer comes in a message of its own
        return await self.requests.placed(row, message_id)

    async def say(self, row: ReaderRequest, message: Message) -> None:
        """Change what is said meanwhile, if that can be."""
        if row.message_id is None or not await self._is_ours(row):
            return
        try:
            await self.messenger.edit(address(row), row.message_id, message)
        except DeliveryError as error:
            logger.info("a wait could not be told: %s", error)

    async def show(self, row: ReaderRequest, page: Message) -> ReaderRequest | None:
        """Edit the promise into `page`; send it anew where there is nothing to edit.

        None when another process has taken the row over: nothing is shown.
        """
        if not await self._is_ours(row):
            logger.info("another process has taken a promise over")
            return None
        if row.message_id is not None:
            try:
                await self.messenger.edit(address(row), row.message_id, page)
                return row
            except MessageLost:
                logger.info("a promise was deleted; its answer is sent anew")
        if row.tries and not await self.messenger.is_answering():
            raise NotSent("Telegram takes no messages yet")  # and what may have arrived is few
        message_id = await self.messenger.send(address(row), page)
        return await self.requests.placed(row, message_id)

    async def end(
        self,
        row: ReaderRequest,
        page: Message,
        announced: str | None = None,
        *,
        awaits_look: bool = False,
    ) -> ReaderRequest | None:
        """Show the answer and close the row; say so where nobody would notice the edit any more.

        One that awaits a second look stays open for that.
        """
        shown = await self.show(row, page)
        if shown is None:
            return None
        if awaits_look:
            await self.requests.follow(shown, Promise.LOOK, self.now() + SOON)
        else:
            await self.done(shown)
        if announced and self.now() - row.asked_at >= LONG_AGO:
            try:
                await self.messenger.send(
                    address(row), Message(announced), reply_to=shown.message_id
                )
            except DeliveryError as error:
                logger.info("an answer could not be announced: %s", error)
        return shown

    async def leave(self, row: ReaderRequest, message_id: int | None, due_at: datetime) -> None:
        """Leave a row, and the message it is about, to whoever looks from `due_at` on."""
        if message_id is not None:
            row = await self.requests.placed(row, message_id)
        await self.requests.release(row, due_at)

    async def amend(self, row: ReaderRequest, page: Message | None) -> None:
        """Edit what was answered already, where it is still there; close the row."""
        if not await self._is_ours(row):
            return
        if page is not None and row.message_id is not None:
            try:
                await self.messenger.edit(address(row), row.message_id, page)
            except MessageLost:
                logger.info("what was to be put right was deleted")
        await self.done(row)

    async def done(self, row: ReaderRequest) -> None:
        await self.requests.done(row, self.now())

    async def postpone(self, row: ReaderRequest, until: datetime) -> None:
        await self.requests.postpone(row, until)

    async def hand_over(self, row: ReaderRequest, said: str) -> None:
        """Say that the bot restarts, and let the next process begin anew."""
        await self.say(row, Message(said))
        await self.requests.release(row, self.now())

    def otherwise(self, row: ReaderRequest) -> Message:
        """Return what a message about progress becomes when its work was broken off."""
        assert row.words is not None, "written with the row"
        return _MESSAGE.validate_json(row.words)

    async def _claim(self, row: ReaderRequest) -> ReaderRequest | None:
        now = self.now()
        claim = self.requests.claim
        return await claim(row.number, _name(), now=now, until=now + LEASE)

    async def _is_ours(self, row: ReaderRequest) -> bool:
        until = self.now() + LEASE
        return await self.requests.hold(row, until)

    async def _renew(self) -> None:
        while True:
            await self.sleep(RENEWED)
            try:
                until = self.now() + LEASE
                owners = [row.owner for row in self.under_way if row.owner is not None]
                await self.requests.renew(owners, until)
            except StoreError as error:
                logger.warning("leases could not be renewed, trying again: %s", error)

    async def _failed(self, row: ReaderRequest, error: DeliveryError) -> None:
        """Note when to try again to show an answer, if ever."""
        again: datetime | None = None
        now = self.now()
        match error:
            case HeldBack():
                again = error.until
            case ChatMoved():
                await self.chats.move(row.chat_id, error.new_id)
                again = now
            case MayBeSent() if row.message_id is None and row.tries >= MOST_UNSURE:
                pass  # sent anew each time, it would be there again and again
            case NotSent() | MayBeSent():
                again = now + SOON
            case RecipientRefused():
                again = now + FIRST_PAUSE  # muted for a minute, or Telegram errs
        if again is None:
            logger.info("an answer found nobody: %s", error)
            await self.done(row)
        else:
            await self.postpone(row, again)


def _name() -> str:
    return secrets.token_hex(8)


def address(row: ReaderRequest) -> ChatAddress:
    return ChatAddress(row.chat_id, row.thread_id)
