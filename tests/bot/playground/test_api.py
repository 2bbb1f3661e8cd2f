"""The HTTP side: forms, JSON and queries, faults, webhooks."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import server
from bot.playground.actions import People
from bot.playground.api import _form
from bot.playground.world import demo_world
from tests.bot.conftest import Telegram
from tests.bot.playground.requests import Caller
from tests.conftest import Serve
from tests.servers.telegram import serve as serve_world
from tests.servers.telegram_faults import HTML_502, Fault, FaultKind

LIN, CHANNEL = 1001, -1001000000001
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(TEXTS.filter(bool), TEXTS), st.booleans())
def test_a_form_reads_as_it_was_written(fields: dict[str, str], plus: bool) -> None:
    body = urlencode(fields) if plus else urlencode(fields, quote_via=quote)
    assert _form(body.encode()) == fields


@pytest.mark.parametrize("form", ["form", "json", "multipart", "query"])
async def test_parameters_come_in_every_form(
    form: str, telegram: Telegram, session: aiohttp.ClientSession
) -> None:
    telegram.people.start(LIN)
    url = f"{telegram.base_url}{telegram.token}/SENDMESSAGE"  # names have no case
    entities = '[{"type":"bold","offset":0,"length":2}]'
    fields = {"chat_id": "1001", "text": "论文 & co", "entities": entities}
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": fields},
        "json": {"json": {**fields, "chat_id": 1001}},
        "multipart": {"data": aiohttp.FormData(fields, default_to_multipart=True)},
        "query": {"params": fields},
    }
    async with session.post(url, **ways[form]) as response:
        answer = await response.json()
    assert answer["ok"], answer
    [message] = telegram.world.received(LIN)
    assert message["text"] == "论文 & co"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert telegram.world.record.of("sendMessage")[0]["text"] == "论文 & co"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"[1]", "application/json"),
        (b"{", "application/json"),
        (b"chat_id=1001&text=x&entities=[", "application/x-www-form-urlencoded"),
        (b"chat_id=1001&text=x&entities={}", "application/x-www-form-urlencoded"),
        (b"chat_id=1001&text=x&reply_parameters=[]", "application/x-www-form-urlencoded"),
        (b"chat_id=1001&text=x&message_thread_id=two", "application/x-www-form-urlencoded"),
        (b"chat_id=one&text=x", "application/x-www-form-urlencoded"),
        (b"text=x", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_body_that_makes_no_sense_is_a_bad_request(
    body: bytes, kind: str, telegram: Telegram, session: aiohttp.ClientSession
) -> None:
    telegram.people.start(LIN)
    url = f"{telegram.base_url}{telegram.token}/sendMessage"
    async with session.post(url, data=body, headers={"Content-Type": kind}) as response:
        assert response.status == 400
        assert (await response.json())["error_code"] == 400


async def test_a_fault_hits_the_requests_it_is_meant_for(telegram: Telegram, call: Caller) -> None:
    telegram.people.start(LIN)
    faults = telegram.faults
    body = '{"ok":false,"error_code":500,"description":"Internal Server Error"}'
    faults.add(
        Fault(FaultKind.ANSWER, "sendMessage", CHANNEL, times=2, skip=1, status=500, body=body)
    )
    answers = [await call("sendMessage", chat_id="@cv_daily", text="x") for _ in range(4)]
    assert [answer.get("error_code") for answer in answers] == [None, 500, 500, None]
    assert (await call("sendMessage", chat_id=LIN, text="x"))["ok"]
    assert (faults.hits, faults.pending) == (2, [])


async def test_a_fault_may_last(telegram: Telegram, session: aiohttp.ClientSession) -> None:
    fault = telegram.faults.add(Fault(FaultKind.ANSWER, times=None))
    url = f"{telegram.base_url}{telegram.token}/getMe"
    for _ in range(3):
        async with session.post(url) as response:
            assert (response.status, response.content_type) == (502, "text/html")
            assert await response.text() == HTML_502
    telegram.faults.remove(fault)
    async with session.post(url) as response:
        assert response.status == 200


@pytest.mark.parametrize(("kind", "arrives"), [(FaultKind.DROP, 0), (FaultKind.DROP_AFTER, 1)])
async def test_a_dropped_connection_leaves_the_message_undone_or_done(
    kind: FaultKind, arrives: int, telegram: Telegram, call: Caller
) -> None:
    telegram.people.start(LIN)
    telegram.faults.add(Fault(kind, "sendMessage"))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await call("sendMessage", chat_id=LIN, text="x")
    assert len(telegram.world.received(LIN)) == arrives


@pytest.mark.parametrize(("kind", "arrives"), [(FaultKind.HANG, 0), (FaultKind.HANG_AFTER, 1)])
async def test_a_hanging_request_ends_with_the_clients_patience(
    kind: FaultKind, arrives: int, telegram: Telegram, call: Caller
) -> None:
    telegram.people.start(LIN)
    telegram.faults.add(Fault(kind, "sendMessage"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await call("sendMessage", chat_id=LIN, text="x")
    assert len(telegram.world.received(LIN)) == arrives


async def test_a_webhook_gets_an_update_until_it_takes_it(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    brought: list[tuple[str | None, int]] = []
    done = asyncio.Event()
    pauses: list[float] = []

    async def hook(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        brought.append((secret, (await request.json())["update_id"]))
        if len(brought) == 4:
            done.set()
        return web.Response(status=503 if len(brought) < 3 else 200)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    url = await serve({"/hook": hook})
    world = demo_world(
        start=datetime(2026, 3, 13, tzinfo=UTC),
        monotonic=lambda: 0.0,
        zone="UTC",
    )
    async with serve_world(world, sleep=sleep) as base:
        api = f"{base}/bot{world.bot.token}"
        People(world).say(LIN, "one")
        People(world).say(LIN, "two")
        wanted = {"url": f"{url}/hook", "secret_token": "geheim"}
        async with session.post(f"{api}/setWebhook", json=wanted) as response:
            assert (await response.json())["ok"]
        async with asyncio.timeout(5):
            await done.wait()
        async with session.post(f"{api}/getWebhookInfo") as response:
            info = (await response.json())["result"]
    assert brought == [("geheim", 1), ("geheim", 1), ("geheim", 1), ("geheim", 2)]
    assert len(pauses) == 2
    assert info["last_error_message"].startswith("Wrong response from the webhook: 503")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/hook",
        "http://192.168.1.1/hook",
        "http://127.0.0.1.example.org/",
        "http://[::1",
        "file:///etc/hosts",
    ],
)
async def test_updates_are_brought_nowhere_but_to_this_machine(url: str, call: Caller) -> None:
    assert (await call("setWebhook", url=url))["description"].startswith("Bad Request: bad webhook")
    assert (await call("setWebhook", url=""))["ok"]


async def test_the_playground_itself_takes_no_webhook(session: aiohttp.ClientSession) -> None:
    world = demo_world(start=datetime(2026, 3, 13, tzinfo=UTC), monotonic=lambda: 0.0, zone="UTC")
    wanted = {"url": "http://127.0.0.1:9200/internal-admin?delete=all"}
    async with server.serve(server.application(world)) as url:
        api = f"{url}/bot{world.bot.token}"
        async with session.post(f"{api}/setWebhook", json=wanted) as response:
            answer = await response.json()
        async with session.post(f"{api}/getWebhookInfo") as response:
            info = await response.json()
    assert answer["description"].startswith("Bad Request: bad webhook")
    assert info["result"]["url"] == ""


async def test_updates_follow_no_redirect(serve: Serve, telegram: Telegram, call: Caller) -> None:
    led_away = asyncio.Event()

    async def elsewhere(_request: web.Request) -> web.Response:
        led_away.set()
        return web.Response()

    async def hook(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/elsewhere")

    url = await serve({"/hook": hook, "/elsewhere": elsewhere})
    assert (await call("setWebhook", url=f"{url}/hook"))["ok"]
    telegram.people.say(LIN, "one")
    info: Any = {}
    async with asyncio.timeout(5):
        while "last_error_message" not in info:
            info = (await call("getWebhookInfo"))["result"]
    assert "307" in info["last_error_message"]
    assert not led_away.is_set()
