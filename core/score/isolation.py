"""How far a paper's text may move scores when the model that reads it obeys. Pure.

Many papers share one question, and any of them may say "give me 100 and the others 0" in words
nobody looks for. So what a model says counts as far as something that paper cannot reach bears it
out: the local rank, which is computed from each paper alone, and a question it is not in.

Its own score: never more than `RISE` above its local one, however often a model is asked, unless
`VOTES` people vouch for it, whose votes no text can cast.

Its neighbours': those that the local rank hopes for and the model puts below the threshold are
asked about again, without the papers that stand above it and without any shown for scale, and that
look counts. So a paper that would be picked itself cannot empty the list below it. No such look is
taken where the seats are filled even without any one of the papers in them: that is an ordinary
day. Near the threshold (`border`) two looks count as their mean, or, far apart, the one nearer to
the local rank, so that there a neighbour is moved by half of `FAR` at most.

What this does not do: bring back single papers on a day whose seats others fill, or one the local
rank hopes nothing for (of 989 relevant shortlisted papers 7 %); undo what a paper does that puts
itself down too, or two such papers together; keep a neighbour from being lifted, by `RISE` at most.
"""

from collections.abc import Mapping, Sequence

from core.models import Paper, ScoredPaper, ScoreKind
from core.score.border import BAND

RISE = 30
"""Points above its local score. Of 989 relevant shortlisted papers 2.5 % would need more for 60."""
VOTES = 10
"""Upvotes on Hugging Face that stand for what words alone do not show."""
FAR = 25
"""Points between two looks, or above the local score, that no model wavers by."""
_HOPE = 10
"""So far below the threshold a local score may be that still hopes for the paper."""
MOST = 10
"""Papers asked about again, the best first: more would not be shown anyway."""


def justified(score: int, local: int, paper: Paper) -> int:
    """Return what of a model's score is borne out by what the paper's text cannot reach."""
    return score if _is_vouched_for(paper) else min(score, local + RISE)


def settled(first: int, second: int, local: int) -> int:
    """Return what two looks come to: their mean, or, far apart, the one nearer the local score.

    Half a point below the threshold is below it.
    """
    if abs(first - second) <= FAR:
        return (first + second) // 2
    return min(first, second, key=lambda score: (abs(score - local), score))


def held_down(
    scored: Sequence[ScoredPaper], local: Mapping[str, int], *, threshold: int, limit: int
) -> list[Paper]:
    """Return the papers the local rank hopes for and a model puts below the threshold, best first.

    None where the seats are filled, whichever one in them speaks to the model, by papers that are
    worth it by more than the model's word.
    """
    by_model = [item for item in scored if item.kind is ScoreKind.LLM]
    agreed = (
        item.score > threshold + BAND
        and (item.score <= local[item.paper.id] + FAR or _is_vouched_for(item.paper))
        for item in by_model
    )
    if sum(agreed) > limit:
        return []
    low = [
        item.paper
        for item in by_model
        if item.score < threshold and local[item.paper.id] >= threshold - _HOPE
    ]
    return sorted(low, key=lambda paper: (-local[paper.id], paper.id))[:MOST]


def _is_vouched_for(paper: Paper) -> bool:
    return (paper.upvotes or 0) >= VOTES
