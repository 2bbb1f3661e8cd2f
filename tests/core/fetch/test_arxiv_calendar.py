from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fetch.arxiv_calendar import (
    EASTERN,
    announcement_time,
    eastern_day,
    feed_time,
    is_announced,
    load_holidays,
    next_announced,
    submission_window,
)

HOLIDAYS = load_holidays()


def eastern(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("day", "announced"),
    [
        (date(2026, 3, 9), True),  # Monday: announced on Sunday evening
        (date(2026, 3, 13), True),  # Friday
        (date(2026, 3, 14), False),  # Saturday
        (date(2026, 3, 15), False),  # Sunday
        (date(2026, 11, 26), True),  # Thanksgiving itself: announced the evening before
        (date(2026, 11, 27), False),
        (date(2025, 7, 7), False),  # a Sunday evening can be a holiday
        (date(2026, 12, 29), True),
        (date(2026, 12, 30), False),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_which_days_have_a_list(day: date, announced: bool) -> None:
    assert is_announced(day, HOLIDAYS) is announced


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2026, 3, 13), date(2026, 3, 11), date(2026, 3, 12)),  # Friday: Wednesday to Thursday
        (date(2026, 3, 16), date(2026, 3, 12), date(2026, 3, 13)),  # Monday: Thursday to Friday
        (date(2026, 3, 17), date(2026, 3, 13), date(2026, 3, 16)),  # Tuesday: the weekend
        (date(2026, 11, 30), date(2026, 11, 25), date(2026, 11, 27)),  # after Thanksgiving
        (date(2025, 7, 8), date(2025, 7, 3), date(2025, 7, 7)),  # after a Sunday's holiday
        (date(2026, 12, 31), date(2026, 12, 28), date(2026, 12, 30)),
    ],
)
def test_a_list_holds_what_came_in_since_the_last_deadline(
    day: date, start: date, end: date
) -> None:
    assert submission_window(day, HOLIDAYS) == (eastern(start, 14), eastern(end, 14))


def test_deadlines_follow_the_wall_clock_over_the_change_to_summer_time() -> None:
    # Clocks went forward on Sunday 2026-03-08.
    assert submission_window(date(2026, 3, 10), HOLIDAYS) == (
        datetime(2026, 3, 6, 19, tzinfo=UTC),
        datetime(2026, 3, 9, 18, tzinfo=UTC),
    )


def test_announcements_are_at_eight_in_the_evening_before() -> None:
    assert announcement_time(date(2026, 7, 1)) == datetime(2026, 7, 1, 0, tzinfo=UTC)
    assert announcement_time(date(2026, 1, 14)) == datetime(2026, 1, 14, 1, tzinfo=UTC)
    assert feed_time(date(2026, 7, 1)) == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_a_day_without_list_has_no_window() -> None:
    with pytest.raises(ValueError, match="no list of 2026-03-14"):
        submission_window(date(2026, 3, 14), HOLIDAYS)


def test_the_next_list_skips_weekends_and_holidays() -> None:
    assert next_announced(date(2026, 3, 12), HOLIDAYS) == date(2026, 3, 13)
    assert next_announced(date(2026, 3, 13), HOLIDAYS) == date(2026, 3, 16)
    assert next_announced(date(2026, 11, 26), HOLIDAYS) == date(2026, 11, 30)


def test_a_feeds_date_is_read_in_eastern_time() -> None:
    assert eastern_day(datetime(2026, 3, 13, 3, 59, tzinfo=UTC)) == date(2026, 3, 12)
    assert eastern_day(datetime(2026, 3, 13, 4, 0, tzinfo=UTC)) == date(2026, 3, 13)


FIRST, LAST = date(2025, 1, 6), date(2027, 1, 15)


def announced_days(holidays: frozenset[date]) -> list[date]:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]
    return [day for day in days if is_announced(day, holidays)]


@given(st.frozensets(st.dates(FIRST, LAST), max_size=60))
def test_windows_tile_time_whatever_the_holidays(more: frozenset[date]) -> None:
    holidays = HOLIDAYS | more
    days = announced_days(holidays)
    windows = [submission_window(day, holidays) for day in days]
    assert all(start < end for start, end in windows)
    assert all(end == start for (_, end), (start, _) in pairwise(windows))
    assert all(
        window[1] < announcement_time(day) for day, window in zip(days, windows, strict=True)
    )


@given(st.timedeltas(timedelta(0), timedelta(days=700)))
def test_every_instant_belongs_to_exactly_one_list(later: timedelta) -> None:
    at = datetime(2025, 1, 10, tzinfo=UTC) + later
    windows = {day: submission_window(day, HOLIDAYS) for day in announced_days(HOLIDAYS)}
    assert sum(start <= at < end for start, end in windows.values()) == 1
