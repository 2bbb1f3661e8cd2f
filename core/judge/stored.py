"""A model's scores: the known ones from the store, the others asked for once, in several questions.

What is kept is what all looks at a paper come to beside its local score (`core.judge.isolation`).
The papers shown to the model for scale are no part of a score's key: they help it to keep its
scale, they do not make another question of it; were they a part, yesterday's scores would be worth
nothing today.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from core.judge.anchors import ANCHORS_STAY, Anchor, choose
from core.judge.answers import Judged
from core.judge.isolation import separated, settled
from core.judge.judge import Judgement
from core.llm import ORDINARY, CallContext, Urgency
from core.models.errors import LLMBadAnswer, LLMError, LLMRefused
from core.models.values import Focus, Language, Paper
from core.store import StoredScore
from core.store.papers.papers import Papers
from core.store.papers.scores import StoredScores
from core.text.sentences import split_sentences

logger = logging.getLogger(__name__)

Scores = dict[str, StoredScore]


class Judge(Protocol):
    """A model that scores a shortlist against a focus."""

    version: str
    models: Sequence[str]

    async def judge(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        context: CallContext = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        """Return its scores; raise `LLMError` when there is none at all."""


class Judging:
    def __init__(
        self, scores: StoredScores, papers: Papers, judge: Judge, second: Judge | None = None
    ) -> None:
        """`second` looks again: the same models, perhaps in another order."""
        self._scores = scores
        self._papers = papers
        self._judge = judge
        self._second = second or judge

    async def known(self, papers: Sequence[Paper], focus: Focus, language: Language) -> Scores:
        return await self._scores.get(
            paper_ids={paper.id: paper.version for paper in papers},
            focus=focus.text,
            prompt=self._judge.version,
            models=self._judge.models,
            language=language,
        )

    async def asked(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        context: CallContext,
        *,
        threshold: int,
        local: Mapping[str, int],
    ) -> Scores:
        """Ask about papers and keep what is said, as far as it may count beside `local` scores.

        Nothing when no model can answer.
        """
        if not papers:
            return {}
        anchors = await self._anchors(papers, focus, language, threshold)
        try:
            judgements = [
                await self._judge.judge(papers, focus, language, context, anchors=anchors)
            ]
        except (LLMBadAnswer, LLMRefused) as error:  # one paper's doing, perhaps
            logger.warning("no scores for all papers together: %s", error)
            judgements = []
        except LLMError as error:
            logger.warning("scores stay local: %s", error)
            return {}
        # Nothing is shown for scale here: it could speak to the model as well.
        groups = separated(papers) if anchors or len(papers) > 1 else []
        # Only what the day can spare: without it one look counts.
        again = context.but(Urgency.RETRY)
        judgements += await _each(
            groups, lambda group: self._second.judge(group, focus, language, again)
        )
        said = _settled(papers, judgements, local)
        await self._scores.put(
            said.values(), focus=focus.text, prompt=self._judge.version, language=language
        )
        return said

    async def _anchors(
        self, papers: Sequence[Paper], focus: Focus, language: Language, threshold: int
    ) -> list[Anchor]:
        """Return papers scored before, for scale; none of those that are asked about."""
        past = await self._scores.recent(
            focus=focus.text,
            prompt=self._judge.version,
            models=self._judge.models,
            language=language,
            within=ANCHORS_STAY,
        )
        chosen = choose(list(past.values()), threshold, {paper.id for paper in papers})
        known = await self._papers.get_many(score.paper_id for score in chosen)
        return [
            _anchor(known[score.paper_id], score.score)
            for score in chosen
            if score.paper_id in known
        ]


async def _each(
    groups: Sequence[Sequence[Paper]], ask: Callable[[Sequence[Paper]], Awaitable[Judgement]]
) -> list[Judgement]:
    """Return what is said of groups, at the same time, without those that nothing is said of."""

    async def said(group: Sequence[Paper]) -> Judgement:
        try:
            return await ask(group)
        except LLMError as error:
            logger.info("no scores for a group of %d papers: %s", len(group), error)
            return Judgement()

    try:
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(said(group)) for group in groups]
    except ExceptionGroup as failed:  # no model's failure; the other groups were cancelled
        raise failed.exceptions[0] from None
    return [task.result() for task in asked]


def _settled(
    papers: Sequence[Paper], judgements: Sequence[Judgement], local: Mapping[str, int]
) -> Scores:
    looks: dict[str, list[Judged]] = defaultdict(list)
    for judgement in judgements:
        if judgement.dropped:
            logger.info("answers dropped in scoring: %s", dict(judgement.dropped))
        if judgement.unreasoned:
            logger.info("reasons not shown: %s", dict(judgement.unreasoned))
        for judged in judgement.scores:
            looks[judged.paper_id].append(judged)
    return {
        paper.id: _score(paper, looks[paper.id], local[paper.id])
        for paper in papers
        if paper.id in looks
    }


def _score(paper: Paper, looks: Sequence[Judged], local: int) -> StoredScore:
    """Return what looks come to, with the reason of the one that is nearest to it and has one."""
    score = settled([look.score for look in looks], local, paper)
    nearest = min(looks, key=lambda look: (not look.reason, abs(look.score - score)))
    headline = nearest.headline or next((look.headline for look in looks if look.headline), "")
    return StoredScore(paper.id, paper.version, score, nearest.reason, nearest.model, headline)


def _anchor(paper: Paper, score: int) -> Anchor:
    sentences = split_sentences(" ".join(paper.abstract.split()))
    return Anchor(paper.id, paper.title, sentences[0] if sentences else "", score)
