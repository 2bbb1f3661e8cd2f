"""The provider's day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policies import PACIFIC

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

    assert PACIFIC.bounds(utc(now)) == (utc(begin), utc(end))


@given(st.integers(0, 10 * 365 * 24 * 60))
def test_every_moment_lies_in_its_day(minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    begin, end = PACIFIC.bounds(now)
    assert begin <= now < end
    assert PACIFIC.bounds(end)[0] == end
    assert PACIFIC.reset_after(now) > end
