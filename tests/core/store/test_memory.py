"""Floods, notices and facts: what must be remembered across restarts."""

import asyncio
from datetime import timedelta

import pytest

from core.store import Store, open_store
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON

MINUTE = timedelta(minutes=1)


async def test_a_wait_is_remembered_until_it_is_over(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        await store.bans.put("all", NOON + MINUTE)
        await store.bans.put("chat:-5", NOON + 2 * MINUTE)

    async with open_store(url, now=clock) as store:
        both = {"all": NOON + MINUTE, "chat:-5": NOON + 2 * MINUTE}
        assert await store.bans.all(NOON) == both
        assert await store.bans.all(NOON + MINUTE) == {"chat:-5": NOON + 2 * MINUTE}
        assert await store.bans.all(NOON + 2 * MINUTE) == {}


async def test_a_wait_is_made_longer_but_never_shorter(store: Store) -> None:
    waits = []
    for minutes in (3, 1, 5, 4):
        await store.bans.put("all", NOON + minutes * MINUTE)
        waits.append((await store.bans.all(NOON))["all"] - NOON)

    assert waits == [3 * MINUTE, 3 * MINUTE, 5 * MINUTE, 5 * MINUTE]


@pytest.mark.parametrize(
    ("again_after", "minutes", "expected"),
    [
        pytest.param(None, (0, 1, 10_000), [True, False, False], id="once"),
        pytest.param(
            10 * MINUTE, (0, 9, 10, 19, 20), [True, False, True, False, True], id="once a while"
        ),
    ],
)
async def test_a_notice_is_the_first_of_its_kind(
    store: Store, again_after: timedelta | None, minutes: tuple[int, ...], expected: list[bool]
) -> None:
    said = [
        await store.notices.first("down", at=NOON + minute * MINUTE, again_after=again_after)
        for minute in minutes
    ]

    assert said == expected
    assert await store.notices.first("another", at=NOON)


async def test_a_notice_forgotten_is_the_first_again(store: Store) -> None:
    await store.notices.first("down", at=NOON)
    await store.notices.first("other", at=NOON)
    await store.notices.forget("down")
    await store.notices.forget("unknown")

    assert await store.notices.first("down", at=NOON)
    assert not await store.notices.first("other", at=NOON)


async def test_of_many_in_two_processes_one_says_it(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as one, open_store(url, now=clock) as two:
        said = await asyncio.gather(
            *(store.notices.first("down", at=NOON) for store in (one, two) * 5)
        )

    assert sum(said) == 1


async def test_a_fact_is_what_was_last_put(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        assert await store.key_values.get("draft") is None
        await store.key_values.put("draft", "一")
        await store.key_values.put("draft", "二 😀")
        await store.key_values.put("other", "x")
        await store.key_values.delete("other")
        await store.key_values.delete("unknown")

    async with open_store(url, now=clock) as store:
        assert await store.key_values.get("draft") == "二 😀"
        assert await store.key_values.get("other") is None
