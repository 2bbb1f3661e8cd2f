"""Scores for a day's candidates: a local one for each, a model's for the best.

A model's score is stored and never paid for twice; where it cannot be had the local one stands,
and the digest says so.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.digest.baseline import Usual
from core.digest.gather import LOOKBACK, Candidates
from core.digest.pick import shortlist
from core.injection.detect import Passage
from core.injection.quarantine import passages, quarantined_paper
from core.judge.stored import Judge, Judging, Scores
from core.llm import CallContext, Urgency
from core.models.digest_spec import DigestSpec
from core.models.progress import Progress
from core.models.values import (
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
from core.score.percentile import standing
from core.score.reasons import instead, local_reason
from core.store import StoredScore
from core.store.flags import Flags
from core.store.papers.papers import Papers
from core.store.papers.scores import StoredScores

Rank = Callable[[Sequence[Paper], Focus], list[LocalScore]]


@dataclass(frozen=True)
class Scored:
    papers: tuple[ScoredPaper, ...]
    waiting: int
    """How many papers a model was to score and did not."""
    has_judge: bool


class Scorer:
    def __init__(
        self,
        *,
        papers: Papers,
        scores: StoredScores,
        flags: Flags,
        rank: Rank,
        judge: Judge | None,
        second: Judge | None = None,
    ) -> None:
        """`second` looks again at what `judge` has scored."""
        self._rank = rank
        self._papers = papers
        self._judging = Judging(scores, papers, judge, second) if judge is not None else None
        self._flags = flags
        self._usual = Usual(papers, rank)

    async def score(
        self,
        candidates: Candidates,
        day: date,
        spec: DigestSpec,
        progress: Progress,
        context: CallContext,
        *,
        widen: bool,
    ) -> Scored:
        """Rank all locally, let the model score the best of them, keep what it could not local.

        Papers left over from earlier days come with the scores they have. With `widen` their seats
        in the shortlist go to the day's own papers.
        """
        progress("scoring", 0, 2)
        papers, focus, language = candidates.papers, spec.focus, spec.language
        # In a thread: ranking computes for a while, and fetches or readers are waiting.
        ranking, found = await asyncio.to_thread(self._ranked, papers, focus)
        await self._flags.note(day, found)
        local = {score.paper_id: score.score for score in ranking}
        progress("scoring", 1, 2)
        judged: Scores = {}
        waiting = 0
        if self._judging is not None:
            stored = await self._judging.known(papers, focus, language)
            chosen = _chosen(candidates, ranking, stored, widen=widen)
            unknown = [paper for paper in chosen if paper.id not in stored]
            judged = stored | await self._judging.asked(
                unknown,
                focus,
                language,
                context,
                threshold=spec.threshold,
                local=local,
            )
            waiting = sum(paper.id not in judged for paper in chosen)
        progress("scoring", 2, 2)
        by_id = {local.paper_id: local for local in ranking}
        scored = [_scored(paper, by_id[paper.id], judged, language) for paper in papers]
        scored = await self._placed(scored, by_id, spec.focus, day)
        return Scored(tuple(scored), waiting, has_judge=self._judging is not None)

    def _ranked(
        self, papers: Sequence[Paper], focus: Focus
    ) -> tuple[list[LocalScore], dict[str, Passage]]:
        """Rank without the sentences that speak to a model; return the first of each paper, too."""
        found = {paper.id: said[0] for paper in papers if (said := passages(paper))}
        return self._rank([quarantined_paper(paper) for paper in papers], focus), found

    async def shared(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        context: CallContext | None = None,
        *,
        threshold: int,
    ) -> Scores:
        """Return the model's scores for a focus that several share: the known ones, by paper.

        With a context the model is asked about those that are not known.
        """
        if self._judging is None:
            return {}
        known = await self._judging.known(papers, focus, language)
        unknown = [paper for paper in papers if paper.id not in known]
        if context is None or not unknown:
            return known
        ranking, _ = await asyncio.to_thread(self._ranked, unknown, focus)
        local = {score.paper_id: score.score for score in ranking}
        return known | await self._judging.asked(
            unknown, focus, language, context, threshold=threshold, local=local
        )

    async def complete(self, digest: Digest, context: CallContext) -> Digest:
        """Return `digest` with the model's scores for what it shows, where they had to wait.

        The choice and its order stay: readers have seen them.
        """
        known = await self.known(digest)
        local = scores_awaited(known)
        # What is left of an answer was asked about twice: it has none.
        if self._judging is None or not local or known is not digest:
            return known
        shown = (*digest.picks, *digest.others)
        judged = await self._judging.asked(
            local,
            digest.focus,
            digest.language,
            context.but(Urgency.RETRY),
            threshold=digest.threshold,
            local={item.paper.id: item.score for item in shown},
        )
        return _mended(digest, judged, left=len(local) - len(judged))

    async def reworded(
        self,
        digest: Digest,
        base: Digest,
        context: CallContext | None = None,
        *,
        widely: bool = False,
    ) -> Digest:
        """Return `digest` with the scores of `base`, whose choice it is, told in its own language.

        With a context a model is asked for reasons that are missing; `widely` also for those of
        readers' own lists of that day. What it has not said is worded locally.
        """
        shown = {scored.paper.id: scored for scored in (*base.picks, *base.others)}
        papers = [scored.paper for scored in shown.values()]
        said = await self._reasons(base, digest.language, papers, context, widely=widely)
        ranking, _ = await asyncio.to_thread(self._ranked, papers, digest.focus)
        local = {item.paper_id: item for item in ranking}

        def worded(scored: ScoredPaper) -> ScoredPaper:
            now = shown.get(scored.paper.id)
            if now is None:
                return scored
            by_model = said.get(now.paper.id) if now.kind is ScoreKind.LLM else None
            reason = (
                by_model.reason
                if by_model
                else local_reason(local[now.paper.id], now.paper, digest.language)
            )
            headline = by_model.headline if by_model else ""
            return now.model_copy(update={"reason": reason, "headline": headline})

        return digest.model_copy(
            update={
                "picks": tuple(map(worded, digest.picks)),
                "others": tuple(map(worded, digest.others)),
                "notes": base.notes,
                "scanned": base.scanned,
                "candidates": base.candidates,
                "first_looked_at": base.first_looked_at,
            }
        )

    async def _reasons(
        self,
        base: Digest,
        language: Language,
        shown: Sequence[Paper],
        context: CallContext | None,
        *,
        widely: bool,
    ) -> Scores:
        """Return what a model says in `language` of the papers it scored for `base`."""
        if self._judging is None:
            return {}
        papers = {paper.id: paper for paper in shown}
        if widely and context is not None:
            lately = await self._papers.listed(base.day - LOOKBACK, base.day)
            papers |= {paper.id: paper for paper in lately}
        pool = list(papers.values())
        scored = await self._judging.known(pool, base.focus, base.language)
        judged = [papers[paper_id] for paper_id in scored]
        return await self.shared(judged, base.focus, language, context, threshold=base.threshold)

    async def known(self, digest: Digest) -> Digest:
        """Return `digest` with the model's scores that have come since; the same without any."""
        local = scores_awaited(digest)
        if self._judging is None or not local:
            return digest
        judged = await self._judging.known(local, digest.focus, digest.language)
        return _mended(digest, judged, left=len(local) - len(judged)) if judged else digest

    async def _placed(
        self,
        scored: list[ScoredPaper],
        by_id: Mapping[str, LocalScore],
        focus: Focus,
        day: date,
    ) -> list[ScoredPaper]:
        """Return the papers with their places among the month's, by their local scores."""
        if not scored:
            return scored
        usual = await self._usual.scores(focus, day)
        shares = {
            score: standing(score, usual) for score in {local.score for local in by_id.values()}
        }
        return [
            item.model_copy(update={"top_share": shares[by_id[item.paper.id].score]})
            for item in scored
        ]


def scores_awaited(digest: Digest) -> list[Paper]:
    """Return what `digest` shows with local scores because the model's had to wait."""
    if not any(note.kind is NoteKind.SCORES_WAITING for note in digest.notes):
        return []
    shown = (*digest.picks, *digest.others)
    return [scored.paper for scored in shown if scored.kind is ScoreKind.LOCAL]


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
    paper: Paper, local: LocalScore, judged: Mapping[str, StoredScore], language: Language
) -> ScoredPaper:
    reason = local_reason(local, paper, language)
    if paper.id in judged:
        return _by_model(paper, judged[paper.id], instead(reason, language))
    return ScoredPaper(paper=paper, score=local.score, kind=ScoreKind.LOCAL, reason=reason)


def _by_model(paper: Paper, judged: StoredScore, otherwise: str) -> ScoredPaper:
    """Return a paper with a model's score, and its reason; `otherwise` where it has none."""
    return ScoredPaper(
        paper=paper,
        score=judged.score,
        kind=ScoreKind.LLM,
        reason=judged.reason or otherwise,
        headline=judged.headline,
        model=judged.model,
    )


def _mended(digest: Digest, judged: Mapping[str, StoredScore], *, left: int) -> Digest:
    def mended(scored: ScoredPaper) -> ScoredPaper:
        if scored.kind is ScoreKind.LLM or scored.paper.id not in judged:
            return scored
        by_model = _by_model(
            scored.paper, judged[scored.paper.id], instead(scored.reason, digest.language)
        )
        return by_model.model_copy(update={"top_share": scored.top_share})

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
