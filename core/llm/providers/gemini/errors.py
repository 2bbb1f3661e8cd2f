"""What a failed request to Gemini means: google-genai's error as one of ours, without the key.

The status alone says little. A 400 may be the key's fault, the account's or the question's, and a
key that has leaked is a 403 like one without permission: the reason is in the details, or only in
the text.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from core.llm.providers.gemini.rate_limits import rate_limit
from core.llm.providers.wording import quoted
from core.models.errors import (
    KeyTrouble,
    LLMError,
    LLMMisconfigured,
    LLMRefused,
    LLMUnavailable,
    LLMUnknownModel,
)

if TYPE_CHECKING:
    from google.genai.errors import APIError


class Refusable(StrEnum):
    """Parts of a question that some models refuse."""

    THINKING = "thinking budget"
    SCHEMA = "answer's schema"
    SYSTEM = "system instruction"


ALL = frozenset(Refusable)
_ABOUT = {
    Refusable.THINKING: "thinking",
    Refusable.SCHEMA: "json mode",
    Refusable.SYSTEM: "developer instruction",
}
"""The words by which a refusal is known."""


def translated(error: "APIError", *, model: str, key: SecretStr) -> LLMError:
    """Return what a refusal means. `key` never shows in it, whatever the provider repeats."""
    said = quoted(str(error.message or error.status or ""), key.get_secret_value())
    message = f"{model}: {error.code} {said}"
    match error.code:
        case 429:
            retry_header = _header(error, "Retry-After")
            return rate_limit(message, str(error.message), error.details, retry_header)
        case 404:
            return LLMUnknownModel(message)
        case 402:
            return LLMMisconfigured(message, trouble=KeyTrouble.NO_CREDIT)
        case 401 | 403:
            return LLMMisconfigured(message, trouble=_trouble(error))
        case 400 if _is_about_us(error):
            return LLMMisconfigured(message, trouble=_trouble(error))
        case 400 | 413 | 422:
            return LLMRefused(message)  # this question will not do; a bigger model may take it
        case _:
            return LLMUnavailable(message)


def refused_part(error: "APIError") -> Refusable | None:
    """Return which part of a question a refusal speaks of: not every model takes all of them."""
    said = str(error.message).lower()
    if error.code != 400:
        return None
    return next((part for part, words in _ABOUT.items() if words in said), None)


def _is_about_us(error: "APIError") -> bool:
    """Whether a 400 speaks of the key or the account rather than of the question."""
    words = _words(error)
    return "api_key" in words or "api key" in words or "failed_precondition" in words


def _trouble(error: "APIError") -> KeyTrouble:
    words = _words(error)
    if "reported as leaked" in words:
        return KeyTrouble.LEAKED
    if "api key expired" in words:  # with the reason API_KEY_INVALID, as if it had never been one
        return KeyTrouble.EXPIRED
    if "api_key_invalid" in words or "api key not valid" in words:
        return KeyTrouble.INVALID
    return KeyTrouble.DENIED


def _words(error: "APIError") -> str:
    """Return all the provider said, in lower case: the SDK's text of an error is the body."""
    return str(error).lower()


def _header(error: "APIError", name: str) -> str | None:
    headers: Mapping[str, Any] | None = getattr(error.response, "headers", None)
    value = headers.get(name) if headers is not None else None
    return None if value is None else str(value)
