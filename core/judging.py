"""A model's scores: the known ones from the store, the others asked for once, the close ones twice.

Both looks at a paper are kept as they were given; what counts is made of them when they are read.
What a newcomer would get wrong: the papers shown to the model for scale are no part of a score's
key. They help it to keep its scale, they do not make another question of it; were they a part,
yesterday's scores would be worth nothing today.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from core.analyze.sentences import split_sentences
from core.errors import LLMError
from core.llm import ORDINARY, Errand, Urgency
from core.models import Focus, Language, Paper
from core.score.anchors import ANCHORS_STAY, Anchor, PastScore, choose
from core.score.border import mean
from core.score.judge import Judgement
from core.store import Store, StoredScore

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
        errand: Errand = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        """Return its scores; raise `LLMError` when there is none at all."""
        ...


class Judging:
    """Scores for one focus after the other."""

    def __init__(self, store: Store, judge: Judge) -> None:
        self._store = store
        self._judge = judge
        self._second = f"{judge.version}:second"
        """Stands in the key of a second look where a first one has the prompt's version."""

    async def known(self, papers: Sequence[Paper], focus: Focus, language: Language) -> Scores:
        """Return what was said of papers, by id."""
        first = await self._stored(self._judge.version, papers, focus, language)
        again = await self._stored(self._second, papers, focus, language)
        return {key: _together(score, again.get(key)) for key, score in first.items()}

    async def asked(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        errand: Errand,
        *,
        threshold: int,
    ) -> Scores:
        """Ask about papers and keep what is said; nothing when no model can answer."""
        if not papers:
            return {}
        anchors = await self._anchors(papers, focus, language, threshold)
        try:
            said = await self._ask(papers, focus, language, errand, anchors)
        except LLMError as error:
            logger.warning("scores stay local: %s", error)
            return {}
        await self._keep(said, self._judge.version, focus, language)
        return said

    async def looked_at_twice(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        errand: Errand,
        *,
        threshold: int,
    ) -> Scores:
        """Ask about scored papers a second time, if ever; return what counts where it did.

        It never costs what the day needs: without a budget to spare nothing happens.
        """
        done = await self._stored(self._second, papers, focus, language)
        left = [paper for paper in papers if paper.id not in done]
        if not left:
            return {}
        first = await self._stored(self._judge.version, left, focus, language)
        anchors = await self._anchors(left, focus, language, threshold)
        try:
            said = await self._ask(left, focus, language, errand.but(Urgency.RETRY), anchors)
        except LLMError as error:
            logger.info("no second look at %d papers: %s", len(left), error)
            return {}
        again = {
            key: replace(score, reason=_verdict(first[key], score, threshold))
            for key, score in said.items()
        }
        await self._keep(again, self._second, focus, language)
        return {key: _together(first[key], score) for key, score in again.items()}

    async def _ask(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        errand: Errand,
        anchors: Sequence[Anchor],
    ) -> Scores:
        judgement = await self._judge.judge(papers, focus, language, errand, anchors=anchors)
        if judgement.dropped:
            logger.info("answers dropped in scoring: %s", dict(judgement.dropped))
        versions = {paper.id: paper.version for paper in papers}
        return {
            score.paper_id: StoredScore(
                paper_id=score.paper_id,
                version=versions[score.paper_id],
                score=score.score,
                reason=score.reason,
                model=score.model,
            )
            for score in judgement.scores
        }

    async def _keep(self, said: Scores, prompt: str, focus: Focus, language: Language) -> None:
        await self._store.scores.put(
            said.values(), focus=focus.text, prompt=prompt, language=language
        )

    async def _stored(
        self, prompt: str, papers: Sequence[Paper], focus: Focus, language: Language
    ) -> Scores:
        return await self._store.scores.get(
            paper_ids={paper.id: paper.version for paper in papers},
            focus=focus.text,
            prompt=prompt,
            models=self._judge.models,
            language=language,
        )

    async def _anchors(
        self, papers: Sequence[Paper], focus: Focus, language: Language, threshold: int
    ) -> list[Anchor]:
        """Return papers scored before, for scale; none of those that are asked about."""
        past = await self._past(self._judge.version, focus, language)
        again = await self._past(self._second, focus, language)
        scores = [_both(score, again.get(key)) for key, score in past.items()]
        chosen = choose(scores, threshold, {paper.id for paper in papers})
        known = await self._store.papers.get_many(score.paper_id for score in chosen)
        return [
            _anchor(known[score.paper_id], score.score)
            for score in chosen
            if score.paper_id in known
        ]

    async def _past(self, prompt: str, focus: Focus, language: Language) -> Mapping[str, PastScore]:
        return await self._store.scores.recent(
            focus=focus.text,
            prompt=prompt,
            models=self._judge.models,
            language=language,
            within=ANCHORS_STAY,
        )


def _verdict(first: StoredScore, second: StoredScore, threshold: int) -> str:
    """Return the reason that goes with both looks: the second's where it changed the verdict."""
    was, is_now = first.score >= threshold, mean(first.score, second.score) >= threshold
    return first.reason if was == is_now else second.reason


def _together(first: StoredScore, second: StoredScore | None) -> StoredScore:
    """Return what counts after both looks; a kept second one has the reason to be said."""
    if second is None:
        return first
    return replace(first, score=mean(first.score, second.score), reason=second.reason)


def _both(first: PastScore, second: PastScore | None) -> PastScore:
    if second is None:
        return first
    return PastScore(first.paper_id, mean(first.score, second.score), first.at)


def _anchor(paper: Paper, score: int) -> Anchor:
    sentences = split_sentences(" ".join(paper.abstract.split()))
    return Anchor(paper.id, paper.title, sentences[0] if sentences else "", score)
