"""Updates of many chats at once, of one chat in order."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime

import pytest
from telegram import Chat, InlineQuery, Message, Update, User

from bot.process.chat_order import QUEUE, ChatOrder


def update(chat: int, number: int) -> Update:
    message = Message(number, datetime(2026, 3, 13, tzinfo=UTC), Chat(chat, "private"))
    return Update(number, message=message)


class Stage:
    """Handlers that wait until they are let go, and a record of who began and ended."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def handler(self, name: str) -> None:
        self.log.append(f"+{name}")
        await self.gates.setdefault(name, asyncio.Event()).wait()
        self.log.append(f"-{name}")

    def let_go(self, name: str) -> None:
        self.gates.setdefault(name, asyncio.Event()).set()


async def rounds() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def started(processor: ChatOrder, what: object, work: Awaitable[None]) -> "asyncio.Task[None]":
    return asyncio.ensure_future(processor.process_update(what, work))


async def test_one_chats_updates_wait_for_each_other_and_others_do_not() -> None:
    stage, processor = Stage(), ChatOrder()
    tasks = [
        started(processor, update(1, 1), stage.handler("a1")),
        started(processor, update(1, 2), stage.handler("a2")),
        started(processor, update(2, 3), stage.handler("b1")),
    ]
    await rounds()
    assert stage.log == ["+a1", "+b1"]
    stage.let_go("a1")
    await rounds()
    assert stage.log == ["+a1", "+b1", "-a1", "+a2"]
    stage.let_go("a2")
    stage.let_go("b1")
    await asyncio.gather(*tasks)
    assert not processor._turns, "chats are remembered for ever"


async def test_a_failing_update_does_not_block_its_chat() -> None:
    stage, processor = Stage(), ChatOrder()

    async def fail() -> None:
        raise RuntimeError("a bug")

    first = started(processor, update(1, 1), fail())
    second = started(processor, update(1, 2), stage.handler("a2"))
    stage.let_go("a2")
    await second
    with pytest.raises(RuntimeError):
        await first


async def test_a_cancelled_update_does_not_block_its_chat() -> None:
    stage, processor = Stage(), ChatOrder()
    first = started(processor, update(1, 1), stage.handler("a1"))
    second = started(processor, update(1, 2), stage.handler("a2"))
    await rounds()
    first.cancel()
    stage.let_go("a2")
    await second
    assert stage.log == ["+a1", "+a2", "-a2"]


async def test_a_waiting_update_that_is_cancelled_keeps_the_order_of_those_behind_it() -> None:
    stage, processor = Stage(), ChatOrder()
    tasks = [
        started(processor, update(1, number), stage.handler(f"a{number}")) for number in (1, 2, 3)
    ]
    await rounds()
    tasks[1].cancel()
    await rounds()
    assert stage.log == ["+a1"], "the third did not wait for the first"
    stage.let_go("a1")
    stage.let_go("a3")
    await asyncio.gather(*tasks, return_exceptions=True)
    assert stage.log == ["+a1", "-a1", "+a3", "-a3"]


async def test_updates_without_a_chat_are_kept_in_their_senders_order() -> None:
    stage, processor = Stage(), ChatOrder()
    user = User(7, "Ana", is_bot=False)
    updates = [Update(n, inline_query=InlineQuery(str(n), user, "", "")) for n in (1, 2)]
    tasks = [started(processor, each, stage.handler(str(each.update_id))) for each in updates]
    await rounds()
    assert stage.log == ["+1"]
    stage.let_go("1")
    stage.let_go("2")
    await asyncio.gather(*tasks)


async def test_a_chats_queue_takes_no_room_from_others() -> None:
    stage, processor = Stage(), ChatOrder(at_once=2)
    names = ["a1", "a2", "a3", "a4"]
    tasks = [started(processor, update(1, n), stage.handler(name)) for n, name in enumerate(names)]
    tasks.append(started(processor, update(2, 9), stage.handler("b1")))
    await rounds()
    assert stage.log == ["+a1", "+b1"]
    for name in (*names, "b1"):
        stage.let_go(name)
    await asyncio.gather(*tasks)


async def test_who_floods_a_chat_is_heard_again_once_it_is_answered() -> None:
    stage, processor = Stage(), ChatOrder()
    tasks = [
        started(processor, update(1, number), stage.handler(str(number)))
        for number in range(QUEUE + 20)
    ]
    await rounds()
    for number in range(QUEUE + 20):
        stage.let_go(str(number))
    await asyncio.gather(*tasks)
    assert stage.log[::2] == [f"+{number}" for number in range(QUEUE + 1)]
    stage.let_go("later")
    await started(processor, update(1, 99), stage.handler("later"))
    assert stage.log[-1] == "-later"
    assert processor.idle


async def test_a_handler_that_hangs_does_not_keep_its_chat_unheard_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage, processor = Stage(), ChatOrder(longest=0.01)
    tasks = [
        started(processor, update(1, 1), stage.handler("hangs")),
        started(processor, update(1, 2), stage.handler("next")),
    ]
    stage.let_go("next")
    await asyncio.gather(*tasks)
    assert stage.log == ["+hangs", "+next", "-next"]
    assert "was broken off" in caplog.text
    assert processor.idle


async def test_what_still_waits_when_the_process_ends_is_not_begun() -> None:
    stage, processor = Stage(), ChatOrder(at_once=1)
    tasks = [
        started(processor, update(1, 1), stage.handler("a1")),
        started(processor, update(1, 2), stage.handler("a2")),
        started(processor, update(2, 3), stage.handler("b1")),
    ]
    await rounds()
    await processor.shutdown()
    stage.let_go("a1")
    await asyncio.gather(*tasks)
    assert stage.log == ["+a1", "-a1"]
    assert processor.idle


async def test_what_is_broken_off_is_known_as_unanswered() -> None:
    stage, processor = Stage(), ChatOrder()
    tasks = [
        started(processor, update(1, 1), stage.handler("a1")),
        started(processor, update(1, 2), stage.handler("a2")),
        started(processor, update(2, 3), stage.handler("b1")),
    ]
    stage.let_go("b1")
    await rounds()
    assert processor.unanswered == [1, 2]
    await processor.break_off()
    await asyncio.gather(*tasks, return_exceptions=True)
    await started(processor, update(3, 4), stage.handler("c1"))
    assert stage.log == ["+a1", "+b1", "-b1"]
    assert processor.unanswered == [1, 2, 4]
    assert processor.idle
