import pytest

from core.models.values import Language
from core.score.percentile import ENOUGH, percentile, said, standing


def test_it_is_the_share_that_scores_at_least_as_high() -> None:
    usual = range(100)
    assert standing(99, usual) == pytest.approx(0.01)
    assert standing(50, usual) == pytest.approx(0.5)
    assert standing(100, usual) == 0.0


def test_with_too_few_to_compare_nothing_is_known() -> None:
    assert standing(90, range(ENOUGH - 1)) is None
    assert standing(90, range(ENOUGH)) is not None


@pytest.mark.parametrize(
    ("share", "step"),
    [(0.0, 1), (0.01, 1), (0.011, 2), (0.03, 3), (0.031, 5), (0.1, 10), (0.11, 20), (0.2, 20)],
)
def test_it_is_said_in_round_steps(share: float, step: int) -> None:
    assert said(share, "zh") == f"本月前 {step} %"
    assert said(share, "en") == f"top {step} % this month"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_said_beyond_and_of_what_is_not_known(language: Language) -> None:
    assert said(0.21, language) == said(None, language) == ""


def test_the_percentile_counts_from_below() -> None:
    assert percentile(0.028) == 97.2
    assert percentile(None) is None
