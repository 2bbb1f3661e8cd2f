"""Questions about one paper: promised, answered, and answered by another process if need be."""

from bot.app import Services
from bot.features.deep_dives.background_tasks import BackgroundTasks
from bot.features.deep_dives.limits import allowance, nothing_left
from bot.features.deep_dives.messages import answered, looking, restarting
from bot.features.deep_dives.promises import Promises
from bot.features.deep_dives.request import DeepDiveRequest
from bot.render.answer import answer as answer_message
from bot.render.message import Message
from bot.telegram.messenger import Messenger
from core.llm import CallContext, Urgency
from core.models.values import Paper
from core.store import Limit, Promise, ReaderRequest


class Questions:
    """Answers what readers ask."""

    def __init__(
        self, core: Services, messenger: Messenger, promises: Promises, closing: BackgroundTasks
    ) -> None:
        self._core = core
        self._messenger = messenger
        self._promises = promises
        self._closing = closing

    async def ask(self, request: DeepDiveRequest, question: str) -> None:
        """Answer, within a reader's share. May take a minute."""
        core, address, paper = self._core, request.address, request.paper
        costs = core.question_answerer.costs
        wish = ReaderRequest(
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
        shown = await self._closing.unless_closing(self._answered(row, paper))
        if shown is None:
            await self._promises.hand_over(row, restarting(paper, row.language))
        else:
            await self._promises.end(row, shown, answered(paper, row.language))

    async def _answered(self, row: ReaderRequest, paper: Paper) -> Message:
        core, question = self._core, row.words or ""
        document = await core.deep_dives.text(paper)
        context = CallContext(Urgency.INTERACTIVE)
        found = await core.question_answerer.answer(
            paper, document, question, row.language, context
        )
        if found.is_unpaid and row.costs:
            await core.store.usage.give_back(allowance(core, row.user_id, at=row.asked_at))
        return answer_message(paper, question, found, row.language)
