"""What likes and dislikes say about papers: logistic regression in its dual form.

The learned weights are a sum over the marked papers, `w = sum_i a_i x_i`, so a taste is one number
per mark, and applying it needs only how alike two papers are: that is what makes ten thousand
readers affordable. It works from the first like. With more likes the focus' own odds count less
(what a reader does says more than what she typed), and what is very like the liked papers is wanted
even where no topic says so. Without dislikes the other papers of a list must not stand in for them,
or the same paper would be scored differently on another day. Their place takes one fixed paper that
is like nothing.
"""

from dataclasses import dataclass

import numpy as np

from core.score.background import Floats

FOCUS_HALF = 3.0
"""Likes at which the focus counts half."""
TASTE = 2.0
"""Log-odds for one step of the regression, whose classes are balanced."""
SCARCE = -1.0
"""Log-odds of a paper of which taste says neither yes nor no: most papers are not wanted."""
BY_TASTE, TASTE_ALONE = 3.0, -3.0
"""Log-odds by taste alone, per step of the regression, and where that says neither yes nor no."""
_STRENGTH = 20.0
"""The regression's C; between 10 and 100 it makes no difference on the readers of the bench."""
_MOST_STEPS, _STILL = 25, 1e-4
_FLAT = 1e-9
"""Least curvature: a mark the regression is sure of moves nothing."""


@dataclass(frozen=True)
class UserModel:
    coefficients: Floats
    """One per mark."""
    bias: float
    liked: float
    """Sum of the likes' weights."""


def learn(alike: Floats, weights: Floats) -> UserModel:
    """Return what marks say; `alike` are the inner products of the marked papers' features.

    A weight above zero is a like, below zero the opposite; nearer zero it says less.
    """
    wanted, strength = weights > 0, np.abs(weights)
    likes, dislikes = float(strength[wanted].sum()), float(strength[~wanted].sum())
    taste = UserModel(np.zeros(len(weights)), 0.0, likes)
    if not likes and not dislikes:
        return taste
    # The fixed paper speaks for the class nobody has marked.
    usual = 0.0 if likes and dislikes else likes + dislikes
    in_all = likes + dislikes + usual
    for_likes = in_all / (2 * (likes or usual))
    for_others = in_all / (2 * (dislikes or usual))
    heavy = strength * np.where(wanted, for_likes, for_others)
    fixed = usual * (for_others if likes else for_likes)
    return _fit(alike, wanted.astype(np.float64), heavy, (0.0 if likes else 1.0, fixed), likes)


def _fit(
    alike: Floats, labels: Floats, heavy: Floats, fixed: tuple[float, float], liked: float
) -> UserModel:
    """Return the weighted fit by Newton's method (iteratively reweighted least squares).

    `fixed` is the label and the weight of a paper that is like nothing: only the bias sees it.
    Each step solves (K + 1/(C W)) a + b = z and sum(a) = C V (z0 - b), where W, z and V, z0 are
    the curvatures and working responses of the marks and of the fixed paper.
    """
    count = len(labels)
    coefficients, bias = np.zeros(count), 0.0
    for _ in range(_MOST_STEPS):
        fit = alike @ coefficients + bias
        sure, sure_fixed = _sigmoid(fit), float(_sigmoid(np.asarray(bias)))
        curve = np.maximum(heavy * sure * (1 - sure), _FLAT)
        curve_fixed = max(fixed[1] * sure_fixed * (1 - sure_fixed), _FLAT)
        response = fit - (sure - labels) * heavy / curve
        response_fixed = bias - (sure_fixed - fixed[0]) * fixed[1] / curve_fixed
        system = np.ones((count + 1, count + 1))
        system[:count, :count] = alike + np.diag(1 / (_STRENGTH * curve))
        system[count, count] = -_STRENGTH * curve_fixed
        sides = np.append(response, system[count, count] * response_fixed)
        solved = np.linalg.solve(system, sides)
        moved = float(np.abs(alike @ (solved[:count] - coefficients)).max())
        coefficients, bias = solved[:count], float(solved[count])
        if moved < _STILL:
            break
    return UserModel(coefficients, bias, liked)


def with_taste(odds: Floats, alike: Floats, taste: UserModel) -> Floats:
    """Return the log-odds of papers (rows of `alike`) after what a reader marked (columns)."""
    learned = alike @ taste.coefficients
    if not taste.liked:  # only dislikes: they lower what is like them, and say nothing of the rest
        return np.asarray(odds + TASTE * np.minimum(learned, 0.0))
    learned = learned + taste.bias
    trust = FOCUS_HALF / (FOCUS_HALF + taste.liked)
    both = trust * odds + (1 - trust) * SCARCE + TASTE * learned
    return np.asarray(np.logaddexp(both, TASTE_ALONE + BY_TASTE * learned))


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -500, 500))))
