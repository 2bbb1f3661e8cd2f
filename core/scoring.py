"""Scores for a day's candidates: a local one for each, a model's for the best.

A model's score is stored and never paid for twice; where it cannot be had the local one stands,
and the digest says so.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.errors import LLMError
from core.gathering import Candidates
from core.llm import ORDINARY, Errand, Urgency
from core.models import (
    Digest,
    Focus,
    Language,
    LocalScore,
    Note,
    NoteKind,
    Paper,
    ScoredPaper,
    ScoreKind,
)
from core.progress import Progress
from core.score.judge import Judgement
from core.score.pick import shortlist
from core.score.reasons import local_reason
from core.store import Store, StoredScore

logger = logging.getLogger(__name__)

Rank = Callable[[Sequence[Paper], Focus], list[LocalScore]]


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
    ) -> Judgement:
        """Return its scores; raise `LLMError` when there is none at all."""
        ...


@dataclass(frozen=True)
class Scored:
    """What scoring came to."""

    papers: tuple[ScoredPaper, ...]
    waiting: int
    """How many papers a model was to score and did not."""
    has_judge: bool


class Scorer:
    """Scores candidates for a focus."""

    def __init__(self, *, store: Store, rank: Rank, judge: Judge | None) -> None:
        self._store = store
        self._rank = rank
        self._judge = judge

    async def score(
        self,
        candidates: Candidates,
        focus: Focus,
        language: Language,
        progress: Progress,
        errand: Errand,
        *,
        widen: bool,
    ) -> Scored:
        """Rank all locally, let the model score the best of them, keep what it could not local.

        Papers left over from earlier days come with the scores they have. With `widen` their seats
        in the shortlist go to the day's own papers.
        """
        progress("scoring", 0, 2)
        papers = candidates.papers
        # In a thread: scikit-learn computes for a while, and fetches or readers are waiting.
        ranking = await asyncio.to_thread(self._rank, papers, focus)
        progress("scoring", 1, 2)
        judged: dict[str, StoredScore] = {}
        waiting = 0
        if self._judge is not None:
            stored = await self._stored(self._judge, papers, focus, language)
            chosen = _chosen(candidates, ranking, stored, widen=widen)
            unknown = [paper for paper in chosen if paper.id not in stored]
            judged = stored | await self._judged(self._judge, unknown, focus, language, errand)
            waiting = sum(paper.id not in judged for paper in chosen)
        progress("scoring", 2, 2)
        by_id = {local.paper_id: local for local in ranking}
        scored = [
            _scored(paper, by_id[paper.id], judged.get(paper.id), language) for paper in papers
        ]
        return Scored(tuple(scored), waiting, has_judge=self._judge is not None)

    async def shared(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        errand: Errand | None = None,
    ) -> dict[str, StoredScore]:
        """Return the model's scores for a focus that several share: the known ones, by paper.

        With an errand the model is asked about those that are not known.
        """
        if self._judge is None:
            return {}
        known = await self._stored(self._judge, papers, focus, language)
        unknown = [paper for paper in papers if paper.id not in known]
        if errand is None or not unknown:
            return known
        return known | await self._judged(self._judge, unknown, focus, language, errand)

    async def mend(self, digest: Digest, errand: Errand) -> Digest:
        """Return `digest` with the model's scores for what it shows, where they had to wait.

        The choice and its order stay: readers have seen them.
        """
        shown = (*digest.picks, *digest.others)
        local = [scored.paper for scored in shown if scored.kind is ScoreKind.LOCAL]
        waits = any(note.kind is NoteKind.SCORES_WAITING for note in digest.notes)
        if self._judge is None or not waits or not local:
            return digest
        focus, language = digest.focus, digest.language
        judged = await self._stored(self._judge, local, focus, language)
        if not judged:  # what is left of an answer was asked about twice: it has none
            errand = errand.but(Urgency.RETRY)
            judged = await self._judged(self._judge, local, focus, language, errand)
        return _mended(digest, judged, left=len(local) - len(judged))

    async def _stored(
        self, judge: Judge, papers: Sequence[Paper], focus: Focus, language: Language
    ) -> dict[str, StoredScore]:
        return await self._store.scores.get(
            paper_ids={paper.id: paper.version for paper in papers},
            focus=focus.text,
            prompt=judge.version,
            models=judge.models,
            language=language,
        )

    async def _judged(
        self,
        judge: Judge,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        errand: Errand,
    ) -> dict[str, StoredScore]:
        """Ask the model about papers and store what it says; nothing when it cannot answer."""
        if not papers:
            return {}
        try:
            judgement = await judge.judge(papers, focus, language, errand)
        except LLMError as error:
            logger.warning("scores stay local: %s", error)
            return {}
        if judgement.dropped:
            logger.info("answers dropped in scoring: %s", dict(judgement.dropped))
        versions = {paper.id: paper.version for paper in papers}
        new = [
            StoredScore(
                paper_id=score.paper_id,
                version=versions[score.paper_id],
                score=score.score,
                reason=score.reason,
                model=score.model,
            )
            for score in judgement.scores
        ]
        await self._store.scores.put(new, focus=focus.text, prompt=judge.version, language=language)
        return {score.paper_id: score for score in new}


def _chosen(
    candidates: Candidates,
    ranking: Sequence[LocalScore],
    stored: Collection[str],
    *,
    widen: bool,
) -> list[Paper]:
    """Return whom the model scores: the best of all, and the best of the day itself.

    With `widen`, seats that go to papers with a stored score are given to the day's own papers.
    """
    chosen = {paper.id: paper for paper in shortlist(candidates.papers, ranking)}
    free = sum(paper_id in stored for paper_id in chosen) if widen else 0
    for paper in shortlist(candidates.new, ranking):
        if free and paper.id not in chosen:
            chosen[paper.id] = paper
            free -= paper.id not in stored
    return list(chosen.values())


def _scored(
    paper: Paper, local: LocalScore, judged: StoredScore | None, language: Language
) -> ScoredPaper:
    if judged is not None:
        return _by_model(paper, judged)
    reason = local_reason(local, paper, language)
    return ScoredPaper(paper=paper, score=local.score, kind=ScoreKind.LOCAL, reason=reason)


def _by_model(paper: Paper, judged: StoredScore) -> ScoredPaper:
    return ScoredPaper(
        paper=paper,
        score=judged.score,
        kind=ScoreKind.LLM,
        reason=judged.reason,
        model=judged.model,
    )


def _mended(digest: Digest, judged: Mapping[str, StoredScore], *, left: int) -> Digest:
    def mended(scored: ScoredPaper) -> ScoredPaper:
        if scored.kind is ScoreKind.LLM or scored.paper.id not in judged:
            return scored
        return _by_model(scored.paper, judged[scored.paper.id])

    notes = [note for note in digest.notes if note.kind is not NoteKind.SCORES_WAITING]
    if left:
        notes.append(Note(kind=NoteKind.SCORES_WAITING, count=left))
    return digest.model_copy(
        update={
            "picks": tuple(map(mended, digest.picks)),
            "others": tuple(map(mended, digest.others)),
            "notes": tuple(notes),
        }
    )
