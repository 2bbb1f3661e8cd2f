"""While the database cannot be used: what came in waits, and is handled when it is back.

Whoever only wants to see something is answered meanwhile, since that needs no write. What does is
kept here in memory, told so once, and handled oldest first; in each chat before anything newer. It
was confirmed to Telegram, so a killed process loses it. One that is told to stop tries once more,
and asks those for whom that was in vain to say it again.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.commands.caller import language_of
from bot.commands.context import BotApplication, Context
from bot.commands.keyboard import respond
from bot.render.message import Message
from bot.telegram.errors import DeliveryError
from bot.telegram.messenger import ChatAddress, Messenger
from core.locale import Sentence
from core.models.errors import StoreUnavailable
from core.models.values import Language
from core.store.key_values import KeyValues

if TYPE_CHECKING:
    from bot.process.supervisor import Supervisor

logger = logging.getLogger(__name__)

MOST, MOST_OF_ONE = 1000, 20
"""Updates that wait, in all and of one chat."""
TRIES = 10
"""Of one update with a database that can be written otherwise: damage in one place, perhaps."""
LOOK = 60.0
"""Seconds between looks while nothing is heard of an outage."""
LAST_TRY = timedelta(seconds=2)
FIRST = -2
"""The group of handlers before all others, the allow-list's included."""
KEPT = Sentence("database_outage.kept")
NOT_KEPT = Sentence("database_outage.not_kept")
LOST = Sentence("database_outage.lost")


@dataclass
class _Kept:
    update: Update
    place: ChatAddress | None
    """Where whoever sent it can be spoken to."""
    language: Language


class DatabaseOutage:
    def __init__(
        self,
        application: BotApplication,
        *,
        memory: KeyValues,
        messenger: Messenger,
        supervisor: "Supervisor",
    ) -> None:
        self._application = application
        self._memory = memory
        self._messenger = messenger
        self._supervisor = supervisor
        self._waiting: dict[int, _Kept] = {}
        """By update id, which is their order."""
        self._told: set[int] = set()
        """Chats that know of this outage."""
        self._tried: dict[int, int] = {}
        """How often updates have failed."""

    def attach(self) -> None:
        """Hear of every update before it is handled, and of every handler that failed."""
        self._application.add_handler(TypeHandler(Update, self.catch_up), group=FIRST)
        self._application.add_error_handler(self.on_error)

    def __len__(self) -> int:
        return len(self._waiting)

    async def on_error(self, update: object, context: Context) -> None:
        """Keep what failed for want of the database; leave anything else to the next."""
        error = context.error
        if not isinstance(error, StoreUnavailable):
            return
        self._supervisor.note_outage(error)
        if isinstance(update, Update):
            tries = self._count(update.update_id)
            if tries > TRIES:
                return  # no outage: the next one apologises
            await self._keep(update, context, is_new=tries == 1)
        raise ApplicationHandlerStop

    async def catch_up(self, update: Update, context: Context) -> None:
        """Handle what waits of a chat before what it says now, if that can be done by now."""
        chat = update.effective_chat
        older = [
            number
            for number, kept in sorted(self._waiting.items())
            if chat is not None and _chat_of(kept.update) == chat.id and number < update.update_id
        ]
        if older and await self._is_back():
            for number in older:
                await self._handle(number)

    async def look(self) -> None:
        """Wait for an outage and its end, then handle what waits; an action to be repeated.

        Raise `StoreUnavailable` while it lasts.
        """
        try:
            async with asyncio.timeout(LOOK):
                await self._supervisor.outage.wait()
        except TimeoutError:
            return
        await self._memory.try_writing()
        self._supervisor.outage.clear()
        await self._handle_all()
        self._told.clear()

    async def close(self) -> None:
        """Try what waits once more; say of the rest that it was lost."""
        if not self._waiting:
            return
        try:
            async with asyncio.timeout(LAST_TRY.total_seconds()):
                await self._memory.try_writing()
                await self._handle_all()
        except (StoreUnavailable, TimeoutError):
            pass
        if not self._waiting:
            return
        logger.error("%d updates could not be handled: the database is away", len(self._waiting))
        lost = {kept.place: kept for kept in self._waiting.values() if kept.place is not None}
        try:
            async with asyncio.timeout(LAST_TRY.total_seconds()):
                await asyncio.gather(
                    *(self._say(place, LOST(kept.language)) for place, kept in lost.items())
                )
        except TimeoutError:
            logger.warning("not everybody could be told")

    def _count(self, number: int) -> int:
        self._tried[number] = self._tried.get(number, 0) + 1
        if len(self._tried) > 2 * MOST:
            del self._tried[next(iter(self._tried))]
        return self._tried[number]

    async def _keep(self, update: Update, context: Context, *, is_new: bool) -> None:
        chat = _chat_of(update)
        of_chats = Counter(_chat_of(kept.update) for kept in self._waiting.values())
        has_room = len(self._waiting) < MOST and of_chats[chat] < MOST_OF_ONE
        language = await language_of(update, context.services)
        kept = _Kept(update, _place_of(update), language)
        if has_room:
            self._waiting[update.update_id] = kept
        if kept.place is None or not is_new or (has_room and kept.place.chat_id in self._told):
            return
        self._told.add(kept.place.chat_id)
        said = (KEPT if has_room else NOT_KEPT)(language)
        if update.callback_query is not None:
            await respond(update.callback_query, said, alert=True)
        else:
            await self._say(kept.place, said)

    async def _handle_all(self) -> None:
        """Handle what waits, oldest first; raise `StoreUnavailable` when something waits again."""
        process = self._application.update_processor.process_update
        for number in sorted(self._waiting):
            if number not in self._waiting:
                continue  # its chat has caught up meanwhile
            await process(self._waiting[number].update, self._handle(number))
            if number in self._waiting:
                raise StoreUnavailable("the database fails for some of what waits")

    async def _handle(self, number: int) -> None:
        """Handle one update, in its chat's turn."""
        if (kept := self._waiting.pop(number, None)) is not None:
            await self._application.process_update(kept.update)

    async def _is_back(self) -> bool:
        try:
            await self._memory.try_writing()
        except StoreUnavailable:
            return False
        return True

    async def _say(self, place: ChatAddress, text: str) -> None:
        try:
            await self._messenger.send(place, Message(text))
        except DeliveryError as error:
            logger.warning("a word about the outage was not delivered: %s", error)


def _chat_of(update: Update) -> int | None:
    return update.effective_chat.id if update.effective_chat is not None else None


def _place_of(update: Update) -> ChatAddress | None:
    """Return where to speak to whoever said or tapped something; None where nobody waits."""
    chat, said = update.effective_chat, update.effective_message
    if chat is None or (update.message is None and update.callback_query is None):
        return None
    is_topic = said is not None and said.is_topic_message
    return ChatAddress(chat.id, said.message_thread_id if said is not None and is_topic else None)
