"""A model's scores for the shortlist, in as few calls as its limits allow, all asked at once.

A failure costs only its own batch, and what is missing afterwards is asked about once more. The
second attempt is the last in line for the day's requests (`Urgency.RETRY`), because they are needed
for reading what has been found; and not every failure deserves one (`AGAIN`). Whoever repeats a
question word for word is the chain, never the judge.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from itertools import chain as chained
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, Field, WithJsonSchema, model_validator

from core.injection.detect import quarantined
from core.injection.quarantine import quarantined_paper
from core.judge.anchors import Anchor
from core.judge.answers import NO_REASON, UNGROUNDED, Judged, clean_line, read_items
from core.judge.batches import batches, halves, items_per_answer
from core.judge.grounds import ABSTRACT_LIMIT, Grounds
from core.llm import ORDINARY, Asker, CallContext, Question, Urgency
from core.llm.fence import block, interests, line, title
from core.llm.outcomes import Outcome, outcome_of
from core.llm.prompts import PromptFile
from core.llm.tokens import estimate_tokens
from core.locale.phrases import IN_PROMPTS
from core.models.errors import LLMError, LLMTooLong
from core.models.values import Focus, Language, Paper
from core.sandbox.offload import Offload, in_a_thread
from core.text.links import links_in, own_links_only, words_of

logger = logging.getLogger(__name__)

SUMMARY_LIMIT = 300


class ScoreItem(BaseModel):
    """How much one paper is worth this researcher's morning."""

    id: str = Field(description="the paper's id, copied exactly from its tag")
    score: int = Field(ge=0, le=100, description="whole number on the 0-100 scale of the rubric")
    reason: str = Field(
        description="one sentence: what in the paper meets or misses which interest"
    )
    headline: str = Field(
        default="", description="one line: who did what, with the one number that matters"
    )


class ScoresAnswer(BaseModel):
    """One item per paper, for all papers."""

    # The schema asks strictly, the list is read leniently, item by item (core.judge.answers).
    SALVAGE: ClassVar[str] = "scores"
    """What a cut-off answer is good for: the complete items of this list."""

    scores: Annotated[
        list[Any], WithJsonSchema({"type": "array", "items": ScoreItem.model_json_schema()})
    ]

    @model_validator(mode="before")
    @classmethod
    def _accept_a_bare_list(cls, data: Any) -> Any:
        return {"scores": data} if isinstance(data, list) else data


@dataclass(frozen=True)
class Judgement:
    scores: tuple[Judged, ...] = ()
    """In the order of the shortlist."""
    missing: tuple[str, ...] = ()
    """Ids without a usable score."""
    dropped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Unusable items by what was wrong with them, over all calls."""
    unreasoned: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """ScoresAnswer whose reason is not to be shown, by what was wrong with it."""


class Again(StrEnum):
    """How the papers of a failed batch are asked about once more."""

    TOGETHER = "together"
    """With all that is missing, if any batch was answered: else these are the same questions."""
    HALVED = "halved"
    """In two questions."""
    NEVER = "never"


AGAIN: Mapping[Outcome, Again] = MappingProxyType(
    {
        # A chain that fails has waited, paused and repeated; only another question can do better.
        Outcome.CUT_OFF: Again.HALVED,  # twice the room was too little
        Outcome.REFUSED: Again.HALVED,  # mostly for one paper's sake: the others get away from it
        Outcome.BAD_ANSWER: Again.TOGETHER,  # among other papers it comes out differently
        Outcome.ASKED_WRONGLY: Again.TOGETHER,  # the adapter has learned since
        Outcome.UNAVAILABLE: Again.TOGETHER,  # costs no request, and no time while models rest
        Outcome.TIMED_OUT: Again.NEVER,  # every model had its minutes; a digest has not many
        Outcome.RATE_LIMITED_DAY: Again.NEVER,  # gone until tomorrow
        Outcome.RATE_LIMITED_MINUTE: Again.NEVER,  # waited out already, in vain: the key is shared
        Outcome.RATE_LIMITED_TOKENS: Again.NEVER,
        Outcome.RATE_LIMITED_UNKNOWN: Again.NEVER,
        Outcome.TOO_LONG: Again.NEVER,  # split where it happened; what is left is one long paper
        Outcome.KEY_INVALID: Again.NEVER,  # the operator's
        Outcome.KEY_EXPIRED: Again.NEVER,
        Outcome.KEY_LEAKED: Again.NEVER,
        Outcome.KEY_DENIED: Again.NEVER,
        Outcome.NO_CREDIT: Again.NEVER,
        Outcome.UNKNOWN_MODEL: Again.NEVER,
        Outcome.NO_QUOTA: Again.NEVER,
    }
)


@dataclass(frozen=True)
class _Case:
    """For whom papers are judged."""

    focus: Focus
    language: Language
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True)
class _Heard:
    """What became of one batch."""

    papers: Sequence[Paper]
    found: Mapping[str, Judged] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    error: LLMError | None = None

    @property
    def missing(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.id not in self.found]

    @property
    def unreasoned(self) -> list[Paper]:
        """The papers whose score has no reason to be shown."""
        return [
            paper
            for paper in self.papers
            if paper.id in self.found and not self.found[paper.id].reason
        ]


class ModelJudge:
    """ScoresAnswer shortlists against a focus."""

    def __init__(
        self,
        chain: Asker,
        prompt: PromptFile,
        *,
        max_input_tokens: int,
        offload: Offload = in_a_thread,
    ) -> None:
        """`max_input_tokens` bounds each whole question, by our estimate."""
        self._chain = chain
        self._offload = offload
        self._prompt = prompt
        self._max_input_tokens = max_input_tokens
        self._max_items = items_per_answer(prompt.max_output_tokens, prompt.thinking_budget)
        self.version = prompt.version(ScoresAnswer)
        self.models: Sequence[str] = chain.models

    async def judge(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        context: CallContext = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        """Return the scores of `papers`, asking once more for those that are missing.

        `anchors` are shown for scale; one that is among `papers` is not. Raise the first batch's
        `LLMError` when no batch was answered at all.
        """
        wanted = {paper.id: quarantined_paper(paper) for paper in papers}
        scale = tuple(anchor for anchor in anchors if anchor.paper_id not in wanted)
        case = _Case(focus, language, scale)
        heard = await self._hear_all(self._batches(list(wanted.values()), case), case, context)
        if second := self._second(heard, case):
            logger.info("%d of %d papers are asked about again", sum(map(len, second)), len(wanted))
            heard += await self._hear_all(second, case, _later(context))
        errors = [batch.error for batch in heard if batch.error is not None]
        if errors and len(errors) == len(heard):
            raise errors[0]
        return _judgement(heard, wanted)

    def _second(self, heard: Sequence[_Heard], case: _Case) -> list[Sequence[Paper]]:
        """Return the batches worth asking once more."""
        some_answered = any(batch.error is None for batch in heard)
        together: list[Paper] = []
        halved: list[Sequence[Paper]] = []
        for batch in heard:
            how = Again.TOGETHER if batch.error is None else AGAIN[outcome_of(batch.error)]
            if how is Again.HALVED:
                halved += halves(batch.papers)
            elif how is Again.TOGETHER and some_answered:
                together += batch.missing
        batches_ = self._batches(together, case)
        unreasoned = [paper for batch in heard for paper in batch.unreasoned]
        wider = self._batches(together + unreasoned, case) if together else []
        # A reason alone is not worth a call, but goes along with one.
        return (wider if len(wider) == len(batches_) else batches_) + halved

    async def _hear_all(
        self, groups: Sequence[Sequence[Paper]], case: _Case, context: CallContext
    ) -> list[_Heard]:
        """Ask about all batches at the same time: who may start when is the planner's to say."""
        try:
            async with asyncio.TaskGroup() as tasks:
                hearings = [tasks.create_task(self._hear(group, case, context)) for group in groups]
        except ExceptionGroup as failed:  # no model's failure; the other batches were cancelled
            raise failed.exceptions[0] from None
        return list(chained.from_iterable(hearing.result() for hearing in hearings))

    async def _hear(
        self, papers: Sequence[Paper], case: _Case, context: CallContext
    ) -> list[_Heard]:
        """Ask about one batch; about its parts where it turns out to be too long."""
        try:
            reply = await self._chain.ask(self._question(papers, case), ScoresAnswer, context)
        except LLMTooLong as error:
            if parts := self._split(papers, case, error.limit):
                logger.info("%d papers are too long for one call: %s", len(papers), error)
                return await self._hear_all(parts, case, context)  # nothing was sent: no retry
            return [_Heard(papers, error=error)]
        except LLMError as error:
            logger.warning("no scores for a batch of %d papers: %s", len(papers), error)
            return [_Heard(papers, error=error)]
        ids = [paper.id for paper in papers]
        language, model = case.language, reply.model
        found, dropped = read_items(reply.answer.scores, ids, language=language, model=model)
        # Aside: sixty abstracts are taken apart, and readers are waiting.
        grounded = await self._offload(partial(_grounded, found, papers, case.focus))
        return [_Heard(papers, grounded, dropped)]

    def _question(self, papers: Sequence[Paper], case: _Case) -> Question:
        return self._prompt.fill(
            count=str(len(papers)),
            interests=interests(case.focus),
            language=IN_PROMPTS(case.language),
            papers="\n".join(paper_text(paper) for paper in papers),
            scale=self._scale(case.anchors),
        )

    def _scale(self, anchors: Sequence[Anchor]) -> str:
        if not anchors:
            return ""
        lines = "\n".join(_anchor_text(anchor) for anchor in anchors)
        return f"\n{self._prompt.phrases['scale']}\n<scale>\n{lines}\n</scale>\n"

    def _batches(
        self, papers: Sequence[Paper], case: _Case, limit: int | None = None
    ) -> list[Sequence[Paper]]:
        """Return batches whose questions keep to `limit` tokens, or to the judge's own."""
        sizes = [estimate_tokens(paper_text(paper) + "\n") for paper in papers]
        room = (self._max_input_tokens if limit is None else limit) - self._overhead(papers, case)
        return batches(papers, sizes, max_size=room, max_items=self._max_items)

    def _overhead(self, papers: Sequence[Paper], case: _Case) -> int:
        """Return the tokens of a question about `papers` without their texts."""
        question = self._question((), case)
        return estimate_tokens(question.system + question.text + str(len(papers)))

    def _split(self, papers: Sequence[Paper], case: _Case, limit: int) -> list[Sequence[Paper]]:
        """Return smaller batches within nine tenths of `limit`; none when that is hopeless.

        Their estimates may say that one batch is enough: then they are off, and it is halved.
        """
        limit = min(limit, self._max_input_tokens) * 9 // 10
        if limit <= self._overhead(papers, case):
            return []
        parts = self._batches(papers, case, limit)
        return parts if len(parts) > 1 else halves(papers)


def _later(context: CallContext) -> CallContext:
    """Return the context of a second attempt: it must not eat what is kept for the readings."""
    return context if context.urgency is Urgency.INTERACTIVE else context.but(Urgency.RETRY)


def _judgement(heard: Sequence[_Heard], wanted: Mapping[str, Paper]) -> Judgement:
    found: dict[str, Judged] = {}
    for batch in heard:
        # Asked about again for its reason alone, a paper keeps what it had if there is none.
        found |= {key: said for key, said in batch.found.items() if said.reason or key not in found}
    dropped = sum((batch.dropped for batch in heard), Counter[str]())
    return Judgement(
        scores=tuple(found[paper_id] for paper_id in wanted if paper_id in found),
        missing=tuple(paper_id for paper_id in wanted if paper_id not in found),
        dropped=MappingProxyType(dict(dropped)),
        unreasoned=MappingProxyType(Counter(said.flaw for said in found.values() if said.flaw)),
    )


def _grounded(
    found: Mapping[str, Judged], papers: Sequence[Paper], focus: Focus
) -> dict[str, Judged]:
    """Return scores without the reasons that say what the paper does not."""
    by_id = {paper.id: paper for paper in papers}
    return {key: _with_own_words(judged, by_id[key], focus) for key, judged in found.items()}


def _with_own_words(judged: Judged, paper: Paper, focus: Focus) -> Judged:
    links, grounds = links_in(words_of(paper)), Grounds(paper, focus)
    headline = clean_line(own_links_only(judged.headline, links))
    if doubts := grounds.doubts(headline):
        logger.info("%s: a headline has what the abstract has not: %s", paper.id, doubts)
        headline = ""
    judged = replace(judged, headline=headline)
    if not judged.reason:
        return judged
    reason = clean_line(own_links_only(judged.reason, links))
    if not reason:
        return judged.without_reason(NO_REASON)
    if doubts := grounds.doubts(reason):
        logger.info("%s: a reason has what the abstract has not: %s", paper.id, doubts)
        return judged.without_reason(UNGROUNDED)
    return replace(judged, reason=reason)


def paper_text(paper: Paper) -> str:
    """Return a paper as fenced data under its own id."""
    abstract = block(" ".join(paper.abstract.split()), limit=ABSTRACT_LIMIT)
    return (
        f'<paper id="{line(paper.id, limit=80)}">\n'
        f"Title: {title(paper.title)}\n"
        f"Abstract: {abstract or '(none)'}\n"
        "</paper>"
    )


def _anchor_text(anchor: Anchor) -> str:
    """Return an anchor as one line of data, without the tag that asks for a score."""
    name, summary = quarantined(anchor.title).text, quarantined(anchor.summary).text
    text = f"{title(name)}. {line(summary, limit=SUMMARY_LIMIT)}"
    return f"- {anchor.score}: {text}"
