"""Who wins on a line of the results: this paper or the best other method. Pure.

Where nobody said which way a metric counts, or two values are not in the same unit, nobody wins.
"""

import re
from enum import StrEnum

from core.models.values import Result

_VALUE = re.compile(r"(?P<value>[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<unit>\D*)")
_SPREAD = re.compile(r"\s?(?:±|\\pm|\+/-).*")


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


def _value(text: str) -> tuple[float, str] | None:
    match = _VALUE.fullmatch(_SPREAD.sub("", text).strip())
    if match is None:
        return None
    number = match["value"].replace(",", "").replace("−", "-")
    return float(number), match["unit"].strip().removeprefix("\\").casefold()
