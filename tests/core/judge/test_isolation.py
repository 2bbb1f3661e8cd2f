from itertools import combinations, permutations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.judge.isolation import RISE, VOTES, separated, settled
from core.models.values import Paper

PAPER = Paper(id="2603.00001", title="T")
POINTS = st.integers(0, 100)


@pytest.mark.parametrize(
    ("looks", "local", "counts"),
    [
        ((70,), 50, 70),
        ((62, 58, 65), 50, 58),
        ((62, 58, 65), 70, 65),
        ((40, 80), 60, 60),
        ((100, 100), 20, 20 + RISE),
        ((100, 60), 40, 60),
        ((0, 80), 75, 75),
        ((0, 80), 85, 80),
    ],
    ids=["one", "all above", "all below", "both sides", "cap", "a lift", "put down", "put down 2"],
)
def test_looks_move_a_local_score_as_far_as_all_agree(
    looks: tuple[int, ...], local: int, counts: int
) -> None:
    assert settled(looks, local, PAPER) == counts


def test_who_people_vouch_for_has_no_cap_and_needs_all_looks_all_the_same() -> None:
    voted = PAPER.model_copy(update={"upvotes": VOTES})
    assert settled((95, 91), 20, voted) == 91
    assert settled((95, 15), 20, voted) == 20


@pytest.mark.parametrize("number", [*range(1, 37), 60, 126, 127])
def test_any_two_are_apart_in_some_group_and_no_group_is_too_many(number: int) -> None:
    groups = [set(group) for group in separated(range(number))]
    for one, other in permutations(range(number), 2):
        assert any(one in group and other not in group for group in groups)
    fewer = len(groups) - 1
    assert number == 1 or comb(fewer, fewer // 2) < number, "Sperner: fewer cannot do it"


@given(st.data())
def test_one_liar_moves_any_other_no_further_than_its_local_score(data: st.DataObject) -> None:
    """Whatever is answered, or not, to every question the liar is in."""
    number = data.draw(st.integers(2, 40))
    scores = st.lists(POINTS, min_size=number, max_size=number)
    local, honest, liar = (
        data.draw(scores),
        data.draw(scores),
        data.draw(st.integers(0, number - 1)),
    )
    looks: list[list[int]] = [[] for _ in range(number)]
    for group in (list(range(number)), *separated(range(number))):
        for each in group:
            lie = data.draw(st.none() | POINTS) if liar in group else honest[each]
            looks[each] += [] if lie is None else [lie]

    for each in set(range(number)) - {liar}:
        counts = settled(looks[each], local[each], PAPER)
        assert min(local[each], honest[each]) <= counts <= max(local[each], honest[each])
    if looks[liar]:
        assert settled(looks[liar], local[liar], PAPER) <= local[liar] + RISE


@pytest.mark.parametrize(("number", "most"), [(10, 0.26), (15, 0.33), (30, 0.22), (35, 0.22)])
def test_two_liars_together_reach_some_not_all(number: int, most: float) -> None:
    """They are in all looks at so many of the others, on average; the cap holds there, too."""
    seats = [
        {seat for seat, group in enumerate(separated(range(number))) if each in group}
        for each in range(number)
    ]
    reached = sum(
        seats[each] <= seats[one] | seats[other]
        for one, other in combinations(range(number), 2)
        for each in range(number)
        if each not in (one, other)
    )
    assert 0 < reached / (comb(number, 2) * (number - 2)) < most
