"""Where a score stands among the papers of the last month. Pure.

Like is compared with like. The month's papers have local scores only, so a paper that a model
scored is placed by its local score, too.
"""

from collections.abc import Sequence

from core.locale import Sentence
from core.models.values import Language

ENOUGH = 50
"""With fewer papers to compare, a share would be an accident."""
_STEPS = (1, 2, 3, 5, 10, 20)
_SAID = Sentence("percentile.said")


def standing(score: int, usual: Sequence[int]) -> float | None:
    """Return the share of the usual papers that score at least as high; None with too few."""
    if len(usual) < ENOUGH:
        return None
    return sum(other >= score for other in usual) / len(usual)


def percentile(share: float | None) -> float | None:
    """Return how many percent of the usual papers score lower."""
    return None if share is None else round(100 * (1 - share), 1)


def said(share: float | None, language: Language) -> str:
    """Return a share in round steps; "" for what is nothing special, or not known."""
    if share is None:
        return ""
    step = next((step for step in _STEPS if share * 100 <= step), None)
    return _SAID(language, step=step) if step else ""
