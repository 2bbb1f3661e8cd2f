"""The token in Telegram's addresses stays with Telegram."""

import pytest
from telegram.error import NetworkError, TelegramError

from bot.telegram.request import AiohttpRequest, NotArrived
from core.fetch.outbound import Outbound
from core.fetch.proxies import Proxies, parse_proxy
from tests.conftest import Serve
from tests.servers.bodies import Endless, explode
from tests.servers.proxies import WayOut, way_out
from tests.servers.thief import REDIRECTS, robbing

TOKEN = "123456789:" + "t" * 35


@pytest.mark.parametrize("status", REDIRECTS)
async def test_the_token_follows_no_redirect(
    outbound: Outbound, serve: Serve, served: set[str], status: int
) -> None:
    async with robbing() as thief:
        served.add(thief.url)
        base = await serve({"/bot{token}/getMe": thief.points_here(status)})
        async with outbound.open_session(base) as session:
            with pytest.raises(TelegramError):
                await AiohttpRequest(session).post(f"{base}/bot{TOKEN}/getMe")
        assert thief.loot == []


async def test_an_answer_of_any_size_is_not_held(outbound: Outbound, serve: Serve) -> None:
    endless = Endless()
    base = await serve({"/bot{token}/endless": endless.answer, "/bot{token}/bomb": explode})
    async with outbound.open_session(base) as session:
        for method in ("endless", "bomb"):
            with pytest.raises(NetworkError):
                await AiohttpRequest(session).post(f"{base}/bot{TOKEN}/{method}")
    assert endless.sent < 50_000_000


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("url", ["https://api.telegram.test", "http://127.0.0.1:9"])
async def test_what_a_proxy_refuses_surely_never_arrived(kind: str, url: str) -> None:
    async with way_out(kind, WayOut()) as way:
        proxy = parse_proxy(way.url)
        outbound = Outbound(Proxies(https=proxy, http=proxy), endpoints=[url])
        async with outbound.open_session(url) as session:
            with pytest.raises(NotArrived):
                await AiohttpRequest(session).post(f"{url}/bot{TOKEN}/getMe")
        assert bool(way.log) is url.startswith("https"), "this machine is reached directly"
