"""Taps: one opinion of a paper each, and what is counted of them."""

import asyncio
from datetime import timedelta

import pytest

from core.marks import OPINIONS, Mark, MarkKind
from core.store import Store
from tests.core.store.samples import NOON

HOUR = timedelta(hours=1)


async def mark(
    store: Store, kind: MarkKind, paper_id: str = "a", person: int = 1, hours: int = 0
) -> None:
    await store.marks.put(Mark(person, paper_id, kind, NOON + hours * HOUR))


async def kinds(store: Store, person: int = 1) -> list[tuple[str, MarkKind]]:
    return [(item.paper_id, item.kind) for item in await store.marks.of(person)]


@pytest.mark.parametrize("first", OPINIONS)
@pytest.mark.parametrize("second", OPINIONS)
async def test_a_new_opinion_replaces_the_old_one(
    store: Store, first: MarkKind, second: MarkKind
) -> None:
    await mark(store, MarkKind.SAVED)
    await mark(store, first, hours=1)
    await mark(store, second, hours=2)

    assert await kinds(store) == [("a", second), ("a", MarkKind.SAVED)]


async def test_opinions_of_others_and_of_other_papers_stay(store: Store) -> None:
    await mark(store, MarkKind.LIKE, hours=1)
    await mark(store, MarkKind.LIKE, "b")
    await mark(store, MarkKind.LIKE, person=2)
    await mark(store, MarkKind.DISLIKE, hours=2)

    assert await kinds(store) == [("a", MarkKind.DISLIKE), ("b", MarkKind.LIKE)]
    assert await kinds(store, 2) == [("a", MarkKind.LIKE)]


async def test_a_mark_can_be_taken_back_once(store: Store) -> None:
    await mark(store, MarkKind.LIKE)

    assert await store.marks.remove(1, "a", MarkKind.LIKE)
    assert not await store.marks.remove(1, "a", MarkKind.LIKE)
    assert await kinds(store) == []


async def test_counts_name_nobody(store: Store) -> None:
    for person in (1, 2, 3):
        await mark(store, MarkKind.LIKE, person=person)
    await mark(store, MarkKind.DISLIKE, person=4)
    await mark(store, MarkKind.SAVED, "b", person=4)

    assert await store.marks.counts(["a", "b", "c"]) == {
        "a": {MarkKind.LIKE: 3, MarkKind.DISLIKE: 1},
        "b": {MarkKind.SAVED: 1},
    }
    assert await store.marks.totals(NOON) == {
        MarkKind.LIKE: 3,
        MarkKind.DISLIKE: 1,
        MarkKind.SAVED: 1,
    }
    assert await store.marks.people() == {1, 2, 3, 4}
    assert await store.marks.people([MarkKind.SAVED]) == {4}


async def test_marks_of_many_come_newest_first_and_not_older_than_asked(store: Store) -> None:
    await mark(store, MarkKind.LIKE, "a", hours=1)
    await mark(store, MarkKind.LIKE, "b", hours=3)
    await mark(store, MarkKind.LIKE, "c")
    await mark(store, MarkKind.LIKE, "a", person=2)

    found = await store.marks.of_many([1, 2, 3], since=NOON + HOUR)

    assert {person: [item.paper_id for item in items] for person, items in found.items()} == {
        1: ["b", "a"]
    }


async def test_taps_at_once_are_written_together_in_their_order(store: Store) -> None:
    def tap(kind: MarkKind, person: int = 1) -> Mark:
        return Mark(person, "a", kind, NOON)

    results = await asyncio.gather(
        store.marks.toggle(tap(MarkKind.LIKE)),
        store.marks.toggle(tap(MarkKind.DISLIKE)),
        store.marks.toggle(tap(MarkKind.SAVED)),
        store.marks.toggle(tap(MarkKind.DISLIKE)),
        store.marks.toggle(tap(MarkKind.LIKE, person=2)),
        store.marks.toggle(tap(MarkKind.MORE)),
    )

    assert results == [True, True, True, False, True, True]
    assert await store.marks.on(1, "a") == {MarkKind.SAVED, MarkKind.MORE}
    assert await store.marks.on(2, "a") == {MarkKind.LIKE}
    assert not await store.marks.toggle(tap(MarkKind.MORE))


@pytest.mark.parametrize("gone", [0, 5])
async def test_a_tap_whose_reader_has_gone_takes_no_other_with_it(store: Store, gone: int) -> None:
    taps = [
        asyncio.create_task(store.marks.toggle(Mark(n, "a", MarkKind.LIKE, NOON))) for n in range(9)
    ]
    await asyncio.sleep(0)
    taps[gone].cancel()
    done = await asyncio.gather(*taps, return_exceptions=True)
    assert [result is True for result in done] == [n != gone for n in range(9)]
    assert await store.marks.people() >= set(range(9)) - {gone}


async def test_a_tap_that_cannot_be_written_fails_and_the_next_works(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        await store.marks.toggle(Mark(1, "a", MarkKind.LIKE, NOON.replace(tzinfo=None)))
    assert await store.marks.toggle(Mark(1, "a", MarkKind.LIKE, NOON))
