"""What each of Gemini's refusals means, and each way of not answering at all."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiohttp import web

from core.models.errors import (
    KeyTrouble,
    LLMMisconfigured,
    LLMNoQuota,
    LLMRateLimited,
    LLMRefused,
    LLMTimedOut,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from tests.conftest import Handler, Serve
from tests.core.llm.providers.gemini.server import (
    FAULTS,
    PATH,
    Body,
    captured,
    failure,
    failure_at,
    made_up,
)

MINUTE, TOKENS, DAY = QuotaScope.MINUTE, QuotaScope.TOKENS, QuotaScope.DAY


@pytest.mark.parametrize(
    ("name", "scope", "seconds", "limits"),
    [
        ("429_per_minute", MINUTE, 3.734186911, {MINUTE: 5}),
        ("429_per_day", DAY, None, {DAY: 20}),
        ("429_input_tokens", TOKENS, 26, {TOKENS: 250_000}),
        ("429_no_details", QuotaScope.UNKNOWN, None, {}),
        ("429_error_info", QuotaScope.UNKNOWN, None, {}),
    ],
)
async def test_a_429_says_which_quota_how_large_it_is_and_when_to_come_back(
    serve: Serve, name: str, scope: QuotaScope, seconds: float | None, limits: dict[QuotaScope, int]
) -> None:
    error = await failure(serve, captured(name))
    assert type(error) is LLMRateLimited
    assert error.scope is scope
    assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))
    assert error.limits == limits
    assert error.usage is None


async def test_a_limit_of_0_is_no_quota_that_comes_back(serve: Serve) -> None:
    """As Google words it for a model that free keys do not have, with "retry in 45 s"."""
    error = await failure(serve, captured("429_three_violations"))
    assert type(error) is LLMNoQuota


async def test_a_429_without_details_may_say_when_in_a_header(serve: Serve) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        status, text, kind = captured("429_no_details")
        headers = {"Retry-After": "17"}
        return web.Response(status=status, text=text, content_type=kind, headers=headers)

    error = await failure_at(await serve({PATH: refuse}))
    assert isinstance(error, LLMRateLimited)
    assert error.retry_after == timedelta(seconds=17)


@pytest.mark.parametrize(
    "body",
    [
        captured("503_overloaded"),
        captured("503_high_demand"),
        captured("504_deadline"),
        made_up(500, message="An internal error has occurred.", status="INTERNAL"),
        (502, "<!DOCTYPE html><html><title>502</title></html>", "text/html"),
        (503, "{truncated", "application/json"),
        (200, "<html>Log in to the network</html>", "text/html"),
        (200, '{"candidates": [{"content"', "application/json"),
        (200, "true", "application/json"),
        (200, '{"candidates": [{"finishReason": 3}]}', "application/json"),
        (500, "null", "application/json"),
        (500, '["x"]', "application/json"),
    ],
)
async def test_a_server_in_trouble_is_unavailable(serve: Serve, body: Body) -> None:
    error = await failure(serve, body)
    assert type(error) is LLMUnavailable
    assert "<" not in str(error)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (captured("400_key_invalid"), KeyTrouble.INVALID),
        (captured("400_key_expired"), KeyTrouble.EXPIRED),
        (captured("403_key_leaked"), KeyTrouble.LEAKED),
        (captured("403_api_not_enabled"), KeyTrouble.DENIED),
        (captured("400_location"), KeyTrouble.DENIED),
        (made_up(400, message="Please enable billing.", status="FAILED_PRECONDITION"), "denied"),
        (made_up(401, message="Invalid credentials.", status="UNAUTHENTICATED"), "denied"),
        (made_up(402, message="Payment required."), "no_credit"),
        ((403, "<html>Forbidden</html>", "text/html"), "denied"),
    ],
)
async def test_a_key_that_does_not_open_says_what_is_wrong_with_it(
    serve: Serve, body: Body, trouble: KeyTrouble
) -> None:
    error = await failure(serve, body)
    assert type(error) is LLMMisconfigured
    assert error.trouble == trouble
    assert str(error).startswith(f"gemini-flash-latest: {body[0]} ")


async def test_a_model_that_is_gone_is_told_apart_from_a_wrong_key(serve: Serve) -> None:
    error = await failure(serve, captured("404_unknown_model"))
    assert type(error) is LLMUnknownModel
    assert "not found" in str(error)


async def test_a_question_the_model_cannot_take_is_refused(serve: Serve) -> None:
    message = "The input token count (1200000) exceeds the maximum number of tokens allowed."
    error = await failure(serve, made_up(400, message=message, status="INVALID_ARGUMENT"))
    assert type(error) is LLMRefused


async def test_a_refused_connection_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    error = await failure_at(f"http://127.0.0.1:{port}")
    assert type(error) is LLMUnavailable
    assert "ClientConnectorError" in str(error)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_connection_that_breaks_is_unavailable(serve: Serve, fault: Handler) -> None:
    assert type(await failure_at(await serve({PATH: fault}))) is LLMUnavailable


async def test_silence_ends_after_the_timeout(serve: Serve) -> None:
    async def hang(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    error = await failure_at(await serve({PATH: hang}), timeout=timedelta(seconds=0.05))
    assert type(error) is LLMTimedOut
