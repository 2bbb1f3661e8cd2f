"""What another web page can make a browser send here: real requests to every route there is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.demo.replay import load_days, make_app, serve_days
from bot.playground.server import application
from bot.playground.world import World, demo_world
from tests.bot.conftest import Telegram
from tests.servers.telegram import serve

LIN = 1001
Route = tuple[str, str]


def new_world() -> World:
    return demo_world(start=datetime(2026, 3, 13, tzinfo=UTC), monotonic=lambda: 0.0, zone="UTC")


def routes(token: str) -> list[Route]:
    """Return method and path of all the playground serves."""
    given = {"token": token, "method": "getMe", "file_id": "file1", "name": "app.js"}
    return sorted(
        (route.method, str(route.resource.url_for(**_of(given, route.resource.canonical))))
        for route in application(new_world()).router.routes()
        if route.resource is not None
    )


def _of(given: dict[str, str], path: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if f"{{{name}}}" in path}


@asynccontextmanager
async def answer(
    url: str, method: str, path: str, **headers: str
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Ask as a browser does that has no key of this start."""
    body = b"{}" if method == "POST" else None
    sent = {"Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url + path, data=body, headers=sent) as response,
    ):
        yield response


def test_every_kind_of_route_is_among_those_that_are_tried() -> None:
    found = routes("t")
    assert {("GET", "/"), ("POST", "/bott/getMe"), ("POST", "/play/clock")} <= set(found)
    assert len(found) >= 15


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1.evil.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": "localhost.:{port}"},
        {"Host": "user@127.0.0.1:{port}"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}"},  # it asks 127.0.0.1: another page, all the same
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
    ],
    ids=str,
)
async def test_no_route_answers_another_page(headers: dict[str, str], telegram: Telegram) -> None:
    port = str(urlsplit(telegram.url).port)
    sent = {name: value.replace("{port}", port) for name, value in headers.items()}
    for method, path in routes(telegram.token):
        async with answer(telegram.url, method, path, **sent) as response:
            assert response.status == 403, (method, path)
    assert not telegram.world.record.requests
    assert telegram.world.events.seq == 0


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_it_answers_under_every_name_of_this_machine(name: str, telegram: Telegram) -> None:
    host = f"{name}:{urlsplit(telegram.url).port}"
    async with answer(telegram.url, "GET", "/", Host=host) as response:
        assert response.status == 200
    bot = f"/bot{telegram.token}/getMe"
    origin = f"http://{host.lower()}"
    async with answer(telegram.url, "POST", bot, Host=host, Origin=origin) as response:
        assert response.status == 200


async def test_a_link_elsewhere_opens_the_front_page_and_nothing_more(telegram: Telegram) -> None:
    followed = {
        "Sec_Fetch_Site": "cross-site",
        "Sec_Fetch_Mode": "navigate",
        "Sec_Fetch_Dest": "document",
    }
    for method, path in routes(telegram.token):
        async with answer(telegram.url, method, path, **followed) as response:
            expected = 200 if (method, path) == ("GET", "/") else 403
            assert response.status == expected, (method, path)


async def test_all_but_the_page_itself_needs_a_secret_of_this_start(telegram: Telegram) -> None:
    for method, path in routes("7000000001:AAplayground-token-of-no-real-bot-00000"):
        async with answer(telegram.url, method, path) as response:
            is_page = path == "/" or path.startswith("/page/")
            is_bot = path.startswith("/bot")
            assert response.status == (200 if is_page else 401 if is_bot else 403), (method, path)
    assert not telegram.world.record.requests


async def test_the_bots_methods_take_no_get(telegram: Telegram) -> None:
    attack = f"/bot{telegram.token}/setWebhook?url=http://127.0.0.1:9200/internal-admin"
    for method in ("GET", "HEAD", "OPTIONS", "PUT"):
        async with answer(telegram.url, method, attack) as response:
            assert response.status == 405
    assert not telegram.world.record.requests


async def test_every_start_has_secrets_of_its_own(session: aiohttp.ClientSession) -> None:
    first, second = new_world(), new_world()
    assert first.bot.token != second.bot.token
    async with serve(first) as one, serve(second) as other:
        async with session.get(one) as page:
            [(name, key)] = page.cookies.items()
        port, another = urlsplit(one).port, urlsplit(other).port
        stolen = f"playground-{another}={key.value}"
        assert (name, key["path"]) == (f"playground-{port}", "/play")
        assert key["httponly"]
        assert key["samesite"] == "Strict"
        async with answer(one, "GET", "/play/state", Cookie=f"{name}={key.value}") as response:
            assert response.status == 200
        async with answer(other, "GET", "/play/state", Cookie=stolen) as response:
            assert response.status == 403
        for wrong in ("", "\udcff"):  # bytes that are no UTF-8
            cookie = f"playground-{another}={wrong}"
            async with answer(other, "GET", "/play/state", Cookie=cookie) as response:
                assert response.status == 403


async def test_every_answer_says_that_nothing_foreign_runs_here(telegram: Telegram) -> None:
    for path in ("/", "/page/app.js", "/play/state", "/nothing"):
        async with answer(telegram.url, "GET", path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_the_server_of_bundled_days_answers_no_page_either() -> None:
    paths = [
        str(r.canonical).replace("{", "").replace("}", "")
        for r in make_app(load_days()).router.resources()
    ]
    async with serve_days(load_days()) as url:
        for path in paths:
            for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
                async with answer(url, "GET", path, **headers) as response:
                    assert response.status == 403
