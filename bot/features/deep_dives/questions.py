"""Questions about one paper: promised, answered, and answered by another process if need be."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
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


@dataclass(frozen=True, eq=False, repr=False)
class Questions:
    answerer: QuestionAnswerer
    deep_dives: DeepDives
    _: KW_ONLY
    promises: Promises
    limits: DailyLimits
    messenger: Messenger
    now: Callable[[], datetime]

    async def ask(self, request: DeepDiveRequest, question: str) -> None:
        """Answer, within a reader's share. May take a minute."""
        address, paper, costs = request.address, request.paper, self.answerer.costs
        wish = request.wish(self.now(), Promise.QUESTION, words=question, costs=costs)
        allowed = self.limits.of_readings(request.person, is_exempt=request.is_exempt)
        row = await self.promises.add(wish, allowed if costs else None)
        if isinstance(row, Limit):
            said = self.limits.nothing_left(row, request.language)
            await self.messenger.send(address, Message(said), reply_to=request.reply_to)
            return

        async def keep(row: ReaderRequest) -> None:
            said = Message(looking(paper, request.language))
            row = await self.promises.place(row, said, reply_to=request.reply_to)
            await self.answer(row, paper)

        with self.promises.working_on(row):
            await self.promises.attempt(row, keep)

    async def answer(self, row: ReaderRequest, paper: Paper) -> None:
        """Answer what was asked, in its message."""
        shown = await self.promises.closing.unless_closing(self._answered(row, paper))
        if shown is None:
            await self.promises.hand_over(row, restarting(paper, row.language))
        else:
            await self.promises.end(row, shown, answered(paper, row.language))

    async def _answered(self, row: ReaderRequest, paper: Paper) -> Message:
        question, document = row.words or "", await self.deep_dives.text(paper)
        context = CallContext(Urgency.INTERACTIVE)
        found = await self.answerer.answer(paper, document, question, row.language, context)
        if found.is_unpaid and row.costs:
            await self.limits.give_back(row.user_id, row.asked_at)
        return answer_message(paper, question, found, row.language)
