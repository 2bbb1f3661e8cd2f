"""What likes and dislikes say about papers: logistic regression over words and senses.

Works from the first like, where the regression is all but Rocchio's mean of what was liked. With
more likes the focus' own odds count less: what a reader does says more than what she typed.
Without dislikes the other papers are weak negatives: most of them are not what she wants, and
each of them says little.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.score.background import Floats

FOCUS_HALF = 3.0
"""Likes at which the focus counts half."""
TASTE = 2.0
"""Log-odds for one step of the regression, whose classes are balanced."""
SCARCE = -1.0
"""Log-odds of a paper of which taste says neither yes nor no: most papers are not wanted."""
AVERSION = 8.0
"""Log-odds that likeness to what was disliked costs, where nothing was liked."""
_STRENGTH = 10.0  # sklearn's C; between 1 and 100 it makes no difference
_MOST_NEGATIVES = 1_000


@dataclass(frozen=True)
class Marked:
    """Rows of papers a reader marked."""

    likes: tuple[int, ...]
    dislikes: tuple[int, ...]


def with_taste(odds: Floats, features: sparse.csr_matrix, marked: Marked) -> Floats:
    """Return the log-odds after what a reader liked and disliked."""
    if marked.likes:
        learned = _regression(features, marked)
        share = FOCUS_HALF / (FOCUS_HALF + len(marked.likes))
        return share * odds + (1 - share) * SCARCE + TASTE * learned
    if marked.dislikes:
        centre = np.asarray(features[list(marked.dislikes)].mean(axis=0)).ravel()
        length = float(np.linalg.norm(centre)) or 1.0
        return odds - AVERSION * np.asarray(features @ centre) / length
    return odds


def _regression(features: sparse.csr_matrix, marked: Marked) -> Floats:
    from sklearn.linear_model import LogisticRegression  # slow to import, seldom needed

    negatives = marked.dislikes or _others(features.shape[0], marked.likes)
    if not negatives:
        return np.zeros(features.shape[0])
    rows = features[[*marked.likes, *negatives]]
    labels = np.repeat([1, 0], [len(marked.likes), len(negatives)])
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=300)
    return np.asarray(model.fit(rows, labels).decision_function(features), dtype=np.float64)


def _others(number: int, likes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the rows that are not liked, evenly thinned: a thousand say what is usual."""
    others = np.setdiff1d(np.arange(number), likes)
    step = max(1, -(-len(others) // _MOST_NEGATIVES))
    return tuple(int(row) for row in others[::step])
