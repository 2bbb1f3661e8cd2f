import numpy as np
import pytest
from scipy import sparse

from core.score import pseudo_relevance

SAME = np.array([1.0, 0.0, 0.0])
OTHER = np.array([0.0, 1.0, 0.0])


def test_without_sure_papers_nothing_moves() -> None:
    odds = np.array([[-1.2], [-3.0], [-5.0]])
    rows = sparse.csr_matrix([SAME, SAME, OTHER])
    assert pseudo_relevance.follow(odds, rows).tolist() == odds.tolist()


def test_one_sure_paper_is_not_a_direction() -> None:
    odds = np.array([[3.0], [-3.0]])
    assert pseudo_relevance.follow(odds, sparse.csr_matrix([SAME, SAME])).tolist() == odds.tolist()


def test_papers_like_the_surest_rise_and_others_fall_a_little() -> None:
    odds = np.array([[3.0], [2.0], [2.0], [-3.0], [-3.0]])
    rows = sparse.csr_matrix([SAME, SAME, SAME, SAME, OTHER])
    moved = pseudo_relevance.follow(odds, rows) - odds
    assert moved[3] > 0 > moved[4]
    assert np.abs(moved).max() <= pseudo_relevance.FURTHEST


def test_interests_are_followed_apart_and_kinship_only_saves_time() -> None:
    odds = np.array([[3.0, -3.0], [2.0, 1.0], [2.0, 0.5], [-3.0, -3.0]])
    rows = sparse.csr_matrix([SAME, SAME, OTHER, SAME])
    together = pseudo_relevance.follow(odds, rows)
    assert together == pytest.approx(
        pseudo_relevance.follow(odds, rows, pseudo_relevance.kinship(rows))
    )
    for column in (0, 1):
        alone = pseudo_relevance.follow(odds[:, [column]], rows)
        assert together[:, column] == pytest.approx(alone[:, 0])
