"""One attempt at a server of OpenAI's protocol: what is asked, what comes back, what is learned."""

import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import BaseModel, SecretStr

from core.fetch.outbound import Outbound
from core.llm import Question
from core.llm.ping import Pong
from core.llm.providers.openai_compatible.client import ChatModel, open_server
from core.models.errors import (
    KeyTrouble,
    LLMAskedWrongly,
    LLMBadAnswer,
    LLMCutOff,
    LLMError,
    LLMMisconfigured,
    LLMRefused,
    LLMTimedOut,
    LLMTooLong,
    LLMUnavailable,
    LLMUnknownModel,
)
from core.models.usage import Usage
from tests.conftest import Handler, Serve
from tests.core.llm.providers.gemini.server import break_off, hang_up
from tests.servers import openai as double
from tests.servers.openai import KEY, FakeOpenAI, serving_openai

QUESTION = Question("test", "Be brief.", "Are you there?", max_output_tokens=99, thinking_budget=7)
ANSWER = '{"ok": true}'


@asynccontextmanager
async def connected(
    url: str,
    key: str | None = KEY,
    timeout: float = 10,  # noqa: ASYNC109
) -> AsyncIterator[ChatModel]:
    async with open_server(
        SecretStr(key) if key else None,
        base_url=url,
        outbound=Outbound(endpoints=[url]),
        timeout=timedelta(seconds=timeout),
    ) as server:
        yield server.model("openai/team/model:8b")


@asynccontextmanager
async def talking(server: FakeOpenAI, key: str | None = KEY) -> AsyncIterator[ChatModel]:
    async with serving_openai(server) as url, connected(url, key) as model:
        yield model


async def failure(*faults: double.Refusal) -> LLMError:
    async with talking(FakeOpenAI(faults=deque(faults))) as model:
        with pytest.raises(LLMError) as caught:
            await model.ask(QUESTION, Pong)
    assert KEY not in f"{caught.value!r} {caught.value.__context__!r}"
    return caught.value


async def test_a_question_is_one_request_with_the_schema_and_the_key_in_its_place() -> None:
    async with talking(server := FakeOpenAI()) as model:
        reply = await model.ask(QUESTION, Pong)
    assert reply.answer == Pong(ok=True)
    assert (reply.model, reply.served_by) == ("openai/team/model:8b", "team/model:8b-2026")
    assert reply.usage == Usage(input_tokens=9_000, output_tokens=700)
    (sent,) = server.requests
    assert sent["model"] == "team/model:8b"
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    schema = sent["response_format"]["json_schema"]
    assert (schema["strict"], schema["schema"]["required"]) == (True, ["ok"])
    assert schema["schema"]["additionalProperties"] is False
    assert sent["max_tokens"] > 8_000, "thoughts that cannot be limited need room"
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_a_server_of_ones_own_needs_no_key() -> None:
    async with talking(server := FakeOpenAI(key=None), key=None) as model:
        await model.ask(QUESTION, Pong)
    assert "Authorization" not in server.headers[0]


@pytest.mark.parametrize("forms", [["json_object", "text"], ["text"], double.FORMS])
async def test_a_form_that_is_refused_is_never_asked_for_again(forms: list[str]) -> None:
    async with talking(server := FakeOpenAI(forms=forms)) as model:
        refused = 0
        for _ in range(4):
            try:
                assert (await model.ask(QUESTION, Pong)).answer.ok
            except LLMAskedWrongly:
                refused += 1
    assert refused == len(double.FORMS) - len(forms)
    asked = [sent.get("response_format", {}).get("type", "text") for sent in server.requests]
    assert asked == [*double.FORMS[:refused], *[forms[0]] * (4 - refused)]


async def test_a_server_that_holds_no_answer_to_the_schema_is_told_it_in_words() -> None:
    """Some take `json_schema` and do not look at it."""
    texts = deque(["", "I am here!", ANSWER])
    server = FakeOpenAI(message=lambda _: double.bare(texts.popleft()))
    async with talking(server) as model:
        for _ in range(2):  # an empty answer says nothing of schemas
            with pytest.raises(LLMBadAnswer):
                await model.ask(QUESTION, Pong)
        assert (await model.ask(QUESTION, Pong)).answer.ok
    assert "response_format" in server.requests[1]
    assert '"ok"' in server.requests[2]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("refusal", "then"),
    [
        (double.NEW_NAME, {"max_completion_tokens": 8_291}),
        (double.TOO_MUCH_ROOM, {"max_tokens": 8_192}),
        (
            double.refusal(400, "'max_tokens' or 'max_completion_tokens' is too large: 8291."),
            {},
        ),
    ],
)
async def test_room_is_asked_for_as_the_server_takes_it(
    refusal: double.Refusal, then: dict[str, int]
) -> None:
    async with talking(server := FakeOpenAI(faults=deque([refusal]))) as model:
        with pytest.raises(LLMAskedWrongly):
            await model.ask(QUESTION, Pong)
        await model.ask(QUESTION, Pong)
    sent = server.requests[1]
    assert {name: sent[name] for name in sent if name.startswith("max_")} == then


def thinking(text: str) -> dict[str, Any]:
    return double.bare(f'<think>\nPerhaps {{"ok": false}}?\n</think>\n\n{text}')


def thinking_without_a_beginning(text: str) -> dict[str, Any]:
    return double.bare(f'Perhaps {{"ok": false}}?\n</think>\n{text}')


def reasoning(text: str) -> dict[str, Any]:
    return {"content": text, "reasoning_content": 'Or {"ok": false}?'}


def taken_for_thoughts(text: str) -> dict[str, Any]:
    return {"content": None, "reasoning_content": text}


def fenced(text: str) -> dict[str, Any]:
    return double.bare(f"Here it is:\n```json\n{text}\n```")


def in_parts(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text[:5]}, {"type": "text", "text": text[5:]}]}


@pytest.mark.parametrize(
    "message",
    [thinking, thinking_without_a_beginning, reasoning, taken_for_thoughts, fenced, in_parts],
)
async def test_however_a_model_puts_it_the_answer_is_found(
    message: Callable[[str], dict[str, Any]],
) -> None:
    async with talking(FakeOpenAI(message=message)) as model:
        assert (await model.ask(QUESTION, Pong)).answer.ok


class Note(BaseModel):
    """A note."""

    text: str


async def test_an_answer_may_speak_of_thoughts() -> None:
    text = json.dumps({"text": "the <think> and </think> tags"})
    async with talking(FakeOpenAI(message=lambda _: double.bare(text))) as model:
        reply = await model.ask(QUESTION, Note)
    assert reply.answer.text == "the <think> and </think> tags"


@pytest.mark.parametrize(
    ("finish", "text", "kind"),
    [
        ("length", '<think>Perhaps {"ok": true}', LLMCutOff),
        ("length", '{"ok": ', LLMCutOff),
        ("stop", "", LLMBadAnswer),
        ("stop", None, LLMBadAnswer),
        ("content_filter", ANSWER, LLMRefused),
        ("insufficient_system_resource", '{"ok"', LLMUnavailable),
    ],
)
async def test_what_is_no_answer_is_none(
    finish: str, text: str | None, kind: type[LLMError]
) -> None:
    async with talking(FakeOpenAI(finish=finish, message=lambda _: {"content": text})) as model:
        with pytest.raises(LLMError) as caught:
            await model.ask(QUESTION, Pong)
    assert type(caught.value) is kind
    assert caught.value.usage == Usage(input_tokens=9_000, output_tokens=700)


async def test_tokens_are_counted_apart_and_estimated_where_nobody_says() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "prompt_cache_hit_tokens": 64,
        "completion_tokens_details": {"reasoning_tokens": 30},
    }
    async with talking(server := FakeOpenAI(usage=usage)) as model:
        assert (await model.ask(QUESTION, Pong)).usage == Usage(100, 20, 30, 64)
        for odd in (None, {"prompt_tokens": -1, "completion_tokens": "many"}):
            server.usage = odd
            estimated = (await model.ask(QUESTION, Pong)).usage
            assert estimated.input_tokens > 0
            assert estimated.output_tokens > 0


@pytest.mark.parametrize("refusal", double.NO_MONEY.values(), ids=double.NO_MONEY)
async def test_no_money_is_the_accounts(refusal: double.Refusal) -> None:
    error = await failure(refusal)
    assert isinstance(error, LLMMisconfigured)
    assert error.trouble is KeyTrouble.NO_CREDIT


@pytest.mark.parametrize("refusal", double.GONE.values(), ids=double.GONE)
async def test_a_model_that_is_gone_is_one_models(refusal: double.Refusal) -> None:
    assert type(await failure(refusal)) is LLMUnknownModel


@pytest.mark.parametrize("refusal", double.TOO_LONG.values(), ids=double.TOO_LONG)
async def test_a_question_that_is_too_long_says_how_much_is_allowed(
    refusal: double.Refusal,
) -> None:
    error = await failure(refusal)
    assert isinstance(error, LLMTooLong)
    assert error.limit == 12_288


PAGE = "<html><body>Bad Gateway</body></html>"


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (double.WRONG_KEY, LLMMisconfigured),
        (double.refusal(403, "Country, region, or territory not supported"), LLMMisconfigured),
        (double.FILTERED["deepseek"], LLMRefused),
        (double.FILTERED["dashscope"], LLMRefused),
        ((403, PAGE, {}), LLMUnavailable),
        ((400, [{"error": {"code": 400, "message": "API key not valid."}}], {}), LLMMisconfigured),
        ((404, "404 page not found", {}), LLMUnavailable),
        ((301, "", {"Location": "http://127.0.0.1:9/v1/chat/completions"}), LLMUnavailable),
        ((502, PAGE, {}), LLMUnavailable),
        ((500, "", {}), LLMUnavailable),
        ((200, PAGE, {}), LLMUnavailable),
        ((200, "true", {}), LLMUnavailable),
        ((200, "[" * 100_000, {}), LLMUnavailable),
        ((200, {"choices": []}, {}), LLMUnavailable),
        ((200, {"error": {"message": "Provider returned error", "code": 502}}, {}), LLMUnavailable),
        ((200, {"error": {"message": "Insufficient credits", "code": 402}}, {}), LLMMisconfigured),
        ((400, {"error": "some text"}, {}), LLMRefused),
        ((400, [{"error": {"message": "x"}}], {}), LLMRefused),
    ],
)
async def test_each_refusal_has_its_meaning(refusal: double.Refusal, kind: type[LLMError]) -> None:
    assert type(await failure(refusal)) is kind


@pytest.mark.parametrize("fault", [hang_up, break_off])
async def test_a_broken_connection_is_passing(serve: Serve, fault: Handler) -> None:
    url = await serve({"/v1/chat/completions": fault})
    async with connected(f"{url}/v1") as model:
        with pytest.raises(LLMUnavailable) as caught:
            await model.ask(QUESTION, Pong)
    assert KEY not in repr(caught.value.__context__)


async def test_silence_ends_in_time_and_an_endless_body_at_its_bound(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.fetch.outbound.MOST", 100_000)

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"\n" * 65_536)

    async def silence(_: web.Request) -> web.StreamResponse:
        raise TimeoutError  # never comes to it

    url = await serve({"/v1/chat/completions": drip})
    async with connected(f"{url}/v1") as model:
        with pytest.raises(LLMUnavailable, match="AnswerTooLarge"):
            await model.ask(QUESTION, Pong)
    async with connected(f"{url}/v1", timeout=0.001) as model:
        with pytest.raises(LLMTimedOut):
            await model.ask(QUESTION, Pong)


async def test_a_redirect_is_not_followed_with_the_key(serve: Serve) -> None:
    seen: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        return web.Response()

    async def redirect(_: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect("/elsewhere")

    url = await serve({"/v1/chat/completions": redirect, "/elsewhere": elsewhere})
    async with connected(f"{url}/v1") as model:
        with pytest.raises(LLMUnavailable):
            await model.ask(QUESTION, Pong)
    assert seen == []


async def test_whatever_a_refusal_repeats_no_key_is_in_our_errors() -> None:
    said = double.refusal(401, f"Bad key {KEY}, also sk-proj-AbCdEfGh0123456789 and {KEY[:30]}***")
    error = await failure(said)
    assert "sk-" not in str(error)
