"""The webhook's port: what is not Telegram's is turned away early, and nothing is held."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import cast

import aiohttp
import pytest
from telegram import WebhookInfo
from telegram.error import BadRequest
from telegram.ext import ApplicationBuilder, ExtBot

from bot.process import webhook as module
from bot.process.task_errors import Undelivered
from bot.process.update_queue import MOST, Intake, UpdateQueue
from bot.process.webhook import HEADER, LARGEST, WebhookServer
from core.models.errors import ConfigError
from tests.bot.process.test_update_queue import MESSAGE

NOW = datetime(2026, 3, 13, tzinfo=UTC)
GOOD = {HEADER: "s3cret"}
UPDATE = {"update_id": 5, "message": MESSAGE | {"text": "hello"}}


class Port:
    """An open webhook, and what was queued."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.number = int(probe.getsockname()[1])
        self.queue = UpdateQueue()
        self.bot = ApplicationBuilder().token("1:x").updater(None).build().bot
        self.webhook = self.hook()
        self.url = f"http://127.0.0.1:{self.number}/hook"

    def hook(self) -> WebhookServer:
        return WebhookServer(
            self.bot,
            Intake(self.bot, self.queue),
            url="https://bot.example.org/hook",
            listen=("127.0.0.1", self.number),
            secret="s3cret",
            now=lambda: NOW,
        )

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.number)
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER", 0.1)


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    port = Port()
    await port.webhook.open()
    yield port
    await port.webhook.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_an_update_is_taken_once_however_often_it_is_brought(
    port: Port, http: aiohttp.ClientSession
) -> None:
    for _ in range(3):
        async with http.post(port.url, json=UPDATE, headers=GOOD) as answer:
            assert answer.status == 200
    assert port.queue.qsize() == 1


async def test_while_much_is_unanswered_telegram_keeps_it(
    port: Port, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROOM_WITHIN", 0.05)
    for _ in range(MOST + 1):
        await port.queue.put(object())
    async with http.post(port.url, json=UPDATE, headers=GOOD) as answer:
        assert answer.status == 503
    assert port.queue.qsize() == MOST + 1
    port.queue.get_nowait()  # under way is not done with
    async with http.post(port.url, json=UPDATE, headers=GOOD) as answer:
        assert answer.status == 503
    port.queue.task_done()
    async with http.post(port.url, json=UPDATE, headers=GOOD) as answer:
        assert answer.status == 200
    assert port.queue.qsize() == MOST + 1


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("POST", "/hook", {}, json.dumps(UPDATE), 401),
        ("POST", "/hook", {HEADER: "s3cre"}, json.dumps(UPDATE), 401),
        ("POST", "/hook", {HEADER: "秘密"}, "{}", 401),
        ("POST", "/", GOOD, "{}", 404),
        ("POST", "/hook/../hook2", GOOD, "{}", 404),
        ("GET", "/hook", GOOD, None, 405),
        ("PUT", "/hook", GOOD, "{}", 405),
        ("POST", "/hook", GOOD, "", 400),
        ("POST", "/hook", GOOD, "{", 400),
        ("POST", "/hook", GOOD, b"\xff\xfe", 400),
        ("POST", "/hook", GOOD, "[" * 100_000, 400),
        ("POST", "/hook", GOOD, "[]", 400),
        ("POST", "/hook", GOOD, '{"update_id": ' + "9" * 10_000 + "}", 400),
        ("POST", "/hook", GOOD | {"Content-Encoding": "gzip"}, b"\x1f\x8bjunk", 400),
        ("POST", "/hook", GOOD, '{"update_id": 1, "message": {"message_id": 1}}', 200),
        ("POST", "/hook", GOOD, "x" * (LARGEST + 1), 413),
    ],
)
async def test_everything_else_is_one_answer_and_no_traceback(
    port: Port,
    http: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str | bytes | None,
    status: int,
) -> None:
    url = f"http://127.0.0.1:{port.number}{path}"
    async with http.request(method, url, data=body, headers=headers) as answer:
        assert answer.status == status
    assert port.queue.empty()
    assert len(caplog.records) <= 1
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("secret", ["wrong", "s3cret"])
async def test_a_large_body_is_never_held(
    port: Port, http: aiohttp.ClientSession, secret: str
) -> None:
    """Chunked, so that nothing says beforehand how large it is: 64 kB at a time, for ever."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65_536
            yield b"x" * 65_536

    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        async with http.post(port.url, data=endless(), headers={HEADER: secret}) as answer:
            assert answer.status in {401, 413}
            await answer.read()
            raise aiohttp.ClientError("answered before all was sent")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"POST /hook HT",
        b"POST /hook HTTP/1.1\r\nHost: x\r\nX-A: ",
        b"POST /hook HTTP/1.1\r\nHost: x\r\n" + HEADER.encode() + b": s3cret\r\n"
        b"Content-Length: 50\r\n\r\n{",
    ],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
async def test_who_does_not_go_on_is_hung_up_on(
    port: Port, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("IDLE", "READ_WITHIN", "LINGER"):
        monkeypatch.setattr(module, name, 0.05)
    await port.webhook.close()
    await port.webhook.open()
    async with port.speaking() as (reader, writer):
        writer.write(said)
        async with asyncio.timeout(5):
            await reader.read()  # to its end


async def test_strangers_that_speak_no_http_leave_no_traceback(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for said in (b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"SSH-2.0-x\r\n\r\n"):
        async with port.speaking() as (reader, writer):
            writer.write(said)
            writer.write_eof()
            async with asyncio.timeout(5):
                await reader.read(10)
    assert not caplog.records


async def test_connections_are_so_many_and_no_more(
    port: Port, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    monkeypatch.setattr(module, "CONNECTIONS", 3)
    async with port.speaking(), port.speaking() as (_, last):
        async with port.speaking(), port.speaking() as (reader, _):
            async with asyncio.timeout(5):
                assert await reader.read() == b""
        last.close()
        await asyncio.sleep(0.01)
        async with http.post(port.url, json=UPDATE, headers=GOOD) as answer:
            assert answer.status == 200


async def test_a_port_that_is_taken_is_one_clear_line(port: Port) -> None:
    with pytest.raises(ConfigError, match=rf"^WEBHOOK_LISTEN: .*:{port.number} \("):
        await port.hook().open()


class Hooks:
    """A Telegram that knows a webhook."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.info = WebhookInfo("", False, 0)
        self.refuses = False

    async def set_webhook(self, url: str, **given: object) -> bool:
        assert given["secret_token"] == "s3cret"
        self.calls.append(url)
        if self.refuses:
            raise BadRequest("bad webhook: port is wrong")
        self.info = WebhookInfo(url, False, 0)
        return True

    async def get_webhook_info(self) -> WebhookInfo:
        return self.info


async def test_it_is_set_until_taken_and_again_when_somebody_took_it_away(port: Port) -> None:
    hooks = Hooks()
    port.bot = cast("ExtBot[None]", hooks)
    hook = port.hook()
    hooks.refuses = True
    with pytest.raises(BadRequest):
        await hook.register()
    hooks.refuses = False
    await hook.register()
    await hook.register()
    assert len(hooks.calls) == 2
    hooks.info = WebhookInfo("", False, 0)
    await hook.register()
    assert len(hooks.calls) == 3


async def test_it_is_noticed_when_telegram_cannot_deliver(port: Port) -> None:
    hooks = Hooks()
    port.bot = cast("ExtBot[None]", hooks)
    hook = port.hook()
    await hook.register()
    hooks.info = WebhookInfo(
        "https://bot.example.org/hook", False, 3,
        last_error_date=NOW, last_error_message="Connection refused",
    )  # fmt: skip
    with pytest.raises(Undelivered, match="Connection refused"):
        await hook.register()
