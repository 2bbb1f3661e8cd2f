"""The ledger: what may go out, once, whoever asks."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import pytest

from core.models.chat import Chat, ChatKind
from core.store import Begin, Change, Delivery, Finish, GiveUp, Release, Store, open_store
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON

MINUTE = timedelta(minutes=1)
POST = "day:2026-03-13"

BEGIN = Begin(1, POST, 0, NOON, NOON + MINUTE)
FINISH = Finish(1, POST, 0, NOON, 77, "print")
RELEASE = Release(1, POST, 0, NOON + MINUTE)
GIVE_UP = GiveUp(1, POST, 0, NOON, "blocked")


def begin(minutes: float, *, chat_id: int = 1, post: str = POST, part: int = 0) -> Begin:
    at = NOON + minutes * MINUTE
    return Begin(chat_id, post, part, at, at + MINUTE)


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    """Let the people these messages go to be known: to strangers nothing goes out."""
    for chat_id in (*range(1, 13), 2**40):
        await store.chats.join(
            Chat(chat_id, ChatKind.PRIVATE, "zh", time(8, 30), "Asia/Shanghai", NOON)
        )


async def test_an_attempt_is_on_file_before_it_is_made_and_complete_after(
    url: str, clock: Clock
) -> None:
    chat_id, message_id = -1_001_234_567_890, 2**40
    async with open_store(url, now=clock) as store:
        assert await store.deliveries.apply([replace(BEGIN, chat_id=chat_id)]) == [True]
        under_way = Delivery(chat_id, POST, 0, 1, NOON, lease_until=NOON + MINUTE)
        assert await store.deliveries.of(chat_id, POST) == [under_way]

    async with open_store(url, now=clock) as store:
        finish = replace(FINISH, chat_id=chat_id, at=NOON + MINUTE, message_id=message_id)
        assert await store.deliveries.apply([finish]) == [True]
        sent = Delivery(
            chat_id,
            POST,
            0,
            1,
            NOON,
            sent_at=NOON + MINUTE,
            message_id=message_id,
            fingerprint="print",
        )
        assert await store.deliveries.of(chat_id, POST) == [sent]


@pytest.mark.parametrize(
    ("before", "minutes", "may_go"),
    [
        pytest.param([], 0, True, id="new"),
        pytest.param([BEGIN], 0.99, False, id="under way"),
        pytest.param([BEGIN], 1, True, id="left lying by a process that died"),
        pytest.param([BEGIN, FINISH], 99, False, id="sent"),
        pytest.param([BEGIN, GIVE_UP], 99, False, id="given up"),
        pytest.param([GIVE_UP], 99, False, id="given up without an attempt"),
        pytest.param([BEGIN, RELEASE], 0.99, False, id="too early"),
        pytest.param([BEGIN, RELEASE], 1, True, id="handed back"),
        pytest.param([BEGIN, FINISH, RELEASE], 99, False, id="sent, and then handed back"),
        pytest.param([BEGIN, FINISH, GIVE_UP], 99, False, id="sent, and then given up"),
        pytest.param([BEGIN, GIVE_UP, RELEASE], 99, False, id="given up, and then handed back"),
        pytest.param([BEGIN, begin(1)], 1.5, False, id="taken over"),
        pytest.param(
            [BEGIN, begin(1), replace(RELEASE, lease_until=NOON + MINUTE)],
            1.5,
            False,
            id="taken over, and then handed back by who had it before",
        ),
        pytest.param(
            [BEGIN, replace(RELEASE, not_before=NOON, lease_until=NOON + MINUTE)],
            0,
            True,
            id="handed back by who has it",
        ),
        pytest.param([RELEASE], 0, True, id="handed back, but never begun"),
    ],
)
@pytest.mark.parametrize("at_once", [True, False], ids=["in one", "one by one"])
async def test_who_may_begin(
    store: Store, before: list[Change], minutes: float, may_go: bool, at_once: bool
) -> None:
    changes = [*before, begin(minutes)]
    if at_once:
        holds = await store.deliveries.apply(changes)
    else:
        holds = [(await store.deliveries.apply([change]))[0] for change in changes]

    assert holds[-1] is may_go
    assert all(holds[:-1])


async def test_sent_is_stronger_than_given_up_and_the_first_message_stays(store: Store) -> None:
    second = replace(FINISH, at=NOON + MINUTE, message_id=78)
    await store.deliveries.apply([BEGIN, GIVE_UP, FINISH, second])

    (row,) = await store.deliveries.of(1, POST)
    assert (row.sent_at, row.message_id, row.given_up_at, row.why) == (NOON, 77, None, None)


async def test_a_message_that_arrived_without_a_row_is_on_file(store: Store) -> None:
    assert await store.deliveries.apply([FINISH]) == [True]

    (row,) = await store.deliveries.of(1, POST)
    assert (row.attempts, row.message_id) == (1, 77)


async def test_attempts_and_doubts_are_counted(store: Store) -> None:
    doubt = replace(RELEASE, not_before=NOON + 2 * MINUTE, unsure=True)
    late_doubt = replace(doubt, lease_until=NOON)
    await store.deliveries.apply([BEGIN, doubt, begin(2), late_doubt, begin(5)])

    (row,) = await store.deliveries.of(1, POST)
    assert (row.attempts, row.unsure) == (3, 2)
    assert row.attempted_at == NOON + 5 * MINUTE


async def test_no_changes_are_no_trouble(store: Store) -> None:
    assert await store.deliveries.apply([]) == []


async def test_many_changes_are_one_transaction(store: Store) -> None:
    begins = [begin(0, chat_id=chat_id, part=part) for chat_id in range(-900, 0) for part in (0, 1)]
    assert await store.deliveries.apply(begins) == [True] * 1800
    assert await store.deliveries.apply(begins) == [False] * 1800

    await store.deliveries.apply([Finish(b.chat_id, POST, b.part, NOON, 7, "p") for b in begins])
    assert (await store.deliveries.counts(NOON))["sent"] == 1800


async def test_one_that_cannot_be_kept_undoes_all(store: Store) -> None:
    naive = replace(begin(0, chat_id=2), at=NOON.replace(tzinfo=None))
    with pytest.raises(Exception, match="has no time zone"):
        await store.deliveries.apply([BEGIN, naive])

    assert await store.deliveries.of(1, POST) == []


async def test_of_many_at_once_in_two_processes_one_may_begin(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as one, open_store(url, now=clock) as two:
        told = await asyncio.gather(
            *(store.deliveries.apply([BEGIN, begin(0, chat_id=2)]) for store in (one, two) * 10)
        )

    assert [sum(first) for first in zip(*told, strict=True)] == [1, 1]


async def test_sent_posts_come_in_pages_of_whole_chats(store: Store) -> None:
    for chat_id in (3, -1, 2):
        for part in (1, 0):
            await store.deliveries.apply([Finish(chat_id, POST, part, NOON, 7, "p")])
    await store.deliveries.apply(
        [begin(0, chat_id=4), replace(GIVE_UP, chat_id=5), replace(FINISH, post="day:other")]
    )

    first = await store.deliveries.sent(POST, limit=2)
    rest = await store.deliveries.sent(POST, after=2, limit=2)
    assert [(row.chat_id, row.part) for row in first] == [(-1, 0), (-1, 1), (2, 0), (2, 1)]
    assert [(row.chat_id, row.part) for row in rest] == [(3, 0), (3, 1)]
    assert await store.deliveries.sent(POST, after=3) == []


async def test_an_edit_is_noted(store: Store) -> None:
    await store.deliveries.apply([FINISH, replace(FINISH, part=1)])
    await store.deliveries.changed(1, POST, 1, "new", NOON + MINUTE)

    first, second = await store.deliveries.of(1, POST)
    assert (first.fingerprint, first.changed_at) == ("print", None)
    assert (second.fingerprint, second.changed_at) == ("new", NOON + MINUTE)


async def test_the_next_try_is_when_the_first_unfinished_one_is_ready(store: Store) -> None:
    async def after(*changes: Change) -> float | None:
        await store.deliveries.apply(changes)
        found = await store.deliveries.next_try("day:", NOON)
        return None if found is None else (found - NOON) / MINUTE

    assert await after() is None
    assert await after(begin(8, chat_id=1)) == 9
    assert await after(begin(4, chat_id=2)) == 5
    assert await after(Release(2, POST, 0, NOON + 3 * MINUTE)) == 3
    assert await after(begin(1, chat_id=3, post="cast:1")) == 3
    assert await after(begin(-9, chat_id=4)) == 0
    assert await after(*(Finish(chat_id, POST, 0, NOON, 7, "p") for chat_id in (2, 4))) == 9
    assert await after(GIVE_UP) is None
    assert await store.deliveries.next_try("c%", NOON) is None


async def test_the_last_attempts_are_counted(store: Store) -> None:
    await store.deliveries.apply(
        [
            *(begin(0, chat_id=chat_id) for chat_id in range(5)),
            *(Finish(chat_id, POST, 0, NOON, 7, "p") for chat_id in (0, 1)),
            GiveUp(2, POST, 0, NOON, "gone"),
            Release(3, POST, 0, NOON, unsure=True),
            begin(-60, chat_id=9),
        ]
    )

    assert await store.deliveries.counts(NOON) == {
        "sent": 2,
        "given_up": 1,
        "unsure": 1,
        "waiting": 2,
    }
    assert (await store.deliveries.counts(NOON - 60 * MINUTE))["waiting"] == 3
    assert set((await store.deliveries.counts(NOON + MINUTE)).values()) == {0}
