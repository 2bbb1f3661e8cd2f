"""Days as people write them, and the sentence they get when it makes no sense."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cli.running import parse_day
from core.models.errors import UsageError

NOW = datetime(2026, 3, 12, 20, 0, tzinfo=UTC)  # already the 13th in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_no_day_is_today_where_the_reader_lives() -> None:
    assert parse_day(None, now=NOW, zone=SHANGHAI) == date(2026, 3, 13)
    assert parse_day(None, now=NOW, zone=ZoneInfo("America/New_York")) == date(2026, 3, 12)


def test_a_written_day_is_that_day() -> None:
    assert parse_day("2026-02-28", now=NOW, zone=SHANGHAI) == date(2026, 2, 28)


@pytest.mark.parametrize(
    "text", ["20260313", "2026-3-1", "13.03.2026", "yesterday", "", "2026-W11-5", "２０２６-03-01"]
)
def test_another_notation_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        parse_day(text, now=NOW, zone=SHANGHAI)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not in the calendar"):
        parse_day(text, now=NOW, zone=SHANGHAI)


def test_a_day_before_arxiv_is_refused() -> None:
    with pytest.raises(UsageError, match="1991-08-14"):
        parse_day("0001-01-02", now=NOW, zone=SHANGHAI)


def test_the_future_is_refused_and_today_is_named() -> None:
    with pytest.raises(UsageError, match=r"future; today is 2026-03-13 in Asia/Shanghai"):
        parse_day("2026-03-14", now=NOW, zone=SHANGHAI)
