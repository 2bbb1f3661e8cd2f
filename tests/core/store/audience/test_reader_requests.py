"""Readings readers asked for: promised, put off, kept, counted."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.store import Promise, ReaderRequest, Store, open_store
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON, exported

HOUR = timedelta(hours=1)


LEASE = timedelta(seconds=90)


async def ask(
    store: Store, *, user_id: int = 5, at: datetime = NOON, costs: bool = True, **more: Any
) -> ReaderRequest:
    wish = ReaderRequest(
        5, user_id, "zh", at, due_at=NOON, paper_id="2603.00001", costs=costs, **more
    )
    row = await store.requests.add(wish)
    assert isinstance(row, ReaderRequest)
    return row


async def claim(
    store: Store, row: ReaderRequest, owner: str, *, at: datetime
) -> ReaderRequest | None:
    return await store.requests.claim(row.number, owner, now=at, until=at + LEASE)


async def numbers(store: Store, *, due: datetime | None = None) -> list[int]:
    found = await (store.requests.open() if due is None else store.requests.due(due))
    return [item.number for item in found]


async def test_a_wish_outlives_the_process_that_took_it_down(url: str, clock: Clock) -> None:
    wish = ReaderRequest(
        -100,
        2**40,
        "en",
        NOON,
        due_at=NOON,
        paper_id="cs/0112017",
        kind=Promise.QUESTION,
        words="why?",
        thread_id=3,
        owner="one",
    )
    async with open_store(url, now=clock) as store:
        row = await store.requests.add(wish)
        assert isinstance(row, ReaderRequest)
        await store.requests.placed(row, 77)

    async with open_store(url, now=clock) as store:
        assert await store.requests.open() == [replace(row, message_id=77)]


async def test_only_what_was_put_off_until_now_is_due(store: Store) -> None:
    now, soon, later = [await ask(store, owner=str(number)) for number in range(3)]
    await store.requests.postpone(now, NOON + 3 * HOUR)
    await store.requests.postpone(later, NOON + 2 * HOUR)
    await store.requests.postpone(soon, NOON + HOUR)

    assert await numbers(store, due=NOON) == []
    assert await numbers(store, due=NOON + HOUR) == [soon.number]
    assert await numbers(store, due=NOON + 2 * HOUR) == [soon.number, later.number]
    assert await numbers(store) == [now.number, soon.number, later.number]


async def test_putting_off_again_counts(store: Store) -> None:
    row: ReaderRequest | None = await ask(store, owner="one")
    for hours in (1, 2):
        assert row is not None
        await store.requests.postpone(row, NOON + hours * HOUR)
        row = await claim(store, row, f"{hours}", at=NOON + hours * HOUR)

    assert row is not None
    assert (row.tries, row.losses) == (2, 0)


async def test_what_is_done_stays_done(store: Store) -> None:
    row, other = await ask(store, owner="one"), await ask(store)
    await store.requests.done(row, NOON)
    await store.requests.postpone(row, NOON)
    assert await claim(store, row, "two", at=NOON) is None

    assert await numbers(store) == [other.number]
    assert await numbers(store, due=NOON + HOUR) == [other.number]


async def test_only_what_costs_is_counted_done_or_not(store: Store) -> None:
    done = await ask(store, at=NOON, owner="one")
    await store.requests.done(done, NOON)
    await ask(store, at=NOON + HOUR)
    await ask(store, at=NOON + HOUR, costs=False)
    await ask(store, at=NOON + HOUR, user_id=6)

    assert await store.requests.count(NOON) == 3
    assert await store.requests.count(NOON + HOUR) == 2
    assert await store.requests.count(NOON + 2 * HOUR) == 0


async def test_of_many_processes_one_takes_up_what_is_due(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store, open_store(url, now=clock) as other:
        row = await ask(store)
        stores = (store, other) * 4
        claims = [claim(each, row, f"{turn}", at=NOON) for turn, each in enumerate(stores)]
        winners = [won for won in await asyncio.gather(*claims) if won is not None]
        assert len(winners) == 1
        assert winners[0].losses == 0, "it was nobody's"
        assert await store.requests.due(NOON) == []


async def test_a_lease_is_kept_renewed_lost_and_handed_on(store: Store) -> None:
    first = await ask(store, owner="one")
    await store.requests.renew(["one"], NOON + LEASE)
    assert await claim(store, first, "two", at=NOON) is None
    assert await store.requests.hold(first, NOON + LEASE)
    second = await claim(store, first, "two", at=NOON + LEASE)
    assert second is not None
    assert (second.owner, second.losses) == ("two", 1)
    assert not await store.requests.hold(first, NOON + HOUR)
    await store.requests.renew(["one"], NOON + HOUR)
    await store.requests.release(first, NOON)
    assert await store.requests.open() == [second], "what is another's is left alone"
    await store.requests.release(second, NOON)
    third = await claim(store, second, "three", at=NOON)
    assert third is not None
    assert third.losses == 1, "it was handed on"


async def test_an_answered_question_is_not_kept_and_a_forgotten_one_is_nobodys(
    store: Store,
) -> None:
    row = await ask(store, owner="one", words="why?", kind=Promise.QUESTION)
    await store.requests.done(row, NOON)
    export = await exported(store.personal, 5)
    assert "words" not in export["reader_requests"][0]
    assert not await store.requests.hold(row, NOON), "done is done"
    await store.personal.forget(5)
    assert await store.requests.hold(row, NOON)
    other = await ask(store, owner="two", user_id=6)
    assert other.number == row.number, "as SQLite does"
    assert await store.requests.hold(row, NOON), "it is another's wish"
    await store.requests.done(row, NOON)
    assert await store.requests.open() == [other]
