"""Types of columns: Python's values in and out of what both databases can keep and compare."""

import json
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import BigInteger, DateTime, Dialect, Text, TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware time; UTC inside.

    SQLite has no time type and keeps the text `2026-03-13 00:30:00.000000`, which sorts as time
    does but forgets the zone: so everything is UTC on the way in, and says so on the way out.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: guessing its zone would move it by hours, silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Clock(TypeDecorator[time]):
    """An hour of somebody's morning, as `08:30`: no date, no seconds, no zone."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: time | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is not None or value.second or value.microsecond:
            raise ValueError(f"{value!r} is not an hour and a minute")
        return value.strftime("%H:%M")

    def process_result_value(self, value: str | None, dialect: Dialect) -> time | None:
        return None if value is None else time.fromisoformat(value)


class WordsColumn(TypeDecorator[tuple[str, ...]]):
    """Some texts as a JSON list, spelled in ASCII: equal lists are equal texts anywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class Duration(TypeDecorator[timedelta]):
    """A duration as whole microseconds, so that the database can add them up."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Return the duration (PostgreSQL adds integers up to a decimal)."""
        return None if value is None else timedelta(microseconds=int(value))
