"""A reader's question about one paper, answered from its text alone.

The same rules as for a reading (`verify`), and the same second look: a statement whose quotation is
not in the paper, or does not bear it out, is not shown. Where nothing is left, the paper does not
say it, and that is the answer; where it answers a half, the other is named. An answer is for
one question and not kept; who asks twice pays twice.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from pydantic import Field

from core.analyze.fit import TEXT_KINDS, fit, text_kind
from core.analyze.passages import passages
from core.analyze.schema import Lenient, Statement, Text
from core.analyze.second_look import SecondLooker
from core.analyze.verify import claims_in
from core.analyze.wording import clean_statement, is_stub
from core.documents.full_text import abstract_of
from core.injection.quarantine import quarantined_document, quarantined_paper
from core.llm import ORDINARY, Asker, CallContext, Waiter
from core.llm.fence import block, line, title
from core.llm.prompts import PromptFile
from core.llm.tokens import estimate_tokens
from core.locale.phrases import IN_PROMPTS
from core.models.errors import LLMBadAnswer, LLMError, LLMRefused, WorkStopped
from core.models.values import AnalysisKind, Document, Language, Paper, Point, PointKind
from core.sandbox.offload import Offload, in_a_thread
from core.text.glossary import load
from core.text.language import is_language
from core.text.links import own_links_only

logger = logging.getLogger(__name__)

QUESTION_LIMIT: Final = 400
MOST_STATEMENTS: Final = 5
OPEN_LIMIT: Final = 200
PATIENCE: Final = timedelta(seconds=20)
"""How long a reader who waits for an answer waits for the second look at it."""


class QuestionReply(Lenient):
    """An answer from one paper."""

    statements: list[Statement] = Field(
        default_factory=list,
        description="one to five, the answer first; empty if the paper does not say",
    )
    open: Text = Field(
        default="", description="what was asked and the paper does not say; empty if nothing"
    )


@dataclass(frozen=True)
class Answer:
    """What a paper says to a question."""

    kind: AnalysisKind
    """A model's words, or sentences of the paper itself."""
    document: Document
    """What was looked in."""
    model: str
    points: tuple[Point, ...]
    """None: the paper does not say."""
    open: str = ""
    """What was asked and the paper leaves open, beside what it says."""
    looked_by: str | None = None
    """The model that held it against the paper a second time; None: checked by rule alone."""
    is_stand_in: bool = False
    """Sentences, because the model could not be asked now."""
    is_unpaid: bool = False
    """No model has answered, however badly: who asked should not be charged for it."""


@dataclass(eq=False, repr=False)
class QuestionAnswerer:
    """Answers questions about papers.

    Without a chain answers are sentences of the paper. Raise `ConfigError`.
    """

    chain: Asker | None
    prompt: PromptFile
    _: KW_ONLY
    max_input_tokens: int
    now: Callable[[], datetime]
    looker: SecondLooker | None = None
    offload: Offload = in_a_thread

    def __post_init__(self) -> None:
        self.prompt.demand(TEXT_KINDS)

    @property
    def costs(self) -> bool:
        """Whether a question costs a model call."""
        return self.chain is not None

    async def answer(
        self,
        paper: Paper,
        document: Document,
        question: str,
        language: Language,
        context: Waiter = ORDINARY,
    ) -> Answer:
        """Return what the paper says to `question`. Never fails for want of a model.

        Of a text that is too much to look through, the abstract is asked.
        """
        try:
            return await self._answer(paper, document, question, language, context)
        except WorkStopped as error:
            logger.warning("%s is asked by its abstract: %s", paper.id, error)
            return await self._answer(paper, abstract_of(paper), question, language, context)

    async def _answer(
        self, paper: Paper, document: Document, question: str, language: Language, context: Waiter
    ) -> Answer:
        if self.chain is None:
            return await self._found(paper, document, question)
        try:
            return await self._asked(self.chain, paper, document, question, language, context)
        except LLMError as error:
            logger.warning("a question about %s was not answered: %s", paper.id, error)
            found = await self._found(paper, document, question)
            has_answered = isinstance(error, LLMBadAnswer | LLMRefused)
            return replace(found, is_stand_in=True, is_unpaid=not has_answered)

    async def _asked(
        self,
        chain: Asker,
        paper: Paper,
        document: Document,
        question: str,
        language: Language,
        context: Waiter,
    ) -> Answer:
        document = await self.offload(partial(quarantined_document, document))
        paper = quarantined_paper(paper)
        values = self._values(paper, document, question, language)
        reply = await chain.ask(self.prompt.fill(**values), QuestionReply, context)
        said = reply.answer.statements[:MOST_STATEMENTS]
        points = await self.offload(partial(claims_in, paper, document, said))
        whole = " ".join(point.text for point in points)
        if points and not is_language(whole, language):
            raise LLMBadAnswer(f"{paper.id}: the answer is in another language")
        left = _left_open(reply.answer.open, language)
        answer = Answer(AnalysisKind.LLM, document, reply.model, points, left)
        return await self._looked_at(answer, paper, language, context)

    async def _looked_at(
        self, answer: Answer, paper: Paper, language: Language, context: Waiter
    ) -> Answer:
        """Return an answer after its second look, where that can be had while its reader waits."""
        if self.looker is None or not answer.points:
            return answer
        asked = list(answer.points)
        if answer.open:
            asked.append(Point(text=answer.open, kind=PointKind.ABSENCE))
        shortly = CallContext(context.urgency, until=self.now() + PATIENCE)
        try:
            looked = await self.looker.of_points(paper, answer.document, asked, language, shortly)
        except (LLMError, WorkStopped) as error:
            logger.info("an answer about %s is shown as the rules left it: %s", paper.id, error)
            return answer
        said = tuple(filter(None, looked.points[: len(answer.points)]))
        left = answer.open if looked.points[-1] is not None else ""
        return replace(answer, points=said, open=left, looked_by=looked.model)

    def _values(
        self, paper: Paper, document: Document, question: str, language: Language
    ) -> dict[str, str]:
        values = {
            "title": title(paper.title),
            "language": IN_PROMPTS(language),
            "question": line(question, limit=QUESTION_LIMIT),
            "text_kind": self.prompt.phrases[text_kind(document)],
            "omitted": ", ".join(section.id for section in document.sections),
            "document": "",
        }
        empty = self.prompt.fill(**values)
        used = estimate_tokens(empty.system + empty.text)
        fitted = fit(document, max_tokens=self.max_input_tokens - used)
        values["omitted"] = ", ".join(fitted.omitted) or "none"
        values["document"] = block(fitted.text, limit=len(fitted.text))
        return values

    async def _found(self, paper: Paper, document: Document, question: str) -> Answer:
        wordings = await asyncio.to_thread(_wordings, question)
        points = await self.offload(partial(passages, document, paper, wordings))
        return Answer(AnalysisKind.EXTRACTIVE, document, "", points)


def _left_open(text: str, language: Language) -> str:
    """Return what an answer leaves open; "" where that cannot be shown."""
    said = own_links_only(clean_statement(text), frozenset())
    is_fit = len(said) <= OPEN_LIMIT and not is_stub(said) and is_language(said, language)
    return said if is_fit else ""


def _wordings(question: str) -> tuple[str, ...]:
    """Return a question as asked, and with the field's Chinese terms in English."""
    english = load().expand(question).text
    return tuple(dict.fromkeys((question, english)))
