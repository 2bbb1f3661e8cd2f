"""What becomes of each failure, in the chat, in the ledger and in the tally."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.courier import (
    HOURLY,
    IN_LINE,
    LAST_WAIT,
    MOST_BANS,
    MOST_UNSURE,
    SOON,
    SOON_TRIES,
    Courier,
)
from bot.delivery.post import Post
from bot.playground.refusals import bad, too_many_requests
from bot.render.message import Entity, Message
from core.models.chat import Chat, ChatKind
from core.models.errors import StoreError
from tests.bot.delivery.conftest import ANA, CHEN, DAY, KEY, LEASE, LIN, Yard, post
from tests.servers.telegram_faults import Fault, FaultKind

SEND = "sendMessage"


def fault(kind: FaultKind, times: int | None = 1, **more: object) -> Fault:
    return Fault(kind, method=SEND, times=times, **more)  # type: ignore[arg-type]


async def test_what_is_sent_is_written_down_and_not_sent_again(yard: Yard) -> None:
    chats = [await yard.chat(chat_id) for chat_id in (LIN, ANA)]
    assert (await yard.deliver(chats)).sent == 2
    [row] = await yard.rows(LIN)
    assert row.sent_at is not None
    assert row.message_id == yard.telegram.world.received(LIN)[0]["message_id"]
    assert row.fingerprint == post().messages[0].fingerprint
    again = await yard.store.chats.get(LIN)
    assert again is not None
    assert again.had_day == DAY

    assert (await yard.deliver(chats)).sent == 0
    assert yard.received(LIN) == ["目录"]


async def test_a_post_of_several_messages_goes_on_at_the_missing_one(yard: Yard) -> None:
    chat = await yard.chat(ANA)
    yard.telegram.faults.add(fault(FaultKind.ANSWER, skip=1))  # the second: 502
    tally = await yard.deliver([chat], post("一", "二", "三"))
    assert (tally.sent, tally.unsure) == (1, 1)
    halfway = await yard.store.chats.get(ANA)
    assert halfway is not None
    assert halfway.had_day is None

    yard.forward(seconds=LEASE.total_seconds())
    assert (await yard.deliver([chat], post("一", "二", "三"))).sent == 2
    assert yard.received(ANA) == ["一", "二", "三"]


async def test_a_ban_is_kept_to_the_second_and_lengthened_by_nobody(yard: Yard) -> None:
    chat, body = await yard.chat(ANA), json.dumps(too_many_requests(100).body)
    yard.telegram.faults.add(fault(FaultKind.ANSWER, status=429, body=body))
    assert (await yard.deliver([chat])).held == 1
    asked = yard.telegram.world.record.requests[SEND]
    yard.forward(seconds=39)
    assert (await yard.deliver([chat])).held == 1
    assert yard.telegram.world.record.requests[SEND] == asked, "tried during the ban"
    yard.forward(seconds=61)
    assert (await yard.deliver([chat])).sent == 1


async def test_short_bans_cost_their_own_length(yard: Yard) -> None:
    chats = [await yard.chat(chat_id) for chat_id in (LIN, ANA, CHEN)]
    body = json.dumps(too_many_requests(1).body)
    yard.telegram.faults.add(fault(FaultKind.ANSWER, times=4, status=429, body=body))
    began = yard.now()
    tally = await yard.deliver(chats)
    assert (tally.sent, tally.held) == (3, 0)
    assert yard.now() - began < timedelta(seconds=10)
    assert [len(yard.received(chat.chat_id)) for chat in chats] == [1, 1, 1]


async def test_a_ban_without_end_is_not_waited_for_in_line(yard: Yard) -> None:
    chat, body = await yard.chat(ANA), json.dumps(too_many_requests(20).body)
    yard.telegram.faults.add(fault(FaultKind.ANSWER, times=None, status=429, body=body))
    began = yard.now()
    assert (await yard.deliver([chat])).held == 1
    assert yard.now() - began <= IN_LINE
    yard.forward(seconds=60)
    asked = yard.telegram.world.record.requests[SEND]
    yard.telegram.faults.pending[0].body = json.dumps(too_many_requests(1).body)
    assert (await yard.deliver([chat])).held == 1
    assert yard.telegram.world.record.requests[SEND] == asked + MOST_BANS + 1


async def test_what_did_not_arrive_is_tried_soon_and_later_hourly(yard: Yard) -> None:
    chat = await yard.chat(ANA)
    body = json.dumps({"ok": False, "error_code": 401, "description": "Unauthorized"})
    yard.telegram.faults.add(fault(FaultKind.ANSWER, times=None, status=401, body=body))
    for attempt in range(1, SOON_TRIES + 2):
        assert (await yard.deliver([chat])).held == 1
        [row] = await yard.rows(ANA)
        assert row.attempts == attempt
        wait = SOON if attempt < SOON_TRIES else HOURLY
        assert row.not_before == yard.now() + wait
        yard.forward(seconds=wait.total_seconds())
    assert not row.is_finished, "an outage of Telegram's is no reason to give up a message"


@pytest.mark.parametrize(
    "kind", [FaultKind.DROP_AFTER, FaultKind.HANG_AFTER], ids=["dropped", "hung"]
)
async def test_what_perhaps_arrived_is_sent_again_at_most_twice_and_counted(
    yard: Yard, kind: FaultKind
) -> None:
    chat = await yard.chat(ANA)
    yard.telegram.faults.add(fault(kind, times=None, chat_id=ANA))
    unsure = given_up = 0
    for _ in range(MOST_UNSURE + 2):
        tally = await yard.deliver([chat])
        unsure, given_up = unsure + tally.unsure, given_up + tally.given_up
        yard.forward(seconds=LAST_WAIT.total_seconds())
    assert (unsure, given_up) == (MOST_UNSURE, 1)
    assert len(yard.received(ANA)) == MOST_UNSURE
    [row] = await yard.rows(ANA)
    assert row.why == "unsure"


RESTART = '{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}'
OUTAGES: dict[str, dict[str, Any]] = {
    "reset": {"kind": FaultKind.DROP_AFTER},
    "hang": {"kind": FaultKind.HANG_AFTER},
    "page": {"kind": FaultKind.ANSWER_AFTER},
    "own 500": {"kind": FaultKind.ANSWER_AFTER, "status": 500, "body": RESTART},
    "cut": {"kind": FaultKind.ANSWER_AFTER, "status": 200, "body": '{"ok":true,"res'},
}


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
async def test_an_outage_of_a_day_uses_up_nothing_and_doubles_once(
    yard: Yard, outage: dict[str, Any]
) -> None:
    """Everything else is answered meanwhile: getMe, and each sendMessage is carried out."""
    chats = [await yard.chat(LIN), await yard.chat(ANA)]
    while_out = yard.telegram.faults.add(fault(times=None, **outage))
    for _ in range(24):
        tally = await yard.deliver(chats)
        assert (tally.given_up, tally.lost) == (0, 0)
        yard.forward(seconds=HOURLY.total_seconds())
    assert [len(yard.received(chat.chat_id)) for chat in chats] == [1, 1]
    assert [row.unsure for row in await yard.rows(ANA)] == [1]
    yard.telegram.faults.remove(while_out)
    assert (await yard.deliver(chats)).sent == 2
    assert [len(yard.received(chat.chat_id)) for chat in chats] == [2, 2]


async def test_one_look_at_telegram_is_enough_for_all(yard: Yard) -> None:
    yard.telegram.world.knows_everyone = True
    chats = [await yard.chat(60_000 + number) for number in range(40)]
    while_out = yard.telegram.faults.add(fault(FaultKind.ANSWER, times=None))
    await yard.deliver(chats)
    yard.forward(seconds=HOURLY.total_seconds())
    asked = yard.telegram.world.record.requests[SEND]
    assert (await yard.deliver(chats)).held == len(chats)
    assert yard.telegram.world.record.requests[SEND] == asked + 1
    yard.telegram.faults.remove(while_out)
    assert (await yard.deliver(chats)).sent == len(chats)
    assert yard.telegram.world.record.requests[SEND] == asked + 2 + len(chats)


async def test_within_its_lease_nobody_repeats_what_perhaps_arrived(yard: Yard) -> None:
    chat = await yard.chat(ANA)
    yard.telegram.faults.add(fault(FaultKind.DROP_AFTER))
    await yard.deliver([chat])
    yard.forward(seconds=LEASE.total_seconds() - 1)
    assert (await yard.deliver([chat])).held == 1
    assert len(yard.received(ANA)) == 1


async def test_who_has_blocked_the_bot_is_subscribed_no_more(yard: Yard) -> None:
    chats = [await yard.chat(ANA), await yard.chat(CHEN)]
    yard.telegram.people.block(ANA, blocked=True)
    tally = await yard.deliver(chats)
    assert (tally.sent, tally.gone, tally.given_up) == (1, 1, 1)
    ana = await yard.store.chats.get(ANA)
    assert ana is not None
    assert ana.left_why == "blocked"


async def test_a_refused_message_is_given_up_and_told(yard: Yard) -> None:
    chat = await yard.chat(ANA)
    body = json.dumps(bad("the owner of this message is the moon").body)
    yard.telegram.faults.add(fault(FaultKind.ANSWER, status=400, body=body, times=None))
    for is_last in (False, False, True):  # one refusal is no fact
        tally = await yard.deliver([chat])
        assert (tally.held, tally.given_up) == (not is_last, is_last)
        [(key, why)] = tally.refused
        assert key == KEY
        assert "moon" in why
        yard.forward(seconds=HOURLY.total_seconds())
    had = await yard.store.chats.get(ANA)
    assert had is not None
    assert had.had_day == DAY, "it would be refused again every minute"


async def test_refused_entities_cost_the_decoration_not_the_words(yard: Yard) -> None:
    chat = await yard.chat(ANA)
    crooked = Message("四个字符", entities=(Entity("bold", 3, 99),))
    tally = await yard.deliver([chat], Post(KEY, (crooked,), DAY))
    assert tally.sent == 1
    [row] = await yard.rows(ANA)
    assert row.attempts == 1, "the bare text is the same attempt"
    assert yard.received(ANA) == ["四个字符"]


async def test_a_group_is_followed_to_its_supergroup(yard: Yard) -> None:
    world = yard.telegram.world
    old = -4001
    from bot.playground.world import Chat as Place

    world.add(Place(old, "group", "小组", members={LIN}, bot="member"))
    chat = await yard.chat(old, ChatKind.GROUP)
    new = world.migrate(old, -1009999999999)
    assert (await yard.deliver([chat])).sent == 1
    assert yard.received(new.id) == ["目录"]
    moved = await yard.store.chats.get(new.id)
    assert moved is not None
    assert moved.had_day == DAY


async def test_two_couriers_at_once_send_each_message_once(yard: Yard) -> None:
    world = yard.telegram.world
    world.knows_everyone = True
    chats = [await yard.chat(60_000 + number) for number in range(40)]
    tallies = await asyncio.gather(yard.deliver(chats), yard.deliver(list(reversed(chats))))
    assert sum(tally.sent for tally in tallies) == len(chats)
    assert all(len(yard.received(chat.chat_id)) == 1 for chat in chats)


async def test_told_to_stop_it_finishes_what_is_under_way_and_takes_nothing_new(
    yard: Yard,
) -> None:
    chat, taken, going = await yard.chat(ANA), 0, asyncio.Event()

    async def endless() -> AsyncIterator[tuple[Chat, Post]]:
        nonlocal taken
        while True:
            taken += 1
            yield chat, post(key=f"cast:{taken}")
            going.set()
            await asyncio.sleep(0)

    push = asyncio.create_task(yard.courier.deliver(endless()))
    await going.wait()
    push.cancel()
    with pytest.raises(asyncio.CancelledError):
        await push
    seen = taken
    await asyncio.sleep(0.05)
    assert taken == seen
    rows = [row for n in range(1, taken + 1) for row in await yard.rows(ANA, f"cast:{n}")]
    assert all(row.is_finished for row in rows), "a message was left in the air"
    assert len(yard.received(ANA)) == len(rows)


async def test_a_store_that_fails_for_good_is_not_hidden(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_changes: object) -> list[bool]:
        raise StoreError("the disk is full")

    chat = await yard.chat(ANA)
    monkeypatch.setattr(yard.store.deliveries, "apply", broken)
    with pytest.raises(StoreError, match="disk"):
        await yard.deliver([chat])
    assert not yard.received(ANA), "sent although it could not be written down"


async def test_a_bug_at_one_chat_stops_nobody_and_is_not_hidden(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = yard.telegram.world
    world.knows_everyone = True
    chats = [await yard.chat(60_000 + number) for number in range(40)]
    send = Courier._part

    async def broken(self: Courier, part: Any, *more: Any) -> Any:
        if part.chat is chats[3]:
            raise ZeroDivisionError
        return await send(self, part, *more)

    monkeypatch.setattr(Courier, "_part", broken)
    with pytest.raises(ZeroDivisionError):
        await yard.deliver(chats)
    assert sum(len(yard.received(chat.chat_id)) for chat in chats) == len(chats) - 1


async def test_only_what_has_changed_is_edited(yard: Yard) -> None:
    chats = [await yard.chat(chat_id) for chat_id in (LIN, ANA, CHEN)]
    await yard.deliver(chats)

    async def better(chat: Chat) -> tuple[Message, ...] | None:
        texts = {LIN: "补上解读", ANA: "目录"}
        return (Message(texts[chat.chat_id]),) if chat.chat_id in texts else None

    assert await yard.courier.edit_sent(KEY, better) == 1
    assert yard.telegram.world.texts(LIN)[-1] == "补上解读"
    assert yard.telegram.world.record.requests["editMessageText"] == 1
    assert await yard.courier.edit_sent(KEY, better) == 0
    assert yard.telegram.world.record.requests["editMessageText"] == 1


async def test_a_message_that_is_gone_is_not_edited_for_ever(yard: Yard) -> None:
    await yard.deliver([await yard.chat(ANA)])
    [row] = await yard.rows(ANA)
    assert row.message_id is not None
    await yard.bot.delete_message(ANA, row.message_id)

    async def better(_chat: Chat) -> tuple[Message, ...]:
        return (Message("补上解读"),)

    for _ in range(2):
        assert await yard.courier.edit_sent(KEY, better) == 0
    assert yard.telegram.world.record.requests["editMessageText"] == 1


async def test_random_faults_lose_nothing_and_double_only_what_nobody_could_know(
    yard: Yard,
) -> None:
    world = yard.telegram.world
    world.knows_everyone = True
    chats = [await yard.chat(70_000 + number) for number in range(60)]
    kinds = (FaultKind.ANSWER, FaultKind.DROP, FaultKind.DROP_AFTER)
    for number in range(12):
        yard.telegram.faults.add(Fault(kinds[number % 3], method=SEND, times=1, skip=number * 4))
    for _ in range(8):
        await yard.deliver(chats)
        yard.forward(seconds=(LEASE + timedelta(seconds=1)).total_seconds())
    counts = [len(yard.received(chat.chat_id)) for chat in chats]
    assert min(counts) == 1, "lost"
    assert sum(counts) - len(chats) <= 4, "doubled although it was known"
