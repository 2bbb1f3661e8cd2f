"""How much a tap says, and for how long."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.feedback import (
    HALF_LIFE,
    MOST_MARKS,
    MOST_PASSED,
    PASSED_OVER,
    WEIGHTS,
    FeedbackEvent,
    FeedbackKind,
    weights,
)
from tests.core.store.samples import DAY, NOON

NONE: list[tuple[date, tuple[str, ...]]] = []


def mark(kind: FeedbackKind, paper_id: str = "a", *, at: datetime = NOON) -> FeedbackEvent:
    return FeedbackEvent(1, paper_id, kind, at)


def test_a_tap_counts_full_today_and_half_after_a_half_life() -> None:
    assert weights([mark(FeedbackKind.LIKE)], NONE, NOON) == {"a": 1.0}
    assert weights([mark(FeedbackKind.LIKE)], NONE, NOON + HALF_LIFE) == {"a": pytest.approx(0.5)}
    assert weights([mark(FeedbackKind.OFF_TOPIC)], NONE, NOON) == {"a": -2.0}


def test_an_opinion_counts_more_than_having_saved_or_opened() -> None:
    later = NOON + timedelta(hours=1)
    said = [
        mark(FeedbackKind.DISLIKE),
        mark(FeedbackKind.SAVED, at=later),
        mark(FeedbackKind.OPENED, at=later),
    ]
    assert weights(said, NONE, later)["a"] == pytest.approx(-1.0, abs=0.01)


def test_saving_says_more_than_opening() -> None:
    said = [mark(FeedbackKind.OPENED), mark(FeedbackKind.SAVED)]
    assert weights(said, NONE, NOON) == {"a": WEIGHTS[FeedbackKind.SAVED]}


def test_opening_papers_makes_nobody_a_profile() -> None:
    assert weights([mark(FeedbackKind.OPENED)], [(DAY, ("a", "b"))], NOON) == {}


def test_what_was_passed_over_says_little_and_only_beside_a_tap() -> None:
    shown = [(DAY, ("a", "b")), (DAY + timedelta(days=1), ("c", "d"))]
    found = weights([mark(FeedbackKind.LIKE)], shown, NOON)
    assert found == {"a": 1.0, "b": PASSED_OVER}


def test_a_clock_that_went_back_makes_no_tap_stronger() -> None:
    assert weights([mark(FeedbackKind.LIKE)], NONE, NOON - timedelta(days=9)) == {"a": 1.0}


@given(
    st.lists(
        st.builds(
            mark,
            st.sampled_from(FeedbackKind),
            st.sampled_from([f"p{number}" for number in range(300)]),
            at=st.timedeltas(timedelta(), timedelta(days=800)).map(lambda age: NOON - age),
        ),
        max_size=300,
    )
)
def test_weights_are_bounded_few_and_indifferent_to_order(marks: list[FeedbackEvent]) -> None:
    shown = [(DAY, tuple(f"p{number}" for number in range(300)))]
    found = weights(marks, shown, NOON)
    assert len(found) <= MOST_MARKS + MOST_PASSED
    assert all(abs(weight) <= 2 for weight in found.values())
    unique = {(item.paper_id, item.kind, item.at): item for item in marks}
    if len({(item.paper_id, item.at) for item in marks}) == len(unique):
        assert weights(marks[::-1], shown, NOON) == found
