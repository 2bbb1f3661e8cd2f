"""Gemini behind the `LLM` protocol: one attempt per question, every failure translated.

google-genai is imported when a client is opened (it takes most of a second). What a newcomer would
get wrong about it:
- its default API version has no `-latest` models, its timeout is in milliseconds, and without
  `retry_options` its aiohttp path sleeps up to ten seconds and repeats by itself;
- connection failures arrive as aiohttp's errors, a non-JSON body as `ValueError`;
- its errors hold the response, and so the request with the key in its headers. They are not
  chained to ours: what leaves this module carries text of ours, without the key.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
from pydantic import SecretStr

from core.errors import (
    LLMBadAnswer,
    LLMError,
    LLMMisconfigured,
    LLMRefused,
    LLMTimedOut,
    LLMUnavailable,
    LLMUnknownModel,
)
from core.llm import AnswerT, Question, Reply, Usage
from core.llm.answers import parse_answer
from core.llm.ratelimit import rate_limit

if TYPE_CHECKING:
    from google.genai.errors import APIError
    from google.genai.models import AsyncModels
    from google.genai.types import GenerateContentConfig, GenerateContentResponse

API_VERSION = "v1beta"
ROOM_FOR_FREE_THOUGHT = 8192
"""Output tokens added when a model refuses a thinking budget: its thoughts count as output."""

_KEYLIKE = re.compile(r"AIza[\w-]{8,}|\bAQ\.[\w-]{8,}|(?i:(?<=key[=: ]))[\w-]{16,}")
_REFUSALS = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "LANGUAGE",
        "IMAGE_SAFETY",
        "IMAGE_RECITATION",
        "IMAGE_PROHIBITED_CONTENT",
        "MODEL_ARMOR",
        "ESCALATION",
        "PUP_LIMITED_DISABLED",
    }
)


@dataclass(frozen=True)
class Gemini:
    """An open client."""

    _models: "AsyncModels"
    _key: SecretStr

    def model(self, name: str) -> "GeminiModel":
        """Return a model of this client. Whether it exists shows when it is asked."""
        return GeminiModel(self._models, name=name, key=self._key)


@asynccontextmanager
async def open_gemini(
    api_key: SecretStr,
    *,
    base_url: str | None,
    timeout: timedelta,  # noqa: ASYNC109 - it is the client's, of every request
) -> AsyncIterator[Gemini]:
    """Give a client, and close it at the end. Nothing is asked yet."""
    from google.genai import Client
    from google.genai.types import HttpOptions, HttpRetryOptions

    options = HttpOptions(
        api_version=API_VERSION,
        base_url=base_url,
        timeout=int(timeout.total_seconds() * 1000),
        retry_options=HttpRetryOptions(attempts=1),
    )
    client = Client(api_key=api_key.get_secret_value(), enterprise=False, http_options=options)
    try:
        async with client.aio as opened:
            yield Gemini(opened.models, api_key)
    finally:
        client.close()


class GeminiModel:
    """One Gemini model."""

    def __init__(self, models: "AsyncModels", *, name: str, key: SecretStr) -> None:
        self.name = name
        self._models = models
        self._key = key
        self._takes_thinking_budget = True

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Return the answer; raise one of `LLMError`'s children.

        Some models refuse a thinking budget (or that one). Then the question is put once more
        without, and the model remembered as one of those: that is not a retry but learning how to
        ask, and only this adapter knows what a thinking budget is.
        """
        with_budget = question.thinking_budget is not None and self._takes_thinking_budget
        try:
            return await self._ask(question, answer, with_budget)
        except _ThinkingRefused:
            pass
        self._takes_thinking_budget = False
        return await self._ask(question, answer, False)

    async def _ask(
        self, question: Question, answer: type[AnswerT], with_budget: bool
    ) -> Reply[AnswerT]:
        config = _config(question, inlined(answer.model_json_schema()), with_budget)
        response = await self._generate(question.text, config, with_budget)
        usage = usage_of(response)
        try:
            parsed = parse_answer(self._text(response), answer)
        except LLMError as error:
            error.usage = usage
            raise
        return Reply(parsed, self.name, usage, served_by=response.model_version)

    async def _generate(
        self, text: str, config: "GenerateContentConfig", with_budget: bool
    ) -> "GenerateContentResponse":
        from google.genai.errors import APIError

        failure: LLMError
        try:
            return await self._models.generate_content(
                model=self.name, contents=text, config=config
            )
        except APIError as error:
            if with_budget and error.code == 400 and "thinking" in str(error.message).lower():
                failure = _ThinkingRefused(f"{self.name}: no thinking budget")
            else:
                failure = self._translated(error)
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

    def _translated(self, error: "APIError") -> LLMError:
        message = f"{self.name}: {error.code} {self._safe(error)}"
        match error.code:
            case 429:
                retry_header = _header(error, "Retry-After")
                return rate_limit(message, str(error.message), error.details, retry_header)
            case 404:
                return LLMUnknownModel(message)
            case 401 | 402 | 403:
                return LLMMisconfigured(message)
            case 400 if _is_about_us(error):
                return LLMMisconfigured(message)
            case 400 | 413 | 422:
                return LLMRefused(message)  # this question will not do; a bigger model may take it
            case _:
                return LLMUnavailable(message)

    def _safe(self, error: "APIError") -> str:
        """Return the provider's words, short and without the key or a page of HTML."""
        text = str(error.message or error.status or "").strip()
        if text.startswith("<"):
            text = str(error.status or "HTML instead of an answer")
        return self._redacted(" ".join(text.split())[:300])

    def _redacted(self, text: str) -> str:
        key = self._key.get_secret_value()
        return _KEYLIKE.sub("***", text.replace(key, "***") if key else text)

    def _text(self, response: "GenerateContentResponse") -> str:
        """Return the answer's text; what was refused or never written is an error."""
        if not response.candidates:
            feedback = response.prompt_feedback
            if feedback and feedback.block_reason:
                raise LLMRefused(f"{self.name}: question blocked: {_word(feedback.block_reason)}")
            raise LLMBadAnswer(f"{self.name}: an answer without candidates")
        candidate = response.candidates[0]
        finish = _word(candidate.finish_reason)
        if finish in _REFUSALS:
            raise LLMRefused(f"{self.name}: answer withheld: {finish}")
        parts = candidate.content.parts if candidate.content else None
        text = "".join(part.text or "" for part in parts or () if not part.thought)
        if not text.strip():
            raise LLMBadAnswer(f"{self.name}: empty answer, finish reason {finish}")
        return text


class _ThinkingRefused(LLMError):
    """The model takes no such thinking budget."""


def _config(
    question: Question, schema: Mapping[str, Any], with_budget: bool
) -> "GenerateContentConfig":
    # No temperature, top_p or top_k: the newest models deprecate them.
    from google.genai.types import (
        AutomaticFunctionCallingConfig,
        GenerateContentConfig,
        ThinkingConfig,
    )

    room = 0 if with_budget or question.thinking_budget is None else ROOM_FOR_FREE_THOUGHT
    return GenerateContentConfig(
        system_instruction=question.system or None,
        response_mime_type="application/json",
        response_json_schema=schema,
        max_output_tokens=question.max_output_tokens + room,
        thinking_config=(
            ThinkingConfig(thinking_budget=question.thinking_budget) if with_budget else None
        ),
        automatic_function_calling=AutomaticFunctionCallingConfig(disable=True),
    )


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON schema without `$ref`: what it points to stands in its place.

    Google reads references, but proxies and older gateways of the same API do not. The schema of
    an answer does not refer to itself.
    """
    definitions = schema.get("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(item) for item in part]
        if not isinstance(part, Mapping):
            return part
        own = {key: resolved(value) for key, value in part.items() if key not in ("$ref", "$defs")}
        if "$ref" not in part:
            return own
        return {**resolved(definitions[str(part["$ref"]).rpartition("/")[2]]), **own}

    return dict(resolved(schema))


def usage_of(response: "GenerateContentResponse") -> Usage:
    """Return the tokens as counted by the provider; zeros where it does not say."""
    usage = response.usage_metadata
    if usage is None:
        return Usage()
    return Usage(
        input_tokens=usage.prompt_token_count or 0,
        output_tokens=usage.candidates_token_count or 0,
        thought_tokens=usage.thoughts_token_count or 0,
        cached_tokens=usage.cached_content_token_count or 0,
    )


def _is_about_us(error: "APIError") -> bool:
    """Whether a 400 speaks of the key or the account rather than of the question."""
    words = json.dumps(error.details, default=str).lower()
    return "api_key" in words or "api key" in words or "failed_precondition" in words


def _header(error: "APIError", name: str) -> str | None:
    headers = getattr(error.response, "headers", None)
    value = headers.get(name) if headers is not None else None
    return None if value is None else str(value)


def _word(reason: Any) -> str:
    """Return an enum of the SDK as the word the API sent."""
    return str(getattr(reason, "value", reason) or "none")
