"""Readings readers asked for: promised, put off, kept, counted."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.store import Asked, Promise, Store, open_store
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON

HOUR = timedelta(hours=1)


LEASE = timedelta(seconds=90)


async def ask(
    store: Store, *, user_id: int = 5, at: datetime = NOON, costs: bool = True, **more: Any
) -> int:
    wish = Asked(5, user_id, "zh", at, due_at=NOON, paper_id="2603.00001", costs=costs, **more)
    row = await store.asked.add(wish)
    assert isinstance(row, Asked)
    return row.number


async def numbers(store: Store, *, due: datetime | None = None) -> list[int]:
    found = await (store.asked.open() if due is None else store.asked.due(due))
    return [item.number for item in found]


async def test_a_wish_outlives_the_process_that_took_it_down(url: str, clock: Clock) -> None:
    wish = Asked(
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
        row = await store.asked.add(wish)
        assert isinstance(row, Asked)
        await store.asked.placed(row.number, 77)

    async with open_store(url, now=clock) as store:
        assert await store.asked.open() == [replace(row, message_id=77)]


async def test_only_what_was_put_off_until_now_is_due(store: Store) -> None:
    now, soon, later = [await ask(store) for _ in range(3)]
    await store.asked.postpone(now, NOON + 3 * HOUR)
    await store.asked.postpone(later, NOON + 2 * HOUR)
    await store.asked.postpone(soon, NOON + HOUR)

    assert await numbers(store, due=NOON) == []
    assert await numbers(store, due=NOON + HOUR) == [soon]
    assert await numbers(store, due=NOON + 2 * HOUR) == [soon, later]
    assert await numbers(store) == [now, soon, later]


async def test_putting_off_again_counts(store: Store) -> None:
    number = await ask(store)
    for hours in (1, 2):
        await store.asked.postpone(number, NOON + hours * HOUR)

    (item,) = await store.asked.open()
    assert (item.tries, item.due_at) == (2, NOON + 2 * HOUR)


async def test_what_is_done_stays_done(store: Store) -> None:
    number, other = await ask(store), await ask(store)
    await store.asked.done(number, NOON)
    await store.asked.postpone(number, NOON)
    assert await store.asked.claim(number, "two", now=NOON, until=NOON + LEASE) is None
    await store.asked.done(99, NOON)

    assert await numbers(store) == [other]
    assert await numbers(store, due=NOON + HOUR) == [other]


async def test_only_what_costs_is_counted_done_or_not(store: Store) -> None:
    done = await ask(store, at=NOON)
    await store.asked.done(done, NOON)
    await ask(store, at=NOON + HOUR)
    await ask(store, at=NOON + HOUR, costs=False)
    await ask(store, at=NOON + HOUR, user_id=6)

    assert await store.asked.count(NOON) == 3
    assert await store.asked.count(NOON + HOUR) == 2
    assert await store.asked.count(NOON + 2 * HOUR) == 0


async def test_of_many_processes_one_takes_up_what_is_due(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store, open_store(url, now=clock) as other:
        number = await ask(store)
        claims = [
            (stores.asked.claim(number, f"{turn}", now=NOON, until=NOON + LEASE))
            for turn, stores in enumerate((store, other) * 4)
        ]
        winners = [row for row in await asyncio.gather(*claims) if row is not None]
        assert len(winners) == 1
        assert winners[0].losses == 0, "it was nobody's"
        assert await store.asked.due(NOON) == []


async def test_a_lease_is_kept_renewed_lost_and_handed_on(store: Store) -> None:
    number = await ask(store, owner="one")
    await store.asked.renew([number], "one", NOON + LEASE)
    late = NOON + 2 * LEASE
    assert await store.asked.claim(number, "two", now=NOON, until=late) is None
    assert await store.asked.hold(number, "one", NOON + LEASE)
    row = await store.asked.claim(number, "two", now=NOON + LEASE, until=late)
    assert row is not None
    assert (row.owner, row.losses) == ("two", 1)
    assert not await store.asked.hold(number, "one", late)
    await store.asked.renew([number], "one", late + HOUR)
    await store.asked.release(number, "one", NOON)
    assert (await store.asked.open())[0].due_at == late, "what is another's is left alone"
    await store.asked.release(number, "two", NOON)
    row = await store.asked.claim(number, "three", now=NOON, until=late)
    assert row is not None
    assert row.losses == 1, "it was handed on"


async def test_an_answered_question_is_not_kept_and_a_forgotten_one_is_nobodys(
    store: Store,
) -> None:
    number = await ask(store, owner="one", words="why?", kind=Promise.QUESTION)
    await store.asked.done(number, NOON)
    export = await store.personal.export(5, now=NOON)
    assert "words" not in export["asked"][0]
    assert not await store.asked.hold(number, "one", NOON), "done is done"
    await store.personal.forget(5)
    assert await store.asked.hold(number, "one", NOON)
