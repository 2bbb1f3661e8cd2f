"""What each focus can do with a paper: a small question over a reading that is there already.

The costly sections are made once for everybody; only this part differs from reader to reader.
Nobody waits for it. `ready` says what is there, and where that is nothing the local wording stands
until `of` has asked. An answer that cannot be used is remembered for a day, so that opening the
paper again costs nothing.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, model_validator

from core.analyze.local_takeaway import LOCAL, local_takeaway, statements
from core.analyze.schema import Lenient, Said, Verdict
from core.analyze.second_look import SecondLooker
from core.analyze.wording import WHY_WIDTH, clean_statement, is_stub
from core.injection.quarantine import quarantined_paper
from core.llm import ORDINARY, Asker, Waiter
from core.llm.fence import block, interests, title
from core.llm.prompts import PromptFile
from core.llm.single_flight import SingleFlight
from core.locale.phrases import IN_PROMPTS
from core.models.errors import (
    LLMBadAnswer,
    LLMError,
    LLMMisconfigured,
    LLMRateLimited,
    LLMUnavailable,
    WorkStopped,
)
from core.models.values import (
    Analysis,
    AnalysisKind,
    Conclusion,
    Document,
    Focus,
    Language,
    Paper,
    Point,
    PointKind,
    ScoreKind,
    Section,
    Takeaway,
    TextSource,
)
from core.score.clusters import canonical
from core.store import ReadingKey, StoredTakeaways
from core.text.headline import in_one_line
from core.text.language import is_language
from core.text.links import links_in, own_links_only, words_of
from core.text.loops import said_once

logger = logging.getLogger(__name__)

MOST_POINTS = 3
POINT_LIMIT = 400
"""Characters: three times what the prompt asks for. What is longer is no point but a report."""
NOTES_LIMIT = 12_000
REFUSAL_STAYS = timedelta(days=1)
"""How long no model is asked again after an answer that could not be used."""
_PASSING = (LLMRateLimited, LLMUnavailable, LLMMisconfigured)
_NOTES = ("contribution", "methodology", "limitations")


class Ideas(Lenient):
    """What one researcher can do with a paper, in 1 to 3 points."""

    points: list[Said] = Field(
        description="a suggestion tied to an interest by name, or one plain sentence that there"
        " is little for this researcher"
    )
    conclusion: list[Verdict] = Field(
        default_factory=list, description="exactly one: read it, skim it or skip it, and why"
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_a_bare_list(cls, data: Any) -> Any:
        return {"points": data} if isinstance(data, list) else data


@dataclass(eq=False, repr=False)
class Takeaways:
    """Words takeaways, each once for all who want the same.

    Without a chain every takeaway is worded locally; `looker` holds it against the notes.
    """

    stored: StoredTakeaways
    chain: Asker | None
    prompt: PromptFile
    _: KW_ONLY
    now: Callable[[], datetime]
    single_flight: SingleFlight
    looker: SecondLooker | None = None

    def __post_init__(self) -> None:
        self._version = self.prompt.version(Ideas)

    async def ready(
        self, paper: Paper, analysis: Analysis, focus: Focus, language: Language
    ) -> Takeaway | None:
        """Return the takeaway that is all there will be; None when a model has to be asked."""
        return await self._ready(_Wanted(paper, analysis, focus, language))

    async def _ready(self, wanted: "_Wanted") -> Takeaway | None:
        if self.chain is None or wanted.analysis.kind is AnalysisKind.EXTRACTIVE:
            return wanted.locally()
        key = wanted.key(self._version)
        known = await self.stored.get(key, self.chain.models)
        if known is not None:
            return known
        since = self.now() - REFUSAL_STAYS
        refused = await self.stored.get(key, (LOCAL,), since=since)
        return wanted.locally() if refused else None

    async def of(
        self,
        paper: Paper,
        analysis: Analysis,
        focus: Focus,
        language: Language,
        context: Waiter = ORDINARY,
    ) -> Takeaway:
        """Return the takeaway of a focus, asking a model where need be. Never fails.

        Asked for by several at the same time it is one call.
        """
        wanted, chain = _Wanted(paper, analysis, focus, language), self.chain
        ready = await self._ready(wanted)
        if ready is not None or chain is None:
            return ready or wanted.locally()
        found = await self.single_flight.share(
            ("takeaway", wanted.key(self._version)),
            context,
            lambda waiters: self._asked(chain, replace(wanted, focus=canonical(focus)), waiters),
        )
        return found or wanted.locally()

    async def _asked(self, chain: Asker, wanted: "_Wanted", context: Waiter) -> Takeaway | None:
        """Ask and keep the answer; None when there is none."""
        paper, analysis, language = wanted.paper, wanted.analysis, wanted.language
        key = wanted.key(self._version)
        # Somebody may have asked and been answered between our look and this flight.
        known = await self.stored.get(key, chain.models)
        if known is not None:
            return known
        question = self.prompt.fill(
            title=title(quarantined_paper(paper).title),
            interests=interests(wanted.focus),
            language=IN_PROMPTS(language),
            notes=block(_notes(analysis), limit=NOTES_LIMIT),
        )
        try:
            reply = await chain.ask(question, Ideas, context)
            points = points_of(reply.answer, paper, analysis, language)
            points = await self._looked_at(points, wanted, context)
            if not points:
                raise LLMBadAnswer(f"{paper.id}: no usable takeaway")
        except LLMError as error:
            logger.warning("the takeaway of %s stays local: %s", paper.id, error)
            if not isinstance(error, _PASSING):
                await self.stored.put(wanted.locally(), key)
            return None
        end = conclusion_of(reply.answer, _notes(analysis), language)
        takeaway = Takeaway(points=points, conclusion=end, kind=ScoreKind.LLM, model=reply.model)
        await self.stored.put(takeaway, key)
        return takeaway

    async def _looked_at(
        self, points: tuple[Point, ...], wanted: "_Wanted", context: Waiter
    ) -> tuple[Point, ...]:
        """Return what the notes do not contradict; all of it where nobody can look now."""
        if self.looker is None or not points:
            return points
        paper, notes, language = wanted.paper, _as_document(wanted.analysis), wanted.language
        asked = [point.model_copy(update={"kind": PointKind.SUGGESTION}) for point in points]
        try:
            looked = await self.looker.of_points(paper, notes, asked, language, context)
        except (LLMError, WorkStopped) as error:
            logger.info("no second look at a takeaway of %s: %s", paper.id, error)
            return points
        pairs = zip(points, looked.points, strict=True)
        # What is borne out rests on our notes, not on words of the paper.
        return tuple(one.model_copy(update={"text": left.text}) for one, left in pairs if left)


@dataclass(frozen=True)
class _Wanted:
    """Which takeaway is wanted."""

    paper: Paper
    analysis: Analysis
    focus: Focus
    language: Language

    def locally(self) -> Takeaway:
        return local_takeaway(self.paper, self.analysis, self.focus, self.language)

    def key(self, prompt: str) -> ReadingKey:
        """Return under which key it is kept, if worded by this version of the prompt."""
        # Of the same paper there may be another reading tomorrow, with other places.
        read = hashlib.sha256(_notes(self.analysis).encode("utf-8", "surrogatepass")).hexdigest()
        focus, asked = canonical(self.focus).text, f"{prompt}:{read[:12]}"
        return ReadingKey(self.paper.id, self.paper.version, focus, asked, self.language)


def _notes(analysis: Analysis) -> str:
    """Return what was read of the paper, each statement under its place."""
    lines = []
    for name in _NOTES:
        points: Sequence[Point] = getattr(analysis, name)
        lines += [f"{name}:", *(f"[{point.where or ''}] {point.text}" for point in points)]
    return "\n".join(lines)


def _as_document(analysis: Analysis) -> Document:
    section = Section(id="notes", title="notes", level=1, text=_notes(analysis)[:NOTES_LIMIT])
    return Document(
        paper_id=analysis.paper_id,
        version=analysis.version,
        source=TextSource.ABSTRACT,
        sections=(section,),
    )


def points_of(
    ideas: Ideas, paper: Paper, analysis: Analysis, language: Language
) -> tuple[Point, ...]:
    """Return the usable points: in the language, saying something, no longer than asked for."""
    read = tuple(statements(analysis))
    places = {point.where.casefold(): point.where for point in read if point.where}
    links = links_in(words_of(paper), *(point.text for point in read))
    found = []
    for idea in said_once(ideas.points, lambda idea: idea.text):
        text = own_links_only(clean_statement(idea.text), links)
        if len(text) > POINT_LIMIT or is_stub(text) or not is_language(text, language):
            continue
        where = places.get(idea.where.strip("[]()（） .;").casefold())
        found.append(Point(text=text, where=where))
    return tuple(found[:MOST_POINTS])


def conclusion_of(ideas: Ideas, notes: str, language: Language) -> Conclusion | None:
    """Return the advice, if its reason is said in the language and has no number of its own."""
    for verdict in ideas.conclusion[:1]:
        why = own_links_only(in_one_line(clean_statement(verdict.why), WHY_WIDTH), frozenset())
        is_known = all(number in notes for number in re.findall(r"\d+(?:\.\d+)?", why))
        if is_known and not is_stub(why) and is_language(why, language):
            return Conclusion(advice=verdict.advice, why=why)
    return None
