"""Who wins on a line of the results: this paper or the best other method. Pure.

Losses are told as plainly as wins. Where nobody said which way a metric counts, or two values are
not in the same unit, nobody wins.
"""

import re
from enum import StrEnum
from typing import Final

from core.locale import Sentences
from core.models.values import Language, Result

_OUTCOMES = Sentences("report.outcomes", ("win", "loss", "tie", "open"))
_VALUE = re.compile(r"(?P<value>[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<unit>\D*)")
_SPREAD = re.compile(r"\s?(?:±|\\pm|\+/-).*")
_ARROWS: Final = {True: "↑", False: "↓", None: ""}


class Outcome(StrEnum):
    """How a paper's value compares with the best other one."""

    WIN = "win"
    LOSS = "loss"
    TIE = "tie"


def outcome(result: Result) -> Outcome | None:
    """Return who wins; None where that cannot be told."""
    ours, other = _value(result.ours), _value(result.other or "")
    if result.higher_is_better is None or not ours or not other or ours[1] != other[1]:
        return None
    if ours[0] == other[0]:
        return Outcome.TIE
    return Outcome.WIN if (ours[0] > other[0]) is result.higher_is_better else Outcome.LOSS


def metric(result: Result) -> str:
    """Return the metric with the way it counts: "FID↓"."""
    return result.metric + _ARROWS[result.higher_is_better]


def said(result: Result, language: Language) -> str:
    """Return how the other value is introduced: "✓ 胜", "✗ 负"."""
    return _OUTCOMES(outcome(result) or "open", language)


def _value(text: str) -> tuple[float, str] | None:
    match = _VALUE.fullmatch(_SPREAD.sub("", text).strip())
    if match is None:
        return None
    number = match["value"].replace(",", "").replace("−", "-")
    return float(number), match["unit"].strip().removeprefix("\\").casefold()
