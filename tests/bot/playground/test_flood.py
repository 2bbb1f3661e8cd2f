"""The limits, by the clock the test hands in."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.flood import Flood, FloodLimits

AT = 1_800_000_000.0
ALL = FloodLimits(chat_per_second=0, group_per_minute=0)


def test_everything_together_is_thirty_a_second() -> None:
    flood = Flood(ALL)
    burst = [flood.knock(chat, is_private=True, at=AT) for chat in range(30)]
    assert burst == [None] * 30
    # One more every thirtieth of a second, for ever.
    for number in range(1, 90):
        assert flood.knock(number, is_private=True, at=AT + number / 30) is None
    assert flood.knock(99, is_private=True, at=AT + 89 / 30) == 3


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    flood = Flood(FloodLimits())
    assert [flood.knock(7, is_private=True, at=AT) for _ in range(5)] == [None] * 5
    assert flood.knock(7, is_private=True, at=AT + 1) is None
    assert flood.knock(7, is_private=True, at=AT + 1) == 3
    assert flood.knock(8, is_private=True, at=AT + 1) is None


def test_a_group_takes_twenty_in_any_minute() -> None:
    flood = Flood(FloodLimits(chat_per_second=0))
    assert all(flood.knock(-7, is_private=False, at=AT + 3 * n) is None for n in range(20))
    assert flood.knock(-8, is_private=False, at=AT + 59) is None
    assert flood.knock(-7, is_private=False, at=AT + 60) is None
    # The second of the twenty is 57 seconds old by now.
    assert flood.knock(-7, is_private=False, at=AT + 60) == 3


def test_waiting_as_told_is_enough() -> None:
    flood = Flood(FloodLimits())
    refused = [flood.knock(7, is_private=True, at=AT) for _ in range(6)][-1]
    assert refused == 3
    assert flood.knock(7, is_private=True, at=AT + refused) is None
    assert flood.lengthened == 0


def test_trying_during_a_ban_makes_it_longer() -> None:
    flood = Flood(FloodLimits(chat_burst=1, ban=10, longer=5))
    assert flood.knock(7, is_private=True, at=AT) is None
    assert flood.knock(7, is_private=True, at=AT) == 10
    assert flood.knock(7, is_private=True, at=AT + 1) == 14
    assert flood.knock(7, is_private=True, at=AT + 10) == 10
    assert flood.knock(7, is_private=True, at=AT + 20) is None
    assert flood.lengthened == 2


def test_a_ban_on_everything_is_for_every_chat() -> None:
    flood = Flood(FloodLimits(per_second=1, ban=5))
    assert flood.knock(1, is_private=True, at=AT) is None
    assert flood.knock(2, is_private=True, at=AT) == 5
    assert flood.knock(3, is_private=True, at=AT + 4) == 2
    assert flood.banned_until == AT + 6


def test_no_limits_are_no_limits() -> None:
    flood = Flood(FloodLimits.none())
    assert all(flood.knock(-1, is_private=False, at=AT) is None for _ in range(10_000))


@pytest.mark.parametrize("chats", [1, 3])
@given(steps=st.lists(st.floats(0, 20), max_size=120))
def test_no_minute_ever_holds_more_than_a_group_may_get(chats: int, steps: list[float]) -> None:
    flood = Flood(FloodLimits(ban=1, longer=0))
    passed: dict[int, list[float]] = {}
    for number, at in enumerate(itertools.accumulate(steps, initial=AT)):
        chat = -1 - number % chats
        if flood.knock(chat, is_private=False, at=at) is None:
            passed.setdefault(chat, []).append(at)
    for times in passed.values():
        for first, later in zip(times, times[20:], strict=False):
            assert later - first >= 60
