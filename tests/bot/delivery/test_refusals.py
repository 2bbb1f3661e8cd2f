"""Whose word ends a subscription, in one push and over days."""

import json
from datetime import timedelta

from bot.delivery.courier import PAUSE
from bot.delivery.post import DeliveryStats
from bot.delivery.refusals import LONGEST_PAUSE, pause
from bot.playground import refusals
from bot.playground.refusals import Refusal, bad, forbidden
from bot.playground.world import Chat as Place
from bot.render.message import Message
from core.models.chat import Chat
from tests.bot.delivery.conftest import ANA, Yard, post
from tests.servers.telegram_faults import Fault, FaultKind

SEND = "sendMessage"
GONE, BLOCKED = bad(refusals.CHAT_NOT_FOUND), forbidden(refusals.BLOCKED)


def answered(yard: Yard, refusal: Refusal, chat_id: int | None = None) -> Fault:
    body = json.dumps(refusal.body)
    fault = Fault(FaultKind.ANSWER, SEND, chat_id, None, status=refusal.status, body=body)
    return yard.telegram.faults.add(fault)


async def many(yard: Yard, number: int) -> list[Chat]:
    yard.telegram.world.knows_everyone = True
    return [await yard.chat(60_000 + n) for n in range(number)]


async def days(yard: Yard, chats: list[Chat], number: int) -> DeliveryStats:
    """Try to deliver every fourth hour; return how it went."""
    tally = DeliveryStats()
    for _ in range(number * 6):
        tally += await yard.deliver(chats)
        yard.forward(seconds=timedelta(hours=4).total_seconds())
    return tally


async def active(yard: Yard) -> int:
    return len(await yard.store.chats.active())


async def test_a_server_that_is_broken_for_days_ends_nobody(yard: Yard) -> None:
    chats = await many(yard, 31)
    fault = answered(yard, GONE)
    tally = await days(yard, chats, 3)
    assert (await active(yard), tally.gone) == (31, 0)
    assert tally.doubted > 0
    yard.telegram.faults.remove(fault)
    await days(yard, chats, 1)
    assert [len(yard.received(chat.chat_id)) for chat in chats] == [1] * 31


async def test_a_pause_is_kept_by_every_process_and_for_every_post(yard: Yard) -> None:
    chats = await many(yard, 31)
    fault = answered(yard, BLOCKED)
    first = await yard.deliver(chats)
    assert first.paused_until == yard.now() + PAUSE
    yard.telegram.faults.remove(fault)
    again = await yard.deliver(chats, post(key="cast:1"))  # another courier on the same ledger
    assert again == DeliveryStats(paused_until=first.paused_until)
    yard.forward(seconds=PAUSE.total_seconds())
    assert (await yard.deliver(chats, post(key="cast:1"))).sent == 31


async def test_a_few_muted_groups_that_come_first_keep_nobody_waiting(yard: Yard) -> None:
    chats = await many(yard, 40)
    for chat in chats[:5]:
        answered(yard, bad(refusals.NO_RIGHT_TO_SEND), chat.chat_id)
    tally = await yard.deliver(chats)
    assert (tally.sent, tally.refusing, tally.paused_until) == (35, 5, None)


async def test_a_refusal_repeated_over_more_than_a_day_is_a_fact(yard: Yard) -> None:
    chats = await many(yard, 3)
    answered(yard, GONE, chats[0].chat_id)
    await days(yard, chats, 1)
    assert await active(yard) == 3
    tally = await days(yard, chats, 1)
    assert (await active(yard), tally.gone) == (2, 1)
    left = await yard.store.chats.get(chats[0].chat_id)
    assert left is not None
    assert left.left_why == "not found"


async def test_a_message_that_arrives_forgets_all_refusals(yard: Yard) -> None:
    [chat] = await many(yard, 1)
    fault = answered(yard, GONE)
    await days(yard, [chat], 1)
    yard.telegram.faults.remove(fault)
    await days(yard, [chat], 1)
    there = await yard.store.chats.get(chat.chat_id)
    assert there is not None
    assert (there.refused_at, there.refusals) == (None, 0)
    assert len(yard.received(chat.chat_id)) == 1


async def test_edits_end_nothing(yard: Yard) -> None:
    [chat] = await many(yard, 1)
    await yard.deliver([chat])
    body = json.dumps(BLOCKED.body)
    edits = Fault(FaultKind.ANSWER, "editMessageText", None, None, status=403, body=body)
    yard.telegram.faults.add(edits)

    async def better(_chat: Chat) -> tuple[Message, ...]:
        return post("补上解读").messages

    assert await yard.courier.edit_sent(post().key, better) == 0
    assert await active(yard) == 1


async def test_two_groups_that_move_into_each_other_are_not_followed_for_ever(yard: Yard) -> None:
    chat = await yard.chat(ANA)
    there, back = -1001234567890, -1001234567891
    for asked, new in ((ANA, there), (there, back), (back, there)):
        if asked < 0:
            yard.telegram.world.add(Place(asked, "supergroup", "小组", bot="member"))
        answered(yard, refusals.upgraded(new), asked)
    assert (await yard.deliver([chat])).held == 1


def test_pauses_grow_and_end() -> None:
    pauses = [pause(number) for number in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(minutes=15)
    assert pauses[-1] == LONGEST_PAUSE
