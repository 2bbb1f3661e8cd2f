"""Polling against a Telegram that misbehaves: the bot hears again, and nobody is forgotten."""

import asyncio
import json
import logging
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from telegram import Update
from telegram.ext import ApplicationHandlerStop, MessageHandler, TypeHandler, filters
from telegram.warnings import PTBUserWarning

from bot.commands.context import Context
from bot.process import supervisor
from bot.process.chat_order import ChatOrder
from bot.process.update_queue import MOST
from tests.bot.process.conftest import Site
from tests.bot.process.test_serve import eventually
from tests.servers.telegram_faults import Fault, FaultKind

LIN, ANA = 1001, 1002
"""Lin is the administrator."""


def refusal(status: int, description: str, **more: object) -> dict[str, Any]:
    body = {"ok": False, "error_code": status, "description": description, **more}
    return {"status": status, "body": json.dumps(body)}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", timedelta(milliseconds=20))


REFUSALS = [
    (refusal(401, "Unauthorized"), "token 被拒绝"),
    ({"status": 200, "body": '{"ok":true,"result":{}}'}, "不像 Telegram"),
]
OF_THE_NETWORK: list[dict[str, Any]] = [
    {"status": 502},
    {"status": 504, "body": "<html>"},
    {"status": 530, "body": "{}"},
    refusal(429, "Too Many Requests: retry after 1", parameters={"retry_after": 1}),
]


async def test_a_refusal_is_told_and_passes_and_its_end_is_told(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    telegram, world = site.telegram, site.telegram.world
    telegram.people.start(LIN)
    async with site.serving():
        for number, (answer, said) in enumerate(REFUSALS, start=1):
            telegram.faults.add(Fault(FaultKind.ANSWER, "getUpdates", times=2, **answer))
            telegram.people.say(ANA, "/help")  # ends the poll that is under way
            await telegram.until(lambda n=2 * number - 1: len(_told(site)) == n)
            telegram.people.say(ANA, "/help")
            await telegram.until(lambda n=2 * number: len(_told(site)) == n)
            began, over = _told(site)[-2:]
            assert said in began
            assert said in over
            assert "恢复正常" in over
    assert len(world.received(ANA)) == 2 * len(REFUSALS)
    assert telegram.token not in "".join(_told(site)) + caplog.text
    assert "Traceback" not in caplog.text


async def test_trouble_of_the_network_passes_without_a_word(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = site.telegram
    telegram.people.start(LIN)
    for answer in OF_THE_NETWORK:
        telegram.faults.add(Fault(FaultKind.ANSWER, "getUpdates", **answer))
    async with site.serving():
        telegram.people.say(ANA, "/help")
        await telegram.answers(ANA)
    assert not _told(site)
    ours = [record for record in caplog.records if record.name == supervisor.logger.name]
    assert len([record for record in ours if record.levelno >= logging.WARNING]) == 1


def _told(site: Site) -> list[str]:
    return [text for text in site.telegram.world.texts(LIN) if "接收消息" in text]


async def test_an_update_that_cannot_be_read_is_skipped_and_its_neighbours_are_handled(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = site.telegram
    updates = telegram.world.updates
    for kind, body in [
        ("message", {"message_id": 1}),
        ("message", [1]),
        ("callback_query", {"id": 5}),
        ("my_chat_member", None),
    ]:
        updates.push(kind, body)  # type: ignore[arg-type]
        telegram.people.say(ANA, "/help")
        updates.push(kind, body)  # type: ignore[arg-type]
    async with site.serving():
        await telegram.answers(ANA, 4)
        await eventually(lambda: not updates.queue)
    assert telegram.world.record.requests["getUpdates"] < 8
    assert len(telegram.world.received(ANA)) == 4
    assert len([record for record in caplog.records if "cannot be read" in record.message]) <= 4


async def test_a_server_that_repeats_itself_is_answered_once_and_not_hurried(site: Site) -> None:
    """One that does not know `offset`, or does not wait."""
    telegram = site.telegram
    telegram.people.say(ANA, "/help")
    batch = json.dumps({"ok": True, "result": list(telegram.world.updates.queue)})
    telegram.faults.add(Fault(FaultKind.ANSWER, "getUpdates", None, None, status=200, body=batch))
    async with site.serving():
        await telegram.answers(ANA)
        await eventually(lambda: telegram.world.record.requests["getUpdates"] >= 2)
    assert len(telegram.world.received(ANA)) == 1
    assert telegram.world.record.requests["getUpdates"] <= 4


async def test_a_flood_stays_with_telegram_and_a_restart_loses_and_doubles_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.process.serve.GRACE", timedelta(seconds=30))
    site.telegram.world.knows_everyone = True
    answered: Counter[int] = Counter()
    gate = asyncio.Event()
    flood = range(50_000, 50_250)
    for person in flood:
        site.telegram.people.say(person, "/help")

    async def answer(update: Update, _context: Context) -> None:
        await gate.wait()
        assert update.effective_user is not None
        answered[update.effective_user.id] += 1
        raise ApplicationHandlerStop

    async with site.serving() as bot:
        bot.application.add_handler(TypeHandler(Update, answer), group=-9)
        processor = bot.application.update_processor
        assert isinstance(processor, ChatOrder)
        await eventually(lambda: len(processor.unanswered) >= 200)
        await asyncio.sleep(0.1)  # a third batch would be here by now
        asyncio.get_running_loop().call_later(0.1, gate.set)
    assert len(site.telegram.world.updates.queue) == 50, "all of it was taken at once"
    assert answered.total() == 200
    async with site.serving() as bot:
        bot.application.add_handler(TypeHandler(Update, answer), group=-9)
        await eventually(lambda: len(answered) == len(flood))
    assert set(answered.values()) == {1}


async def test_the_lines_of_a_few_chats_keep_nobody_else_waiting(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once four accounts with thirty messages each were enough: here 26 send more than four."""
    monkeypatch.setattr("bot.process.chat_order.QUEUE", queue := 4)
    site.telegram.world.knows_everyone = True
    gate, crowd, sent = asyncio.Event(), range(60_000, 60_026), queue + 10
    assert len(crowd) * queue > MOST
    for _ in range(sent):
        for person in crowd:
            site.telegram.people.say(person, "/help")
    heard: Counter[int] = Counter()

    async def slow(update: Update, _context: Context) -> None:
        assert update.effective_user is not None
        heard[update.effective_user.id] += 1
        if update.effective_user.id in crowd:
            await gate.wait()

    async with site.serving() as bot:
        bot.application.add_handler(TypeHandler(Update, slow), group=-9)
        processor = bot.application.update_processor
        assert isinstance(processor, ChatOrder)
        await eventually(lambda: not site.telegram.world.updates.queue)
        site.telegram.people.say(ANA, "/help")
        await site.telegram.answers(ANA)
        assert heard == dict.fromkeys(crowd, 1) | {ANA: 1}
        await eventually(lambda: len(processor.unanswered) == len(crowd) * (queue + 1))
        gate.set()
        await eventually(lambda: not processor.unanswered)
    assert heard == dict.fromkeys(crowd, queue + 1) | {ANA: 1}


async def test_what_cannot_be_answered_before_the_end_is_left_to_the_next_process(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.process.serve.GRACE", timedelta(seconds=0.4))
    started = asyncio.Event()

    async def forever(_update: Update, _context: Context) -> None:
        started.set()
        await asyncio.Event().wait()

    site.telegram.people.say(ANA, "/help")
    poll = site.telegram.faults
    async with site.serving() as bot:
        bot.application.add_handler(TypeHandler(Update, forever), group=-9)
        poll.add(Fault(FaultKind.HANG, "getUpdates", times=1, skip=1))  # nothing is confirmed yet
        await started.wait()
    async with site.serving():
        await site.telegram.answers(ANA)


async def test_at_the_end_what_waits_behind_another_is_done_without_a_warning(
    site: Site, recwarn: pytest.WarningsRecorder
) -> None:
    started, gate, done = asyncio.Event(), asyncio.Event(), list[str]()

    async def first(_update: Update, _context: Context) -> None:
        started.set()
        await gate.wait()

    async def then(_update: Update, _context: Context) -> None:
        done.append("then")

    async with site.serving() as bot:
        hold, slow = filters.Text(["first"]), filters.Text(["then"])
        bot.application.add_handler(MessageHandler(hold, first), group=-9)
        bot.application.add_handler(MessageHandler(slow, then, block=False), group=-9)
        for text in ("first", "then"):
            site.telegram.people.say(ANA, text)
        await started.wait()
        await eventually(lambda: not site.telegram.world.updates.queue)
        asyncio.get_running_loop().call_later(0.1, gate.set)
    assert done == ["then"]
    assert not [each for each in recwarn if issubclass(each.category, PTBUserWarning)]
