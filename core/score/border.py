"""Papers so near the threshold that a second look decides: which. Pure.

What a newcomer would get wrong: being near is not enough. Where the seats are taken by papers far
above, or a paper has been looked at twice, another look changes nothing and costs a call.
"""

from collections.abc import Sequence

from core.models import Paper, ScoredPaper, ScoreKind

BAND = 5
"""Points from the threshold within which a model, asked twice, may say yes and no."""
MOST = 10
"""Papers looked at twice, the best first: more would not be shown anyway."""


def doubtful(scored: Sequence[ScoredPaper], *, threshold: int, limit: int) -> list[Paper]:
    """Return the papers whose verdict may change what is picked, best first."""
    by_model = [item for item in scored if item.kind is ScoreKind.LLM]
    if sum(item.score > threshold + BAND for item in by_model) >= limit:
        return []
    near = [item for item in by_model if abs(item.score - threshold) <= BAND]
    near.sort(key=lambda item: (-item.score, item.paper.id))
    return [item.paper for item in near[:MOST]]
