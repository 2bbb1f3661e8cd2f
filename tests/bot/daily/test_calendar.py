"""Hours that strike, in zones whose clocks jump."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily.calendar import edition_at, last_struck, next_strike, press_time, strike

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Kolkata",  # + 5:30
    "Asia/Kathmandu",  # + 5:45
    "Australia/Lord_Howe",  # jumps by half an hour
    "America/New_York",
    "America/Sao_Paulo",  # jumped at midnight until 2019
    "Europe/London",
    "Africa/Casablanca",  # jumps twice a year around Ramadan
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Kiritimati",
    "Asia/Pyongyang",  # had no 23:45 on 4 May 2018
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.builds(time, st.integers(0, 23), st.integers(0, 59))
years = st.integers(2005, 2037)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "struck"),
    [
        ("Asia/Shanghai", "2026-03-13", "08:30", "2026-03-13 00:30"),
        ("Asia/Kathmandu", "2026-03-13", "08:30", "2026-03-13 02:45"),
        ("America/New_York", "2026-03-07", "08:30", "2026-03-07 13:30"),
        ("America/New_York", "2026-03-09", "08:30", "2026-03-09 12:30"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:00"),  # there is no 02:30
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),  # there are two
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),
        ("America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04 03:00"),
        ("Pacific/Apia", "2011-12-29", "08:30", "2011-12-29 18:30"),
        ("Pacific/Apia", "2011-12-31", "08:30", "2011-12-30 18:30"),
        ("Asia/Pyongyang", "2018-05-04", "23:45", "2018-05-04 15:00"),
    ],
)
def test_an_hour_strikes_once_on_its_day(zone: str, day: str, at: str, struck: str) -> None:
    found = strike(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == utc(struck)


def test_on_a_day_that_was_skipped_nothing_strikes() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert strike(date(2011, 12, 30), time(8, 30), apia) is None
    assert last_struck(utc("2011-12-30 18:00"), time(8, 30), apia) == utc("2011-12-29 18:30")
    assert next_strike(utc("2011-12-29 18:30"), time(8, 30), apia) == utc("2011-12-30 18:30")


def days_of(year: int, zone: ZoneInfo) -> list[date]:
    """The days of a year that a clock in `zone` has shown, looked at every hour."""
    start, end = datetime(year, 1, 2, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC)
    shown = (start + timedelta(hours=hour) for hour in range(int((end - start).days * 24)))
    return sorted({moment.astimezone(zone).date() for moment in shown})


@given(zone=zones, at=hours, year=years)
def test_every_day_that_a_zone_has_known_strikes_exactly_once(
    zone: ZoneInfo, at: time, year: int
) -> None:
    days = days_of(year, zone)
    strikes = [strike(day, at, zone) for day in days]
    known = [moment for moment in strikes if moment is not None]
    assert len(known) == len(days)
    assert all(earlier < later for earlier, later in pairwise(known))
    skipped = set(days_between(days)) - set(days)
    assert all(strike(day, at, zone) is None for day in skipped)


def days_between(days: list[date]) -> list[date]:
    return [days[0] + timedelta(days=number) for number in range((days[-1] - days[0]).days)]


@given(
    zone=zones,
    at=hours,
    now=st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_nothing_strikes_between_the_last_and_the_next(
    zone: ZoneInfo, at: time, now: datetime
) -> None:
    last, following = last_struck(now, at, zone), next_strike(now, at, zone)
    assert last <= now < following
    assert next_strike(last, at, zone) == following
    assert last_struck(following, at, zone) == following
    assert following - last <= timedelta(hours=26)


@pytest.mark.parametrize(
    ("instant", "edition"),
    [
        ("2026-03-13 00:19", "2026-03-12"),
        ("2026-03-13 00:20", "2026-03-13"),  # 08:20: within the tolerance
        ("2026-03-13 00:30", "2026-03-13"),
        ("2026-03-13 15:30", "2026-03-13"),  # 08:30 in Los Angeles
        ("2026-03-12 22:30", "2026-03-12"),  # 07:30 in Tokyo comes too early for the 13th
    ],
)
def test_a_reader_gets_the_newest_edition_that_is_out(instant: str, edition: str) -> None:
    assert edition_at(utc(instant), time(8, 30), SHANGHAI) == date.fromisoformat(edition)


@given(zone=zones, at=hours, day=st.dates(date(2012, 1, 2), date(2036, 12, 30)))
def test_an_edition_is_out_from_press_time_until_the_next_ones(
    zone: ZoneInfo, at: time, day: date
) -> None:
    press = press_time(day, at, zone)
    assert edition_at(press, at, zone) == day
    following = press_time(day + timedelta(days=1), at, zone)
    assert edition_at(following - timedelta(minutes=11), at, zone) == day
