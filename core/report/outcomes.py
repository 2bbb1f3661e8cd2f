"""How a line of the results says who wins: losses as plainly as wins. Pure."""

from typing import Final

from core.locale import Sentences
from core.models.outcomes import outcome
from core.models.values import Language, Result

_OUTCOMES = Sentences("report.outcomes", ("win", "loss", "tie", "open"))
_ARROWS: Final = {True: "↑", False: "↓", None: ""}


def metric(result: Result) -> str:
    """Return the metric with the way it counts: "FID↓"."""
    return result.metric + _ARROWS[result.higher_is_better]


def said(result: Result, language: Language) -> str:
    """Return how the other value is introduced: "✓ 胜", "✗ 负"."""
    return _OUTCOMES(outcome(result) or "open", language)
