from datetime import timedelta

from core.llm import Call, CallLog, Usage
from core.store import CallSummary, Store
from tests.core.store.samples import NOON

USAGE = Usage(input_tokens=1000, output_tokens=200, thought_tokens=50, cached_tokens=10)


def call(
    minutes: int = 0, *, model: str = "flash", purpose: str = "score", outcome: str = "ok"
) -> Call:
    return Call(
        at=NOON + timedelta(minutes=minutes),
        model=model,
        purpose=purpose,
        outcome=outcome,
        usage=USAGE,
        latency=timedelta(seconds=1, microseconds=7),
    )


async def test_calls_come_back_as_they_were_oldest_first(store: Store) -> None:
    log: CallLog = store.calls
    for minutes in (3, 0, 2, 1):
        await log.record(call(minutes))
    await log.record(call(2, model="lite"))

    assert await log.since("flash", NOON + timedelta(minutes=1)) == [call(1), call(2), call(3)]
    assert await log.since("flash", NOON + timedelta(minutes=4)) == []


async def test_calls_are_summed_up_by_purpose_model_and_outcome(store: Store) -> None:
    for made in (
        call(-1),
        call(0),
        call(1),
        call(outcome="rate_limited_day"),
        call(purpose="read", model="lite"),
    ):
        await store.calls.record(made)

    failed, read, scored = sorted(
        await store.calls.summary(NOON), key=lambda s: (s.outcome == "ok", s.purpose)
    )

    assert scored == CallSummary(
        purpose="score",
        model="flash",
        outcome="ok",
        calls=2,
        usage=Usage(2000, 400, 100, 20),
        latency=timedelta(seconds=2, microseconds=14),
        cost_usd=1.0,
    )
    assert (read.purpose, read.model, read.calls) == ("read", "lite", 1)
    assert (failed.outcome, failed.calls) == ("rate_limited_day", 1)


async def test_a_cost_is_unknown_when_a_price_is(store: Store) -> None:
    await store.calls.record(call(model="unpriced"))

    assert [summary.cost_usd for summary in await store.calls.summary(NOON)] == [None]
    assert await store.calls.summary(NOON + timedelta(days=1)) == []
