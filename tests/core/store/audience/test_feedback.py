"""Taps: one opinion of a paper each, and what is counted of them."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.models.feedback import OPINIONS, FeedbackEvent, FeedbackKind
from core.store import Store
from tests.core.store.samples import NOON

HOUR = timedelta(hours=1)


async def mark(
    store: Store, kind: FeedbackKind, paper_id: str = "a", person: int = 1, hours: int = 0
) -> None:
    await store.feedback.put(FeedbackEvent(person, paper_id, kind, NOON + hours * HOUR))


async def kinds(store: Store, person: int = 1) -> list[tuple[str, FeedbackKind]]:
    return [(item.paper_id, item.kind) for item in await store.feedback.of(person)]


@pytest.mark.parametrize("first", OPINIONS)
@pytest.mark.parametrize("second", OPINIONS)
async def test_a_new_opinion_replaces_the_old_one(
    store: Store, first: FeedbackKind, second: FeedbackKind
) -> None:
    await mark(store, FeedbackKind.SAVED)
    await mark(store, first, hours=1)
    await mark(store, second, hours=2)

    assert await kinds(store) == [("a", second), ("a", FeedbackKind.SAVED)]


async def test_opinions_of_others_and_of_other_papers_stay(store: Store) -> None:
    await mark(store, FeedbackKind.LIKE, hours=1)
    await mark(store, FeedbackKind.LIKE, "b")
    await mark(store, FeedbackKind.LIKE, person=2)
    await mark(store, FeedbackKind.DISLIKE, hours=2)

    assert await kinds(store) == [("a", FeedbackKind.DISLIKE), ("b", FeedbackKind.LIKE)]
    assert await kinds(store, 2) == [("a", FeedbackKind.LIKE)]


async def test_a_mark_can_be_taken_back_once(store: Store) -> None:
    await mark(store, FeedbackKind.LIKE)

    assert await store.feedback.remove(1, [FeedbackKind.LIKE], "a") == 1
    assert not await store.feedback.remove(1, [FeedbackKind.LIKE], "a")
    assert await kinds(store) == []


async def test_a_thousand_opinions_are_taken_back_in_one_statement(store: Store) -> None:
    said = [FeedbackEvent(1, f"p{n}", OPINIONS[n % len(OPINIONS)], NOON) for n in range(1000)]
    await store.feedback.put_all(said)
    await mark(store, FeedbackKind.SAVED, "p1")
    await mark(store, FeedbackKind.LIKE, person=2)
    done: list[str] = []

    def note(*args: object) -> None:
        done.append(str(args[2]).split()[0] if len(args) > 1 else "COMMIT")

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "commit", note)
    try:
        assert await store.feedback.remove(1, OPINIONS) == 1000
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "commit", note)
    assert [word for word in done if word != "BEGIN"] == ["DELETE", "COMMIT"]
    assert await kinds(store) == [("p1", FeedbackKind.SAVED)]
    assert await kinds(store, 2) == [("a", FeedbackKind.LIKE)]


async def test_counts_name_nobody(store: Store) -> None:
    for person in (1, 2, 3):
        await mark(store, FeedbackKind.LIKE, person=person)
    await mark(store, FeedbackKind.DISLIKE, person=4)
    await mark(store, FeedbackKind.SAVED, "b", person=4)

    assert await store.feedback.counts(["a", "b", "c"]) == {
        "a": {FeedbackKind.LIKE: 3, FeedbackKind.DISLIKE: 1},
        "b": {FeedbackKind.SAVED: 1},
    }


async def test_marks_of_many_come_newest_first_and_not_older_than_asked(store: Store) -> None:
    await mark(store, FeedbackKind.LIKE, "a", hours=1)
    await mark(store, FeedbackKind.LIKE, "b", hours=3)
    await mark(store, FeedbackKind.LIKE, "c")
    await mark(store, FeedbackKind.LIKE, "a", person=2)

    found = await store.feedback.of_many([1, 2, 3], since=NOON + HOUR)

    assert {person: [item.paper_id for item in items] for person, items in found.items()} == {
        1: ["b", "a"]
    }


async def test_taps_at_once_are_written_together_in_their_order(store: Store) -> None:
    def tap(kind: FeedbackKind, person: int = 1) -> FeedbackEvent:
        return FeedbackEvent(person, "a", kind, NOON)

    results = await asyncio.gather(
        store.feedback.toggle(tap(FeedbackKind.LIKE)),
        store.feedback.toggle(tap(FeedbackKind.DISLIKE)),
        store.feedback.toggle(tap(FeedbackKind.SAVED)),
        store.feedback.toggle(tap(FeedbackKind.DISLIKE)),
        store.feedback.toggle(tap(FeedbackKind.LIKE, person=2)),
        store.feedback.toggle(tap(FeedbackKind.MORE)),
    )

    assert results == [True, True, True, False, True, True]
    assert await store.feedback.on(1, "a") == {FeedbackKind.SAVED, FeedbackKind.MORE}
    assert await store.feedback.on(2, "a") == {FeedbackKind.LIKE}
    assert not await store.feedback.toggle(tap(FeedbackKind.MORE))


@pytest.mark.parametrize("gone", [0, 5])
async def test_a_tap_whose_reader_has_gone_takes_no_other_with_it(store: Store, gone: int) -> None:
    taps = [
        asyncio.create_task(store.feedback.toggle(FeedbackEvent(n, "a", FeedbackKind.LIKE, NOON)))
        for n in range(9)
    ]
    await asyncio.sleep(0)
    taps[gone].cancel()
    done = await asyncio.gather(*taps, return_exceptions=True)
    assert [result is True for result in done] == [n != gone for n in range(9)]
    assert set(await store.feedback.of_many(range(9), since=NOON)) >= set(range(9)) - {gone}


async def test_a_tap_that_cannot_be_written_fails_and_the_next_works(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        await store.feedback.toggle(
            FeedbackEvent(1, "a", FeedbackKind.LIKE, NOON.replace(tzinfo=None))
        )
    assert await store.feedback.toggle(FeedbackEvent(1, "a", FeedbackKind.LIKE, NOON))
