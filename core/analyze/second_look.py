"""A second look at what was stated of a paper: a model holds it against the paper's own words.

Rules (`verify`) see whether quotations and numbers stand in the paper, not what they are said of,
in which direction, or how far. That is asked in one question for all statements, each with its
quotations where they stand; what those do not say is asked once more over the whole text, for the
other half of a sentence may stand elsewhere. Verdicts count as far as they are sound
(`judgements`), and what they come to is in `amended`.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from core.analyze.amended import CLAIMS, amended, statements_of, with_statements
from core.analyze.judgements import NOT_SAID, Judgement, Judgements, usable
from core.analyze.shown import (
    PART,
    PASSAGES,
    WHOLE,
    Numbered,
    Shown,
    first_view,
    numbered,
    texts_of,
    wider_view,
)
from core.analyze.verify import LEAST_SHARE
from core.injection.quarantine import quarantined_document, quarantined_paper
from core.llm import Asker, CallContext, Question, Reply, Urgency, Waiter
from core.llm.fence import title
from core.llm.prompts import PromptFile
from core.llm.tokens import estimate_tokens
from core.locale.phrases import IN_PROMPTS
from core.models.errors import LLMBadAnswer, LLMRefused, LLMTooLate, LLMTooLong, LLMUnverified
from core.models.values import Analysis, Document, Language, Paper, Point, PointKind
from core.sandbox.offload import Offload, in_a_thread

logger = logging.getLogger(__name__)

LAST_IN_LINE: Final = CallContext(Urgency.RETRY)
"""Behind everything a reader or a digest waits for."""
FOR_GOOD: Final = (LLMBadAnswer, LLMRefused, LLMTooLong)
"""After these asking again would bring the same."""


@dataclass(frozen=True)
class Looked:
    """What a second look left."""

    points: tuple[Point | None, ...]
    """In the order they were given; None: not borne out, and not to be shown."""
    model: str | None
    """None: nothing usable was said of most of them, so nobody has looked."""


class SecondLooker:
    """Looks at statements a second time."""

    def __init__(
        self,
        chain: Asker,
        prompt: PromptFile,
        *,
        max_input_tokens: int,
        offload: Offload = in_a_thread,
    ) -> None:
        """`max_input_tokens` bounds a question. Raise `ConfigError`."""
        prompt.demand((PASSAGES, WHOLE, PART))
        self._chain = chain
        self._prompt = prompt
        self._max_input_tokens = max_input_tokens
        self._offload = offload

    async def of_analysis(
        self,
        paper: Paper,
        document: Document,
        analysis: Analysis,
        context: Waiter = LAST_IN_LINE,
    ) -> Analysis:
        """Return a reading of `document` as a second look leaves it.

        Raise `LLMUnverified` when that is too little, and other `LLMError`.
        """
        points = statements_of(analysis)
        looked = await self.of_points(paper, document, points, analysis.language, context)
        left = with_statements(analysis, looked.points, looked.model)
        is_thin = not (left.contribution and left.methodology)
        if left.checked and (left.checked.share < LEAST_SHARE or is_thin):
            said = f"{left.checked.verified} of {left.checked.claims} claims are borne out"
            raise LLMUnverified(f"{paper.id}: {said}", left.checked)
        return left

    async def of_points(
        self,
        paper: Paper,
        document: Document,
        points: Sequence[Point],
        language: Language,
        context: Waiter = LAST_IN_LINE,
    ) -> Looked:
        """Return statements on `document` as a second look leaves them. Raise `LLMError`."""
        document = await self._offload(partial(quarantined_document, document))
        paper, notes = quarantined_paper(paper), numbered(points)
        shown = await self._offload(partial(first_view, document, notes))
        reply = await self._asked(paper, shown, language, context)
        judged = await self._judged(reply, notes, shown)
        heard = set(judged)
        if shown.view != WHOLE and (unsettled := _unsettled(notes, judged)):
            judged = {n: one for n, one in judged.items() if one.verdict != NOT_SAID}
            judged |= await self._in_the_whole(paper, document, unsettled, language, context)
        left = await self._offload(partial(amended, paper, document, language, notes, judged))
        is_look = len(heard | set(judged)) >= LEAST_SHARE * len(notes)
        return Looked(tuple(left[n] for n in notes), reply.model if is_look else None)

    async def _in_the_whole(
        self, paper: Paper, document: Document, notes: Numbered, language: Language, context: Waiter
    ) -> dict[int, Judgement]:
        """Return what the whole text says to statements; of a part only what it does say counts."""
        empty = self._question(paper, Shown(WHOLE, "", ""), language)
        used = estimate_tokens(empty.system + empty.text + " ".join(texts_of(notes).values()))
        room = self._max_input_tokens - used
        shown = await self._offload(partial(wider_view, document, notes, max_tokens=room))
        try:
            reply = await self._asked(paper, shown, language, context)
        except (*FOR_GOOD, LLMTooLate) as error:  # what the passages say is all there is
            logger.warning("the whole of %s is not looked at: %s", paper.id, error)
            return {}
        judged = await self._judged(reply, notes, shown)
        is_whole = shown.view == WHOLE
        return {n: one for n, one in judged.items() if is_whole or one.verdict != NOT_SAID}

    async def _asked(
        self, paper: Paper, shown: Shown, language: Language, context: Waiter
    ) -> Reply[Judgements]:
        return await self._chain.ask(self._question(paper, shown, language), Judgements, context)

    async def _judged(
        self, reply: Reply[Judgements], notes: Numbered, shown: Shown
    ) -> dict[int, Judgement]:
        return await self._offload(partial(usable, reply.answer, texts_of(notes), shown.words))

    def _question(self, paper: Paper, shown: Shown, language: Language) -> Question:
        return self._prompt.fill(
            title=title(paper.title),
            view=self._prompt.phrases[shown.view],
            document=shown.document,
            claims=shown.claims,
            language=IN_PROMPTS(language),
        )


def _unsettled(notes: Numbered, judged: Mapping[int, Judgement]) -> dict[int, Point]:
    """Return what only the whole text can settle; nothing where all claims are settled."""
    unsettled = {
        number: point
        for number, point in notes.items()
        if number not in judged or judged[number].verdict == NOT_SAID
    }
    is_worth_it = any(
        point.kind in CLAIMS or point.kind is PointKind.ABSENCE for point in unsettled.values()
    )
    return unsettled if is_worth_it else {}
