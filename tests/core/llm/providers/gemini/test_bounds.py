"""A model's endpoint gets the key, and neither sends it on nor fills the memory."""

import tracemalloc
from datetime import timedelta

import pytest

from core.models.errors import LLMError, LLMTimedOut, LLMUnavailable
from tests.conftest import Serve
from tests.core.llm.providers.gemini.server import PATH, QUESTION, City, connected, failure_at
from tests.servers.bodies import Endless, bomb, drip, explode
from tests.servers.thief import REDIRECTS, robbing


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_key_follows_no_redirect(serve: Serve, status: int, host: str) -> None:
    async with robbing() as thief:
        url = await serve({PATH: thief.points_here(status, host)})
        for counting in (False, True):
            assert type(await failure_at(url, counting=counting)) is LLMUnavailable
        assert thief.loot == []


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_endless_answer_is_hung_up_on(serve: Serve, status: int) -> None:
    endless = Endless(status)
    url = await serve({PATH: endless.answer})
    assert type(await failure_at(url)) is LLMUnavailable
    assert endless.sent < 50_000_000


async def test_a_bomb_is_not_unpacked(serve: Serve) -> None:
    url = await serve({PATH: explode})
    bomb()  # made before anybody counts
    tracemalloc.start()
    try:
        assert type(await failure_at(url)) is LLMUnavailable
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


async def test_a_drip_ends(serve: Serve) -> None:
    url = await serve({PATH: drip})
    assert type(await failure_at(url, timeout=timedelta(milliseconds=300))) is LLMTimedOut


async def test_an_environment_full_of_proxies_changes_nothing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK looks at it by itself, and dies of what Clash and GNOME put there."""
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "socks://127.0.0.1:9/")
    endless = Endless()
    async with connected(await serve({PATH: endless.answer})) as model:
        with pytest.raises(LLMError):
            await model.ask(QUESTION, City)
    assert endless.sent
