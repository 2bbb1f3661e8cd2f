"""A model's scores: the known ones from the store, the others asked for once, the close ones twice.

A first look is kept as far as the paper's local score justifies it, another one as what both come
to (`core.score.isolation`).
What a newcomer would get wrong: the papers shown to the model for scale are no part of a score's
key. They help it to keep its scale, they do not make another question of it; were they a part,
yesterday's scores would be worth nothing today.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from core.analyze.sentences import split_sentences
from core.errors import LLMError
from core.llm import ORDINARY, Errand, Urgency
from core.models import Focus, Language, Paper
from core.score.anchors import ANCHORS_STAY, Anchor, PastScore, choose
from core.score.isolation import justified, settled
from core.score.judge import Judgement
from core.store import Store, StoredScore

logger = logging.getLogger(__name__)

Scores = dict[str, StoredScore]


class Look(StrEnum):
    """Beside whom papers are asked about once more."""

    CLOSE = "close"
    """Others as near the threshold, and those shown for scale."""
    APART = "apart"
    """Others put below the threshold; nobody who stood above it, and none for scale."""


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
        self._keys = (judge.version, *map(self._key, Look))
        """In the order in which what is said comes to count."""

    def _key(self, look: Look) -> str:
        """Return what stands for another look where the first one has the prompt's version."""
        return f"{self._judge.version}:{look}"

    async def known(self, papers: Sequence[Paper], focus: Focus, language: Language) -> Scores:
        """Return what counts of what was said of papers, by id."""
        known: Scores = {}
        for key in self._keys:
            known |= await self._stored(key, papers, focus, language)
        return known

    async def asked(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        errand: Errand,
        *,
        threshold: int,
        local: Mapping[str, int],
    ) -> Scores:
        """Ask about papers and keep what is said, as far as their `local` scores justify it.

        Nothing when no model can answer.
        """
        if not papers:
            return {}
        anchors = await self._anchors(papers, focus, language, threshold)
        try:
            said = await self._ask(papers, focus, language, errand, anchors)
        except LLMError as error:
            logger.warning("scores stay local: %s", error)
            return {}
        said = {
            paper.id: _justified(said[paper.id], local[paper.id], paper)
            for paper in papers
            if paper.id in said
        }
        await self._keep(said, self._judge.version, focus, language)
        return said

    async def asked_again(
        self,
        papers: Sequence[Paper],
        look: Look,
        focus: Focus,
        language: Language,
        errand: Errand,
        *,
        threshold: int,
        local: Mapping[str, int],
    ) -> Scores:
        """Take another look at scored papers, if ever; return what counts where it was taken.

        It never costs what the day needs: without a budget to spare nothing happens.
        """
        done = await self._stored(self._key(look), papers, focus, language)
        left = [paper for paper in papers if paper.id not in done]
        if not left:
            return {}
        before = await self.known(left, focus, language)
        # What is shown for scale could speak to the model as well.
        is_close = look is Look.CLOSE
        anchors = await self._anchors(left, focus, language, threshold) if is_close else ()
        try:
            again = await self._ask(left, focus, language, errand.but(Urgency.RETRY), anchors)
        except LLMError as error:
            logger.info("no other look at %d papers: %s", len(left), error)
            return {}
        counts = {
            paper.id: _settled(before[paper.id], again[paper.id], local[paper.id], paper, threshold)
            if is_close
            else _justified(again[paper.id], local[paper.id], paper)
            for paper in left
            if paper.id in again
        }
        await self._keep(counts, self._key(look), focus, language)
        return counts

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
        if judgement.unreasoned:
            logger.info("reasons not shown: %s", dict(judgement.unreasoned))
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
        past: dict[str, PastScore] = {}
        for key in self._keys:
            for paper_id, score in (await self._past(key, focus, language)).items():
                at = past[paper_id].at if paper_id in past else score.at
                past[paper_id] = replace(score, at=at)
        scores = list(past.values())
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


def _justified(score: StoredScore, local: int, paper: Paper) -> StoredScore:
    return replace(score, score=justified(score.score, local, paper))


def _settled(
    first: StoredScore, second: StoredScore, local: int, paper: Paper, threshold: int
) -> StoredScore:
    """Return what two looks come to, with the reason that goes with it."""
    score = settled(first.score, second.score, local)
    is_one = score in (first.score, second.score)
    is_said = score == first.score if is_one else (first.score >= threshold) == (score >= threshold)
    return _justified(replace(first if is_said else second, score=score), local, paper)


def _anchor(paper: Paper, score: int) -> Anchor:
    sentences = split_sentences(" ".join(paper.abstract.split()))
    return Anchor(paper.id, paper.title, sentences[0] if sentences else "", score)
