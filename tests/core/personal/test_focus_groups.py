"""Who shares a model's scores."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.values import Focus
from core.personal.focus_groups import focus_groups
from core.personal.values import FocusGroup
from core.score.local import Ranker, load_ranker


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return load_ranker()


def grouped(ranker: Ranker, *focuses: tuple[str, ...]) -> list[FocusGroup]:
    return focus_groups(
        {number: Focus(interests=topics) for number, topics in enumerate(focuses)},
        glossary=ranker.glossary,
        background=ranker.background,
    )


def members(found: list[FocusGroup]) -> list[tuple[int, ...]]:
    return [circle.members for circle in found]


def test_order_capitals_and_language_do_not_part_readers(ranker: Ranker) -> None:
    found = grouped(
        ranker,
        ("Super-Resolution", "deblurring"),
        ("deblurring", "super-resolution"),
        ("超分辨率", "去模糊"),
    )
    assert members(found) == [(0, 1, 2)]
    assert found[0].focus.interests == ("deblurring", "super-resolution")


def test_different_topics_part_readers(ranker: Ranker) -> None:
    found = grouped(ranker, ("super-resolution",), ("Gaussian splatting",), ("super-resolution",))
    assert members(found) == [(0, 2), (1,)]


def test_a_second_topic_of_equal_weight_parts_readers(ranker: Ranker) -> None:
    found = grouped(ranker, ("super-resolution",), ("super-resolution", "visual SLAM"))
    assert members(found) == [(0,), (1,)]


def test_who_only_avoids_something_has_no_circle(ranker: Ranker) -> None:
    assert grouped(ranker, ()) == []


TOPICS = ("超分", "super-resolution", "去雨", "deraining", "GAN", "bird counting", "???")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3).map(tuple), max_size=12))
def test_everybody_is_in_one_circle_and_the_biggest_come_first(
    ranker: Ranker, focuses: list[tuple[str, ...]]
) -> None:
    found = grouped(ranker, *focuses)
    assert sorted(n for circle in found for n in circle.members) == list(range(len(focuses)))
    sizes = [len(circle.members) for circle in found]
    assert sizes == sorted(sizes, reverse=True)
