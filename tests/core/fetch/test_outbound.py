"""What the process carries outside stays with the host it is for, and ends."""

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from core.fetch.gate import Gate
from core.fetch.http import MOST_REDIRECTS, BadAddress, BadStatus, Http, TooLarge, Unreachable
from core.fetch.openreview import OpenReviewOptions, OpenReviewSource
from core.fetch.outbound import Outbound
from core.figures.arxiv import ArxivFigures, oai_below
from core.models.errors import SourceError
from tests.conftest import Serve
from tests.fakes import tools
from tests.servers.bodies import Endless, drip, explode
from tests.servers.thief import REDIRECTS, Thief, robbing

NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)


@pytest.fixture
async def thief() -> AsyncIterator[Thief]:
    async with robbing() as opened:
        yield opened


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
async def test_nobody_is_sent_to_a_private_host(
    http: Http, serve: Serve, thief: Thief, waits: list[float], status: int, host: str
) -> None:
    base = await serve({"/a": thief.points_here(status, host)})
    with pytest.raises(BadAddress):
        await http.get(f"{base}/a")
    assert thief.loot == []
    assert waits == []


@pytest.mark.parametrize("status", REDIRECTS)
async def test_what_is_ours_is_not_carried_on_even_to_a_configured_host(
    http: Http, serve: Serve, thief: Thief, served: set[str], status: int
) -> None:
    served.add(thief.url)
    base = await serve({"/a": thief.points_here(status)})
    with pytest.raises(BadAddress):
        await http.get(f"{base}/a", headers={"Authorization": "Bearer s3cret"})
    with pytest.raises(BadAddress):
        await http.get(f"{base}/a".replace("://", "://me:s3cret@"))
    with pytest.raises(BadAddress):
        await http.post_json(f"{base}/a", {"password": "s3cret"})
    assert thief.loot == []
    assert (await http.get(f"{base}/a")).status == 200, "a mirror may point to another one"
    assert "User-Agent" in thief.loot[0]


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("path", ["/login", "/notes"])
async def test_openreviews_login_stays_with_it(
    http: Http, serve: Serve, thief: Thief, status: int, path: str
) -> None:
    async def login(request: web.Request) -> web.Response:
        return web.json_response({"token": "s3cret"})

    base = await serve({"/login": login, path: thief.points_here(status)})
    options = OpenReviewOptions(
        openreview_endpoint=base,
        openreview_username="me",
        openreview_password=SecretStr("s3cret"),
    )
    source = OpenReviewSource(tools(http, lambda: NOW), options)
    with pytest.raises(SourceError):
        await source.fetch([NOW.date()])
    assert thief.loot == []


async def test_cookies_are_not_kept(http: Http, serve: Serve, served: set[str]) -> None:
    """A jar knows no ports: another service of the same host would be given them."""
    seen: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "session=s3cret; Path=/"})

    base = await serve({"/": handler})
    served.add(name := base.replace("127.0.0.1", "localhost"))
    for _ in range(2):
        await http.get(f"{name}/")
    assert seen == [None, None]


async def test_a_picture_in_a_page_is_not_looked_for_at_home(
    http: Http, serve: Serve, thief: Thief
) -> None:
    base = await serve({})
    figures = ArxivFigures(http, endpoint=base, gate=Gate(timedelta(0)))
    for url in (f"{thief.url}/x.png", "http://169.254.169.254/latest", "file:///etc/passwd"):
        with pytest.raises(BadAddress):
            await figures.photo(url)
    assert thief.loot == []


async def test_a_name_is_judged_by_what_it_resolves_to_when_it_is_connected_to(
    serve: Serve, thief: Thief, monkeypatch: pytest.MonkeyPatch, outbound: Outbound
) -> None:
    """DNS rebinding: whatever was looked up before, the address that is used is looked at."""
    asked: list[str] = []

    async def resolve(
        self: object, host: str, port: int = 0, family: int = socket.AF_INET
    ) -> list[object]:
        asked.append(host)
        at = {"hostname": host, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [at | {"host": "127.0.0.1"}, at | {"host": "10.1.2.3"}]

    monkeypatch.setattr(aiohttp.DefaultResolver, "resolve", resolve)
    port = thief.url.rpartition(":")[2]
    base = await serve({"/": thief.points_here(302, "rebound.example.com")})
    http = Http(outbound, user_agent="tests")
    with pytest.raises(BadAddress, match="not a public address"):
        await http.get(f"{base}/")
    with pytest.raises(BadAddress, match="not a public address"):
        await http.get(f"http://rebound.example.com:{port}/x.png")
    assert asked == ["rebound.example.com"] * 2
    assert thief.loot == []


async def test_an_endpoint_that_was_configured_may_resolve_to_a_private_address(
    serve: Serve, served: set[str], http: Http
) -> None:
    async def here(request: web.Request) -> web.Response:
        return web.Response(text="here")

    base = (await serve({"/": here})).replace("127.0.0.1", "localhost")
    with pytest.raises(BadAddress):
        await http.get(f"{base}/")
    served.add(base)
    assert (await http.get(f"{base}/")).text == "here"


async def test_a_private_endpoint_of_one_client_is_no_address_for_the_others(thief: Thief) -> None:
    """Our own Bot API server, by a name as containers have them: only its session goes there."""
    own = thief.url.replace("127.0.0.1", "localhost")
    async with Outbound() as outbound:
        with pytest.raises(BadAddress):
            await Http(outbound, user_agent="tests").get(f"{own}/logOut")
        assert thief.loot == []
        async with outbound.open_session(own) as session, session.get(f"{own}/getMe") as answer:
            assert answer.status == 200


@pytest.mark.parametrize(("hops", "is_fine"), [(MOST_REDIRECTS, True), (MOST_REDIRECTS + 1, False)])
async def test_redirects_are_counted(http: Http, serve: Serve, hops: int, is_fine: bool) -> None:
    async def step(request: web.Request) -> web.Response:
        left = int(request.match_info["left"])
        if not left:
            return web.Response(text="here")
        return web.Response(status=302, headers={"Location": f"/{left - 1}"})

    base = await serve({"/{left}": step})
    if is_fine:
        assert (await http.get(f"{base}/{hops}")).url == f"{base}/0"
        return
    with pytest.raises(BadAddress, match="5 redirects"):
        await http.get(f"{base}/{hops}")


@pytest.mark.parametrize("status", [200, 302, 404, 503])
async def test_no_status_makes_an_endless_body_readable(
    http: Http, serve: Serve, status: int
) -> None:
    endless = Endless(status)
    base = await serve({"/": endless.answer})
    with pytest.raises((TooLarge, BadStatus)):
        await http.get(f"{base}/", max_bytes=1_000_000)
    assert endless.sent < 50_000_000


async def test_a_drip_ends_whatever_it_drips(http: Http, serve: Serve) -> None:
    base = await serve({"/": drip})
    with pytest.raises(Unreachable, match=r"no answer in 0\.2 s"):
        await http.get(f"{base}/", timeout=timedelta(milliseconds=200))


async def test_a_client_that_reads_at_once_is_bounded_too(outbound: Outbound, serve: Serve) -> None:
    endless = Endless()
    base = await serve({"/endless": endless.answer, "/bomb": explode})
    async with outbound.open_session(base) as bounded:
        for path in ("/endless", "/bomb"):
            with pytest.raises(aiohttp.ClientPayloadError):
                async with bounded.get(f"{base}{path}") as answer:
                    await answer.text()
    assert endless.sent < 50_000_000


@pytest.mark.parametrize(
    ("endpoint", "asked"),
    [
        ("https://export.arxiv.org", "https://oaipmh.arxiv.org/oai"),
        ("https://arxiv.org", "https://oaipmh.arxiv.org/oai"),
        ("https://mirror.example.cn/arxiv", "https://mirror.example.cn/arxiv/oai2"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/oai2"),
        ("https://notarxiv.org", "https://notarxiv.org/oai2"),
    ],
)
def test_licences_are_looked_up_where_arxiv_answers_today(endpoint: str, asked: str) -> None:
    assert oai_below(endpoint) == asked
