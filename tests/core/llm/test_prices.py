"""The price table: right sums, dated prices, and honesty about what is unknown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from core.llm.ledger import Call
from core.llm.prices import load_prices
from core.models.usage import Usage

PRICES = load_prices(files("core.llm.providers.gemini") / "prices.toml")
MILLION = Usage(input_tokens=1_000_000, output_tokens=500_000, thought_tokens=500_000)


def call(
    model: str, usage: Usage = MILLION, outcome: str = "ok", at: str = "2026-11-20T12:00"
) -> Call:
    return Call(
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        model=model,
        purpose="read",
        outcome=outcome,
        usage=usage,
        latency=timedelta(0),
    )


@pytest.mark.parametrize(
    ("model", "at", "usd"),
    [
        ("gemini-3.8-flash", "2026-12-31T23:59", 4.50),
        ("gemini-3.8-flash", "2027-01-01T00:00", 9.00),
        ("gemini-2.5-flash", "2026-11-20T12:00", 2.80),
        ("gemini-flash-latest", "2026-11-20T12:00", None),
    ],
)
def test_a_call_costs_its_tokens_at_the_days_price(model: str, at: str, usd: float | None) -> None:
    assert PRICES(call(model, at=at)) == (None if usd is None else pytest.approx(usd))


def test_cached_tokens_are_part_of_the_input_and_cheaper() -> None:
    usage = Usage(input_tokens=1_000_000, cached_tokens=600_000)
    assert PRICES(call("gemini-2.5-flash", usage)) == pytest.approx(0.4 * 0.30 + 0.6 * 0.03)


def test_cached_tokens_without_a_price_of_their_own_cost_the_full_price() -> None:
    usage = Usage(input_tokens=1_000_000, cached_tokens=600_000)
    assert PRICES(call("gemini-3.5-flash", usage)) == pytest.approx(1.50)


@pytest.mark.parametrize(
    ("outcome", "usd"), [("rate_limited_day", 0.0), ("unavailable", 0.0), ("ok", None)]
)
def test_no_tokens_are_free_unless_there_was_an_answer(outcome: str, usd: float | None) -> None:
    assert PRICES(call("whatever", Usage(), outcome)) == usd


def test_every_model_has_one_price_a_day() -> None:
    table = PRICES.price
    for price in table:
        same = [other for other in table if other.model == price.model and other is not price]
        assert all(price.until < other.since or other.until < price.since for other in same)


def test_an_alias_costs_what_the_model_behind_it_costs() -> None:
    """The default models are aliases; without this the operator would never see a cost."""
    answered = replace(call("gemini-flash-latest"), served_by="models/gemini-2.5-flash")
    assert PRICES(answered) == pytest.approx(2.80)


@pytest.mark.parametrize(
    ("served_by", "usd"), [("gemini-2.5-flash-001", 2.80), ("gemini-2.5-flash-preview-09", None)]
)
def test_a_numbered_release_costs_what_its_model_costs(served_by: str, usd: float | None) -> None:
    answered = replace(call("gemini-flash-latest"), served_by=served_by)
    assert PRICES(answered) == (None if usd is None else pytest.approx(usd))
