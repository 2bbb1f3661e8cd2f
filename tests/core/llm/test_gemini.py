"""The adapter against a loopback server that answers with captured bodies and with real faults."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import BaseModel, SecretStr

from core.analyze.reader import Reading
from core.errors import (
    LLMBadAnswer,
    LLMError,
    LLMMisconfigured,
    LLMRateLimited,
    LLMRefused,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from core.llm import Question, Usage
from core.llm.chain import ModelChain
from core.llm.gemini import GeminiModel, inlined, open_gemini
from core.llm.ratelimit import rate_limit
from tests.conftest import Serve
from tests.fakes import FakeCallLog, FakeClock, never

DATA = Path(__file__).parents[2] / "data/gemini"
KEY = "AIzaSyTestOnlyKey-0123456789abcdefghijk"
QUESTION = Question(
    purpose="test", system="Be brief.", text="Which city?", max_output_tokens=99, thinking_budget=7
)
PATH = "/v1beta/models/{model}"


class City(BaseModel):
    """A city and its country."""

    city: str
    country: str


class Server:
    """Answers with what is queued and remembers what it was asked."""

    def __init__(self, *bodies: tuple[int, str, str]) -> None:
        self.bodies = list(bodies)
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        status, text, content_type = self.bodies.pop(0)
        return web.Response(status=status, text=text, content_type=content_type)


def captured(name: str) -> tuple[int, str, str]:
    return int(name[:3]), (DATA / f"{name}.json").read_text(), "application/json"


def said(text: str, finish: str = "STOP") -> tuple[int, str, str]:
    """Put a text where the captured JSON answer has its own."""
    body = json.loads(captured("200_json")[1])
    body["candidates"][0]["content"]["parts"][0]["text"] = text
    body["candidates"][0]["finishReason"] = finish
    return 200, json.dumps(body), "application/json"


@asynccontextmanager
async def connected(base_url: str, seconds: float = 10) -> AsyncIterator[GeminiModel]:
    timeout = timedelta(seconds=seconds)
    async with open_gemini(SecretStr(KEY), base_url=base_url, timeout=timeout) as gemini:
        yield gemini.model("gemini-flash-latest")


async def outcome(serve: Serve, *bodies: tuple[int, str, str]) -> City:
    async with connected(await serve({PATH: Server(*bodies).answer})) as model:
        return (await model.ask(QUESTION, City)).answer


async def failure(serve: Serve, *bodies: tuple[int, str, str]) -> LLMError:
    with pytest.raises(LLMError) as caught:
        await outcome(serve, *bodies)
    assert_no_key(caught.value)
    return caught.value


def assert_no_key(error: BaseException | None) -> None:
    """Look through the whole chain, and through what the errors hold."""
    while error is not None:
        assert KEY not in f"{error} {error!r} {error.__dict__} {error.args}"
        assert not type(error).__module__.startswith(("google", "aiohttp"))
        error = error.__cause__ or error.__context__


async def test_a_question_travels_with_schema_limits_and_budget(serve: Serve) -> None:
    server = Server(captured("200_json"))
    async with connected(await serve({PATH: server.answer})) as model:
        reply = await model.ask(QUESTION, City)

    assert reply.answer == City(city="Mexico City", country="Mexico")
    assert reply.model == "gemini-flash-latest"
    assert reply.usage == Usage(input_tokens=8, output_tokens=20)
    assert server.paths == ["/v1beta/models/gemini-flash-latest:generateContent"]
    assert server.headers[0]["x-goog-api-key"] == KEY
    asked = server.asked[0]
    assert asked["contents"][0]["parts"] == [{"text": "Which city?"}]
    assert asked["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert asked["generationConfig"] == {
        "maxOutputTokens": 99,
        "thinkingConfig": {"thinking_budget": 7},
        "responseMimeType": "application/json",
        "responseJsonSchema": City.model_json_schema(),
    }


async def test_thoughts_are_counted_but_are_no_answer(serve: Serve) -> None:
    status, text, kind = captured("200_thought_summary")
    body = json.loads(text)
    body["candidates"][0]["content"]["parts"][1]["text"] = '{"city": "a", "country": "b"}'
    async with connected(
        await serve({PATH: Server((status, json.dumps(body), kind)).answer})
    ) as model:
        reply = await model.ask(QUESTION, City)
    assert reply.answer.city == "a"
    assert reply.usage.thought_tokens == 24


async def test_usage_that_is_not_told_is_zero(serve: Serve) -> None:
    body = json.loads(said('{"city": "a", "country": "b"}')[1])
    del body["usageMetadata"]
    server = Server((200, json.dumps(body), "application/json"))
    async with connected(await serve({PATH: server.answer})) as model:
        assert (await model.ask(QUESTION, City)).usage == Usage()


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"city": "Rome", "country": "Italy"}\n```',
        '```\n{"city": "Rome", "country": "Italy"}\n```\n',
        'Here it is [as asked]: {"city": "Rome", "country": "Italy"} I hope {this} helps.',
        '\ufeff{"city": "Rome",\n "country": "Italy"}',
    ],
)
async def test_wrapped_json_is_unwrapped(serve: Serve, text: str) -> None:
    assert await outcome(serve, said(text)) == City(city="Rome", country="Italy")


async def test_an_answer_complete_in_spite_of_max_tokens_counts(serve: Serve) -> None:
    whole = said('{"city": "Rome", "country": "Italy"}\n\n', finish="MAX_TOKENS")
    assert (await outcome(serve, whole)).city == "Rome"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (captured("200_max_tokens_empty"), "MAX_TOKENS"),
        (captured("200_max_tokens_cut"), "no complete JSON"),
        (said('{"city": "Rome", "country": "It', finish="MAX_TOKENS"), "no complete JSON"),
        (said("{'city': 'Rome'}"), "no complete JSON"),
        (said("[" * 100_000), "no complete JSON"),
        (said("   "), "empty answer"),
        (said('{"city": "Rome"}'), "country: Field required"),
        (captured("200_no_candidates"), "without candidates"),
        (captured("200_empty_content"), "empty answer"),
        (captured("200_other_no_content"), "OTHER"),
        ((200, "{}", "application/json"), "without candidates"),
        ((200, "", "application/json"), "without candidates"),
        ((200, "null", "application/json"), "without candidates"),
        ((200, "[1, 2]", "application/json"), "without candidates"),
        ((200, '{"candidates": "none"}', "application/json"), "empty answer"),
    ],
)
async def test_an_unusable_answer_is_a_bad_answer(
    serve: Serve, body: tuple[int, str, str], words: str
) -> None:
    error = await failure(serve, body)
    assert isinstance(error, LLMBadAnswer)
    assert words in str(error)


async def test_a_bad_answer_still_says_what_it_cost(serve: Serve) -> None:
    error = await failure(serve, captured("200_max_tokens_empty"))
    assert error.usage == Usage(input_tokens=15, thought_tokens=2)


@pytest.mark.parametrize(
    "name", ["200_safety_empty", "200_safety_with_text", "200_recitation_no_content"]
)
async def test_a_withheld_answer_is_a_refusal(serve: Serve, name: str) -> None:
    assert isinstance(await failure(serve, captured(name)), LLMRefused)


@pytest.mark.parametrize("reason", ["SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "OTHER"])
async def test_a_blocked_question_is_a_refusal(serve: Serve, reason: str) -> None:
    body = json.dumps({"promptFeedback": {"blockReason": reason}})
    error = await failure(serve, (200, body, "application/json"))
    assert isinstance(error, LLMRefused)
    assert reason in str(error)


@pytest.mark.filterwarnings("ignore:.*is not a valid:UserWarning")
async def test_reasons_the_sdk_does_not_know_are_understood(serve: Serve) -> None:
    blocked = await failure(serve, captured("200_prompt_blocked_unknown_reason"))
    assert isinstance(blocked, LLMRefused)
    assert "FAKE_NEW_BLOCK_REASON" in str(blocked)
    odd = await failure(serve, captured("200_unknown_finish_reason"))
    assert isinstance(odd, LLMBadAnswer)


@pytest.mark.parametrize(
    ("name", "scope", "seconds"),
    [
        ("429_per_minute", QuotaScope.MINUTE, 3.734186911),
        ("429_per_day", QuotaScope.DAY, None),
        ("429_input_tokens", QuotaScope.TOKENS, 26),
        ("429_three_violations", QuotaScope.DAY, None),
        ("429_no_details", QuotaScope.UNKNOWN, None),
    ],
)
async def test_a_429_says_which_quota_and_when(
    serve: Serve, name: str, scope: QuotaScope, seconds: float | None
) -> None:
    error = await failure(serve, captured(name))
    assert isinstance(error, LLMRateLimited)
    assert error.scope is scope
    assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "details", [None, [], "x", {"error": "x"}, {"error": {"details": ["x", {"@type": 3}]}}]
)
def test_a_429_of_any_shape_is_at_least_unknown(details: object) -> None:
    error = rate_limit("m: 429", "", details, "12")
    assert error.scope is QuotaScope.UNKNOWN
    assert error.retry_after == timedelta(seconds=12)


def test_a_delay_of_ages_is_no_delay() -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{'9' * 30}s"}
    assert rate_limit("m", "", {"error": {"details": [detail]}}, None).retry_after is None


def test_a_quota_of_zero_is_not_waited_for() -> None:
    violation = {"quotaId": "GenerateRequestsPerMinutePerProject", "quotaValue": "0"}
    detail = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}
    error = rate_limit("m: 429", "", {"error": {"details": [detail]}}, "12")
    assert error.scope is QuotaScope.DAY


@pytest.mark.parametrize(
    "body",
    [
        captured("503_overloaded"),
        captured("503_high_demand"),
        captured("504_deadline"),
        (500, '{"error": {"code": 500, "message": "Internal", "status": "INTERNAL"}}', "text/json"),
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
async def test_a_server_in_trouble_is_unavailable(serve: Serve, body: tuple[int, str, str]) -> None:
    error = await failure(serve, body)
    assert type(error) is LLMUnavailable
    assert "<" not in str(error)


@pytest.mark.parametrize(
    "name",
    ["400_key_invalid", "400_key_expired", "400_location", "403_key_leaked", "403_api_not_enabled"],
)
async def test_a_wrong_key_or_account_is_the_operators(serve: Serve, name: str) -> None:
    assert type(await failure(serve, captured(name))) is LLMMisconfigured


async def test_a_model_that_is_gone_is_told_apart_from_a_wrong_key(serve: Serve) -> None:
    error = await failure(serve, captured("404_unknown_model"))
    assert isinstance(error, LLMUnknownModel)
    assert "not found" in str(error)


async def test_a_question_the_model_cannot_take_is_refused(serve: Serve) -> None:
    message = "The input token count (1200000) exceeds the maximum number of tokens allowed."
    body = {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}
    error = await failure(serve, (400, json.dumps(body), "application/json"))
    assert isinstance(error, LLMRefused)


NO_THINKING = json.dumps(
    {
        "error": {
            "code": 400,
            "message": "Budget 7 is invalid. This model only works in thinking mode.",
            "status": "INVALID_ARGUMENT",
        }
    }
)


async def test_a_model_that_takes_no_thinking_budget_is_asked_without_ever_after(
    serve: Serve,
) -> None:
    refused = (400, NO_THINKING, "application/json")
    server = Server(refused, captured("200_json"), captured("200_json"))
    async with connected(await serve({PATH: server.answer})) as model:
        await model.ask(QUESTION, City)
        await model.ask(QUESTION, City)

    configs = [asked["generationConfig"] for asked in server.asked]
    assert ["thinkingConfig" in config for config in configs] == [True, False, False]
    assert configs[1]["maxOutputTokens"] == 99 + 8192


async def test_it_does_not_insist_when_thinking_was_not_the_trouble(serve: Serve) -> None:
    refused = (400, NO_THINKING, "application/json")
    error = await failure(serve, refused, refused)
    assert isinstance(error, LLMRefused)


async def test_a_refused_connection_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    async with connected(f"http://127.0.0.1:{port}") as model:
        with pytest.raises(LLMUnavailable, match="ClientConnectorError") as caught:
            await model.ask(QUESTION, City)
    assert_no_key(caught.value)


async def test_a_connection_that_breaks_is_unavailable(serve: Serve) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with connected(await serve({PATH: hang_up})) as model:
        with pytest.raises(LLMUnavailable, match=r"ServerDisconnected|ClientOSError") as caught:
            await model.ask(QUESTION, City)
    assert_no_key(caught.value)


async def test_an_answer_that_breaks_off_is_unavailable(serve: Serve) -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "500"})
        await response.prepare(request)
        await response.write(b'{"candidates": ')
        assert request.transport is not None
        request.transport.abort()
        return response

    async with connected(await serve({PATH: break_off})) as model:
        with pytest.raises(LLMUnavailable) as caught:
            await model.ask(QUESTION, City)
    assert_no_key(caught.value)


async def test_silence_ends_after_the_timeout(serve: Serve) -> None:
    async def hang(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with connected(await serve({PATH: hang}), seconds=0.05) as model:
        with pytest.raises(LLMUnavailable, match="in time") as caught:
            await model.ask(QUESTION, City)
    assert_no_key(caught.value)


async def test_the_key_is_nowhere_even_when_the_server_repeats_it(
    serve: Serve, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"API key not valid: {KEY}. Also AIzaSyAnotherKey0123456789 and AQ.Ab8RN6JxTestToken."
    for status in (400, 403, 429, 500):
        body = {"error": {"code": status, "message": echo, "status": "X", "details": [echo]}}
        error = await failure(serve, (status, json.dumps(body), "application/json"))
        assert "***" in str(error)
        assert "AnotherKey" not in str(error)
        assert "TestToken" not in str(error)
    async with open_gemini(SecretStr(KEY), base_url=None, timeout=timedelta(1)) as gemini:
        assert KEY not in f"{gemini!r} {gemini.model('m')!r} {vars(gemini.model('m'))}"
    assert KEY not in caplog.text
    assert KEY not in "".join(capsys.readouterr())


async def test_a_client_of_vertex_in_the_environment_is_not_taken_for_ours(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1")
    monkeypatch.setenv("GEMINI_API_KEY", "another")
    server = Server(captured("200_json"))
    async with connected(await serve({PATH: server.answer})) as model:
        await model.ask(QUESTION, City)
    assert server.headers[0]["x-goog-api-key"] == KEY


async def test_through_the_chain_a_full_minute_is_waited_out_and_a_full_day_changes_the_model(
    serve: Serve,
) -> None:
    server = Server(captured("429_per_minute"), captured("429_per_day"), captured("200_json"))
    url = await serve({PATH: server.answer})
    clock, log = FakeClock(), FakeCallLog()
    async with open_gemini(SecretStr(KEY), base_url=url, timeout=timedelta(seconds=10)) as gemini:
        models = [gemini.model("first"), gemini.model("second")]
        chain = ModelChain(
            models, log=log, rpm=5, rpd=20, now=clock.now, sleep=clock.sleep, jitter=never
        )
        reply = await chain.ask(QUESTION, City)
    assert reply.model == "second"
    assert clock.slept == [pytest.approx(3.734187)]
    assert log.outcomes == ["rate_limited_minute", "rate_limited_day", "ok"]


def test_a_schema_is_sent_without_references() -> None:
    schema = Reading.model_json_schema()
    assert "$ref" in json.dumps(schema), "nothing to resolve: the test shows nothing"

    plain = inlined(schema)

    assert "$ref" not in json.dumps(plain)
    assert "$defs" not in plain
    items = plain["properties"]["takeaway"]["items"]
    assert set(items["properties"]) == {"text", "where"}
    assert "at least one concrete thing" in plain["properties"]["takeaway"]["description"]
