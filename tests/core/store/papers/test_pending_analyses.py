"""Readings that had to wait: queued, tried, done, and none forgotten."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.store import PendingAnalysis, Store, open_store
from tests.core.store.conftest import Clock
from tests.core.store.samples import DAY, NOON

HOUR = timedelta(hours=1)
TOMORROW = DAY + timedelta(days=1)


def reading(
    paper_id: str,
    *,
    queued_at: datetime = NOON,
    due_at: datetime = NOON + HOUR,
    tries: int = 0,
    done_at: datetime | None = None,
) -> PendingAnalysis:
    return PendingAnalysis(DAY, "channel", paper_id, queued_at, due_at, tries, done_at)


async def test_what_has_to_wait_is_there_after_a_restart(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        await store.pending_analyses.queue(
            DAY, "channel", {"b": NOON + HOUR, "a": NOON + HOUR}, at=NOON
        )

    async with open_store(url, now=clock) as store:
        assert await store.pending_analyses.of(DAY, "channel") == [reading("a"), reading("b")]
        assert await store.pending_analyses.of(DAY, "another") == []
        assert await store.pending_analyses.of(TOMORROW, "channel") == []


async def test_waiting_again_is_a_try_with_a_new_due_time(store: Store) -> None:
    await store.pending_analyses.queue(DAY, "channel", {"a": NOON + HOUR}, at=NOON)
    for turn in (2, 3):
        again = {"a": NOON + turn * HOUR, "b": NOON + turn * HOUR}
        await store.pending_analyses.queue(DAY, "channel", again, at=NOON + HOUR)

    assert await store.pending_analyses.of(DAY, "channel") == [
        reading("a", due_at=NOON + 3 * HOUR, tries=2),
        reading("b", queued_at=NOON + HOUR, due_at=NOON + 3 * HOUR, tries=1),
    ]


async def test_what_is_done_stays_done_until_it_is_announced_again(store: Store) -> None:
    await store.pending_analyses.queue(
        DAY, "channel", {"a": NOON + HOUR, "b": NOON + HOUR}, at=NOON
    )
    await store.pending_analyses.finish(DAY, "channel", ["a", "never queued"], at=NOON + HOUR)
    await store.pending_analyses.finish(DAY, "channel", {"a"}, at=NOON + 2 * HOUR)
    await store.pending_analyses.finish(DAY, "another", ["b"], at=NOON)
    assert await store.pending_analyses.of(DAY, "channel") == [
        reading("a", done_at=NOON + HOUR),
        reading("b"),
    ]

    later = NOON + 3 * HOUR
    await store.pending_analyses.queue(DAY, "channel", {"a": NOON + 9 * HOUR}, at=later)
    again, _ = await store.pending_analyses.of(DAY, "channel")
    assert again == reading("a", queued_at=later, due_at=NOON + 9 * HOUR)


async def test_nothing_to_do_is_no_trouble(store: Store) -> None:
    await store.pending_analyses.queue(DAY, "channel", {}, at=NOON)
    await store.pending_analyses.finish(DAY, "channel", [], at=NOON)

    assert await store.pending_analyses.of(DAY, "channel") == []
    assert await store.pending_analyses.due(NOON, since=NOON) == []


async def test_what_is_due_comes_first_due_first(store: Store) -> None:
    for day, audience, due in (
        (TOMORROW, "channel", {"b": NOON, "a": NOON}),
        (DAY, "channel", {"z": NOON, "late": NOON + HOUR, "early": NOON - HOUR, "done": NOON}),
        (DAY, "a reader", {"z": NOON}),
    ):
        await store.pending_analyses.queue(day, audience, due, at=NOON)
    await store.pending_analyses.finish(DAY, "channel", ["done"], at=NOON)

    due_now = await store.pending_analyses.due(NOON, since=NOON)

    assert [(item.day, item.audience, item.paper_id) for item in due_now] == [
        (DAY, "channel", "early"),
        (DAY, "a reader", "z"),
        (DAY, "channel", "z"),
        (TOMORROW, "channel", "a"),
        (TOMORROW, "channel", "b"),
    ]


async def test_what_was_queued_long_ago_is_no_longer_asked_for(store: Store) -> None:
    await store.pending_analyses.queue(DAY, "channel", {"old": NOON}, at=NOON - HOUR)
    await store.pending_analyses.queue(DAY, "channel", {"new": NOON + HOUR}, at=NOON)

    assert await store.pending_analyses.due(NOON + HOUR, since=NOON) == [reading("new")]


async def test_more_papers_than_a_statement_takes_are_queued_and_finished(store: Store) -> None:
    papers = {f"{number:05d}": NOON for number in range(2_000)}
    await store.pending_analyses.queue(DAY, "channel", papers, at=NOON)
    await store.pending_analyses.queue(DAY, "channel", papers, at=NOON)

    assert {item.tries for item in await store.pending_analyses.due(NOON, since=NOON)} == {1}
    await store.pending_analyses.finish(DAY, "channel", papers.keys(), at=NOON)
    assert await store.pending_analyses.due(NOON, since=NOON) == []


async def test_two_runs_at_once_lose_no_try(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as one, open_store(url, now=clock) as two:
        await asyncio.gather(
            *(
                store.pending_analyses.queue(DAY, "channel", {"a": NOON}, at=NOON)
                for store in (one, two)
                for _ in range(10)
            )
        )

        (item,) = await one.pending_analyses.of(DAY, "channel")
        assert item.tries == 19


_papers = st.sampled_from("abc")
_queued = st.dictionaries(_papers, st.integers(0, 9), max_size=3)
_finished = st.sets(_papers)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(steps=st.lists(_queued | _finished, max_size=12))
async def test_a_queue_does_what_a_dictionary_would(
    store: Store, steps: list[dict[str, int] | set[str]]
) -> None:
    audience = uuid4().hex  # each example its own, in one store
    model: dict[str, PendingAnalysis] = {}
    for hour, papers in enumerate(steps):
        at = NOON + hour * HOUR
        if isinstance(papers, dict):
            due = {paper_id: at + hours * HOUR for paper_id, hours in papers.items()}
            await store.pending_analyses.queue(DAY, audience, due, at=at)
            fresh = reading("", queued_at=at, tries=-1)
            for paper_id in papers:
                old = model.get(paper_id)
                if old is None or old.done_at:  # for the first time, or again
                    old = replace(fresh, audience=audience, paper_id=paper_id)
                model[paper_id] = replace(old, due_at=due[paper_id], tries=old.tries + 1)
        else:
            await store.pending_analyses.finish(DAY, audience, papers, at=at)
            for paper_id in [i for i in model.keys() & papers if not model[i].done_at]:
                model[paper_id] = replace(model[paper_id], done_at=at)

    assert await store.pending_analyses.of(DAY, audience) == [model[key] for key in sorted(model)]
    due_now = await store.pending_analyses.due(NOON + 99 * HOUR, since=NOON)
    waiting = sorted(item.paper_id for item in model.values() if item.done_at is None)
    assert sorted(item.paper_id for item in due_now if item.audience == audience) == waiting
