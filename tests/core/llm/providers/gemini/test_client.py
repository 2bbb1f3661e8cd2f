"""How a question travels to Gemini and what comes back, through the real client."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from pydantic import SecretStr

from core.analyze.model_reader import Reading
from core.fetch.outbound import Outbound
from core.llm import Question
from core.llm.chain import ModelChain
from core.llm.providers.gemini.client import MOST_OUTPUT, Gemini, open_gemini
from core.llm.quota.planner import Planner
from core.llm.quota.shares import Shares
from core.llm.schemas import inlined
from core.models.errors import (
    KeyTrouble,
    LLMAskedWrongly,
    LLMMisconfigured,
    LLMRateLimited,
    LLMRefused,
    LLMTimedOut,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from core.models.usage import Usage
from tests.conftest import Handler, Serve
from tests.core.llm.providers.gemini.server import (
    FAULTS,
    KEY,
    PATH,
    QUESTION,
    TIMEOUT,
    Body,
    City,
    Server,
    ask,
    captured,
    connected,
    failure,
    failure_at,
    made_up,
    said,
)
from tests.fakes import FakeCallLog, FakeClock, never
from tests.policies import one_policy


def opened(key: SecretStr, url: str) -> AbstractAsyncContextManager[Gemini]:
    outbound = Outbound(endpoints=[url])
    return open_gemini(key, base_url=url, outbound=outbound, timeout=TIMEOUT)


async def test_a_question_travels_with_schema_limits_and_budget(serve: Serve) -> None:
    server = Server(captured("200_json"))
    async with connected(await serve({PATH: server.answer})) as model:
        reply = await model.ask(QUESTION, City)

    assert reply.answer == City(city="Mexico City", country="Mexico")
    assert reply.model == "gemini-flash-latest"
    assert reply.usage == Usage(input_tokens=8, output_tokens=20)
    assert reply.served_by == "gemini-2.0-flash"
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
    reply = await ask(serve, City, (status, json.dumps(body), kind))
    assert reply.answer.city == "a"
    assert reply.usage.thought_tokens == 24


async def test_usage_that_is_not_told_is_zero(serve: Serve) -> None:
    body = json.loads(said('{"city": "a", "country": "b"}')[1])
    del body["usageMetadata"]
    reply = await ask(serve, City, (200, json.dumps(body), "application/json"))
    assert reply.usage == Usage()


THINKING_REFUSED = made_up(
    400,
    message="Budget 7 is invalid. This model only works in thinking mode.",
    status="INVALID_ARGUMENT",
)


async def test_a_model_that_takes_no_thinking_budget_is_asked_without_from_then_on(
    serve: Serve,
) -> None:
    server = Server(THINKING_REFUSED, captured("200_json"), captured("200_json"))
    async with connected(await serve({PATH: server.answer})) as model:
        with pytest.raises(LLMAskedWrongly):
            await model.ask(QUESTION, City)
        assert len(server.asked) == 1, "asking again is the chain's, which paces and records it"
        await model.ask(QUESTION, City)
        await model.ask(QUESTION, City)

    configs = [asked["generationConfig"] for asked in server.asked]
    assert ["thinkingConfig" in config for config in configs] == [True, False, False]
    assert configs[1]["maxOutputTokens"] == 99 + 8192


NO_SCHEMA = made_up(400, message="JSON mode is not enabled for models/gemma-4-27b-it")
NO_SYSTEM = made_up(400, message="Developer instruction is not enabled for models/gemma-4-27b-it")


async def test_a_model_that_takes_neither_schema_nor_system_is_asked_in_words(
    serve: Serve,
) -> None:
    server = Server(NO_SCHEMA, NO_SYSTEM, said('```json\n{"city": "Rome", "country": "IT"}\n```'))
    async with connected(await serve({PATH: server.answer})) as model:
        for _ in range(2):
            with pytest.raises(LLMAskedWrongly):
                await model.ask(QUESTION, City)
        assert (await model.ask(QUESTION, City)).answer.city == "Rome"
    last = server.asked[2]
    text = last["contents"][0]["parts"][0]["text"]
    assert "systemInstruction" not in last
    assert "responseJsonSchema" not in last["generationConfig"]
    assert text.startswith("Be brief.")
    assert '"country"' in text
    assert text.endswith("Which city?")


@pytest.mark.parametrize(
    ("asked", "sent"), [(60_000, MOST_OUTPUT), (MOST_OUTPUT, MOST_OUTPUT), (70_000, 70_000)]
)
async def test_room_for_thoughts_ends_where_the_model_does(
    serve: Serve, asked: int, sent: int
) -> None:
    server = Server(THINKING_REFUSED, captured("200_json"))
    question = Question("test", "", "Which city?", max_output_tokens=asked, thinking_budget=7)
    async with connected(await serve({PATH: server.answer})) as model:
        with pytest.raises(LLMAskedWrongly):
            await model.ask(question, City)
        await model.ask(question, City)
    assert server.asked[1]["generationConfig"]["maxOutputTokens"] == sent


async def test_a_question_without_a_budget_was_not_asked_wrongly(serve: Serve) -> None:
    question = Question("test", "", "Which city?", max_output_tokens=9)
    server = Server(THINKING_REFUSED)
    async with connected(await serve({PATH: server.answer})) as model:
        with pytest.raises(LLMRefused):
            await model.ask(question, City)
    assert server.asked[0]["generationConfig"]["maxOutputTokens"] == 9


async def test_tokens_are_counted_over_all_that_is_sent(serve: Serve) -> None:
    server = Server((200, '{"totalTokens": 12345}', "application/json"))
    async with connected(await serve({PATH: server.answer})) as model:
        assert await model.count(QUESTION) == 12345

    assert server.paths == ["/v1beta/models/gemini-flash-latest:countTokens"]
    assert server.asked == [
        {"contents": [{"role": "user", "parts": [{"text": "Be brief.\n\nWhich city?"}]}]}
    ]
    assert server.headers[0]["X-Server-Timeout"] == "5", "not the ten of an answer"


async def test_a_count_may_not_take_longer_than_an_answer(serve: Serve) -> None:
    server = Server((200, '{"totalTokens": 1}', "application/json"))
    async with connected(await serve({PATH: server.answer}), timedelta(seconds=2)) as model:
        await model.count(QUESTION)
    assert server.headers[0]["X-Server-Timeout"] == "2"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (captured("429_per_minute"), LLMRateLimited),
        (captured("400_key_invalid"), LLMMisconfigured),
        (captured("404_unknown_model"), LLMUnknownModel),
        (captured("503_overloaded"), LLMUnavailable),
        (made_up(400, message="Thinking is hard."), LLMRefused),
        ((200, "{}", "application/json"), LLMUnavailable),
        ((200, "", "application/json"), LLMUnavailable),
        ((200, "[1]", "application/json"), LLMUnavailable),
        ((200, "true", "application/json"), LLMUnavailable),
        ((200, '{"totalTokens": "many"}', "application/json"), LLMUnavailable),
        ((200, "<html>Log in to the network</html>", "text/html"), LLMUnavailable),
    ],
)
async def test_a_count_fails_as_an_answer_does(
    serve: Serve, body: Body, kind: type[Exception]
) -> None:
    url = await serve({PATH: Server(body).answer})
    assert type(await failure_at(url, counting=True)) is kind


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_count_survives_a_broken_connection(serve: Serve, fault: Handler) -> None:
    error = await failure_at(await serve({PATH: fault}), counting=True)
    assert type(error) is LLMUnavailable


async def test_a_count_that_hangs_is_given_up(serve: Serve) -> None:
    async def hang(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    error = await failure_at(
        await serve({PATH: hang}), counting=True, timeout=timedelta(seconds=0.05)
    )
    assert type(error) is LLMTimedOut


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
async def test_the_key_is_nowhere_even_when_the_server_repeats_it(
    serve: Serve,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    status: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"API key not valid: {KEY}. Also AIzaSyAnotherKey0123456789 and AQ.Ab8RN6JxTestToken."
    error = await failure(serve, made_up(status, message=echo, status="X", details=[echo]))
    assert "***" in str(error)
    assert "AnotherKey" not in str(error)
    assert "TestToken" not in str(error)
    assert KEY not in caplog.text
    assert KEY not in "".join(capsys.readouterr())


async def test_a_key_at_the_end_of_a_long_text_does_not_show_its_first_half(serve: Serve) -> None:
    for spaces in range(250, 300, 10):
        error = await failure(serve, made_up(500, message=f"{'x' * spaces} {KEY}"))
        assert KEY[:4] not in str(error)


async def test_a_key_of_another_shape_does_not_show_either(serve: Serve) -> None:
    echo = made_up(403, message="The gateway knows no open-sesame. " * 100)
    url, key = await serve({PATH: Server(echo).answer}), SecretStr("open-sesame")
    async with opened(key, url) as gemini:
        with pytest.raises(LLMMisconfigured, match=r"knows no \*\*\*\.") as caught:
            await gemini.model("m").ask(QUESTION, City)
    assert "sesame" not in str(caught.value)
    assert len(str(caught.value)) < 320, "a line in a log, not a page"


async def test_a_client_does_not_show_its_key() -> None:
    async with opened(SecretStr(KEY), "https://gemini.example.com") as gemini:
        assert KEY not in f"{gemini!r} {gemini.model('m')!r} {vars(gemini.model('m'))}"


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


@asynccontextmanager
async def open_chain(url: str, clock: FakeClock, log: FakeCallLog) -> AsyncIterator[ModelChain]:
    """Give a chain of two models without limits of ours."""
    planner = Planner(
        log=log,
        policy_of=one_policy(),
        shares=Shares(),
        now=clock.now,
        sleep=clock.sleep,
    )
    async with opened(SecretStr(KEY), url) as gemini:
        models = [gemini.model("first"), gemini.model("second")]
        yield ModelChain(models, planner=planner, now=clock.now, sleep=clock.sleep, jitter=never)


async def test_through_the_chain_refusals_are_waited_out_learned_from_and_recorded(
    serve: Serve,
) -> None:
    server = Server(
        captured("429_per_minute"), captured("429_per_day"), THINKING_REFUSED, captured("200_json")
    )
    url = await serve({PATH: server.answer})
    clock, log = FakeClock(), FakeCallLog()
    async with open_chain(url, clock, log) as chain:
        reply = await chain.ask(QUESTION, City)

    assert reply.model == "second"
    assert clock.slept == [pytest.approx(3.734187)]
    assert log.outcomes == ["rate_limited_minute", "rate_limited_day", "asked_wrongly", "ok"]
    learned = {scope: told.limit for (_, _, scope), told in log.learned.items()}
    assert learned == {QuotaScope.MINUTE: 5, QuotaScope.DAY: 20}


async def test_through_the_chain_a_leaked_key_ends_it_all(serve: Serve) -> None:
    server = Server(captured("403_key_leaked"))
    url = await serve({PATH: server.answer})
    clock = FakeClock()
    async with open_chain(url, clock, FakeCallLog()) as chain:
        for _ in range(2):
            with pytest.raises(LLMMisconfigured) as caught:
                await chain.ask(QUESTION, City)
            assert caught.value.trouble is KeyTrouble.LEAKED
    assert len(server.asked) == 1


def test_a_schema_is_sent_without_references() -> None:
    schema = Reading.model_json_schema()
    assert "$ref" in json.dumps(schema), "nothing to resolve: the test shows nothing"

    plain = inlined(schema)

    assert "$ref" not in json.dumps(plain)
    assert "$defs" not in plain
    items = plain["properties"]["takeaway"]["items"]
    assert set(items["properties"]) == {"text", "quotes", "where"}
    assert "what to try first" in plain["properties"]["takeaway"]["description"]
