"""The process as a whole: it introduces itself, answers, brings the morning, and ends in order."""

import asyncio
import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.app.bot import build
from bot.commands.context import Context
from bot.process import reach as opening
from bot.process.reach import TelegramUnreachable
from bot.settings import listen_address
from core.models.errors import ConfigError
from tests.bot.conftest import PATIENCE
from tests.bot.process.conftest import Site
from tests.bot.telegram.odd import FOREIGN, MANGLED
from tests.servers.telegram_faults import Fault, FaultKind

LIN, ANA = 1001, 1002
CHANNEL = -1001000000001
LATER = (
    '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 4000",'
    '"parameters":{"retry_after":4000}}'
)


async def test_a_channel_gets_the_morning_and_a_reader_an_answer(site: Site) -> None:
    telegram = site.telegram
    async with site.serving(telegram_channel_ids=("@cv_daily",)):
        [post] = await telegram.answers(CHANNEL)
        assert post["text"].startswith("🚀 CV 论文日报 | 2026-03-13")
        row = post["reply_markup"]["inline_keyboard"][0]
        assert row[0]["url"].startswith(f"https://t.me/{telegram.world.bot.username}?start=paper_")

        telegram.people.follow(ANA, row[0]["url"])
        [dive] = await telegram.answers(ANA)
        assert "Key Contribution" in dive["text"]
    assert not telegram.world.record.refused
    assert not telegram.world.record.mended


async def test_a_restart_sends_nothing_twice(site: Site) -> None:
    for _ in range(2):
        async with site.serving(telegram_channel_ids=("@cv_daily",)) as bot:
            await site.telegram.answers(CHANNEL)
            await bot.services.daily_jobs.tick()
    assert len(site.telegram.world.received(CHANNEL)) == 1


async def test_push_twice_sends_nothing_twice(site: Site) -> None:
    tallies = []
    for _ in range(2):
        async with site.opened(telegram_channel_ids=("@cv_daily",)) as bot:
            tallies.append(await bot.services.daily_jobs.push())
    assert [tally.sent for tally in tallies] == [1, 0]
    assert len(site.telegram.world.received(CHANNEL)) == 1


async def test_the_bot_introduces_itself_once(site: Site) -> None:
    record = site.telegram.world.record
    for _ in range(2):
        async with site.serving():
            await eventually(lambda: record.requests["setChatMenuButton"] > 0)
    assert record.requests["setMyDescription"] == 3
    commands = [call["commands"] for call in record.of("setMyCommands")]
    names = {entry["command"] for entry in commands[0]}
    assert {"today", "paper", "topics", "settings", "search", "status", "stop", "help"} <= names
    assert not {"build", "broadcast", "stats"} & names


async def test_a_bug_is_apologised_for_and_told_to_the_admins_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = site.telegram

    async def broken(_update: Update, _context: Context) -> None:
        raise ZeroDivisionError("a bug, with the secret words of a reader")

    for person in (LIN, ANA):
        telegram.people.start(person)
    async with site.serving() as bot:
        bot.application.add_handler(MessageHandler(filters.Text(["break"]), broken), group=-9)
        before = len(telegram.world.received(LIN))
        for _ in range(2):
            telegram.people.say(ANA, "break")
        await eventually(lambda: _count(telegram.world.texts(ANA), "Sorry") == 2)
        await eventually(lambda: len(telegram.world.received(LIN)) > before)
    told = [text for text in telegram.world.texts(LIN) if "ZeroDivisionError" in text]
    assert len(told) == 1
    assert "test_serve.py" in told[0]
    assert "secret words" not in told[0]
    assert telegram.token not in caplog.text


async def test_it_starts_although_telegram_answers_late(site: Site) -> None:
    site.telegram.faults.add(Fault(FaultKind.ANSWER, method="getMe", times=1))
    async with site.opened() as bot:
        assert bot.services.username == site.telegram.world.bot.username


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, '{"ok":false,"error_code":401,"description":"Unauthorized"}'),
        (404, "<html>not here"),
        (200, "<html>log in to this hotel's network"),
        (200, "{}"),
        (200, '{"ok":true,"result":[]}'),
    ],
)
async def test_one_odd_answer_at_start_is_no_fact(
    site: Site, monkeypatch: pytest.MonkeyPatch, status: int, body: str
) -> None:
    monkeypatch.setattr("bot.process.reach.FIRST_PAUSE", 0.01)
    site.telegram.faults.add(Fault(FaultKind.ANSWER, "getMe", status=status, body=body))
    async with site.opened() as bot:
        assert bot.services.username == site.telegram.world.bot.username


async def test_push_gives_up_on_a_telegram_that_is_away(site: Site) -> None:
    site.telegram.faults.add(Fault(FaultKind.ANSWER, method="getMe", times=None))
    with pytest.raises(TelegramUnreachable, match="TELEGRAM_API_URL"):
        async with build(site.settings, "push", patience=timedelta(0)):
            pass


async def test_a_wrong_token_is_one_clear_sentence(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.process.reach.FIRST_PAUSE", 0.01)
    with pytest.raises(ConfigError, match="@BotFather") as refused:
        async with site.opened(telegram_bot_token=SecretStr("123456:" + "x" * 35)):
            pass
    assert "xxx" not in str(refused.value)


async def test_without_a_token_it_says_what_works(site: Site) -> None:
    with pytest.raises(ConfigError, match="paperboy demo"):
        async with site.opened(telegram_bot_token=None):
            pass


async def test_by_webhook_it_hears_as_well(site: Site) -> None:
    address = f"127.0.0.1:{_free_port()}"
    async with site.serving(webhook_url=f"http://{address}/hook", webhook_listen=address):
        await eventually(lambda: site.telegram.world.record.requests["setWebhook"] > 0)
        site.telegram.people.start(ANA)
        [hello, *_] = await site.telegram.answers(ANA)
        assert "/settings" in hello["text"]
    assert site.telegram.world.record.of("setWebhook")[0]["secret_token"]
    assert not site.telegram.world.record.requests["getUpdates"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[::1]:8443", ("::1", 8443)),
        ("0.0.0.0:8080", ("0.0.0.0", 8080)),
        (":8080", ("0.0.0.0", 8080)),
        ("8080", ("0.0.0.0", 8080)),
    ],
)
def test_where_a_webhook_listens(text: str, address: tuple[str, int]) -> None:
    assert listen_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "here",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:99999",
        "１２",
        "a b:80",
        "h/x:80",
        "9" * 5000,
    ],
)
def test_where_it_cannot_listen(text: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        listen_address(text)


async def test_stopping_does_not_wait_for_a_long_reading(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A reading under way is a row in the database, and taken up by the next process."""
    caplog.set_level(logging.INFO)
    telegram, started = site.telegram, asyncio.Event()

    async def forever(*_args: Any, **_kwargs: Any) -> Any:
        started.set()
        await asyncio.Event().wait()

    telegram.people.start(ANA)
    async with site.serving() as bot:
        await telegram.answers(ANA)
        bot.services.deep_dives.deep_dives.dive = forever  # type: ignore[method-assign]
        telegram.people.say(ANA, "/paper 2603.11323")
        await started.wait()
    assert "serving as" in caplog.text
    assert "not everything was finished" not in caplog.text


async def test_what_takes_too_long_does_not_keep_it_from_ending(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.process.serve.GRACE", timedelta(seconds=0.2))
    telegram, started = site.telegram, asyncio.Event()

    async def forever(_update: Update, _context: Context) -> None:
        started.set()
        await asyncio.Event().wait()

    telegram.people.start(ANA)
    async with site.serving() as bot:
        bot.application.add_handler(MessageHandler(filters.Text(["wait"]), forever), group=-9)
        telegram.people.say(ANA, "wait")
        await started.wait()
    assert "not everything was finished" in caplog.text


async def test_it_ends_when_told_while_it_still_starts(site: Site) -> None:
    record = site.telegram.world.record
    site.telegram.faults.add(Fault(FaultKind.HANG, method="deleteWebhook", times=None))
    async with asyncio.timeout(5), site.serving():
        await eventually(lambda: record.requests["deleteWebhook"] > 0)


async def test_a_refused_introduction_keeps_nobody_waiting(site: Site) -> None:
    faults = site.telegram.faults
    for method in ("setMyCommands", "setMyDescription"):
        faults.add(Fault(FaultKind.ANSWER, method, None, None, status=429, body=LATER))
    async with site.serving(telegram_channel_ids=("@cv_daily",)):
        site.telegram.people.start(ANA)
        await site.telegram.answers(ANA)
        await site.telegram.answers(CHANNEL)
    assert faults.hits


async def test_push_waits_as_long_as_telegram_asks(site: Site) -> None:
    soon = LATER.replace("4000", "1")
    site.telegram.faults.add(Fault(FaultKind.ANSWER, "getMe", status=429, body=soon))
    async with build(site.settings, "push", patience=timedelta(seconds=20)) as bot:
        assert bot.services.username == site.telegram.world.bot.username


async def eventually(condition: Callable[[], bool]) -> None:
    """Return when it is so: what the bot asks of Telegram besides messages rings no bell."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 -- there is nothing to wait for
            await asyncio.sleep(0.01)


def _count(texts: list[str], word: str) -> int:
    return sum(word in text for text in texts)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_odd_answers_at_start_keep_nobody_waiting(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "FIRST_PAUSE", 0.0005)  # it doubles with each of ten
    faults = site.telegram.faults
    shapes = [MANGLED[name] for name in ("object", "list", "null", "result true", "nested", "cut")]
    shapes += [FOREIGN["403 page"], FOREIGN["401 page"], MANGLED["500"], (200, '{"ok":true}')]
    for status, body in shapes:
        faults.add(Fault(FaultKind.ANSWER, "getMe", status=status, body=body))
    status, body = MANGLED["list"]
    faults.add(Fault(FaultKind.ANSWER, "setMyCommands", times=None, status=status, body=body))
    async with site.serving():
        site.telegram.people.start(ANA)
        await site.telegram.answers(ANA)
        await eventually(lambda: site.telegram.world.record.requests["setMyCommands"] > 0)
    assert faults.hits > len(shapes)
