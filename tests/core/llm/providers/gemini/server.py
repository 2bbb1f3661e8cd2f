"""The real client and a loopback server that answers with captured bodies."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import BaseModel, SecretStr

from core.fetch.outbound import Outbound
from core.llm import AnswerT, Question, Reply
from core.llm.providers.gemini.client import GeminiModel, open_gemini
from core.models.errors import LLMError
from tests.conftest import Handler, Serve

DATA = Path(__file__).parents[4] / "data/gemini"
KEY = "AIzaSyTestOnlyKey-0123456789abcdefghijk"
QUESTION = Question(
    purpose="test", system="Be brief.", text="Which city?", max_output_tokens=99, thinking_budget=7
)
PATH = "/v1beta/models/{model}"
TIMEOUT = timedelta(seconds=10)

Body = tuple[int, str, str]
"""Status, text, content type."""


class City(BaseModel):
    """A city and its country."""

    city: str
    country: str


class Server:
    """Answers with what is queued and remembers what it was asked."""

    def __init__(self, *bodies: Body) -> None:
        self.bodies = list(bodies)
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        """Give the next body."""
        self.asked.append(await request.json())
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        status, text, content_type = self.bodies.pop(0)
        return web.Response(status=status, text=text, content_type=content_type)


def captured(name: str) -> Body:
    """Return a captured body; its name begins with its status."""
    return int(name[:3]), (DATA / f"{name}.json").read_text(encoding="utf-8"), "application/json"


def made_up(status: int, /, **error: object) -> Body:
    """Return an error in the API's shape."""
    return status, json.dumps({"error": {"code": status, **error}}), "application/json"


def said(text: str, finish: str = "STOP") -> Body:
    """Put a text where the captured JSON answer has its own."""
    body = json.loads(captured("200_json")[1])
    body["candidates"][0]["content"]["parts"][0]["text"] = text
    body["candidates"][0]["finishReason"] = finish
    return 200, json.dumps(body), "application/json"


@asynccontextmanager
async def connected(base_url: str, timeout: timedelta = TIMEOUT) -> AsyncIterator[GeminiModel]:  # noqa: ASYNC109
    """Give a model of a server."""
    outbound = Outbound(endpoints=[base_url])
    async with open_gemini(
        SecretStr(KEY), base_url=base_url, outbound=outbound, timeout=timeout
    ) as gemini:
        yield gemini.model("gemini-flash-latest")


async def ask(serve: Serve, answer: type[AnswerT], *bodies: Body) -> Reply[AnswerT]:
    """Ask a server that answers so."""
    async with connected(await serve({PATH: Server(*bodies).answer})) as model:
        return await model.ask(QUESTION, answer)


async def failure(serve: Serve, *bodies: Body) -> LLMError:
    """Return how asking fails, or rather: what it raises, which never holds the key."""
    with pytest.raises(LLMError) as caught:
        await ask(serve, City, *bodies)
    assert_no_key(caught.value)
    return caught.value


async def failure_at(
    url: str,
    *,
    counting: bool = False,
    timeout: timedelta = TIMEOUT,  # noqa: ASYNC109
) -> LLMError:
    """Return how asking, or counting, fails at a server."""
    async with connected(url, timeout) as model:
        with pytest.raises(LLMError) as caught:
            await (model.count(QUESTION) if counting else model.ask(QUESTION, City))
    assert_no_key(caught.value)
    return caught.value


async def hang_up(request: web.Request) -> web.Response:
    """Reset the connection."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def break_off(request: web.Request) -> web.StreamResponse:
    """Send the first bytes of an answer, and reset the connection."""
    response = web.StreamResponse(headers={"Content-Length": "500"})
    await response.prepare(request)
    await response.write(b'{"candidates": ')
    assert request.transport is not None
    request.transport.abort()
    return response


FAULTS: tuple[Handler, ...] = (hang_up, break_off)


def assert_no_key(error: BaseException | None) -> None:
    """Look through the whole chain, and through what the errors hold."""
    while error is not None:
        assert KEY not in f"{error} {error!r} {error.__dict__} {error.args}"
        assert not type(error).__module__.startswith(("google", "aiohttp"))
        error = error.__cause__ or error.__context__
