"""Papers a model scored before, shown to it again for scale: a score means the same tomorrow. Pure.

A model that sees one day's papers alone spreads them over the scale, whatever they are. The same
three stay as long as they are young enough. New ones every day would each be scored by those of the
day before, and the scale would drift with them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.store.papers.scores import PastScore

ANCHORS_STAY = timedelta(days=30)
_HIGH, _LEAST_HIGH = 85, 75
_LOW, _MOST_LOW = 30, 45
_NEAR = 10
"""How far from the threshold one may be that stands for it."""
_ALIKE = 5
"""Within so many points of what is looked for, the oldest is taken."""


@dataclass(frozen=True)
class Anchor:
    paper_id: str
    title: str
    summary: str
    score: int


def choose(past: Sequence[PastScore], threshold: int, unless: Collection[str]) -> list[PastScore]:
    """Return a high one, one near the threshold and a low one, as far as there are such.

    None of `unless`, which are about to be scored; none twice.
    """
    known = [item for item in past if item.paper_id not in unless]
    chosen: list[PastScore] = []
    for target, least, most in (
        (_HIGH, _LEAST_HIGH, 100),
        (threshold, threshold - _NEAR, threshold + _NEAR),
        (_LOW, 0, _MOST_LOW),
    ):
        fit = [item for item in known if least <= item.score <= most and item not in chosen]
        if fit:
            chosen.append(min(fit, key=lambda item: _order(item, target)))
    return chosen


def _order(item: PastScore, target: int) -> tuple[int, datetime, str]:
    off = abs(item.score - target)
    return (0 if off <= _ALIKE else off, item.at, item.paper_id)
