"""Questions about one paper: promised, answered, and answered by another process if need be."""

from bot.app import Services
from bot.reading.closing import Closing
from bot.reading.limits import allowance, nothing_left
from bot.reading.promises import Promises
from bot.reading.request import Request
from bot.reading.words import answered, looking, restarting
from bot.render.answer import answer as answer_message
from bot.render.message import Message
from bot.telegram.outbox import Outbox
from core.llm import Errand, Urgency
from core.models import Paper
from core.store import Asked, Limit, Promise


class Questions:
    """Answers what readers ask."""

    def __init__(
        self, core: Services, outbox: Outbox, promises: Promises, closing: Closing
    ) -> None:
        self._core = core
        self._outbox = outbox
        self._promises = promises
        self._closing = closing

    async def ask(self, request: Request, question: str) -> None:
        """Answer, within a reader's share. May take a minute."""
        core, address, paper = self._core, request.address, request.paper
        costs = core.asking.costs
        wish = Asked(
            address.chat_id,
            request.person,
            request.language,
            core.now(),
            paper_id=paper.id,
            kind=Promise.QUESTION,
            words=question,
            thread_id=address.thread_id,
            costs=costs,
        )
        allowed = allowance(core, request.person, is_exempt=request.is_exempt) if costs else None
        row = await self._promises.add(wish, allowed)
        if isinstance(row, Limit):
            said = nothing_left(core, row, request.language)
            await self._outbox.send(address, Message(said), reply_to=request.reply_to)
            return

        async def keep(row: Asked) -> None:
            said = Message(looking(paper, request.language))
            row = await self._promises.place(row, said, reply_to=request.reply_to)
            await self.answer(row, paper)

        with self._promises.working_on(row):
            await self._promises.attempt(row, keep)

    async def answer(self, row: Asked, paper: Paper) -> None:
        """Answer what was asked, in its message."""
        shown = await self._closing.unless_closing(self._answered(row, paper))
        if shown is None:
            await self._promises.hand_over(row, restarting(paper, row.language))
        else:
            await self._promises.end(row, shown, answered(paper, row.language))

    async def _answered(self, row: Asked, paper: Paper) -> Message:
        core, question = self._core, row.words or ""
        document = await core.desk.text(paper)
        errand = Errand(Urgency.INTERACTIVE)
        found = await core.asking.answer(paper, document, question, row.language, errand)
        if found.is_unpaid and row.costs:
            await core.store.usage.give_back(allowance(core, row.user_id, at=row.asked_at))
        return answer_message(paper, question, found, row.language)
