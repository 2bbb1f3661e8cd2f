"""How a line of the results says who wins: losses as plainly as wins. Pure."""

import re
from typing import Final

from core.locale import Sentences
from core.models.outcomes import outcome
from core.models.values import Language, Result

_OUTCOMES = Sentences("report.outcomes", ("win", "loss", "tie", "open"))
_ARROWS: Final = {True: "↑", False: "↓", None: ""}


_LONG = re.compile(r"(?<![\d.])\d{1,9}\.\d{5,20}(?![\d.eE])")


def value(printed: str) -> str:
    """Return a value of the results as printed, but "0.85947148678717" as "0.8595"."""
    return _LONG.sub(lambda number: _rounded(number[0]), printed)


def _rounded(number: str) -> str:
    short = f"{float(number):.4f}"
    return short if float(short) else number


def metric(result: Result) -> str:
    """Return the metric with the way it counts: "FID↓"."""
    return result.metric + _ARROWS[result.higher_is_better]


def said(result: Result, language: Language) -> str:
    """Return how the other value is introduced: "✓ 胜过", "✗ 不及"."""
    return _OUTCOMES(outcome(result) or "open", language)
