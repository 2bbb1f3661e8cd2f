from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeClock
from tests.servers.quotas import (
    DAY,
    MINUTE,
    TOKENS,
    WINDOW,
    Arrival,
    Meter,
    Quotas,
    body_of,
    captured,
    tokens_of,
)

MODEL = "gemini-flash-latest"
CAPTURED = {MINUTE: "429_per_minute", TOKENS: "429_input_tokens", DAY: "429_per_day"}
knocks = st.lists(st.tuples(st.floats(0, 40), st.integers(1, 90)), max_size=60)


def shape(value: Any) -> Any:
    """Return a body's structure: keys, and lists as long as they are."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value)


def let_in(quotas: Quotas, steps: list[tuple[float, int]]) -> tuple[Meter, list[Arrival]]:
    clock = FakeClock()
    meter = Meter(clock.now, default=quotas)
    for seconds, tokens in steps:
        clock.advance(seconds)
        meter.knock(MODEL, tokens)
    return meter, meter.arrivals


@given(knocks, st.integers(1, 6), st.integers(0, 200))
def test_no_minute_ever_holds_more_than_the_quotas(
    steps: list[tuple[float, int]], rpm: int, tpm: int
) -> None:
    _, arrivals = let_in(Quotas(rpm=rpm, tpm=tpm), steps)

    for last in arrivals:
        minute = [a for a in arrivals if last.at - WINDOW < a.at <= last.at]
        assert len(minute) <= rpm
        assert not tpm or sum(a.tokens for a in minute) <= tpm


@given(knocks)
def test_without_quotas_everybody_is_let_in(steps: list[tuple[float, int]]) -> None:
    meter, arrivals = let_in(Quotas(), steps)

    assert [a.tokens for a in arrivals] == [tokens for _, tokens in steps]
    assert meter.refusals == []


@given(st.lists(st.floats(0, 20), min_size=8, max_size=20))
def test_the_exact_wait_is_enough_and_a_moment_less_is_not(gaps: list[float]) -> None:
    clock = FakeClock()
    meter = Meter(clock.now, default=Quotas(rpm=3))
    refusal = None
    for gap in gaps:
        clock.advance(gap)
        refusal = refusal or meter.knock(MODEL, 1)
        if refusal:
            break
    if refusal is None:
        return

    clock.time = refusal.at + refusal.wait - timedelta(microseconds=1)
    assert meter.knock(MODEL, 1) is not None
    clock.time = refusal.at + refusal.wait
    assert meter.knock(MODEL, 1) is None


def test_a_refused_request_counts_nowhere() -> None:
    clock = FakeClock()
    meter = Meter(clock.now, default=Quotas(rpm=1, rpd=2))
    assert meter.knock(MODEL, 1) is None
    for _ in range(5):
        refusal = meter.knock(MODEL, 1)
        assert refusal is not None
        assert refusal.kind == MINUTE
    clock.advance(60)

    assert meter.knock(MODEL, 1) is None


def test_models_have_quotas_of_their_own() -> None:
    clock = FakeClock()
    meter = Meter(clock.now, {"lite": Quotas(rpm=2)}, default=Quotas(rpm=1))

    answers = [meter.knock(model, 1) is None for model in ("flash", "lite", "flash", "lite")]

    assert answers == [True, True, False, True]
    assert [(r.at, r.model, r.kind) for r in meter.refusals] == [(clock.now(), "flash", MINUTE)]


@pytest.mark.parametrize(
    "midnight",
    [
        datetime(2026, 1, 15, 8, 0, tzinfo=UTC),
        datetime(2026, 7, 15, 7, 0, tzinfo=UTC),
        datetime(2026, 3, 8, 8, 0, tzinfo=UTC),
        datetime(2026, 3, 9, 7, 0, tzinfo=UTC),
        datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
    ],
    ids=["winter", "summer", "into the short day", "out of the short day", "out of the long day"],
)
def test_a_day_ends_at_midnight_pacific(midnight: datetime) -> None:
    clock = FakeClock(midnight - timedelta(seconds=1))
    meter = Meter(clock.now, default=Quotas(rpd=1))
    assert meter.knock(MODEL, 1) is None
    assert meter.knock(MODEL, 1) is not None

    clock.time = midnight

    assert meter.knock(MODEL, 1) is None
    assert meter.knock(MODEL, 1) is not None


def test_more_tokens_than_a_minute_has_are_never_let_in() -> None:
    meter = Meter(FakeClock().now, default=Quotas(tpm=100))

    refusal = meter.knock(MODEL, 101)

    assert refusal is not None
    assert (refusal.kind, refusal.wait) == (TOKENS, timedelta(minutes=1))


@pytest.mark.parametrize(
    ("quotas", "kind"),
    [(Quotas(rpm=1), MINUTE), (Quotas(tpm=10), TOKENS), (Quotas(rpd=1), DAY)],
)
def test_a_refusal_has_the_captured_shape_with_its_own_numbers(quotas: Quotas, kind: str) -> None:
    clock = FakeClock()
    meter = Meter(clock.now, default=quotas)
    meter.knock(MODEL, 10)
    clock.advance(56.265813)
    refusal = meter.knock(MODEL, 10)
    assert refusal is not None

    body = body_of(refusal)

    assert shape(body) == shape(captured(CAPTURED[kind]))
    text = str(body)
    assert f"'quotaValue': '{refusal.limits[kind]}'" in text
    assert "gemini-2.5-flash" not in text
    assert MODEL in text


def test_retry_info_is_cut_to_whole_seconds_where_the_text_is_exact() -> None:
    clock = FakeClock()
    meter = Meter(clock.now, default=Quotas(rpm=1))
    meter.knock(MODEL, 1)
    clock.advance(56.265813)
    refusal = meter.knock(MODEL, 1)
    assert refusal is not None

    error = body_of(refusal)["error"]

    assert error["message"].endswith(f"limit: 1, model: {MODEL}\nPlease retry in 3.734187s.")
    assert error["details"][-1]["retryDelay"] == "3s"


def test_a_used_up_day_is_said_to_be_back_in_seconds() -> None:
    meter = Meter(FakeClock().now, default=Quotas(rpd=1))
    meter.knock(MODEL, 1)
    refusal = meter.knock(MODEL, 1)
    assert refusal is not None

    assert body_of(refusal)["error"] == captured("429_per_day")["error"] | {
        "message": body_of(refusal)["error"]["message"],
        "details": body_of(refusal)["error"]["details"],
    }
    assert body_of(refusal)["error"]["details"][-1]["retryDelay"] == "38s"


def test_several_quotas_used_up_are_named_in_one_refusal() -> None:
    meter = Meter(FakeClock().now, default=Quotas(rpm=1, tpm=5, rpd=1))
    meter.knock(MODEL, 5)
    refusal = meter.knock(MODEL, 5)
    assert refusal is not None

    (failure,) = (
        detail
        for detail in body_of(refusal)["error"]["details"]
        if detail["@type"].endswith("QuotaFailure")
    )

    assert refusal.kind == DAY
    assert [(v["quotaId"].split("-")[0], v["quotaValue"]) for v in failure["violations"]] == [
        ("GenerateRequestsPerMinutePerProjectPerModel", "1"),
        ("GenerateContentInputTokensPerModelPerMinute", "5"),
        ("GenerateRequestsPerDayPerProjectPerModel", "1"),
    ]


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        ({}, 0),
        ({"contents": [{"parts": [{"text": "four"}]}]}, 1),
        ({"contents": [{"parts": [{"text": "four"}, {"text": "."}]}]}, 2),
        ({"contents": [{"parts": [{"text": "图像恢复"}]}]}, 3),
        (
            {
                "contents": [{"parts": [{"text": "four"}]}],
                "systemInstruction": {"parts": [{"text": "four"}]},
            },
            2,
        ),
        ({"generateContentRequest": {"contents": [{"parts": [{"text": "four"}]}]}}, 1),
    ],
)
def test_tokens_are_counted_over_question_and_system(body: dict[str, Any], tokens: int) -> None:
    assert tokens_of(body) == tokens


def test_every_body_of_a_refusal_was_captured() -> None:
    folder = Path(__file__).parents[1] / "data" / "gemini"
    assert all((folder / f"{name}.json").is_file() for name in CAPTURED.values())
