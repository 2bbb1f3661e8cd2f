"""Pseudo-relevance feedback: the day's surest papers show the way to their neighbours.

What the best papers for an interest have in common is more than the interest's own words. Papers
like them rise a little, papers unlike them fall a little. It trusts itself only as far as there
are sure papers: on a day without one nothing moves, so a weak day is not talked up.
"""

import numpy as np
from scipy import sparse

from core.score.background import Floats

GUIDES = 30
"""At most so many papers show the way."""
SURE = -1.0
"""Log-odds from which a paper may be a guide: the rubric's 60."""
STRENGTH = 6.0
"""Log-odds for full likeness to the guides, once trusted; likeness is seldom above 0.3."""
TRUST_HALF = 5.0
"""Sum of the guides' probabilities at which they are half trusted."""
FURTHEST = 1.0
"""Log-odds a paper moves at most: about ten points. The list decides the order, not the level."""
TYPICAL = 0.65
"""Part of the guides' own likeness that is taken as usual, so that scores keep their level."""


def follow(odds: Floats, likeness: sparse.csr_matrix) -> Floats:
    """Return the log-odds of one interest after a look at its surest papers."""
    # Ties go to the earlier row; rows are in id order, so the same papers give the same guides.
    best = np.argsort(-odds, kind="stable")[:GUIDES]
    guides = best[odds[best] > SURE]
    sureness = 1 / (1 + np.exp(-odds[guides]))
    total = float(sureness.sum())
    if len(guides) < 2:
        return odds
    centre = np.asarray(sureness @ likeness[guides]).ravel()
    alike = np.asarray(likeness @ centre) / (float(np.linalg.norm(centre)) or 1.0)
    usual = TYPICAL * float(sureness @ alike[guides]) / total
    moved = STRENGTH * total / (total + TRUST_HALF) * (alike - usual)
    return odds + np.clip(moved, -FURTHEST, FURTHEST)
