"""Answers that drip, never end, are too large, or send us elsewhere: each ends, and soon."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientSession, web
from telegram.error import TelegramError

from bot.telegram import request as telegram_request
from bot.telegram.errors import MayBeSent
from bot.telegram.outcomes import outcome
from bot.telegram.request import AiohttpRequest
from tests.bot.conftest import START
from tests.conftest import Serve

TOKEN = "123456789:" + "t" * 35
GOOD = b'{"ok":true,"result":{"message_id":7}}'


async def drip(request: web.Request, status: int) -> web.StreamResponse:
    response = web.StreamResponse(status=status)
    await response.prepare(request)
    for _ in range(10_000):
        await response.write(b" ")
        await asyncio.sleep(0.02)
    return response


async def dripped(request: web.Request) -> web.StreamResponse:
    return await drip(request, 200)


async def dripped_page(request: web.Request) -> web.StreamResponse:
    return await drip(request, 403)


async def heads_drip(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 200 OK\r\n")  # type: ignore[attr-defined]
    for _ in range(10_000):
        request.transport.write(b"X-A: b\r\n")  # type: ignore[attr-defined]
        await asyncio.sleep(0.02)
    return web.Response()


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65536)


async def bomb(_request: web.Request) -> web.StreamResponse:
    response = web.Response(body=b" " * 50_000_000)
    response.enable_compression(web.ContentCoding.gzip)
    return response


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(GOOD[:20])
    assert request.transport is not None
    request.transport.abort()
    return response


async def elsewhere(request: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect("/elsewhere")


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.mark.parametrize(
    "answer",
    [dripped, dripped_page, heads_drip, endless, bomb, cut, elsewhere],
    ids=lambda answer: answer.__name__,
)
async def test_every_answer_ends(
    serve: Serve,
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
) -> None:
    monkeypatch.setattr(telegram_request, "BODY_TIMEOUT", 0.3)
    monkeypatch.setattr(telegram_request, "POOL_TIMEOUT", 0.2)
    monkeypatch.setattr(telegram_request, "CONNECT_TIMEOUT", 0.2)
    monkeypatch.setattr(telegram_request, "MOST_BYTES", 1_000_000)
    redirected = []

    async def caught(request: web.Request) -> web.Response:
        redirected.append(request)
        return web.Response(body=GOOD)

    url = await serve({"/bot{tail:.*}": answer, "/elsewhere": caught})
    async with asyncio.timeout(20):
        with pytest.raises(TelegramError) as raised:
            await AiohttpRequest(session, read_timeout=0.4).post(f"{url}/bot{TOKEN}/sendMessage")
    assert isinstance(outcome(raised.value, START), MayBeSent)
    assert not redirected
