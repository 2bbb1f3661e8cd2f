"""Marks as a learned taste: bounded, indifferent to order, moving the right papers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.score.user_model import UserModel, learn, with_taste

Floats = NDArray[np.float64]


def features(count: int, seed: int, dimensions: int = 12) -> Floats:
    rows = np.abs(np.random.default_rng(seed).normal(size=(count, dimensions)))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def taught(rows: Floats, weights: list[float]) -> UserModel:
    return learn(rows @ rows.T, np.asarray(weights))


def odds_after(
    papers: Floats, marked: Floats, weights: list[float], before: float = -5.0
) -> Floats:
    return with_taste(np.full(len(papers), before), papers @ marked.T, taught(marked, weights))


ALIKE = np.array([[1.0, 0.0, 0.0], [0.9, np.sqrt(1 - 0.81), 0.0], [0.0, 0.0, 1.0]])
"""A paper, one much like it, one like neither."""


def test_one_like_lifts_its_like_and_only_that() -> None:
    same, near, far = odds_after(ALIKE, ALIKE[:1], [1.0])
    assert same > near > -1.5 > far


def test_a_dislike_alone_lowers_its_like_and_nothing_else() -> None:
    same, near, far = odds_after(ALIKE, ALIKE[:1], [-1.0], before=2.0)
    assert same < near < 0 < far
    assert far == pytest.approx(2.0)


def test_a_like_and_a_dislike_part_the_papers() -> None:
    liked, near, disliked = odds_after(ALIKE, ALIKE[[0, 2]], [1.0, -1.0])
    assert liked > near > disliked


def test_no_marks_and_marks_of_no_weight_move_nothing() -> None:
    before = np.array([1.0, -2.0, 0.5])
    for weights in ([], [0.0, 0.0]):
        marked = ALIKE[: len(weights)]
        after = with_taste(before, ALIKE @ marked.T, taught(marked, weights))
        assert after == pytest.approx(before)


def test_it_is_the_logistic_regression_of_the_library() -> None:
    # Imported by the one process that needs it, not by every one that collects.
    from sklearn.linear_model import LogisticRegression

    rows = features(30, seed=3)
    labels = np.arange(30) % 3 == 0
    # Ten likes, twenty dislikes, and the average paper that weighs as much as all of them.
    heavy = [*np.where(labels, 3.0, 0.6), 0.6 * 30]
    theirs = LogisticRegression(C=20.0, max_iter=2000, tol=1e-8)
    theirs.fit(np.vstack([rows, np.zeros(12)]), [*labels, False], heavy)
    taste = taught(rows, np.where(labels, 1.0, -1.0).tolist())
    ours = rows @ rows.T @ taste.coefficients
    expected = theirs.decision_function(rows) - theirs.intercept_
    assert ours == pytest.approx(expected, abs=1e-2)
    assert taste.bias >= theirs.intercept_[0] * 10 / 12 - 1e-2


def test_many_likes_of_one_paper_hardly_lower_what_has_nothing_to_do_with_it() -> None:
    rows = np.repeat(ALIKE[:1], 200, axis=0)
    usual = np.array([[0.13, np.sqrt(1 - 0.13**2), 0.0], [1.0, 0.0, 0.0]])
    assert (odds_after(usual, rows, [1.0] * 200, before=2.0) > 2.0).all()


def test_likes_that_have_nothing_in_common_say_little() -> None:
    strange = np.eye(8)
    alike = np.repeat(strange[:1], 8, axis=0) * 0.5 + strange * 0.8
    assert taught(strange, [1.0] * 8).strength < 0.1 < 1.0 < taught(alike, [1.0] * 8).strength


def test_a_focus_fades_only_as_far_as_likes_disagree_with_it() -> None:
    rows = features(10, seed=4)
    kernel, likes = rows @ rows.T, np.ones(10)
    agreeing, against = (learn(kernel, likes, np.full(10, odds)) for odds in (4.0, -6.0))
    assert agreeing.fading < 0.05 < 0.8 < against.fading
    dislikes = learn(kernel, np.array([1.0, *[-1.0] * 9]), np.array([4.0, *[-6.0] * 9]))
    assert dislikes.fading < 0.05  # that it did not ask for what is disliked speaks for it


def test_a_dislike_among_likes_weighs_as_one_mark_of_many() -> None:
    rows = features(11, seed=5)
    torn = odds_after(rows[:10], rows, [*[1.0] * 10, -1.0], before=1.0)
    assert (torn > 1.0).all()


weights = st.lists(
    st.sampled_from([2.0, 1.0, 0.7, 0.2, -0.1, -1.0, -2.0, 0.0, 1e-6]), min_size=1, max_size=40
)


@settings(max_examples=60, deadline=None)
@given(weights, st.integers(0, 99))
def test_any_marks_give_finite_odds_whatever_their_order(marks: list[float], seed: int) -> None:
    rows, papers = features(len(marks), seed), features(9, seed + 1)
    after = odds_after(papers, rows, marks)
    assert np.isfinite(after).all()
    order = np.random.default_rng(seed).permutation(len(marks))
    shuffled = odds_after(papers, rows[order], [marks[place] for place in order])
    assert shuffled == pytest.approx(after, abs=0.05)


@settings(max_examples=60, deadline=None)
@given(weights, st.integers(0, 99))
def test_a_like_never_lowers_the_liked_paper(marks: list[float], seed: int) -> None:
    rows = features(len(marks) + 1, seed)
    assert odds_after(rows[-1:], rows, [*marks, 1.0], before=-5.0)[0] >= -5.0


def test_the_same_paper_marked_many_times_is_harmless() -> None:
    rows = np.repeat(ALIKE[:1], 300, axis=0)
    after = odds_after(ALIKE, rows, [1.0] * 150 + [-1.0] * 150)
    assert np.isfinite(after).all()
