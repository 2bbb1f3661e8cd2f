"""Readers' own lists: kept, remembered as shown, pruned, and following a group."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.models.chat import Chat, ChatKind
from core.models.values import Focus, OwnList, OwnPaper, ScoreKind
from core.store import Store
from tests.core.store.samples import DAY, NOON

LATER = DAY + timedelta(days=1)


def own(day: date = DAY, chat_id: int = 1, picks: str = "ab", others: str = "c") -> OwnList:
    def papers(ids: str) -> tuple[OwnPaper, ...]:
        return tuple(OwnPaper(id=i, score=70, kind=ScoreKind.LOCAL, reason="why") for i in ids)

    return OwnList(
        day=day,
        chat_id=chat_id,
        language="zh",
        focus=Focus(interests=("超分",), avoid=("医学",)),
        threshold=60,
        candidates=500,
        picks=papers(picks),
        others=papers(others),
        created_at=datetime(2026, 3, 13, tzinfo=UTC),
    )


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    for chat_id in (1, 2):
        await store.chats.join(
            Chat(chat_id, ChatKind.PRIVATE, "zh", time(8, 30), "Asia/Shanghai", NOON)
        )


async def test_nothing_is_kept_of_a_stranger(store: Store) -> None:
    await store.lists.put([own(chat_id=9), own(chat_id=-9), own()])
    assert await store.lists.having(DAY) == {-9, 1}


async def test_a_list_comes_back_as_it_was_and_a_later_one_replaces_it(store: Store) -> None:
    await store.lists.put([own(), own(LATER), own(chat_id=2)])
    await store.lists.put([own(picks="x")])

    assert await store.lists.get(DAY, 1) == own(picks="x")
    assert await store.lists.get(DAY, 2) == own(chat_id=2)
    assert await store.lists.get(DAY, 3) is None
    assert await store.lists.having(DAY) == {1, 2}


async def test_what_was_shown_is_known_by_day_but_not_of_the_day_itself(store: Store) -> None:
    await store.lists.put([own(), own(LATER, picks="d", others=""), own(chat_id=2, picks="z")])

    shown = await store.lists.shown([1, 3], since=DAY, before=LATER + timedelta(days=1))
    earlier = await store.lists.shown([1], since=DAY, before=LATER)

    assert shown == {1: [(DAY, ("a", "b", "c")), (LATER, ("d",))]}
    assert earlier == {1: [(DAY, ("a", "b", "c"))]}


async def test_pruning_first_drops_the_value_and_then_the_memory(store: Store) -> None:
    days = [DAY, LATER, LATER + timedelta(days=1)]
    await store.lists.put([own(day) for day in days])

    await store.lists.prune(values_before=days[2], all_before=days[1])

    assert [await store.lists.get(day, 1) is not None for day in days] == [False, False, True]
    shown = await store.lists.shown([1], since=DAY, before=date.max)
    assert [day for day, _ in shown[1]] == days[1:]


async def test_a_dropped_list_is_made_anew_but_what_it_showed_stays_shown(store: Store) -> None:
    await store.lists.put([own(), own(LATER)])

    await store.lists.drop(DAY, 1)

    assert await store.lists.having(DAY) == set()
    assert await store.lists.get(DAY, 1) is None
    assert await store.lists.get(LATER, 1) is not None
    await store.lists.put([own(picks="xb", others="")])
    shown = await store.lists.shown([1], since=DAY, before=LATER)
    assert shown == {1: [(DAY, ("x", "b", "a", "c"))]}


async def test_lists_follow_a_group_to_its_new_id(store: Store) -> None:
    group = Chat(-5, ChatKind.GROUP, "zh", time(8, 30), "Asia/Shanghai", NOON)
    await store.chats.join(group)
    await store.lists.put([own(chat_id=-5, picks="o"), own(LATER, chat_id=-5, picks="p")])
    await store.lists.put([own(LATER, chat_id=-1005, picks="n")])

    await store.chats.move(-5, -1005)

    shown = await store.lists.shown([-5, -1005], since=DAY, before=date.max)
    assert shown == {-1005: [(DAY, ("o", "c")), (LATER, ("n", "c"))]}
