"""The ledger of calls in the database: one winner, nothing forgotten, and sums for the operator."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from core.llm.ledger import LastCall, Learned, Start, UsageSnapshot
from core.models.errors import QuotaScope
from core.models.usage import Usage
from core.store import CallSummary, Store, open_store
from core.store.llm_usage.calls import MAX_NAME
from core.store.llm_usage.usage_snapshot import bias_query, starts_query, used_query
from tests.core.store.conftest import Clock, price
from tests.core.store.samples import NOON, SPAN, Made, make


def at_most(requests: int, book: UsageSnapshot) -> bool:
    return len(book.starts) < requests


async def enter(store: Store, requests: int, model: str = "flash") -> int | None:
    """Enter a call of a model that allows so many a minute."""
    request = Made(model=model).request
    return await store.calls.enter(
        request, at=NOON, span=SPAN, admits=lambda book: at_most(requests, book)
    )


async def test_of_many_tasks_as_many_are_admitted_as_there_is_room(store: Store) -> None:
    numbers = await asyncio.gather(*(enter(store, 3) for _ in range(20)))

    admitted = [number for number in numbers if number is not None]
    assert len(set(admitted)) == 3
    assert len((await store.calls.book("key", "flash", "score", SPAN)).starts) == 3


async def test_two_processes_on_one_file_share_the_room(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as one, open_store(url, now=clock) as two:
        for turn in range(10):
            numbers = await asyncio.gather(enter(one, 1, f"m{turn}"), enter(two, 1, f"m{turn}"))
            assert sorted(number is None for number in numbers) == [False, True]


async def test_a_call_that_was_cut_off_by_a_crash_still_counts(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        await make(store.calls, Made(outcome="started"), Made())
        await store.calls.learn("key", "flash", QuotaScope.DAY, Learned(held_until=NOON))
        before = await store.calls.book("key", "flash", "score", SPAN)

    async with open_store(url, now=clock) as store:
        assert await store.calls.book("key", "flash", "score", SPAN) == before
        assert before.starts == (Start(NOON, 900, under_way=True), Start(NOON, 1000))
        assert await enter(store, 2) is None


async def test_an_entry_cancelled_at_any_moment_is_whole_or_not_there(store: Store) -> None:
    for moment in range(40):
        task = asyncio.create_task(enter(store, 1, f"m{moment}"))
        for _ in range(moment):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

        starts = (await store.calls.book("key", f"m{moment}", "score", SPAN)).starts
        assert starts in ((), (Start(NOON, 900, under_way=True),))
        assert (await enter(store, 1, f"m{moment}") is None) == bool(starts)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(starts_query("key", "flash", SPAN), id="starts"),
        pytest.param(used_query("key", "flash", SPAN), id="used"),
        pytest.param(bias_query("key", "flash", "score", SPAN), id="bias"),
    ],
)
def test_a_book_is_looked_up_and_never_searched_for(path: Path, query: Select[Any]) -> None:
    """It is read inside every call's transaction, with all calls of a year in the table."""
    compiled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    with closing(sqlite3.connect(path)) as database:
        nothing = [None] * len(compiled.positiontup or ())
        plan = database.execute(f"EXPLAIN QUERY PLAN {compiled}", nothing).fetchall()

    (found,) = (detail for *_, detail in plan if " calls " in detail)
    assert found == (
        "SEARCH calls USING INDEX ix_calls_account_model_at (account=? AND model=? AND at>?)"
    )


async def test_calls_are_summed_up_by_purpose_model_and_outcome(store: Store) -> None:
    await make(
        store.calls,
        Made(-1),
        Made(0),
        Made(1),
        Made(outcome="rate_limited_day"),
        Made(purpose="read", model="lite"),
        Made(account="an older key", purpose="read", model="lite"),
        Made(outcome="started"),
    )

    read, scored, refused, started = await store.calls.summary(NOON)

    assert scored == CallSummary(
        purpose="score",
        model="flash",
        outcome="ok",
        calls=2,
        usage=Usage(2000, 400, 100, 20),
        latency=timedelta(seconds=2, microseconds=14),
        cost_usd=1.0,
    )
    assert (read.purpose, read.model, read.calls) == ("read", "lite", 2)
    assert (refused.outcome, refused.calls) == ("rate_limited_day", 1)
    assert (started.outcome, started.usage, started.cost_usd) == ("started", Usage(), None)


async def test_a_cost_is_unknown_when_a_price_is(store: Store) -> None:
    await make(store.calls, Made(model="unpriced"))

    assert [summary.cost_usd for summary in await store.calls.summary(NOON)] == [None]
    assert await store.calls.summary(NOON + timedelta(days=1)) == []


async def test_a_price_is_worked_out_once_at_the_end(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock, price=price) as store:
        done, under_way = Made(), Made(outcome="started")
        _, number = await make(store.calls, done, under_way)
    async with open_store(url, now=clock, price=lambda call: 7.0) as store:
        await store.calls.finish(number, Made(outcome="refused").call)

        costs = {s.outcome: s.cost_usd for s in await store.calls.summary(NOON)}
        assert costs == {"ok": 0.5, "refused": 7.0}


async def test_what_answered_is_kept_cut_to_what_a_name_can_be(store: Store, path: Path) -> None:
    names = ("gemini-3-flash", "x\0\ud800\x1b[31m" + "y" * 9_999, None)
    await make(store.calls, *(Made(served_by=name) for name in names))

    with closing(sqlite3.connect(path)) as database:
        kept = [name for (name,) in database.execute("SELECT served_by FROM calls ORDER BY id")]
    assert kept == ["gemini-3-flash", ("x[31m" + "y" * 9_999)[:MAX_NAME], None]


async def test_the_last_calls_say_how_each_model_answered_last(store: Store) -> None:
    await make(
        store.calls,
        Made(-9, outcome="key_leaked", model="gone for long"),
        Made(3, outcome="unavailable"),
        Made(2),
        Made(3, outcome="rate_limited_day"),  # of two at one time, the one entered later
        Made(4, outcome="started"),
        Made(5, outcome="cancelled"),
        Made(6, account="another key"),
        Made(0, model="lite"),
        Made(0, model="only begun", outcome="started"),
    )

    assert await store.calls.last_calls(["key"], NOON) == [
        LastCall("key", "flash", "rate_limited_day", NOON + timedelta(seconds=3)),
        LastCall("key", "lite", "ok", NOON),
    ]
    assert await store.calls.last_calls(["nobody"], NOON) == []
