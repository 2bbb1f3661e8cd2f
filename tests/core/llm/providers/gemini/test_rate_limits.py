"""What a 429 says, whatever its shape."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.providers.gemini.rate_limits import rate_limit
from core.models.errors import LLMNoQuota, QuotaScope

MINUTE, TOKENS, DAY = QuotaScope.MINUTE, QuotaScope.TOKENS, QuotaScope.DAY

PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
PER_DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
INPUT = "GenerateContentInputTokensPerModelPerMinute-FreeTier"


def refusal(*violations: tuple[str, Any], text: str = "", delay: str | None = None) -> Any:
    """Return what is made of violations, given by quotaId and quotaValue (None: without one)."""
    listed = [
        {"quotaId": name} | ({} if value is None else {"quotaValue": value})
        for name, value in violations
    ]
    details = [
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": listed},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
    ]
    return rate_limit("m: 429", text, {"error": {"details": details}}, None)


@pytest.mark.parametrize(
    ("name", "scope", "limits"),
    [
        (PER_MINUTE, MINUTE, {MINUTE: 7}),
        ("GenerateRequestsPerMinutePerProjectPerModel", MINUTE, {MINUTE: 7}),
        (PER_DAY, DAY, {DAY: 7}),
        ("GenerateRequestsPerDayPerProjectPerModel", DAY, {DAY: 7}),
        (INPUT, TOKENS, {TOKENS: 7}),
        ("GenerateContentPaidTierInputTokensPerModelPerMinute", TOKENS, {TOKENS: 7}),
        # Of a known kind, but not counted as ours are.
        ("GenerateContentInputTokensPerModelPerDay-FreeTier", DAY, {}),
        ("GenerateContentOutputTokensPerModelPerMinute", TOKENS, {}),
        ("GenerateContentRequestsPerMinutePerProjectPerRegion", MINUTE, {}),
        ("GenerateRequestsPerMinutePerProject", MINUTE, {}),
        ("EmbedContentRequestsPerMinutePerProjectPerModel-FreeTier", MINUTE, {}),
        ("ConcurrentRequests", QuotaScope.UNKNOWN, {}),
        ("", QuotaScope.UNKNOWN, {}),
    ],
)
def test_only_quotas_that_are_counted_as_ours_teach_a_limit(
    name: str, scope: QuotaScope, limits: dict[QuotaScope, int]
) -> None:
    error = refusal((name, "7"))
    assert error.scope is scope
    assert error.limits == limits


def test_several_violations_teach_all_their_limits_and_the_worst_decides() -> None:
    error = refusal((PER_MINUTE, "5"), (INPUT, "250000"), (PER_DAY, "20"), delay="38s")
    assert error.scope is DAY
    assert error.retry_after is None
    assert error.limits == {MINUTE: 5, TOKENS: 250_000, DAY: 20}


def test_of_two_limits_of_a_kind_the_lower_one_counts() -> None:
    assert refusal((PER_MINUTE, "15"), (PER_MINUTE, "5"), (PER_MINUTE, "10")).limits == {MINUTE: 5}


@pytest.mark.parametrize(
    "value", ["-5", "5.5", "many", "", "9" * 30, "٣", True, [5], {"value": 5}, 2.5]
)
def test_a_limit_that_is_no_number_is_none(value: Any) -> None:
    error = refusal((PER_MINUTE, value), delay="3s")
    assert (error.scope, error.limits) == (MINUTE, {})
    assert error.retry_after == timedelta(seconds=3)


def test_a_limit_may_be_a_number_of_json() -> None:
    assert refusal((PER_MINUTE, 5)).limits == {MINUTE: 5}


@pytest.mark.parametrize(
    ("violations", "text", "limits"),
    [
        ([(PER_DAY, None)], "limit: 20, model: m\nPlease retry in 9s.", {DAY: 20}),
        ([(PER_DAY, None)], "the limit: 20.", {DAY: 20}),
        ([(PER_DAY, "many")], "limit: 20, model: m", {DAY: 20}),
        ([(PER_DAY, "25")], "limit: 20, model: m", {DAY: 25}),
        ([(PER_DAY, None)], "limit: 20, model: m\nlimit: 5, model: m", {}),
        ([(PER_DAY, None), (PER_MINUTE, None)], "limit: 20, model: m", {}),
        ([(PER_DAY, None)], "limit: 20.5, unlimit: 20, limit: many", {}),
        ([], "limit: 20, model: m", {}),
    ],
)
def test_the_text_is_believed_where_it_can_mean_only_one_quota(
    violations: list[tuple[str, Any]], text: str, limits: dict[QuotaScope, int]
) -> None:
    assert refusal(*violations, text=text).limits == limits


@pytest.mark.parametrize(
    ("violations", "text"),
    [
        ([(PER_MINUTE, "0")], ""),
        ([(PER_MINUTE, 0)], ""),
        ([(PER_MINUTE, None)], "limit: 0, model: m"),
        ([(PER_MINUTE, "5"), (INPUT, "0")], ""),
        ([], "Quota exceeded for metric: x, limit: 0\nPlease retry in 45.7s."),
    ],
)
def test_a_limit_of_zero_is_a_model_outside_the_plan_which_no_waiting_brings(
    violations: list[tuple[str, Any]], text: str
) -> None:
    assert isinstance(refusal(*violations, text=text, delay="45s"), LLMNoQuota)


@pytest.mark.parametrize(
    ("told", "delay", "header", "seconds"),
    [
        ("Please retry in 3.734186911s.", "3s", None, 3.734186911),
        ("", "26s", None, 26),
        ("", None, "12", 12),
        ("Please retry in 3.5s.", "3s", "60", 60),
        ("", f"{'9' * 30}s", None, None),
        ("", "soon", "Mon, 23 Nov 2026 04:00:00 GMT", None),
        ("", None, None, None),
    ],
)
def test_the_longest_of_all_delays_is_right(
    told: str, delay: str | None, header: str | None, seconds: float | None
) -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    error = rate_limit("m", told, {"error": {"details": [detail]}}, header)
    assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "details", [None, [], "x", {"error": "x"}, {"error": {"details": ["x", {"@type": 3}]}}]
)
def test_a_429_of_any_shape_is_at_least_unknown(details: object) -> None:
    error = rate_limit("m: 429", "", details, "12")
    assert error.scope is QuotaScope.UNKNOWN
    assert error.retry_after == timedelta(seconds=12)


NAMES = st.sampled_from([PER_MINUTE, PER_DAY, INPUT, "EmbedContentRequestsPerDay"]) | st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.lists(st.tuples(NAMES, st.integers(0, 10**9).map(str) | JSON), max_size=4), st.text())
def test_whatever_is_said_limits_are_numbers_a_planner_can_use(
    violations: list[tuple[str, Any]], text: str
) -> None:
    error = refusal(*violations, text=text)
    if isinstance(error, LLMNoQuota):
        return
    assert set(error.limits) <= {MINUTE, TOKENS, DAY}
    assert all(0 < limit < 10**9 for limit in error.limits.values())
    assert (error.scope is DAY) <= (error.retry_after is None)
