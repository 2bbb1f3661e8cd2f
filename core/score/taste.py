"""What likes and dislikes say about papers: a ridge regression in its dual form.

The learned weights are a sum over the marked papers, `w = sum_i a_i x_i`, so a taste is one number
per mark, and applying it needs only how alike two papers are. Works from the first like. With
more likes the focus' own odds count less: what a reader does says more than what she typed. What
a newcomer would get wrong: without dislikes nothing may depend on the list's other papers, or the
same paper would be scored differently on a different day. So what is usual is a constant: most
papers are not wanted.
"""

from dataclasses import dataclass

import numpy as np

from core.score.background import Floats

FOCUS_HALF = 3.0
"""Likes at which the focus counts half."""
TASTE = 2.0
"""Log-odds for one step of the regression."""
SCARCE = -1.0
"""Log-odds of a paper of which taste says neither yes nor no: most papers are not wanted."""
WANTED, UNWANTED = 2.0, -2.0
"""What the regression aims at for a liked and for an unwanted paper; for the usual one at 0."""
RIDGE = 0.5
"""Noise of one mark of weight 1: what a second like of the same kind still adds."""


@dataclass(frozen=True)
class Taste:
    """What was learned."""

    coefficients: Floats
    """One per mark."""
    trust: float
    """How much the focus' own odds still count, 0 to 1."""


def learn(alike: Floats, weights: Floats) -> Taste:
    """Return what marks say; `alike` are the inner products of the marked papers' features.

    A weight above zero is a like, below zero the opposite; nearer zero it says less.
    """
    liked = float(weights[weights > 0].sum())
    trust = FOCUS_HALF / (FOCUS_HALF + liked)
    said = np.abs(weights) > 0
    coefficients = np.zeros(len(weights))
    if said.any():
        targets = np.where(weights[said] > 0, WANTED, UNWANTED)
        noise = np.diag(RIDGE / np.abs(weights[said]))
        coefficients[said] = np.linalg.solve(alike[np.ix_(said, said)] + noise, targets)
    return Taste(coefficients, trust)


def with_taste(odds: Floats, alike: Floats, taste: Taste) -> Floats:
    """Return the log-odds of papers (rows of `alike`) after what a reader marked (columns)."""
    learned = TASTE * (alike @ taste.coefficients)
    return np.asarray(taste.trust * odds + (1 - taste.trust) * SCARCE + learned)
