"""Gemini behind the `LLM` protocol: one attempt per question, every failure translated.

google-genai is imported when a client is opened (it takes most of a second). Its traps:
- its default API version has no `-latest` models, its timeout is in milliseconds, and without
  `retry_options` its aiohttp path sleeps up to ten seconds and repeats by itself;
- connection failures arrive as aiohttp's errors, a non-JSON body as `ValueError`;
- it follows redirects with the key in its headers, and reads a body of any length: the session is
  ours (`core.fetch.outbound`), and forbidden to. Beside it the SDK builds httpx clients that are
  never used and that die on `ALL_PROXY=socks5://...` unless they are told not to look;
- its errors hold the response, and so the request with the key in its headers. They are not
  chained to ours: what leaves this module carries text of ours, without the key.
"""

from collections.abc import AsyncIterator, Awaitable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
from pydantic import SecretStr

from core.fetch.outbound import Outbound
from core.llm import MOST_OUTPUT, AnswerT, Question, Reply
from core.llm.providers.gemini.answers import read_answer, usage_of
from core.llm.providers.gemini.errors import ALL, Refusable, refused_part, translated
from core.llm.schemas import in_words, inlined
from core.models.errors import LLMAskedWrongly, LLMBadAnswer, LLMError, LLMTimedOut, LLMUnavailable

if TYPE_CHECKING:
    from google.genai.models import AsyncModels
    from google.genai.types import GenerateContentConfig

API_VERSION = "v1beta"
ROOM_FOR_FREE_THOUGHT = 8192
"""Output tokens added when a model refuses a thinking budget: its thoughts count as output."""
COUNTING = timedelta(seconds=5)
"""A count that takes longer is not worth it: there is an estimate."""

T = TypeVar("T")


@dataclass(frozen=True)
class Gemini:
    _models: "AsyncModels"
    _key: SecretStr
    _counting: timedelta
    """How long counting tokens may take."""

    def model(self, name: str) -> "GeminiModel":
        return GeminiModel(self._models, name=name, key=self._key, counting=self._counting)


@asynccontextmanager
async def open_gemini(
    key: SecretStr | None,
    *,
    base_url: str,
    outbound: Outbound,
    timeout: timedelta,  # noqa: ASYNC109 - it is the client's, of every request
) -> AsyncIterator[Gemini]:
    """Give a client, and close it at the end. Nothing is asked yet."""
    from google.genai import Client
    from google.genai.types import HttpOptions, HttpRetryOptions

    assert key is not None, "its policy needs a key"
    trust = outbound.trust
    async with outbound.open_session(base_url) as session:
        options = HttpOptions(
            api_version=API_VERSION,
            base_url=base_url,
            timeout=_milliseconds(timeout),
            retry_options=HttpRetryOptions(attempts=1),
            client_args={"verify": trust, "trust_env": False},
            async_client_args={"ssl": trust, "trust_env": False, "allow_redirects": False},
            aiohttp_client=session,
        )
        client = Client(api_key=key.get_secret_value(), enterprise=False, http_options=options)
        try:
            async with client.aio as opened:
                yield Gemini(opened.models, key, min(timeout, COUNTING))
        finally:
            client.close()


class GeminiModel:
    def __init__(
        self, models: "AsyncModels", *, name: str, key: SecretStr, counting: timedelta
    ) -> None:
        self.name = name
        self._models = models
        self._key = key
        self._counting = counting
        self._refused: frozenset[Refusable] = frozenset()

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Return the answer; raise one of `LLMError`'s children.

        Some models refuse a thinking budget (or that one), Gemma a schema and a system's part. That
        raises `LLMAskedWrongly` once, and from then on this model is asked without.
        """
        unasked = {Refusable.THINKING} if question.thinking_budget is None else set()
        without = self._refused | unasked
        contents, config = _request(question, inlined(answer.model_json_schema()), without)
        response = await self._outcome(
            self._models.generate_content(model=self.name, contents=contents, config=config),
            without,
        )
        usage = usage_of(response)
        try:
            parsed = read_answer(response, answer, model=self.name)
        except LLMError as error:
            error.usage = usage
            raise
        return Reply(parsed, self.name, usage, served_by=response.model_version)

    async def count(self, question: Question) -> int:
        """Return the input tokens as the provider counts them, without the answer's schema.

        Raise `LLMError`, after `COUNTING` at the latest. Costs no quota.
        """
        from google.genai.types import CountTokensConfig, HttpOptions

        # As one text: this API counts no system instruction that is given as one.
        contents = "\n\n".join(part for part in (question.system, question.text) if part)
        options = HttpOptions(timeout=_milliseconds(self._counting))
        response = await self._outcome(
            self._models.count_tokens(
                model=self.name,
                contents=contents,
                config=CountTokensConfig(http_options=options),
            )
        )
        if not response.total_tokens:
            raise LLMUnavailable(f"{self.name}: a count without a number")
        return response.total_tokens

    async def _outcome(self, call: Awaitable[T], without: Collection[Refusable] = ALL) -> T:
        """Return what the SDK returns; what it raises, whatever it is, becomes an `LLMError`."""
        from google.genai.errors import APIError

        failure: LLMError
        try:
            return await call
        except APIError as error:
            if (refused := refused_part(error)) is not None and refused not in without:
                self._refused |= {refused}
                failure = LLMAskedWrongly(f"{self.name}: takes no such {refused}")
            else:
                failure = translated(error, model=self.name, key=self._key)
        except TimeoutError:
            failure = LLMTimedOut(f"{self.name}: no answer in time")
        except (aiohttp.ClientError, OSError) as error:
            failure = LLMUnavailable(f"{self.name}: {type(error).__name__}")
        except (ValueError, TypeError, AttributeError):
            # A proxy or captive portal answered: not JSON, or JSON of another shape, which the SDK
            # walks through unchecked (a body of "true" is a TypeError there).
            failure = LLMUnavailable(f"{self.name}: the answer is not the API's JSON")
        except RecursionError:  # the SDK parses the model's text, and gives up at "[[[[..."
            failure = LLMBadAnswer(f"{self.name}: the answer holds no complete JSON value")
        # Outside the handlers, so that the SDK's error is not even our context.
        raise failure


def _milliseconds(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)


def _request(
    question: Question, schema: Mapping[str, Any], without: Collection[Refusable]
) -> tuple[str, "GenerateContentConfig"]:
    # No temperature, top_p or top_k: the newest models deprecate them.
    from google.genai.types import (
        AutomaticFunctionCallingConfig,
        GenerateContentConfig,
        ThinkingConfig,
    )

    system = question.system
    has_schema = Refusable.SCHEMA not in without
    if not has_schema:
        system = f"{system}\n\n{in_words(schema)}".strip()
    has_system = Refusable.SYSTEM not in without
    budgeted = question.thinking_budget is not None and Refusable.THINKING not in without
    config = GenerateContentConfig(
        system_instruction=(system or None) if has_system else None,
        response_mime_type="application/json" if has_schema else None,
        response_json_schema=schema if has_schema else None,
        max_output_tokens=_room(question, budgeted),
        thinking_config=(
            ThinkingConfig(thinking_budget=question.thinking_budget) if budgeted else None
        ),
        automatic_function_calling=AutomaticFunctionCallingConfig(disable=True),
    )
    return question.text if has_system else f"{system}\n\n{question.text}", config


def _room(question: Question, budgeted: bool) -> int:
    """Return how many tokens may be written, thoughts that cannot be limited included."""
    asked = question.max_output_tokens
    if budgeted or question.thinking_budget is None:
        return asked
    return max(asked, min(asked + ROOM_FOR_FREE_THOUGHT, MOST_OUTPUT))
