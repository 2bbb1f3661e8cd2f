"""Which papers a model is asked about, and which are shown.

Both are pure choices over values. The one rule that is not obvious is in `pick`: scores of a model
and local scores are both called 0-100, but are not the same measure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar

from core.fetch.withdrawn import is_doubtful
from core.models.values import LocalScore, Paper, ScoreKind

NEAR = 20
"""How far below the threshold a runner-up may be: further down the rubric says "another topic"."""
ENOUGH = 10
"""With this many papers scored by a model, the best of the day are among them."""


class Rated(Protocol):
    """A paper with a score; `ScoredPaper` is one."""

    @property
    def paper(self) -> Paper:
        """The paper."""

    @property
    def score(self) -> int:
        """0-100."""

    @property
    def kind(self) -> ScoreKind:
        """Who scored."""


RatedT = TypeVar("RatedT", bound=Rated)


@dataclass(frozen=True)
class Choice(Generic[RatedT]):
    """What a day shows, best first."""

    picks: tuple[RatedT, ...]
    """At or above the threshold; may be empty."""
    others: tuple[RatedT, ...]
    """Runners-up, by title only."""


def shortlist(
    papers: Sequence[Paper], local: Sequence[LocalScore], *, size: int = 30, upvoted: int = 6
) -> list[Paper]:
    """Return at most `size` papers for the model, locally best first.

    Up to `upvoted` of the seats go to the most upvoted papers that are not among the locally best:
    words alone miss a paper that says the same in other words. A paper without a local score
    comes last.
    """
    scores = {score.paper_id: score.rank_score for score in local}
    ranked = sorted(papers, key=lambda paper: _local_key(paper, scores))
    missed = sorted(
        (paper for paper in ranked[max(size - upvoted, 0) :] if paper.upvotes),
        key=lambda paper: (-(paper.upvotes or 0), _local_key(paper, scores)),
    )
    seats = {paper.id for paper in missed[: min(upvoted, size)]}
    for paper in ranked:
        if len(seats) >= size:
            break
        seats.add(paper.id)
    return [paper for paper in ranked if paper.id in seats]


def pick(
    scored: Sequence[RatedT], *, threshold: int, limit: int, runners_up: int = 10
) -> Choice[RatedT]:
    """Return the best papers at or above `threshold`, at most `limit`, and near runners-up.

    A local score never outranks a model's: the model read the abstracts of the locally best, so
    what it did not score stands behind what it did, whatever its number. And once it scored
    `ENOUGH`, only papers it scored are shown; otherwise, on a quiet day when it found nothing,
    papers it was not even asked about would fill the seats. When it scored fewer (its answer broke
    off), local scores fill the seats that are left; when it scored none, they are all there is.

    A paper that may have been withdrawn is a runner-up at most.
    """
    ranked = sorted(scored, key=_key)
    by_model = sum(item.kind is ScoreKind.LLM for item in ranked)
    comparable = [item for item in ranked if item.kind is ScoreKind.LLM or by_model < ENOUGH]
    good = (item for item in comparable if item.score >= threshold)
    picks = list(islice((item for item in good if not is_doubtful(item.paper)), limit))
    picked = {item.paper.id for item in picks}
    others = [
        item
        for item in comparable
        if item.score >= threshold - NEAR and item.paper.id not in picked
    ]
    return Choice(tuple(picks), tuple(others[:runners_up]))


def _local_key(paper: Paper, scores: Mapping[str, float]) -> tuple[float, int, str]:
    return (-scores.get(paper.id, float("-inf")), -(paper.upvotes or 0), paper.id)


def _key(item: Rated) -> tuple[bool, int, int, str]:
    paper = item.paper
    return (item.kind is not ScoreKind.LLM, -item.score, -(paper.upvotes or 0), paper.id)
