"""A day's requests, divided."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm import Urgency
from core.llm.quota.shares import Shares, allowance, kept, next_chance
from tests.policies import PACIFIC

MORNING = datetime(2026, 3, 13, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai, 17:30 Pacific
RESET = datetime(2026, 3, 13, 7, 0, tzinfo=UTC)
LAST_HOUR = RESET - timedelta(minutes=30)
SHARES = Shares(digest=4, interactive=0.25)
ASKED, MADE, MENDED = Urgency.INTERACTIVE, Urgency.DIGEST, Urgency.RETRY


@pytest.mark.parametrize(
    ("used", "now", "asked", "made", "mended"),
    [
        ({}, MORNING, 16, 15, 11),
        ({ASKED: 16}, MORNING, 0, 4, 0),  # greedy readers leave the digest its four
        ({MADE: 15}, MORNING, 5, 0, 0),  # a greedy digest leaves readers their five
        ({MADE: 4}, MORNING, 16, 11, 11),
        ({MADE: 4, ASKED: 5}, MORNING, 11, 11, 11),
        ({MENDED: 11}, MORNING, 5, 4, 0),
        ({MADE: 15}, LAST_HOUR, 5, 5, 5),  # what nobody asked for would expire
        ({}, LAST_HOUR, 16, 20, 16),  # the digest may still come
        ({MADE: 3}, LAST_HOUR, 17, 17, 17),  # it has been made, and left one over
    ],
)
def test_nobody_eats_what_is_kept_for_others(
    used: Mapping[Urgency, int], now: datetime, asked: int, made: int, mended: int
) -> None:
    kinds = (ASKED, MADE, MENDED)
    found = [allowance(urgency, 20, used, SHARES, PACIFIC, now) for urgency in kinds]
    assert found == [asked, made, mended]


@given(
    st.integers(1, 60),
    st.lists(st.sampled_from([ASKED, MADE, MENDED]), max_size=150),
    st.integers(0, 10),
)
def test_in_whatever_order_work_comes_promises_are_kept(
    rpd: int, work: list[Urgency], digest: int
) -> None:
    shares = Shares(digest=digest)
    promised = kept(rpd, {}, shares, PACIFIC, MORNING)
    used = dict.fromkeys(Urgency, 0)
    denied = set()
    for urgency in work:
        if allowance(urgency, rpd, used, shares, PACIFIC, MORNING) > 0:
            used[urgency] += 1
        else:
            denied.add(urgency)
    assert sum(used.values()) <= rpd
    for urgency in denied & promised.keys():
        assert used[urgency] >= promised[urgency]
    if MENDED in denied:
        assert sum(used.values()) + sum(kept(rpd, used, shares, PACIFIC, MORNING).values()) >= rpd


@pytest.mark.parametrize(
    ("urgency", "used", "now", "tomorrow"),
    [
        (MADE, {MADE: 15}, MORNING, False),
        (MENDED, {MADE: 15}, MORNING, False),
        (MENDED, {MADE: 20}, MORNING, True),
        (MADE, {MADE: 20}, LAST_HOUR, True),
        (ASKED, {ASKED: 16}, MORNING, True),  # the four that are left are the digest's
        (ASKED, {ASKED: 16, MADE: 3}, MORNING, False),  # what it left over is everybody's
        (MENDED, {ASKED: 16}, MORNING, True),
    ],
)
def test_who_gets_nothing_is_told_when_there_will_be_something(
    urgency: Urgency, used: Mapping[Urgency, int], now: datetime, tomorrow: bool
) -> None:
    chance = next_chance(urgency, 20, used, SHARES, PACIFIC, now)
    assert chance == RESET + (timedelta(minutes=1) if tomorrow else -timedelta(hours=1))
    assert tomorrow or allowance(urgency, 20, used, SHARES, PACIFIC, chance) > 0


@pytest.mark.parametrize("rpd", range(1, 30))
@pytest.mark.parametrize("digest", [4, 13, 22])
def test_small_days_leave_something_for_readers_as_soon_as_they_are_large_enough(
    rpd: int, digest: int
) -> None:
    shares = Shares(digest=digest)
    assert allowance(MADE, rpd, {}, shares, PACIFIC, MORNING) >= 1
    assert allowance(ASKED, rpd, {}, shares, PACIFIC, MORNING) >= rpd // 4
