"""The reading room: a deep dive for whoever asks, at once, soon, or when the budget is back.

    known        answered from the store, with nobody asked
    to be read   an immediate "reading it", edited into the result; all who ask share one reading
    no budget    quoted sentences now; the same message becomes the reading when it can be made

What was promised is a row in `store.asked`, so a restart forgets nothing. What a newcomer would
get wrong: every reading is for the digest's own focus, or one analysis would not serve all; what a
reader's own topics change is the takeaway (`own`).
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.app import Services
from bot.errors import ChatMoved, DeliveryError, HeldBack, MayBeSent, MessageLost, NotSent
from bot.reading.closing import Closing
from bot.reading.figures import FigureRoom
from bot.reading.limits import nothing_left
from bot.reading.line import Line
from bot.reading.opened import Opened
from bot.reading.own import OwnTakeaways
from bot.reading.request import Request, own_focus
from bot.reading.shelf import Shelf
from bot.reading.taps import with_taps
from bot.reading.words import LONG_AGO, promised, queued, ready_now, under_way
from bot.render.dive import dive as dive_pages
from bot.render.message import Message
from bot.render.rich import rich_html
from bot.telegram.outbox import Address, Outbox
from core.analyze.desk import Dive
from core.llm import Errand, Urgency
from core.models import Language, Paper
from core.readings import FIRST_PAUSE, LONGEST_PAUSE, PROMISED
from core.store.asked import Asked

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""When a promise is taken up again that an error or a crash broke off."""
SOON = timedelta(minutes=1)
"""After a failure of the network between us and Telegram."""
AT_ONCE = 8
"""Promises that are kept at the same time."""


class ReadingRoom:
    """Shows deep dives, and keeps the promise of those that have to wait."""

    def __init__(self, core: Services, outbox: Outbox) -> None:
        self._core = core
        self._outbox = outbox
        self.opened = Opened(core.store, core.now)
        self.figures = FigureRoom(core, outbox)
        self._own = OwnTakeaways(core)
        self._shelf = Shelf(core, self._own)
        self._under_way: dict[int, Asked] = {}
        self._admission = asyncio.Lock()
        self._has_looked_back = False
        self.closing = Closing()

    async def open(self, request: Request) -> None:
        """Answer with the deep dive, now or by editing the answer. May take minutes."""
        pages = None if request.is_fresh else await self._shelf.ready(request)
        if pages is not None:
            if not await self._sent_rich(request):
                page = await self._marked(pages[0], request)
                place, reply_to = request.address, request.reply_to
                await self._improve(
                    request, await self._outbox.send(place, page, reply_to=reply_to)
                )
            return
        admitted = await self._admit(request)
        if isinstance(admitted, str):
            await self._outbox.send(request.address, Message(admitted), reply_to=request.reply_to)
            return
        with self._working_on(admitted):
            row = await self._placed(admitted, request)
            try:
                await self._fulfil(row, request)
            except DeliveryError as error:
                await self._failed(row, error)

    async def page(self, request: Request, number: int) -> Message | None:
        """Return a page (from 0) of a deep dive that was shown before; None when it is gone."""
        pages = await self._shelf.shown(request)
        if not pages:
            return None
        return await self._marked(pages[min(number, len(pages) - 1)], request)

    async def turn(self, request: Request, message_id: int, number: int) -> bool:
        """Show another page in a message; False when the deep dive is gone."""
        self._own.turned(request.address.chat_id, message_id, number)
        page = await self.page(request, number)
        if page is None:
            return False
        await self._outbox.edit(request.address, message_id, page)
        if request.focus is not None:  # a model's words may have come while it was being shown
            await self._edit_page(request, message_id, number)
        return True

    async def is_unread(self, paper: Paper, language: Language) -> bool:
        """Whether this very version has still to be read."""
        dive = await self._core.desk.ready(paper, self._core.focus, language)
        return dive is None or dive.newer is not None

    def is_reading(self, chat_id: int, paper_id: str) -> bool:
        """Whether a chat has been told that a paper is being read for it."""
        rows = self._under_way.values()
        return any(row.chat_id == chat_id and row.paper_id == paper_id for row in rows)

    async def settle_due(self) -> None:
        """Keep the promises that are due; the first time also those a stopped process left."""
        await self.opened.flush()
        asked, now = self._core.store.asked, self._core.now()
        rows = await (asked.due(now) if self._has_looked_back else asked.open())
        self._has_looked_back = True
        gate = asyncio.Semaphore(AT_ONCE)

        async def settle(row: Asked) -> None:
            async with gate:
                await self._settle(row)

        waiting = [row for row in rows if row.number not in self._under_way]
        await asyncio.gather(*(settle(row) for row in waiting))

    async def hand_back(self) -> None:
        """Stop what is being read; the next process goes on with it. Nothing is begun any more."""
        await self.closing.close()
        await self.opened.flush()

    async def _admit(self, request: Request) -> Asked | str:
        """Take the wish down; return its row, or why not."""
        paper, address, core = request.paper, request.address, self._core
        async with self._admission:  # two wishes at once must not both be the last one allowed
            is_shared = any(
                (row.paper_id, row.language) == (paper.id, request.language)
                for row in self._under_way.values()
            )
            costs = core.chain is not None and not is_shared
            if costs and not request.is_exempt:
                said = await nothing_left(core, request.person, request.language)
                if said is not None:
                    return said
            now = core.now()
            number = await core.store.asked.add(
                chat_id=address.chat_id,
                user_id=request.person,
                thread_id=address.thread_id,
                paper_id=paper.id,
                language=request.language,
                at=now,
                costs=costs,
            )
            row = Asked(
                number=number,
                chat_id=address.chat_id,
                user_id=request.person,
                thread_id=address.thread_id,
                message_id=None,
                paper_id=paper.id,
                language=request.language,
                asked_at=now,
                due_at=None,
                tries=0,
                done_at=None,
                costs=costs,
            )
            self._under_way[number] = row
            return row

    async def _placed(self, row: Asked, request: Request) -> Asked:
        """Say that it is being read; return the row with that message."""
        is_quick = self._core.chain is None
        said = Message(under_way(request.paper, request.language, is_quick=is_quick))
        asked = self._core.store.asked
        try:
            message_id = await self._outbox.send(request.address, said, reply_to=request.reply_to)
        except DeliveryError:
            await asked.done(row.number, self._core.now())  # who asked knows of no promise
            raise
        await asked.placed(row.number, message_id)
        return replace(row, message_id=message_id)

    async def _settle(self, row: Asked) -> None:
        core, now = self._core, self._core.now()
        paper = await core.store.papers.get(row.paper_id)
        if paper is None or now - row.asked_at > PROMISED:
            await core.store.asked.done(row.number, now)
            return
        # Should this attempt not end, the next one is then, not at every tick.
        await core.store.asked.postpone(row.number, now + LEASE)
        chat = await core.store.chats.get(row.chat_id)
        focus = own_focus(chat, core.focus)
        request = Request(paper, _address(row), row.user_id, row.language, focus=focus)
        with self._working_on(row):
            try:
                await self._fulfil(row, request)
            except DeliveryError as error:
                await self._failed(row, error)

    async def _fulfil(self, row: Asked, request: Request) -> None:
        """Make the reading and show it, or show what there is and promise the rest."""
        paper, language, scored = request.paper, row.language, request.scored
        dive = await self.closing.unless_closing(self._made(row, paper))
        if dive is None:
            return
        dive = await self._own.added(dive, paper, request.focus, language)
        asked = self._core.store.asked
        if dive.delay is None:
            page = dive_pages(paper, dive, language, scored)[0]
            row = await self._show(row, await self._marked(page, request))
            await asked.done(row.number, self._core.now())
            await self._announce(row, paper)
            await self._improve(request, row.message_id)
            return
        wait = max(dive.retry_after or _pause(row.tries), SOON)
        await self._show(row, promised(paper, dive, wait, language, scored))
        await asked.postpone(row.number, self._core.now() + wait)

    async def _made(self, row: Asked, paper: Paper) -> Dive:
        """Have the paper read; meanwhile tell how long that takes when it has to wait."""
        line = Line()
        telling = asyncio.create_task(self._tell(row, paper, line))
        try:
            errand = Errand(Urgency.INTERACTIVE, line.told)
            return await self._core.desk.dive(paper, self._core.focus, row.language, errand)
        finally:
            line.end()
            await telling  # or its edit might arrive after the result

    async def _tell(self, row: Asked, paper: Paper, line: Line) -> None:
        said = ""
        while (until := await line.next()) is not None:
            text = queued(paper, until - self._core.now(), row.language)
            if not text or text == said or row.message_id is None:
                continue
            said = text
            try:
                await self._outbox.edit(_address(row), row.message_id, Message(text))
            except DeliveryError as error:
                logger.info("a wait could not be told: %s", error)

    async def _sent_rich(self, request: Request) -> bool:
        """Answer with one rich message, if that is wanted and taken."""
        if not self._core.settings.telegram_rich_messages:
            return False
        paper, language = request.paper, request.language
        dive = await self._core.desk.ready(paper, self._core.focus, language)
        # A page can be edited when a takeaway is worded; a rich message is sent as it stays.
        if dive is None or not await self._own.is_all(request):
            return False
        dive = await self._own.added(dive, paper, request.focus, language)
        html = rich_html(paper, dive, language, request.scored)
        sent = await self._outbox.send_rich(request.address, html, reply_to=request.reply_to)
        return sent is not None

    async def _marked(self, page: Message, request: Request) -> Message:
        """Return a page with the buttons for its figure and to mark its paper."""
        page = await self.figures.added(page, request.paper, request.language)
        chat_id, store = request.address.chat_id, self._core.store
        return await with_taps(store, page, request.paper.id, chat_id, request.language)

    async def _improve(self, request: Request, message_id: int | None) -> None:
        """Put a model's takeaway where a page shows the local wording of a reader's own."""
        if message_id is None or await self._own.is_all(request):
            return
        with self._own.shown_in(request.address.chat_id, message_id) as shown:
            if not await self.closing.unless_closing(self._own.worded(request)):
                return
            number = None
            while number != shown.number:  # turned again while it was being edited
                number = shown.number
                await self._edit_page(request, message_id, number)

    async def _edit_page(self, request: Request, message_id: int, number: int) -> None:
        page = await self.page(request, number)
        if page is None:
            return
        try:
            await self._outbox.edit(request.address, message_id, page)
        except DeliveryError as error:
            logger.info("a takeaway could not be shown: %s", error)

    async def _show(self, row: Asked, page: Message) -> Asked:
        """Edit the promise into `page`; send it anew where there is nothing to edit."""
        if row.message_id is not None:
            try:
                await self._outbox.edit(_address(row), row.message_id, page)
                return row
            except MessageLost:
                logger.info("a promise was deleted; its reading is sent anew")
        message_id = await self._outbox.send(_address(row), page)
        await self._core.store.asked.placed(row.number, message_id)
        return replace(row, message_id=message_id)

    async def _announce(self, row: Asked, paper: Paper) -> None:
        """Say that a reading is there: nobody notices an edit of what has scrolled away."""
        if self._core.now() - row.asked_at < LONG_AGO:
            return
        said = Message(ready_now(paper, row.language))
        try:
            await self._outbox.send(_address(row), said, reply_to=row.message_id)
        except DeliveryError as error:
            logger.info("a reading could not be announced: %s", error)

    async def _failed(self, row: Asked, error: DeliveryError) -> None:
        """Note when to try again to show a reading, if ever."""
        store, now = self._core.store, self._core.now()
        again: datetime | None = None
        match error:
            case HeldBack():
                again = error.until
            case ChatMoved():
                await store.chats.move(row.chat_id, error.new_id)
                again = now
            case NotSent() | MayBeSent():
                again = now + SOON
        if again is None:
            logger.info("a reading found nobody: %s", error)
            await store.asked.done(row.number, now)
        else:
            await store.asked.postpone(row.number, again)

    @contextmanager
    def _working_on(self, row: Asked) -> Iterator[None]:
        self._under_way[row.number] = row
        try:
            yield
        finally:
            del self._under_way[row.number]


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (tries + 1), LONGEST_PAUSE)


def _address(row: Asked) -> Address:
    return Address(row.chat_id, row.thread_id)
