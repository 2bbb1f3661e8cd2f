"""The token in Telegram's addresses stays with Telegram."""

import pytest
from telegram.error import NetworkError, TelegramError

from bot.telegram.request import AiohttpRequest
from core.fetch.outbound import Outbound
from tests.conftest import Serve
from tests.servers.bodies import Endless, explode
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
