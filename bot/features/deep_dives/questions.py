"""Questions about one paper: promised, answered, and answered by another process if need be."""

from collections.abc import Callable
from datetime import datetime

from bot.features.deep_dives.limits import DailyLimits
from bot.features.deep_dives.messages import answered, looking, restarting
from bot.features.deep_dives.promises import Promises
from bot.features.deep_dives.request import DeepDiveRequest
from bot.render.answer import answer as answer_message
from bot.render.message import Message
from bot.telegram.messenger import Messenger
from core.analyze.deep_dives import DeepDives
from core.analyze.questions import QuestionAnswerer
from core.llm import CallContext, Urgency
from core.models.values import Paper
from core.store import Limit, Promise, ReaderRequest


class Questions:
    """Answers what readers ask."""

    def __init__(
        self,
        answerer: QuestionAnswerer,
        deep_dives: DeepDives,
        *,
        promises: Promises,
        limits: DailyLimits,
        messenger: Messenger,
        now: Callable[[], datetime],
    ) -> None:
        self._answerer = answerer
        self._deep_dives = deep_dives
        self._promises = promises
        self._limits = limits
        self._messenger = messenger
        self._now = now

    async def ask(self, request: DeepDiveRequest, question: str) -> None:
        """Answer, within a reader's share. May take a minute."""
        address, paper, costs = request.address, request.paper, self._answerer.costs
        wish = ReaderRequest(
            address.chat_id,
            request.person,
            request.language,
            self._now(),
            paper_id=paper.id,
            kind=Promise.QUESTION,
            words=question,
            thread_id=address.thread_id,
            costs=costs,
        )
        allowed = self._limits.of_readings(request.person, is_exempt=request.is_exempt)
        row = await self._promises.add(wish, allowed if costs else None)
        if isinstance(row, Limit):
            said = self._limits.nothing_left(row, request.language)
            await self._messenger.send(address, Message(said), reply_to=request.reply_to)
            return

        async def keep(row: ReaderRequest) -> None:
            said = Message(looking(paper, request.language))
            row = await self._promises.place(row, said, reply_to=request.reply_to)
            await self.answer(row, paper)

        with self._promises.working_on(row):
            await self._promises.attempt(row, keep)

    async def answer(self, row: ReaderRequest, paper: Paper) -> None:
        """Answer what was asked, in its message."""
        shown = await self._promises.closing.unless_closing(self._answered(row, paper))
        if shown is None:
            await self._promises.hand_over(row, restarting(paper, row.language))
        else:
            await self._promises.end(row, shown, answered(paper, row.language))

    async def _answered(self, row: ReaderRequest, paper: Paper) -> Message:
        question, document = row.words or "", await self._deep_dives.text(paper)
        context = CallContext(Urgency.INTERACTIVE)
        found = await self._answerer.answer(paper, document, question, row.language, context)
        if found.is_unpaid and row.costs:
            await self._limits.give_back(row.user_id, row.asked_at)
        return answer_message(paper, question, found, row.language)
