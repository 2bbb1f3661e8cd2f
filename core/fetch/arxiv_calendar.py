"""arXiv's week: which days have a list, and which submissions are in it.

A list is named by the day of its *feed* (midnight US Eastern), as readers and DESIGN.md do; it is
announced at 20:00 on the evening before, Sunday to Thursday. So Monday's list was announced on
Sunday and holds what came in from Thursday 14:00 to Friday 14:00, and Tuesday's holds the weekend.
A holiday is a date whose *evening* has no announcement: the day after it has no list, and the
next list holds both windows. All arithmetic is on Eastern wall clocks, so it survives the change
to summer time.
"""

import tomllib
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
_ANNOUNCED_AT = time(20)
_CUTOFF = time(14)
_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def load_holidays() -> frozenset[date]:
    """Read the packaged list of evenings without announcement (one table per year)."""
    text = files("core.fetch").joinpath("arxiv_holidays.toml").read_text("utf-8")
    return frozenset(day for year in tomllib.loads(text).values() for day in year["evenings"])


def is_announced(day: date, holidays: Collection[date]) -> bool:
    """Whether there is a list (a feed) of `day`."""
    evening = day - _DAY
    return evening.weekday() not in (_FRIDAY, _SATURDAY) and evening not in holidays


def announcement_time(day: date) -> datetime:
    """When the list of `day` becomes public: 20:00 Eastern on the evening before, as UTC."""
    return _eastern(day - _DAY, _ANNOUNCED_AT)


def feed_time(day: date) -> datetime:
    """When the feed of `day` is built: midnight Eastern, four hours after the announcement."""
    return _eastern(day, time(0))


def submission_window(day: date, holidays: Collection[date]) -> tuple[datetime, datetime]:
    """Return the half-open span of submissions in the list of `day`, in UTC.

    Raise ValueError for a day without list: its submissions belong to the next one.
    """
    if not is_announced(day, holidays):
        raise ValueError(f"arXiv has no list of {day}")
    return _cutoff(_previous_announced(day, holidays)), _cutoff(day)


def next_announced(day: date, holidays: Collection[date]) -> date:
    """Return the first day after `day` that has a list."""
    following = day + _DAY
    while not is_announced(following, holidays):
        following += _DAY
    return following


def eastern_day(at: datetime) -> date:
    """Return the calendar day of an instant where arXiv lives; a feed's date is read this way."""
    return at.astimezone(EASTERN).date()


def _previous_announced(day: date, holidays: Collection[date]) -> date:
    before = day - _DAY
    while not is_announced(before, holidays):
        before -= _DAY
    return before


def _cutoff(day: date) -> datetime:
    """The deadline of the list of `day`: 14:00 on its evening, on Friday for Sunday evening.

    Friday's deadline stands also when that Friday is in the holiday list: arXiv lists such days,
    but there is no announcement on a Friday that could be deferred.
    """
    evening = day - _DAY
    return _eastern(evening - 2 * _DAY if evening.weekday() == _SUNDAY else evening, _CUTOFF)


def _eastern(day: date, at: time) -> datetime:
    return datetime.combine(day, at, EASTERN).astimezone(UTC)
