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


def kinship(likeness: sparse.csr_matrix) -> Floats:
    """Return how alike each two papers are, given TF-IDF rows of length one."""
    return np.asarray((likeness @ likeness.T).todense(), dtype=np.float64)


def follow(odds: Floats, likeness: sparse.csr_matrix, alike: Floats | None = None) -> Floats:
    """Return the log-odds of interests (columns), each after a look at its surest papers.

    `alike` is the papers' `kinship`: worth having for many interests, too big for many papers.
    """
    sureness = _guides(odds)
    total = sureness.sum(axis=0)
    towards = likeness @ (likeness.T @ sureness) if alike is None else alike @ sureness
    length = np.sqrt(np.einsum("pi,pi->i", sureness, towards))
    towards = towards / np.where(length > 0, length, 1.0)
    usual = TYPICAL * np.einsum("pi,pi->i", sureness, towards) / np.where(total > 0, total, 1.0)
    moved = STRENGTH * total / (total + TRUST_HALF) * (towards - usual)
    has_guides = (sureness > 0).sum(axis=0) >= 2
    return np.asarray(odds + np.where(has_guides, np.clip(moved, -FURTHEST, FURTHEST), 0.0))


def _guides(odds: Floats) -> Floats:
    """Return the probabilities of each column's guides, 0 for other papers."""
    # Ties go to the earlier row; rows are in id order, so the same papers give the same guides.
    best = np.argsort(-odds, axis=0, kind="stable")[:GUIDES]
    chosen = np.take_along_axis(odds, best, axis=0)
    sureness = np.zeros_like(odds)
    np.put_along_axis(sureness, best, np.where(chosen > SURE, 1 / (1 + np.exp(-chosen)), 0.0), 0)
    return sureness
