"""Odd answers in the middle of a push: the others have theirs once, nobody has many copies."""

from contextlib import suppress
from datetime import timedelta

from bot.delivery.courier import HOURLY, LEASE
from bot.render.message import Message
from bot.telegram.errors import DeliveryError
from bot.telegram.messenger import ChatAddress, Messenger
from core.models.chat import Chat
from core.store import Begin
from core.store.delivery_changes import MOST_UNSURE
from tests.bot.delivery.conftest import ANA, Yard, post
from tests.bot.telegram.odd import FOREIGN, MANGLED, MOVES, PASSING, REFUSED, UNKNOWN, WAITS
from tests.servers.telegram_faults import Fault, FaultKind

SEND = "sendMessage"
ALL = MANGLED | FOREIGN | UNKNOWN | PASSING | WAITS | MOVES | REFUSED
FIRST = 60_000
ROUNDS = [3 * HOURLY] * 8 + [12 * HOURLY] * 6
"""Between tries, over four days: often while there is something to try, then rarely."""


async def many(yard: Yard, number: int) -> list[Chat]:
    yard.telegram.world.knows_everyone = True
    return [await yard.chat(FIRST + n) for n in range(number)]


def odd(
    yard: Yard, name: str, kind: FaultKind = FaultKind.ANSWER, chat_id: int | None = None
) -> Fault:
    status, body = ALL[name]
    fault = Fault(kind, SEND, chat_id, times=None, status=status, body=body)
    return yard.telegram.faults.add(fault)


def copies(yard: Yard, chats: list[Chat]) -> list[int]:
    return [len(yard.received(chat.chat_id)) for chat in chats]


async def test_one_odd_chat_is_held_alone_and_has_its_message_later(yard: Yard) -> None:
    chats = await many(yard, 5)
    for number, name in enumerate(ALL):
        key = f"cast:{number:012d}"
        before = copies(yard, chats)
        fault = odd(yard, name, chat_id=FIRST + 2)
        tally = await yard.deliver(chats, post("目录", key=key))
        after = [now - then for now, then in zip(copies(yard, chats), before, strict=True)]
        assert after == [1, 1, 0, 1, 1], name
        assert (tally.sent, tally.gone, tally.given_up) == (4, 0, 0), name
        assert tally.held + tally.unsure + tally.refusing == 1, name
        yard.telegram.faults.remove(fault)
        yard.forward(seconds=timedelta(days=1, minutes=1).total_seconds())
        assert (await yard.deliver(chats, post("目录", key=key))).sent == 1, name


async def test_what_may_have_arrived_is_there_three_times_at_most(yard: Yard) -> None:
    """Each chat is answered in another odd way after it has the message, for days."""
    names = [*MANGLED, *FOREIGN, *REFUSED]
    chats = await many(yard, len(names))
    for chat, name in zip(chats, names, strict=True):
        odd(yard, name, FaultKind.ANSWER_AFTER, chat.chat_id)
    given_up = lost = 0
    for pause in ROUNDS:
        tally = await yard.deliver(chats)
        given_up, lost = given_up + tally.given_up, lost + tally.lost
        yard.forward(seconds=pause.total_seconds())
    assert copies(yard, chats) == [MOST_UNSURE] * len(names)
    assert (given_up, lost) == (len(names), len(MANGLED | FOREIGN))


async def test_reasons_do_not_add_up_to_more_copies(yard: Yard) -> None:
    [chat] = await many(yard, 1)
    for name in ("null", "unknown", "page", "400 list", "object"):
        status, body = ALL[name]
        fault = Fault(FaultKind.ANSWER_AFTER, SEND, times=1, status=status, body=body)
        yard.telegram.faults.add(fault)
    for _ in range(8):
        await yard.deliver([chat])
        yard.forward(seconds=HOURLY.total_seconds())
    assert copies(yard, [chat]) == [MOST_UNSURE]


async def test_processes_that_die_while_sending_are_counted(yard: Yard) -> None:
    """Each leaves a lease behind, and perhaps a message."""
    [chat] = await many(yard, 1)
    held = []
    for _ in range(MOST_UNSURE + 2):
        begin = Begin(chat.chat_id, post().key, 0, yard.now(), yard.now() + LEASE)
        held += await yard.store.deliveries.apply([begin])
        yard.forward(seconds=LEASE.total_seconds() + 1)
    assert held == [True] * MOST_UNSURE + [False] * 2
    assert (await yard.deliver([chat])).sent == 0
    [row] = await yard.rows(chat.chat_id)
    assert row.why == "unsure"


async def test_edits_survive_every_shape(yard: Yard) -> None:
    [chat] = await many(yard, 1)
    await yard.deliver([chat])
    [row] = await yard.rows(chat.chat_id)
    assert row.message_id is not None
    messenger = Messenger(yard.bot, now=yard.now)
    to = ChatAddress(chat.chat_id)
    calls = (
        lambda: messenger.edit(to, row.message_id or 0, Message("改"), bulk=True),
        lambda: messenger.edit_buttons(to, row.message_id or 0, ()),
        lambda: messenger.send_photo(to, b"photo", Message("图")),
        lambda: messenger.send_document(to, "a.bib", b"@a", "x"),
        lambda: messenger.send_rich(to, "<b>x</b>"),
        lambda: messenger.find("@name"),
        lambda: messenger.status_of(ANA, chat.chat_id),
    )
    asked = 0
    for status, body in ALL.values():
        for call in calls:
            fault = Fault(FaultKind.ANSWER, None, None, times=None, status=status, body=body)
            yard.telegram.faults.add(fault)
            with suppress(DeliveryError):  # and nothing else
                await call()
            yard.telegram.faults.remove(fault)
            asked += 1
    assert asked == len(ALL) * len(calls)
