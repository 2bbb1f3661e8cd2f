"""What is limited a day: counted once, by whoever asks first, and nobody's afterwards."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from core.store import Allowance, Limit, ReaderRequest, Store, open_store
from core.store.tables import usage, usage_keys
from tests.core.store.conftest import Clock
from tests.core.store.samples import DAY, NOON

ANA, BEN = 987654321, 123456789
TOMORROW = DAY + timedelta(days=1)


def reading(person: int, *, own: int | None = 2, for_all: int | None = 3) -> Allowance:
    return Allowance("reading", DAY, person, own=own, for_all=for_all)


async def test_a_limit_is_reached_for_one_and_then_for_all(store: Store) -> None:
    take = store.usage.take
    assert [await take(reading(ANA)) for _ in range(3)] == [None, None, Limit.OWN]
    assert [await take(reading(BEN)) for _ in range(2)] == [None, Limit.ALL]
    assert await take(reading(BEN, own=None, for_all=None)) is None, "no limit, but counted"
    assert await store.usage.used(reading(ANA)) == (2, 4)
    assert await take(replace(reading(ANA), what="other")) is None
    assert await take(replace(reading(ANA), day=TOMORROW)) is None


async def test_what_came_to_nothing_is_given_back_once(store: Store) -> None:
    await store.usage.give_back(reading(ANA))
    assert await store.usage.take(reading(ANA, own=1)) is None
    for _ in range(2):
        await store.usage.give_back(reading(ANA))
    assert await store.usage.used(reading(ANA)) == (0, 0)


async def test_many_tasks_of_two_processes_do_not_pass_a_limit(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store, open_store(url, now=clock) as other:
        wish = ReaderRequest(ANA, ANA, "zh", NOON, costs=True)
        asked = [each.requests.add(wish, reading(ANA)) for each in (store, other) * 6]
        came = await asyncio.gather(*asked)
        assert sum(isinstance(row, ReaderRequest) for row in came) == 2
        assert len(await store.requests.open()) == 2, "what is refused is not taken down"


async def test_a_forgotten_persons_count_stays_and_says_nothing_of_them(store: Store) -> None:
    for _ in range(2):
        await store.usage.take(reading(ANA))
    await store.personal.forget(ANA)
    assert await store.usage.take(reading(ANA)) is Limit.OWN
    assert str(ANA) not in str(await rows(store))


async def test_when_the_day_is_over_nobodys_count_is_left(store: Store) -> None:
    await store.usage.take(reading(ANA))
    await store.usage.prune(DAY)
    assert len(await rows(store)) == 3
    await store.usage.prune(TOMORROW)
    assert await rows(store) == [(DAY, "reading", "", 1)]
    await store.usage.prune(DAY + timedelta(days=8))
    assert await rows(store) == []


async def test_each_day_has_pseudonyms_of_its_own(store: Store) -> None:
    for day in (DAY, TOMORROW):
        await store.usage.take(replace(reading(ANA), day=day))
    marks = [row[2] for row in await rows(store) if len(row) == 4 and row[2]]
    assert len(set(marks)) == 2


async def rows(store: Store) -> list[tuple[object, ...]]:
    """Return all that is stored of counts."""
    found: list[tuple[object, ...]] = []
    async with store.usage._database.reading() as connection:
        for table in (usage, usage_keys):
            found += [tuple(row) for row in await connection.execute(select(table))]
    return found
