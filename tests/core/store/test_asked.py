"""Readings readers asked for: promised, put off, kept, counted."""

from datetime import datetime, timedelta

from core.store import Asked, Store, open_store
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON

HOUR = timedelta(hours=1)


async def ask(
    store: Store, *, user_id: int = 5, at: datetime = NOON, costs: bool = True, chat_id: int = 5
) -> int:
    return await store.asked.add(
        chat_id=chat_id,
        user_id=user_id,
        thread_id=None,
        paper_id="2603.00001",
        language="zh",
        at=at,
        costs=costs,
    )


async def numbers(store: Store, *, due: datetime | None = None) -> list[int]:
    found = await (store.asked.open() if due is None else store.asked.due(due))
    return [item.number for item in found]


async def test_a_wish_outlives_the_process_that_took_it_down(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        number = await store.asked.add(
            chat_id=-100,
            user_id=2**40,
            thread_id=3,
            paper_id="cs/0112017",
            language="en",
            at=NOON,
            costs=False,
        )
        await store.asked.placed(number, 77)

    async with open_store(url, now=clock) as store:
        assert await store.asked.open() == [
            Asked(
                number=number,
                chat_id=-100,
                user_id=2**40,
                thread_id=3,
                message_id=77,
                paper_id="cs/0112017",
                language="en",
                asked_at=NOON,
                due_at=None,
                tries=0,
                done_at=None,
                costs=False,
            )
        ]


async def test_only_what_was_put_off_until_now_is_due(store: Store) -> None:
    now, soon, later = [await ask(store) for _ in range(3)]
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
    await store.asked.done(99, NOON)

    assert await numbers(store) == [other]
    assert await numbers(store, due=NOON + HOUR) == []


async def test_only_what_costs_is_counted_done_or_not(store: Store) -> None:
    done = await ask(store, at=NOON)
    await store.asked.done(done, NOON)
    await ask(store, at=NOON + HOUR)
    await ask(store, at=NOON + HOUR, costs=False)
    await ask(store, at=NOON + HOUR, user_id=6)

    assert await store.asked.count(NOON) == 3
    assert await store.asked.count(NOON, user_id=5) == 2
    assert await store.asked.count(NOON + HOUR, user_id=5) == 1
    assert await store.asked.count(NOON + 2 * HOUR) == 0
