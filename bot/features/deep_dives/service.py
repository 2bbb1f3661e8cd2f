"""A deep dive for whoever asks, at once, soon, or when the budget is back.

    known        answered from the store, with nobody asked
    to be read   an immediate "reading it", edited into the result; all who ask share one reading
    no budget    quoted sentences now; the same message becomes the reading when it can be made

What was promised is a row with a lease (`promises`), so that neither a restart nor a kill forgets
it. Every reading is for the digest's own focus, or one analysis would not serve all; what a
reader's own topics change is the takeaway (`own`).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.features.deep_dives.awaited_looks import AwaitedLooks
from bot.features.deep_dives.background_tasks import WaitUpdates
from bot.features.deep_dives.limits import DailyLimits
from bot.features.deep_dives.messages import (
    given_up,
    promised,
    queued,
    ready_now,
    restarting,
    under_way,
)
from bot.features.deep_dives.open_tracker import OpenTracker
from bot.features.deep_dives.page_cache import PageCache
from bot.features.deep_dives.promises import MOST_LOSSES, SOON, Promises, address
from bot.features.deep_dives.questions import Questions
from bot.features.deep_dives.request import DeepDiveRequest, own_focus
from bot.render.deep_dive import dive as dive_pages
from bot.render.message import Message
from bot.render.rich import rich_html
from bot.telegram.errors import DeliveryError
from bot.telegram.messenger import Messenger
from core.analyze.deep_dives import DeepDive, DeepDives
from core.digest.read import FIRST_PAUSE, LONGEST_PAUSE, PROMISED
from core.llm import CallContext, Urgency
from core.models.values import Language, Paper
from core.store import Limit, Promise, ReaderRequest
from core.store.audience.chats import Chats
from core.store.papers.papers import Papers

logger = logging.getLogger(__name__)

AT_ONCE = 8
"""Promises that are kept at the same time."""


@dataclass(eq=False, repr=False)
class DeepDiveService:
    """Shows deep dives, and keeps the promise of those that have to wait.

    `is_rich`: where possible in one long message.
    """

    deep_dives: DeepDives
    _: KW_ONLY
    papers: Papers
    chats: Chats
    pages: PageCache
    questions: Questions
    opened: OpenTracker
    promises: Promises
    limits: DailyLimits
    messenger: Messenger
    is_rich: bool
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._own = self.pages.own
        self._usual = usual = self.pages.own.usual
        self._looks = AwaitedLooks(self.deep_dives, self.promises, self.page, usual, self.now)
        self._admission = asyncio.Lock()

    async def open(self, request: DeepDiveRequest) -> None:
        """Answer with the deep dive, now or by editing the answer. May take minutes."""
        pages = None if request.is_fresh else await self.pages.ready(request)
        if pages is not None:
            if not await self._sent_rich(request):
                page = await self.pages.marked(pages[0], request)
                place, reply_to = request.address, request.reply_to
                awaits_look = await self.pages.awaits_look(request)
                look = await self._looks.note(request) if awaits_look else None
                sent = await self.messenger.send(place, page, reply_to=reply_to)
                if look is not None:
                    self._looks.shown(request, sent)
                    await self.promises.leave(look, sent, self.now() + SOON)
                await self._improve(request, sent)
            return
        async with self._admitted(request) as admitted:
            if isinstance(admitted, Limit):
                said = Message(self.limits.nothing_left(admitted, request.language))
                await self.messenger.send(request.address, said, reply_to=request.reply_to)
            else:
                await self.promises.attempt(admitted, partial(self._begin, request))

    async def page(self, request: DeepDiveRequest, number: int) -> Message | None:
        """Return a page (from 0) of a deep dive that was shown before; None when it is gone."""
        pages = await self.pages.shown(request)
        if not pages:
            return None
        return await self.pages.marked(pages[min(number, len(pages) - 1)], request)

    async def turn(self, request: DeepDiveRequest, message_id: int, number: int) -> bool:
        """Show another page in a message; False when the deep dive is gone."""
        self._own.turned(request.address.chat_id, message_id, number)
        self._looks.turned(request, message_id, number)
        page = await self.page(request, number)
        if page is None:
            return False
        await self.messenger.edit(request.address, message_id, page)
        if request.focus is not None:  # a model's words may have come while it was being shown
            await self._edit_page(request, message_id, number)
        return True

    async def is_unread(self, paper: Paper, language: Language) -> bool:
        """Whether this very version has still to be read."""
        dive = await self.deep_dives.ready(paper, self._usual, language)
        return dive is None or dive.newer is not None

    def is_reading(self, chat_id: int, paper_id: str) -> bool:
        """Whether a chat has been told that a paper is being read for it."""
        rows = self.promises.under_way
        wanted = (Promise.READING, chat_id, paper_id)
        return any((row.kind, row.chat_id, row.paper_id) == wanted for row in rows)

    async def run_pending(self) -> None:
        """Keep the promises that are due, those a lost process left among them."""
        await self.opened.flush()
        await self.limits.prune()
        await self.promises.run_pending(self._keep, at_once=AT_ONCE)

    async def hand_back(self) -> None:
        """Stop what is being read; the next process goes on with it. Nothing is begun any more."""
        await self.promises.closing.close()
        await self.opened.flush()

    @asynccontextmanager
    async def _admitted(self, request: DeepDiveRequest) -> AsyncIterator[ReaderRequest | Limit]:
        """Take the wish down; give its row, ours meanwhile, or the limit that forbids it."""
        async with AsyncExitStack() as stack:
            async with self._admission:  # the second of two at once must see the first
                what = (Promise.READING, request.paper.id, request.language)
                rows = self.promises.under_way
                is_shared = any((row.kind, row.paper_id, row.language) == what for row in rows)
                costs = self.deep_dives.has_model and not is_shared
                wish = request.wish(self.now(), Promise.READING, costs=costs)
                allowed = self.limits.of_readings(request.person, is_exempt=request.is_exempt)
                row = await self.promises.add(wish, allowed if costs else None)
                if isinstance(row, ReaderRequest):
                    stack.enter_context(self.promises.working_on(row))
            yield row

    async def _begin(self, request: DeepDiveRequest, row: ReaderRequest) -> None:
        is_quick = not self.deep_dives.has_model
        said = Message(under_way(request.paper, request.language, is_quick=is_quick))
        row = await self.promises.place(row, said, reply_to=request.reply_to)
        await self._fulfil(request, row)

    async def _keep(self, row: ReaderRequest) -> None:
        """Keep a promise, or say honestly that nobody can."""
        if row.kind is Promise.PROGRESS:
            await self.promises.end(row, self.promises.otherwise(row))
            return
        paper = await self.papers.get(row.paper_id)
        is_look = row.kind is Promise.LOOK
        is_question = row.kind is Promise.QUESTION
        is_late = self.now() - row.asked_at > PROMISED
        if paper is None or is_late or row.losses >= MOST_LOSSES:
            if is_look:  # what was shown stays as it is, and says so
                await self.promises.done(row)
                return
            said = given_up(row.paper_id, row.language, is_question=is_question)
            await self.promises.end(row, said)
        elif is_question:
            await self.questions.answer(row, paper)
        else:
            focus = own_focus(await self.chats.get(row.chat_id), self._usual)
            place = address(row)
            request = DeepDiveRequest(paper, place, row.user_id, row.language, focus=focus)
            await (self._looks.keep(row, request) if is_look else self._fulfil(request, row))

    async def _fulfil(self, request: DeepDiveRequest, row: ReaderRequest) -> None:
        """Make the reading and show it, or show what there is and promise the rest."""
        paper, language, scored = request.paper, row.language, request.scored
        dive = await self.promises.closing.unless_closing(self._made(row, paper))
        if dive is None:
            await self.promises.hand_over(row, restarting(paper, language))
            return
        dive = await self._own.added(dive, paper, request.focus, language)
        if dive.delay is None:
            page = await self.pages.marked(dive_pages(paper, dive, language, scored)[0], request)
            announced, awaits_look = ready_now(paper, language), dive.awaits_look
            shown = await self.promises.end(row, page, announced, awaits_look=awaits_look)
            if shown is not None:
                self._looks.shown(request, shown.message_id)
                await self._improve(request, shown.message_id)
            return
        wait = max(dive.retry_after or _pause(row.tries), SOON)
        if await self.promises.show(row, promised(paper, dive, wait, language, scored)):
            await self.promises.postpone(row, self.now() + wait)

    async def _made(self, row: ReaderRequest, paper: Paper) -> DeepDive:
        """Have the paper read; meanwhile tell how long that takes when it has to wait."""
        line = WaitUpdates()
        telling = asyncio.create_task(self._tell(row, paper, line))
        try:
            context = CallContext(Urgency.INTERACTIVE, line.on_wait)
            return await self.deep_dives.dive(paper, self._usual, row.language, context)
        finally:
            line.end()
            await telling  # or its edit might arrive after the result

    async def _tell(self, row: ReaderRequest, paper: Paper, line: WaitUpdates) -> None:
        said = ""
        while (until := await line.next()) is not None:
            text = queued(paper, until - self.now(), row.language)
            if text and text != said:
                said = text
                await self.promises.say(row, Message(text))

    async def _sent_rich(self, request: DeepDiveRequest) -> bool:
        """Answer with one rich message, if that is wanted and taken."""
        if not self.is_rich:
            return False
        paper, language = request.paper, request.language
        dive = await self.deep_dives.ready(paper, self._usual, language)
        # A page can be edited when more is known; a rich message is sent as it stays.
        if dive is None or dive.awaits_look or not await self._own.is_all(request):
            return False
        dive = await self._own.added(dive, paper, request.focus, language)
        html = rich_html(paper, dive, language, request.scored)
        sent = await self.messenger.send_rich(request.address, html, reply_to=request.reply_to)
        return sent is not None

    async def _improve(self, request: DeepDiveRequest, message_id: int | None) -> None:
        """Put a model's takeaway where a page shows the local wording of a reader's own."""
        if message_id is None or await self._own.is_all(request):
            return
        with self._own.shown_in(request.address.chat_id, message_id) as shown:
            if not await self.promises.closing.unless_closing(self._own.worded(request)):
                return
            number = None
            while number != shown.number:  # turned again while it was being edited
                number = shown.number
                await self._edit_page(request, message_id, number)

    async def _edit_page(self, request: DeepDiveRequest, message_id: int, number: int) -> None:
        page = await self.page(request, number)
        if page is None:
            return
        try:
            await self.messenger.edit(request.address, message_id, page)
        except DeliveryError as error:
            logger.info("a takeaway could not be shown: %s", error)


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (tries + 1), LONGEST_PAUSE)
