"""OpenAI's chat completions behind the `LLM` protocol, over aiohttp: one attempt per question.

The protocol is one request; a client library for it would bring a second HTTP stack, with proxies,
retries and limits of its own. The session is `core.fetch.outbound`'s, and follows no redirect: the
key would go with it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from pydantic import SecretStr

from core.fetch.outbound import Outbound
from core.llm import AnswerT, Question, Reply
from core.llm.providers.openai_compatible.answers import Completion, read_answer, read_completion
from core.llm.providers.openai_compatible.errors import Refusal, translated
from core.llm.providers.openai_compatible.policy import POLICY
from core.llm.providers.openai_compatible.ways import Form, Way
from core.llm.tokens import estimate_tokens
from core.models.errors import (
    LLMAskedWrongly,
    LLMBadAnswer,
    LLMError,
    LLMTimedOut,
    LLMUnavailable,
)

PATH = "/chat/completions"


@dataclass(frozen=True)
class Server:
    _session: aiohttp.ClientSession
    _url: str
    _key: SecretStr | None
    _timeout: aiohttp.ClientTimeout

    def model(self, name: str) -> "ChatModel":
        return ChatModel(self, name)

    async def post(self, body: Mapping[str, object]) -> tuple[int, Mapping[str, str], bytes]:
        """Return the answer's status, headers and body. Raise `LLMError`."""
        headers = {"Authorization": f"Bearer {self._secret}"} if self._key else {}
        failure: LLMError
        try:
            async with self._session.post(
                self._url, json=body, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                return response.status, response.headers, await response.read()
        except TimeoutError:
            failure = LLMTimedOut("no answer in time")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = LLMUnavailable(type(error).__name__)
        # Outside the handlers: aiohttp's errors may hold the request, with the key in its headers.
        raise failure

    def refusal(self, status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
        return Refusal.read(status, headers, body, self._secret)

    @property
    def _secret(self) -> str:
        return self._key.get_secret_value() if self._key else ""


@asynccontextmanager
async def open_server(
    key: SecretStr | None,
    *,
    base_url: str,
    outbound: Outbound,
    timeout: timedelta,  # noqa: ASYNC109 - it is the client's, of every request
) -> AsyncIterator[Server]:
    """Give a client, and close it at the end. Nothing is asked yet."""
    url = base_url.rstrip("/").removesuffix(PATH) + PATH
    async with outbound.open_session(base_url) as session:
        yield Server(session, url, key, aiohttp.ClientTimeout(total=timeout.total_seconds()))


class ChatModel:
    def __init__(self, server: Server, name: str) -> None:
        self.name = name
        self._server = server
        self._way = Way()

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Return the answer; raise one of `LLMError`'s children.

        A way of asking that the server refuses raises `LLMAskedWrongly`, and is not used again.
        """
        way = self._way
        body = way.body(self.name.removeprefix(POLICY.prefix), question, answer.model_json_schema())
        completion = await self._complete(body, way)
        usage = completion.usage_or(_estimate(question), estimate_tokens(completion.text))
        try:
            parsed = read_answer(completion, answer, model=self.name)
        except LLMError as error:
            error.usage = usage
            if type(error) is LLMBadAnswer and completion.text.strip():
                self._unfit(way)
            raise
        return Reply(parsed, self.name, usage, served_by=completion.model)

    async def count(self, question: Question) -> int:
        """Raise `LLMUnavailable`: the protocol has no such question, and there is an estimate."""
        raise LLMUnavailable(f"{self.name}: the server counts no tokens")

    async def _complete(self, body: Mapping[str, object], way: Way) -> Completion:
        try:
            status, headers, content = await self._server.post(body)
        except LLMError as error:
            raise type(error)(f"{self.name}: {error}") from None
        completion = read_completion(content) if status == 200 else None
        if completion is not None:
            return completion
        refusal = self._server.refusal(status, headers, content)
        if (other := way.after(refusal.status, refusal.said)) is not None:
            self._learn(way, other)
            raise LLMAskedWrongly(f"{self.name}: {refusal.message}")
        raise translated(refusal, model=self.name)

    def _unfit(self, way: Way) -> None:
        """A server that holds answers to a schema would not have given this one."""
        if way.form is Form.SCHEMA and (plainer := way.plainer()) is not None:
            self._learn(way, plainer)

    def _learn(self, way: Way, other: Way) -> None:
        """Ask in another way, unless a call at the same time has taught as much already."""
        if self._way == way:
            self._way = other


def _estimate(question: Question) -> int:
    return estimate_tokens(question.system + question.text)
