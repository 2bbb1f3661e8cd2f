"""From evidence to odds, and from odds to the 0-100 scale of the rubric.

The constants were fitted once on the dev topics, each topic weighing the same, with the
interest's name alone and with its description (logistic regression; `tests/bench/relevance.py`
prints how well they hold, and how little they move when a topic is left out). They are absolute:
a day without a relevant paper gets no high score.
"""

import math

import numpy as np

from core.score.background import Floats
from core.score.index import TermEvidence

WORDS, PHRASES, SENSE, PORTRAITS, START = 0.8, 3.8, 4.5, 10.0, -6.0
"""Log-odds that a paper is listed under an interest: START + the sum of what speaks for it."""

SECOND_INTEREST = 0.25
"""What a second interest's odds add to the best one's."""

# Where the rubric's steps lie. The labels are incomplete (of highly ranked unlisted papers, 66
# of 80 checked were relevant), so the odds below are low estimates.
_ODDS = (-9.0, -5.0, -3.0, -1.5, 0.5, 2.2, 4.5)
_SCORES = (0.0, 10.0, 35.0, 60.0, 75.0, 90.0, 100.0)


def odds(evidence: TermEvidence) -> Floats:
    """Return log-odds per paper (row) and interest (column)."""
    return (
        START
        + WORDS * evidence.words
        + PHRASES * evidence.phrases
        + SENSE * evidence.sense
        + PORTRAITS * evidence.portraits
    )


def combine(by_interest: Floats) -> Floats:
    """Return log-odds per paper over interests that are OR-ed: the best one, and a little more."""
    if by_interest.shape[1] == 0:
        return np.full(by_interest.shape[0], _ODDS[0])
    best = by_interest.max(axis=1)
    others = np.exp(by_interest - best[:, None]).sum(axis=1) - 1.0
    return np.asarray(best + np.log1p(SECOND_INTEREST * others))


def score(log_odds: Floats) -> Floats:
    """Return the rubric's 0-100, rounded; never falling where the odds rise."""
    return np.rint(np.interp(log_odds, _ODDS, _SCORES))


_TAIL = 0.01
"""Room kept at both ends of the scale, so that papers beyond them still differ."""


def fine_score(log_odds: float) -> float:
    """Return the rubric's 0-100 unrounded and strictly rising: for ordering long lists.

    Where `score` has reached 0 or 100 the last hundredth point is approached but not reached.
    """
    if log_odds <= _ODDS[0]:
        return _TAIL * math.exp(log_odds - _ODDS[0])
    if log_odds >= _ODDS[-1]:
        return 100.0 - _TAIL * math.exp(_ODDS[-1] - log_odds)
    low, high = _SCORES[0] + _TAIL, _SCORES[-1] - _TAIL
    share = float(np.interp(log_odds, _ODDS, _SCORES)) / 100.0
    return low + share * (high - low)
