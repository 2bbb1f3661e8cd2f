"""The audience: who joined, what they chose, who is owed a morning."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.exc import StatementError

from core.models.chat import Chat, ChatKind
from core.models.feedback import FeedbackEvent, FeedbackKind
from core.store import Begin, Finish, GiveUp, ReaderRequest, Store, open_store
from tests.core.store.conftest import Clock
from tests.core.store.samples import DAY, NOON

MORNING = time(8, 30)
SHANGHAI = "Asia/Shanghai"
HOUR = timedelta(hours=1)


def chat(
    chat_id: int = 1,
    *,
    kind: ChatKind = ChatKind.PRIVATE,
    at: time = MORNING,
    zone: str = SHANGHAI,
    joined_at: datetime = NOON - HOUR,
    interests: tuple[str, ...] = (),
    handle: str | None = None,
) -> Chat:
    return Chat(
        chat_id, kind, "zh", at, zone, joined_at, interests=interests, handle=handle, threshold=70
    )


async def due(store: Store, *, limit: int = 100, after: int | None = None) -> list[int]:
    found = await store.chats.due(
        MORNING, SHANGHAI, edition=DAY, struck=NOON, limit=limit, after=after
    )
    return [item.chat_id for item in found]


async def had(store: Store, chat_id: int, day: date) -> None:
    """Let a chat have had an edition."""
    post = f"day:{day}"
    begin = Begin(chat_id, post, 0, NOON, NOON + HOUR)
    await store.deliveries.apply([begin, Finish(chat_id, post, 0, NOON, 7, "print", had_day=day)])


async def test_a_chat_is_there_after_a_restart_with_all_it_is(url: str, clock: Clock) -> None:
    whole = Chat(
        chat_id=-1_001_234_567_890_123,
        kind=ChatKind.CHANNEL,
        language="en",
        at=time(23, 59),
        zone="America/St_Johns",
        joined_at=NOON,
        top_n=5,
        threshold=0,
        tells_quiet_days=False,
        interests=("图像复原", 'quotes "and" \\ 😀'),
        thread_id=2**40,
        handle="@Papers",
        paused_at=NOON,
        had_day=DAY,
    )
    async with open_store(url, now=clock) as store:
        assert await store.chats.join(whole) == (whole, True)

    async with open_store(url, now=clock) as store:
        assert await store.chats.get(whole.chat_id) == whole
        assert await store.chats.by_handle("@papers") == whole
        assert await store.chats.get(1) is None
        assert await store.chats.by_handle("@paper_") is None


async def test_joining_twice_changes_nothing(store: Store) -> None:
    await store.chats.join(chat())

    again = replace(chat(), language="en", joined_at=NOON)
    assert await store.chats.join(again) == (chat(), False)
    assert await store.chats.get(1) == chat()


async def test_who_comes_back_finds_everything_as_it_was_but_owes_no_old_hour(store: Store) -> None:
    await store.chats.join(chat(interests=("mine",)))
    await had(store, 1, DAY)
    await store.chats.leave(1, at=NOON, why="stopped")

    back, is_back = await store.chats.join(replace(chat(), joined_at=NOON + HOUR))

    assert is_back
    assert back == replace(chat(interests=("mine",)), had_day=DAY, joined_at=NOON + HOUR)
    assert await store.chats.get(1) == back


async def test_the_first_reason_for_leaving_stays(store: Store) -> None:
    await store.chats.join(chat())
    await store.chats.leave(1, at=NOON, why="stopped")
    await store.chats.leave(1, at=NOON + HOUR, why="blocked")
    await store.chats.leave(2, at=NOON, why="never here")

    left = await store.chats.get(1)
    assert left is not None
    assert (left.left_at, left.left_why) == (NOON, "stopped")
    assert await store.chats.get(2) is None


async def test_choices_change_one_by_one(store: Store) -> None:
    await store.chats.join(chat())

    await store.chats.change(1, language="en", at=time(7, 0), zone="Europe/Berlin")
    await store.chats.change(1, top_n=3, threshold=None, interests=("a", "b"), thread_id=9)
    now = await store.chats.change(1, tells_quiet_days=False, paused_at=NOON, handle="@x")

    assert now == Chat(
        chat_id=1,
        kind=ChatKind.PRIVATE,
        language="en",
        at=time(7, 0),
        zone="Europe/Berlin",
        joined_at=NOON - HOUR,
        top_n=3,
        tells_quiet_days=False,
        interests=("a", "b"),
        thread_id=9,
        handle="@x",
        paused_at=NOON,
    )
    assert await store.chats.change(1) == now
    assert await store.chats.change(2, top_n=1) is None


@pytest.mark.parametrize("at", [time(8, 30, 1), time(8, 30, 0, 5), time(8, 30, tzinfo=NOON.tzinfo)])
async def test_an_hour_that_could_not_be_found_again_is_refused(store: Store, at: time) -> None:
    with pytest.raises(StatementError, match="is not an hour and a minute"):
        await store.chats.join(chat(at=at))

    assert await store.chats.get(1) is None


async def test_only_who_is_owed_is_due(store: Store) -> None:
    for item in (
        chat(1),
        chat(2, at=time(8, 31)),
        chat(3, zone="Asia/Tokyo"),
        chat(4, joined_at=NOON),  # as the hour struck: not before it
        chat(5),
        chat(6),
        chat(7),
        chat(-8, kind=ChatKind.GROUP),
        chat(9),
    ):
        await store.chats.join(item)
    await store.chats.leave(5, at=NOON, why="stopped")
    await store.chats.change(6, paused_at=NOON)
    await had(store, 7, DAY)
    await had(store, 9, DAY - timedelta(days=1))

    assert await due(store) == [-8, 1, 9]


async def test_who_is_due_comes_in_pages(store: Store) -> None:
    for chat_id in (5, -3, 9, 1, 7):
        await store.chats.join(chat(chat_id))

    assert await due(store, limit=2) == [-3, 1]
    assert await due(store, limit=2, after=1) == [5, 7]
    assert await due(store, limit=2, after=7) == [9]
    assert [item.chat_id for item in await store.chats.active(after=1, limit=2)] == [5, 7]


async def test_times_languages_and_own_topics_are_those_of_chats_that_listen(store: Store) -> None:
    for item in (
        chat(1),
        chat(2),
        chat(3, at=time(7, 0), interests=("b", "a")),
        replace(chat(4, at=time(7, 0), zone="Asia/Tokyo"), language="en", avoided=("b",)),
        chat(5, at=time(6, 0), interests=("gone",)),
        replace(chat(6, at=time(5, 0), interests=("silent",)), language="en"),
    ):
        await store.chats.join(item)
    await store.chats.leave(5, at=NOON, why="stopped")
    await store.chats.change(6, paused_at=NOON)

    assert await store.chats.times() == [
        (time(7, 0), SHANGHAI),
        (time(7, 0), "Asia/Tokyo"),
        (MORNING, SHANGHAI),
    ]
    assert await store.chats.languages() == ["en", "zh"]
    assert [item.chat_id for item in await store.chats.without_list(DAY)] == [3, 4]
    await store.feedback.put(FeedbackEvent(2, "a", FeedbackKind.LIKE, NOON))
    await store.feedback.put(FeedbackEvent(1, "a", FeedbackKind.OPENED, NOON))
    assert [item.chat_id for item in await store.chats.without_list(DAY, limit=2)] == [2, 3]
    assert [item.chat_id for item in await store.chats.without_list(DAY, after=3)] == [4]
    await had(store, 4, DAY)
    owed = await store.chats.without_list(DAY, is_owed=True)
    assert [item.chat_id for item in owed] == [2, 3]
    assert [item.chat_id for item in await store.chats.active()] == [1, 2, 3, 4, 6]


async def test_chats_are_counted_by_kind(store: Store) -> None:
    for item in (chat(1), chat(2), chat(3), chat(-4, kind=ChatKind.CHANNEL)):
        await store.chats.join(item)
    await store.chats.leave(2, at=NOON, why="blocked")
    await store.chats.change(3, paused_at=NOON)

    assert await store.chats.counts() == {
        ChatKind.PRIVATE: (2, 1),
        ChatKind.GROUP: (0, 0),
        ChatKind.CHANNEL: (1, 0),
    }


async def test_two_processes_that_join_a_chat_at_once_agree_who_was_first(
    url: str, clock: Clock
) -> None:
    async with open_store(url, now=clock) as one, open_store(url, now=clock) as two:
        joined = await asyncio.gather(*(store.chats.join(chat()) for store in (one, two) * 5))

    assert sorted(is_new for _, is_new in joined) == [False] * 9 + [True]


async def test_all_that_is_known_follows_a_group_to_its_new_id(store: Store) -> None:
    group = chat(-1, kind=ChatKind.GROUP, interests=("ours",))
    await store.chats.join(group)
    await had(store, -1, DAY)
    wish = await store.requests.add(
        ReaderRequest(-1, 5, "zh", NOON, paper_id="p", costs=True, owner="one")
    )
    assert isinstance(wish, ReaderRequest)
    await store.requests.placed(wish, 77)

    for _ in range(2):  # both the service message and the refusal tell us
        await store.chats.move(-1, -100)

    assert await store.chats.get(-1) is None
    assert await store.chats.get(-100) == replace(group, chat_id=-100, had_day=DAY)
    assert await store.deliveries.of(-1, f"day:{DAY}") == []
    (delivery,) = await store.deliveries.of(-100, f"day:{DAY}")
    # A message number of before means nothing there.
    assert (delivery.sent_at, delivery.message_id) == (NOON, None)
    (asked,) = await store.requests.open()
    assert (asked.chat_id, asked.message_id) == (-100, None)


async def test_a_group_that_was_known_by_both_ids_is_one_and_has_nothing_twice(
    store: Store,
) -> None:
    await store.chats.join(chat(-1, kind=ChatKind.GROUP, interests=("ours",)))
    await store.chats.join(chat(-100, kind=ChatKind.GROUP))
    await store.chats.change(-100, thread_id=4)
    await had(store, -100, DAY)
    await store.deliveries.apply(
        [
            Begin(-1, "cast:1", 0, NOON, NOON + HOUR),
            Finish(-1, "cast:1", 0, NOON, 8, "old", had_day=DAY - timedelta(days=1)),
            Begin(-100, "cast:1", 0, NOON, NOON + HOUR),
            GiveUp(-1, f"day:{DAY}", 0, NOON, "moved"),
        ]
    )
    await store.chats.leave(-1, at=NOON, why="kicked")

    await store.chats.move(-1, -100)

    assert await store.chats.get(-100) == replace(
        chat(-100, kind=ChatKind.GROUP, interests=("ours",)), had_day=DAY, thread_id=4
    )
    (cast,) = await store.deliveries.of(-100, "cast:1")
    assert (cast.sent_at, cast.fingerprint) == (NOON, "old")
    (daily_jobs,) = await store.deliveries.of(-100, f"day:{DAY}")
    assert (daily_jobs.message_id, daily_jobs.given_up_at) == (7, None)


async def test_moving_nowhere_or_nobody_changes_nothing(store: Store) -> None:
    await store.chats.join(chat(-1))
    await had(store, -1, DAY)

    await store.chats.move(-1, -1)
    await store.chats.move(-2, -3)

    assert [item.chat_id for item in await store.chats.active()] == [-1]
    assert len(await store.deliveries.of(-1, f"day:{DAY}")) == 1


async def test_an_edition_once_had_is_never_forgotten(store: Store) -> None:
    await store.chats.join(chat(1))
    await store.chats.join(chat(2))

    for day in (DAY, DAY - timedelta(days=3)):
        await had(store, 1, day)
    gone = GiveUp(2, "day:x", 0, NOON, "refused", had_day=DAY)
    await store.deliveries.apply([gone, replace(gone, part=1, had_day=DAY - timedelta(days=1))])

    assert [item.had_day for item in await store.chats.active()] == [DAY, DAY]
