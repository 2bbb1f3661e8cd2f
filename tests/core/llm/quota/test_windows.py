"""The sliding minute: never too early, never later than it must be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.ledger import Learned, Start
from core.llm.quota.windows import GAP, SPAN, earliest
from core.llm.quota_limits import BELIEVED, QuotaLimits
from core.models.errors import QuotaScope

NOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)


def ago(seconds: float, tokens: int = 0, under_way: bool = False) -> Start:
    return Start(NOON - timedelta(seconds=seconds), tokens, under_way)


starts = st.lists(
    st.builds(ago, st.floats(-55, 200, allow_nan=False), st.integers(0, 100), st.booleans()),
    max_size=25,
)


@given(starts, st.integers(0, 100), st.integers(0, 8), st.sampled_from([0, 100, 150, 400]))
def test_the_wait_is_the_shortest_that_keeps_to_both_limits(
    starts: list[Start], tokens: int, rpm: int, tpm: int
) -> None:
    def has_room(at: datetime) -> bool:
        recent = [start for start in starts if start.at > at - SPAN]
        enough_requests = rpm == 0 or len(recent) < rpm
        enough_tokens = tpm == 0 or sum(start.tokens for start in recent) + tokens <= tpm
        return (
            enough_requests
            and enough_tokens
            and all(start.at + GAP <= at for start in recent if start.under_way)
        )

    at, scope = earliest(starts, tokens, QuotaLimits(rpm=rpm, tpm=tpm), NOON)
    assert has_room(at)
    assert scope is not None or at <= max([NOON, *(s.at + GAP for s in starts)])
    assert at == NOON or not has_room(at - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("starts", "limits", "seconds", "scope"),
    [
        ([ago(10), ago(20), ago(50)], QuotaLimits(rpm=3), 11, QuotaScope.MINUTE),
        ([ago(10), ago(20), ago(50)], QuotaLimits(rpm=2), 41, QuotaScope.MINUTE),
        ([ago(10, 60), ago(20, 30)], QuotaLimits(tpm=100), 41, QuotaScope.TOKENS),
        ([ago(10, 80), ago(20, 30)], QuotaLimits(tpm=100), 51, QuotaScope.TOKENS),
        ([ago(10, 80), ago(50, 0)], QuotaLimits(rpm=2, tpm=100), 51, QuotaScope.TOKENS),
        (
            [ago(60.5)],
            QuotaLimits(rpm=1),
            0.5,
            QuotaScope.MINUTE,
        ),  # they count arrivals, not starts
        ([ago(61)], QuotaLimits(rpm=1), 0, None),
        (
            [ago(-1)],
            QuotaLimits(rpm=1),
            62,
            QuotaScope.MINUTE,
        ),  # another process read its clock later
        ([ago(-90)] * 9, QuotaLimits(rpm=1), 0, None),  # a clock was wrong
        ([ago(0, 10**9)] * 99, QuotaLimits(), 0, None),  # no limits
        (
            [ago(0.2, under_way=True), ago(0.1)],
            QuotaLimits(),
            0.3,
            None,
        ),  # a refusal would be back by then
    ],
)
def test_which_quota_it_waits_for(
    starts: list[Start], limits: QuotaLimits, seconds: float, scope: QuotaScope | None
) -> None:
    at, found = earliest(starts, 25, limits, NOON)
    assert (at - NOON).total_seconds() == seconds
    assert found is scope


@pytest.mark.parametrize(
    ("own", "said", "in_force"),
    [(5, 2, 2), (5, 10, 5), (0, 5, 5), (5, None, 5), (5, 0, 5)],  # 0 is "unlimited", never learned
)
def test_what_the_provider_says_only_tightens(own: int, said: int | None, in_force: int) -> None:
    learned = {
        scope: Learned(limit=said, learned_at=NOON)
        for scope in (QuotaScope.MINUTE, QuotaScope.TOKENS, QuotaScope.DAY)
    }
    limits = QuotaLimits(own, own, own)
    assert limits.tightened(learned, NOON) == QuotaLimits(in_force, in_force, in_force)
    assert limits.tightened(learned, NOON + BELIEVED + timedelta(seconds=1)) == limits
