"""Who looks at a digest, and the digest as that reader has chosen to see it."""

from dataclasses import dataclass
from typing import Final

from core.models.values import Edition, Language, ScoredPaper

USUAL_PICKS: Final = 2
"""How many a reader sees who lowered the threshold without saying how many."""


@dataclass(frozen=True)
class View:
    """How one chat looks at things."""

    language: Language
    username: str
    """The bot's name, for links into the private chat."""
    is_private: bool
    top_n: int | None = None
    threshold: int | None = None
    """None: the digest's own."""


def tailored(edition: Edition, view: View) -> Edition:
    """Return `edition` with the reader's own number and threshold, in the reader's language.

    A pick dropped by them becomes a runner-up, and a runner-up may become a pick; the order is
    the digest's own, where a local score never outranks a model's.
    """
    digest = edition.digest
    if view.top_n is None and view.threshold is None:
        if digest.language == view.language:
            return edition
        picks, others = digest.picks, digest.others
        threshold = digest.threshold
    else:
        threshold = digest.threshold if view.threshold is None else view.threshold
        limit = view.top_n if view.top_n is not None else max(len(digest.picks), USUAL_PICKS)
        picks, others = _chosen((*digest.picks, *digest.others), threshold, limit)
    shown = {scored.paper.id for scored in picks}
    return Edition(
        digest=digest.model_copy(
            update={
                "language": view.language,
                "threshold": threshold,
                "picks": picks,
                "others": others,
            }
        ),
        analyses=edition.analyses,
        waiting={id_: delay for id_, delay in edition.waiting.items() if id_ in shown},
    )


def _chosen(
    pool: tuple[ScoredPaper, ...], threshold: int, limit: int
) -> tuple[tuple[ScoredPaper, ...], tuple[ScoredPaper, ...]]:
    picks = [scored for scored in pool if scored.score >= threshold][:limit]
    taken = {scored.paper.id for scored in picks}
    return tuple(picks), tuple(scored for scored in pool if scored.paper.id not in taken)
