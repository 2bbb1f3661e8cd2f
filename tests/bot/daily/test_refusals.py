"""Refusals in a whole push: nobody is lost to what is not Telegram's, or only passing."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.courier import PAUSE
from bot.playground import refusals
from bot.playground.refusals import Refusal, bad, forbidden
from tests.bot.conftest import Telegram
from tests.bot.daily.house import ADMIN, CHANNEL, FEW, House, open_house
from tests.bot.daily.world import at
from tests.servers.telegram_faults import Fault, FaultKind

WAF = "<html><title>403</title>Access denied by proxy</html>"
READERS = range(60_000, 60_013)
"""More than are needed to doubt a server that refuses all (`bot.delivery.refusals`)."""
CHATS = 1 + len(READERS)
"""With the channel."""
SEND = "sendMessage"


@pytest.fixture
async def house(telegram: Telegram, tmp_path: Path, unpaced: None) -> AsyncIterator[House]:
    async with open_house(telegram, tmp_path, FEW) as opened:
        yield opened


@pytest.fixture
async def full(house: House) -> House:
    """Give a house with its chats, on a Friday before the morning."""
    house.telegram.world.knows_everyone = True
    house.telegram.people.start(ADMIN)
    for reader in READERS:
        await house.subscribe(reader)
    await house.tick_at("2026-03-12 08:10", "2026-03-12 08:30")
    house.clock.now = at("2026-03-13 08:10")
    await house.daily_jobs.build()  # which may wait for a source, until the hour
    house.clock.now = at("2026-03-13 08:20")
    return house


def answered(house: House, refusal: Refusal, chat_id: int | None = None) -> Fault:
    body = json.dumps(refusal.body)
    fault = Fault(FaultKind.ANSWER, SEND, chat_id, None, status=refusal.status, body=body)
    return house.telegram.faults.add(fault)


def got(house: House, day: str = "2026-03-13") -> list[int]:
    """Return how often each reader and the channel has the digest of a day."""
    return [sum(day in text for text in house.texts(chat)) for chat in (CHANNEL, *READERS)]


def told(house: House, words: str) -> int:
    return sum(words in text for text in house.texts(ADMIN))


async def active(house: House) -> int:
    return len(await house.services.store.chats.active())


async def test_a_proxys_403_unsubscribes_nobody(full: House) -> None:
    waf = Fault(FaultKind.ANSWER, SEND, times=None, status=403, body=WAF)
    full.telegram.faults.add(waf)
    await full.tick_at("2026-03-13 08:30")
    assert sum(got(full)) == 0
    assert await active(full) == CHATS
    full.telegram.faults.remove(waf)
    await full.tick_at("2026-03-13 08:31", "2026-03-13 08:32")
    assert got(full) == [1] * CHATS
    assert told(full, "不像 Telegram 的回答") == 1


@pytest.mark.parametrize(
    "refusal",
    [
        forbidden(refusals.BLOCKED),
        forbidden(refusals.DEACTIVATED),
        bad(refusals.CHAT_NOT_FOUND),
        bad(refusals.NO_RIGHT_TO_SEND),
        bad("Bad Request: PEER_ID_INVALID"),
    ],
    ids=str,
)
async def test_when_everybody_has_left_it_is_the_server(full: House, refusal: Refusal) -> None:
    for chat in (CHANNEL, *READERS):
        answered(full, refusal, chat)
    await full.tick_at("2026-03-13 08:30")
    assert await active(full) == CHATS
    assert told(full, "更像服务器出错") == 1
    asked = full.telegram.world.record.requests[SEND]
    await full.tick_at("2026-03-13 08:31", "2026-03-13 08:59")
    assert full.telegram.world.record.requests[SEND] == asked, "tried while it pauses"
    full.telegram.faults.pending.clear()
    full.clock.now += PAUSE
    await full.daily_jobs.tick()
    for _ in range(3):
        full.clock.now += timedelta(hours=2)
        await full.daily_jobs.tick()
    assert got(full) == [1] * CHATS


async def test_an_administrator_may_know_better(full: House) -> None:
    for chat in READERS:
        answered(full, forbidden(refusals.BLOCKED), chat)
    await full.tick_at("2026-03-13 08:30")
    assert await active(full) == CHATS
    await full.daily_jobs.resume(believes=True)
    for hour in range(9, 22):
        await full.tick_at(f"2026-03-13 {hour:02}:00")
    assert await active(full) == 1
    assert got(full)[0] == 1


async def test_some_leave_on_any_day(full: House) -> None:
    for chat in READERS[:4]:
        answered(full, forbidden(refusals.BLOCKED), chat)
    await full.tick_at("2026-03-13 08:30")
    assert await active(full) == CHATS - 4
    assert got(full) == [1, 0, 0, 0, 0, *[1] * (CHATS - 5)]


@pytest.mark.parametrize(
    "said", [refusals.CHAT_NOT_FOUND, refusals.NO_RIGHT_TO_SEND, "PEER_ID_INVALID"]
)
async def test_one_passing_refusal_ends_nothing(full: House, said: str) -> None:
    reader = READERS[3]
    fault = answered(full, bad(said), reader)
    await full.tick_at("2026-03-13 08:30", "2026-03-13 08:31", "2026-03-13 08:32")
    assert full.telegram.faults.hits == 1, "tried each minute"
    full.telegram.faults.remove(fault)
    await full.tick_at("2026-03-13 08:41")
    assert got(full) == [1] * CHATS
    chat = await full.services.store.chats.get(reader)
    assert chat is not None
    assert (chat.refused_at, chat.refusals) == (None, 0)


async def test_repeated_over_more_than_a_day_it_is_a_fact(full: House) -> None:
    reader = READERS[3]
    answered(full, bad(refusals.CHAT_NOT_FOUND), reader)
    await full.tick_at("2026-03-13 08:30", "2026-03-13 14:30", "2026-03-13 21:30")
    assert await active(full) == CHATS
    await full.tick_at("2026-03-14 08:30", "2026-03-14 14:30")
    chat = await full.services.store.chats.get(reader)
    assert chat is not None
    assert chat.left_why == "not found"
    assert full.telegram.faults.hits <= 6


async def test_a_channel_that_refuses_is_told_at_once_and_so_is_its_return(full: House) -> None:
    fault = answered(full, bad(refusals.NO_RIGHT_IN_CHANNEL), CHANNEL)
    await full.tick_at("2026-03-13 08:30")
    assert told(full, "无法向频道 @cv_daily") == 1
    await full.tick_at("2026-03-13 08:31", "2026-03-13 09:00")
    assert told(full, "无法向频道 @cv_daily") == 1
    assert told(full, "又能收到消息") == 0
    full.telegram.faults.remove(fault)
    await full.tick_at("2026-03-13 12:00")
    assert told(full, "又能收到消息") == 1
    assert got(full) == [1] * CHATS
    assert told(full, "仍未发完") == 0, "one muted chat is no push that hangs"


async def test_push_does_not_wait_for_a_muted_group(full: House) -> None:
    group = READERS[0]
    answered(full, bad(refusals.NO_RIGHT_TO_SEND), group)
    full.clock.now += timedelta(minutes=15)
    began = full.clock.now
    tally = await full.daily_jobs.push()
    assert (tally.sent, tally.refusing) == (CHATS - 1, 1)
    assert full.clock.now - began < timedelta(minutes=10)
