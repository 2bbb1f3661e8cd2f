"""Moments and spans in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.render.operator_time import moment, span, until

NOW = datetime(2026, 11, 23, 2, 40, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("wait", "en", "zh"),
    [
        (timedelta(milliseconds=1), "1 s", "1 秒"),
        (timedelta(seconds=59), "59 s", "59 秒"),
        (timedelta(seconds=59.5), "1 min", "1 分钟"),
        (timedelta(seconds=61), "2 min", "2 分钟"),
        (timedelta(hours=5, minutes=20), "5 h 20 min", "5 小时 20 分钟"),
        (timedelta(hours=5, minutes=59, seconds=1), "6 h", "6 小时"),
        (timedelta(hours=31, minutes=1), "31 h 1 min", "31 小时 1 分钟"),
    ],
)
def test_a_span_is_rounded_up(wait: timedelta, en: str, zh: str) -> None:
    assert span(wait) == en
    assert span(wait, "zh") == zh


def test_a_moment_names_the_day_only_when_it_is_another() -> None:
    assert moment(NOW + timedelta(hours=13), NOW, SHANGHAI) == "23:40"
    assert moment(NOW + timedelta(hours=14), NOW, SHANGHAI) == "11-24 00:40"
    assert moment(NOW - timedelta(hours=11), NOW, SHANGHAI) == "11-22 23:40"


def test_what_is_to_come_says_when_and_how_long() -> None:
    reset = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert until(reset, NOW, SHANGHAI) == "16:00 (in 5 h 20 min)"
    assert until(reset, NOW, SHANGHAI, "zh") == "16:00（5 小时 20 分钟后）"
    assert (until(NOW, NOW, SHANGHAI), until(NOW, NOW, SHANGHAI, "zh")) == ("now", "现在")
