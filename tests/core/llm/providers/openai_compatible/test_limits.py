"""A 429 of many servers: which quota, how large, and when to come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.providers.openai_compatible.limits import rate_limit, seconds
from core.models.errors import QuotaScope

DAY, MINUTE, TOKENS, UNKNOWN = (
    QuotaScope.DAY, QuotaScope.MINUTE, QuotaScope.TOKENS, QuotaScope.UNKNOWN,
)  # fmt: skip
OPENAI = "Rate limit reached for gpt-4o-mini in organization org-x on "


@pytest.mark.parametrize(
    ("said", "headers", "scope", "wait", "limits"),
    [
        (OPENAI + "requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.",
         {}, MINUTE, 20, {MINUTE: 3}),
        (OPENAI + "tokens per min (TPM): Limit 30000, Used 28770. Please try again in 4.36s.",
         {}, TOKENS, 4.36, {TOKENS: 30_000}),
        (OPENAI + "requests per day (RPD): Limit 200, Used 200. Please try again in 7m12s.",
         {}, DAY, None, {DAY: 200}),
        (OPENAI + "requests per day (RPD): Limit 10000, Used 10000. Please try again in 8.64s.",
         {}, UNKNOWN, 8.64, {DAY: 10_000}),
        (OPENAI + "tokens per day (TPD): Limit 500000, Used 500000.", {}, DAY, None, {}),
        ("Rate limit exceeded: free-models-per-day. Add 10 credits", {}, DAY, None, {}),
        ("Rate limit of 50 per 86400s exceeded for UserByModelByDay.", {"retry-after": "50000"},
         DAY, None, {}),
        ("Requests rate limit exceeded, please try again later.", {}, UNKNOWN, None, {}),
        ("", {"retry-after": "12"}, UNKNOWN, 12, {}),
        ("", {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, UNKNOWN, None, {}),
        ("", {"retry-after-ms": "1500", "retry-after": "2"}, UNKNOWN, 1.5, {}),
        ("tokens per min", {"x-ratelimit-reset-requests": "120ms",
                            "x-ratelimit-reset-tokens": "6m0s"}, TOKENS, 360, {}),
        ("", {"x-ratelimit-reset-requests": "1795000000000"}, UNKNOWN, None, {}),
        ("You exceeded your current requests list. Request rate", {}, MINUTE, None, {}),
        ("RPM: Limit 0", {}, MINUTE, None, {}),
    ],
)  # fmt: skip
def test_what_a_429_says(
    said: str,
    headers: dict[str, str],
    scope: QuotaScope,
    wait: float | None,
    limits: dict[QuotaScope, int],
) -> None:
    error = rate_limit("429", said, headers)
    assert error.scope is scope
    assert (error.retry_after and error.retry_after.total_seconds()) == wait
    assert error.limits == limits


@pytest.mark.parametrize(
    ("text", "expected"),
    [("20", 20), ("1s", 1), ("120ms", 0.12), ("7m12s", 432), ("1h2m3s", 3723), ("1m26.4s", 86.4),
     ("20 seconds", 20), ("-1", None), ("soon", None), ("", None), ("1e9", None), ("٣", None)],
)  # fmt: skip
def test_times_of_all_kinds(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


@given(st.text(), st.text())
def test_nothing_that_is_said_breaks_it(said: str, after: str) -> None:
    rate_limit("429", said, {"retry-after": after})
