"""How a list is divided into questions."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.judge.answers import REASON_LIMIT
from core.judge.batches import OUTPUT_PER_ITEM, batches, halves, items_per_answer
from core.llm.prompts import load_prompts
from core.llm.tokens import estimate_tokens

NO_LIMIT = 10**9


def counts(number: int, **limits: int) -> list[int]:
    """Return how many of `number` equal things go into each batch; a thing has size 10."""
    limits = {"max_size": NO_LIMIT, "max_items": NO_LIMIT} | limits
    return [len(run) for run in batches(range(number), [10] * number, **limits)]


@pytest.mark.parametrize(
    ("number", "limits", "expected"),
    [
        (0, {"max_items": 64}, []),
        (1, {"max_items": 64}, [1]),
        (64, {"max_items": 64}, [64]),
        (65, {"max_items": 64}, [32, 33]),
        (200, {"max_items": 64}, [50, 50, 50, 50]),
        (9, {"max_size": 40}, [3, 3, 3]),
        (8, {"max_size": 40}, [4, 4]),
        (3, {"max_size": 9}, [1, 1, 1]),
        (3, {"max_size": -5}, [1, 1, 1]),
        (3, {"max_items": 1}, [1, 1, 1]),
    ],
)
def test_equal_things_are_divided_evenly(
    number: int, limits: dict[str, int], expected: list[int]
) -> None:
    assert sorted(counts(number, **limits)) == expected


def test_when_sizes_bind_they_are_evened_not_the_items() -> None:
    sizes = [60, 10, 10, 10, 10, 20]
    assert batches("abcdef", sizes, max_size=100, max_items=64) == ["a", "bcdef"]


def test_when_items_bind_sizes_decide_who_gets_one_more() -> None:
    sizes = [10, 10, 90, 10, 10]
    assert batches("abcde", sizes, max_size=NO_LIMIT, max_items=3) == ["ab", "cde"]
    assert batches("abcde", [10, 10, 10, 90, 90], max_size=NO_LIMIT, max_items=3) == ["abc", "de"]


def test_a_thing_too_large_goes_alone() -> None:
    assert batches("abc", [1, 100, 1], max_size=50, max_items=64) == ["a", "b", "c"]


_sizes = st.lists(st.integers(0, 40), max_size=14)
_max_size = st.integers(-5, 100)
_max_items = st.integers(1, 8)


def fits(sizes: Sequence[int], max_size: int, max_items: int) -> bool:
    return len(sizes) == 1 or (sum(sizes) <= max_size and len(sizes) <= max_items)


def fewest(sizes: tuple[int, ...], max_size: int, max_items: int) -> int:
    """Return the least number of runs, by trying all of them."""

    @cache
    def least(start: int) -> int:
        ends = range(start + 1, len(sizes) + 1)
        return min(
            (1 + least(end) for end in ends if fits(sizes[start:end], max_size, max_items)),
            default=0,
        )

    return least(0)


@given(_sizes, _max_size, _max_items)
def test_each_is_in_one_batch_in_order_within_the_limits_and_the_batches_are_fewest(
    sizes: list[int], max_size: int, max_items: int
) -> None:
    runs = batches(range(len(sizes)), sizes, max_size=max_size, max_items=max_items)
    assert list(chain.from_iterable(runs)) == list(range(len(sizes)))
    assert all(run and fits([sizes[i] for i in run], max_size, max_items) for run in runs)
    assert len(runs) == fewest(tuple(sizes), max_size, max_items)


@given(_sizes, _max_items)
def test_where_only_the_items_bind_batches_differ_by_one_at_most(
    sizes: list[int], max_items: int
) -> None:
    lengths = [len(run) for run in batches(sizes, sizes, max_size=NO_LIMIT, max_items=max_items)]
    assert max(lengths, default=0) - min(lengths, default=0) <= 1


@given(_sizes, st.integers(40, 100))
def test_where_only_the_sizes_bind_moving_one_thing_to_the_neighbour_evens_nothing(
    sizes: list[int], max_size: int
) -> None:
    runs = batches(sizes, sizes, max_size=max_size, max_items=NO_LIMIT)
    if len(runs) < 2:  # nothing binds
        return
    for left, right in pairwise(runs):
        spread = abs(sum(left) - sum(right))
        for moved in ((left[:-1], [left[-1], *right]), ([*left, right[0]], right[1:])):
            assert abs(sum(moved[0]) - sum(moved[1])) >= spread


@given(st.lists(st.integers(), max_size=9))
def test_halves_are_all_of_it_and_of_one_thing_there_are_none(things: list[int]) -> None:
    parts = halves(things)
    assert list(chain.from_iterable(parts)) == (things if len(things) > 1 else [])
    assert all(0 < len(part) < len(things) for part in parts)


@pytest.mark.parametrize(
    ("room", "thoughts", "expected"),
    [(12_288, 2_048, 64), (12_288, 0, 76), (12_288, None, 76), (100, 0, 1), (2_048, 4_096, 1)],
)
def test_thoughts_take_room_from_the_scores(room: int, thoughts: int | None, expected: int) -> None:
    assert items_per_answer(room, thoughts) == expected


def test_an_answer_of_the_longest_reasons_the_prompt_allows_fits() -> None:
    prompt = load_prompts(files("prompts"))["score"]
    assert "at most 80 characters" in prompt.system
    assert REASON_LIMIT > 80  # we take more than we ask for; the room is for what we ask for
    item = {"id": "openreview:AbCdEfGhIj", "score": 100, "reason": "字" * 80}
    answer = json.dumps({"scores": [item, item]}, ensure_ascii=False, indent=2)
    assert estimate_tokens(answer) <= 2 * OUTPUT_PER_ITEM
