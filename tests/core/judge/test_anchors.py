from datetime import UTC, datetime, timedelta

from core.judge.anchors import choose
from core.store.papers.scores import PastScore

START = datetime(2026, 3, 1, tzinfo=UTC)


def past(*scores: int) -> list[PastScore]:
    """Return scores, one a day, oldest first."""
    return [
        PastScore(f"2603.{number:05d}", score, START + timedelta(days=number))
        for number, score in enumerate(scores)
    ]


def scores(chosen: list[PastScore]) -> list[int]:
    return [item.score for item in chosen]


def test_one_is_high_one_near_the_threshold_and_one_low() -> None:
    assert scores(choose(past(20, 33, 50, 61, 77, 88, 99), 60, ())) == [88, 61, 33]


def test_what_there_is_none_of_is_left_out() -> None:
    assert scores(choose(past(50, 62), 60, ())) == [62]
    assert choose([], 60, ()) == []


def test_the_same_stay_whatever_comes_later() -> None:
    early = choose(past(31, 58, 84), 60, ())
    assert choose(past(31, 58, 84, 30, 60, 85), 60, ()) == early


def test_the_papers_asked_about_are_none() -> None:
    known = past(30, 60, 85)
    assert scores(choose(known, 60, {known[1].paper_id})) == [85, 30]


def test_no_paper_stands_for_two() -> None:
    assert scores(choose(past(80), 80, ())) == [80]
