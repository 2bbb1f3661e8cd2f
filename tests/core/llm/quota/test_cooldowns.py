"""How long a refusal is obeyed."""

from datetime import UTC, datetime, timedelta

import pytest

from core.llm.quota.windows import closed_until, hold
from core.models.errors import QuotaScope
from tests.core.llm.benches import limited
from tests.policies import PACIFIC

NOW = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("scope", "told", "seconds"),
    [
        (QuotaScope.MINUTE, 3.7, 3.7),
        (QuotaScope.MINUTE, None, 60),
        (QuotaScope.TOKENS, 600, 90),
        (QuotaScope.UNKNOWN, None, 22.5),
        (QuotaScope.UNKNOWN, 20, 30),
    ],
)
def test_a_minutes_refusal_is_obeyed_and_one_without_reasons_with_jitter(
    scope: QuotaScope, told: float | None, seconds: float
) -> None:
    until = hold(limited(scope, told), NOW, NOW, PACIFIC, jitter=1.0)
    assert until == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("started", "until"),
    [
        ("2026-03-13T00:30:00", "2026-03-13T07:01:00"),
        ("2026-03-13T06:59:59", "2026-03-13T07:01:00"),  # though refused on the new day
        ("2026-03-13T07:00:10", "2026-03-13T07:01:00"),  # by a clock that is behind ours
        ("2026-03-13T07:01:00", "2026-03-14T07:01:00"),
    ],
)
def test_a_day_is_over_for_the_day_its_call_was_made_on(started: str, until: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert closed_until(utc(started), PACIFIC) == utc(until)
