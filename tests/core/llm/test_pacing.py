"""The arithmetic of minutes and days; the rest of pacing is tested through the chain."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.pacing import MINUTE, quota_day, wait_for_room

NOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begin", "end"),
    [
        ("2026-01-15T12:00", "2026-01-15T08:00", "2026-01-16T08:00"),
        ("2026-01-15T07:59", "2026-01-14T08:00", "2026-01-15T08:00"),
        ("2026-07-15T07:00", "2026-07-15T07:00", "2026-07-16T07:00"),
        ("2026-03-08T20:00", "2026-03-08T08:00", "2026-03-09T07:00"),  # 23 hours: spring
        ("2026-11-01T20:00", "2026-11-01T07:00", "2026-11-02T08:00"),  # 25 hours: autumn
    ],
)
def test_a_day_ends_at_midnight_pacific(now: str, begin: str, end: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert quota_day(utc(now)) == (utc(begin), utc(end))


@given(st.integers(0, 10 * 365 * 24 * 60))
def test_every_moment_lies_in_its_day(minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    begin, end = quota_day(now)
    assert begin <= now < end
    assert quota_day(end)[0] == end


_ago = st.lists(st.integers(0, 120).map(lambda seconds: timedelta(seconds=seconds)), max_size=20)


@given(_ago, st.integers(1, 8))
def test_the_wait_is_the_shortest_that_keeps_to_the_limit(ago: list[timedelta], rpm: int) -> None:
    starts = [NOON - seconds for seconds in ago]

    def has_room(at: datetime) -> bool:
        return sum(at - MINUTE < start <= at for start in starts) < rpm

    wait = wait_for_room(starts, rpm=rpm, now=NOON)
    assert has_room(NOON + wait)
    assert not wait or not has_room(NOON + wait - timedelta(microseconds=1))


def test_no_limit_is_no_wait() -> None:
    assert wait_for_room([NOON] * 100, rpm=0, now=NOON) == timedelta(0)
