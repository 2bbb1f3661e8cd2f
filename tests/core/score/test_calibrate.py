import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.score import calibrate

ODDS = st.floats(-50, 50)


@pytest.mark.parametrize(
    ("odds", "score"), [(-60, 0), (-9, 0), (-1.5, 60), (0.5, 75), (2.2, 90), (60, 100)]
)
def test_the_rubrics_steps_lie_at_fixed_odds(odds: float, score: int) -> None:
    assert calibrate.score(np.array([odds])).tolist() == [score]


@given(st.lists(ODDS, min_size=2, max_size=20))
def test_a_score_never_falls_where_the_odds_rise(odds: list[float]) -> None:
    scores = calibrate.score(np.array(sorted(odds)))
    assert (np.diff(scores) >= 0).all()


@given(st.lists(ODDS, min_size=1, max_size=8))
def test_interests_are_or_ed_and_the_best_one_dominates(odds: list[float]) -> None:
    (combined,) = calibrate.combine(np.array([odds]))
    others = np.log1p(calibrate.SECOND_INTEREST * (len(odds) - 1))
    assert max(odds) <= combined <= max(odds) + others + 1e-9


def test_without_interests_nothing_is_relevant() -> None:
    assert calibrate.score(calibrate.combine(np.zeros((3, 0)))).tolist() == [0, 0, 0]


@given(st.lists(ODDS.map(lambda odds: round(odds, 2)), min_size=2, max_size=20, unique=True))
def test_a_fine_score_keeps_every_difference_near_the_scale(odds: list[float]) -> None:
    near = [value for value in sorted(odds) if -20 <= value <= 15]
    fine = [calibrate.fine_score(value) for value in near]
    assert fine == sorted(set(fine))
    assert all(0 < value < 100 for value in fine)


@given(ODDS)
def test_a_fine_score_is_the_score_before_rounding(odds: float) -> None:
    (rounded,) = calibrate.score(np.array([odds]))
    assert abs(calibrate.fine_score(odds) - rounded) <= 0.52
