"""What likes and dislikes say about papers: logistic regression in its dual form.

The learned weights are a sum over the marked papers, `w = sum_i a_i x_i`, so a taste is one number
per mark, and applying it needs only how alike two papers are: that is what makes ten thousand
readers affordable. It works from the first like. The average paper of the field stands against the
likes as a weak negative; it is the origin, since `PaperIndex.alike` is seen from there. The other
papers of a list must not take its place, or the same paper would be scored differently on another
day.

Taste is added to what a reader typed. How much depends on how alike each like is to the other ones
(leave-one-out), shrunk to a little where likes are few. The focus' own odds fade only as far as
likes are what it does not ask for: a clear focus stays, a vague one gives way. The constants were
chosen on half of the bench's curated topics and all its readers (`tests/bench/relevance_likes.py`).
"""

from dataclasses import dataclass

import numpy as np

from core.score.background import Floats

FOCUS_HALF = 0.5
"""Likes the focus does not ask for, at which it counts half."""
TASTE = 2.0
"""Log-odds for one step of the regression, whose classes are balanced, once likes are alike."""
SCARCE = -2.5
"""Log-odds of a paper of which a faded focus says neither yes nor no: most are not wanted."""
_UNALIKE, _ALIKE = 0.06, 0.12
"""Likeness of a like to the others at which likes say nothing, and from which they say all."""
_MOST_ALIKE = 1.5
_USUAL, _USUAL_LIKES = 0.12, 2.0
"""Likeness that is expected before it can be seen, and how many likes that is worth."""
_LEVEL_HALF = 2.0
"""Likes at which they lower what is unlike them by half: a first like only lifts."""
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
    strength: float
    """Log-odds for one step of the regression."""
    fading: float
    """Part of the focus that likes do not bear out: 0 for none of it."""
    has_likes: bool = True
    """Without any, marks only lower what is like them."""


def learn(alike: Floats, weights: Floats, odds: Floats | None = None) -> UserModel:
    """Return what marks say; `alike` are the marked papers' likeness, `odds` those of the focus.

    A weight above zero is a like, below zero the opposite; nearer zero it says less. `odds` has
    one number for each mark; it is missing where there is no focus.
    """
    wanted, strength = weights > 0, np.abs(weights)
    likes, dislikes = float(strength[wanted].sum()), float(strength[~wanted].sum())
    if not likes and not dislikes:
        return UserModel(np.zeros(len(weights)), 0.0, 0.0, 0.0, has_likes=False)
    # The average paper speaks against likes as much as all marks together: a single dislike must
    # not weigh as much as ten likes. Where nothing is liked it takes the place of a like.
    usual = likes + dislikes
    for_likes = usual / (likes or usual)
    for_others = usual / (dislikes + usual if likes else dislikes)
    heavy = strength * np.where(wanted, for_likes, for_others)
    fixed = (0.0, usual * for_others) if likes else (1.0, usual * for_likes)
    coefficients, bias = _fit(alike, wanted.astype(np.float64), heavy, fixed)
    if not likes:
        return UserModel(
            coefficients, 0.0, TASTE * dislikes / (1.0 + dislikes), 0.0, has_likes=False
        )
    liked = weights[wanted]
    fading = 0.0
    if odds is not None:
        unasked = float(liked @ _sigmoid(-odds[wanted])) / likes
        fading = unasked * likes / (likes + FOCUS_HALF)
    strength_of = TASTE * _agreement(alike[np.ix_(wanted, wanted)], liked)
    # What is as alike to likes as likes usually are to each other does not fall: a hundred likes of
    # one paper, or of bare titles, must not empty a list. The order is the same at any level.
    level = max(bias * likes / (likes + _LEVEL_HALF), -_ALIKE * float(coefficients[wanted].sum()))
    return UserModel(coefficients, level, strength_of, fading)


def _agreement(alike: Floats, weights: Floats) -> float:
    """Return how far likes bear each other out: each one's likeness to the others, on a scale."""
    total = float(weights.sum())
    others = np.outer(weights, weights)
    np.fill_diagonal(others, 0.0)
    seen = float((others * alike).sum()) / total + _USUAL_LIKES * _USUAL
    mean = seen / (float(others.sum()) / total + _USUAL_LIKES)
    return float(np.clip((mean - _UNALIKE) / (_ALIKE - _UNALIKE), 0.0, _MOST_ALIKE))


def _fit(
    alike: Floats, labels: Floats, heavy: Floats, fixed: tuple[float, float]
) -> tuple[Floats, float]:
    """Return the weighted fit (coefficients, bias) by Newton's method.

    Each step is a least-squares fit with the weights of the step before.

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
    return coefficients, bias


def with_taste(odds: Floats, alike: Floats, taste: UserModel) -> Floats:
    """Return the log-odds of papers (rows of `alike`) after what a reader marked (columns)."""
    learned = alike @ taste.coefficients + taste.bias
    if not taste.has_likes:
        learned = np.minimum(learned, 0.0)
    faded = odds + taste.fading * (SCARCE - odds)
    return np.asarray(faded + taste.strength * learned)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -500, 500))))
