"""What a refusal means, in the words of many servers.

The status alone says little: no money is a 402, a 429 or a 400, a model that is gone a 404, 403 or
400, and a 404 without a word of a model is a wrong address. Bodies are JSON of several forms, HTML
of a proxy, or empty.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.llm.providers.openai_compatible.limits import rate_limit
from core.llm.providers.wording import quoted
from core.models.errors import (
    KeyTrouble,
    LLMError,
    LLMMisconfigured,
    LLMRefused,
    LLMTooLong,
    LLMUnavailable,
    LLMUnknownModel,
)

MOST_READ = 20_000
"""Characters of a refusal that are looked at."""
_NO_MONEY = re.compile(
    r"insufficient[ _]balance|insufficient_quota|insufficient credits?|exceeded_current_quota"
    r"|arrearage|overdue|in good standing|out of credits?|余额不足|欠费",
    re.I,
)
_RATE = re.compile(r"token-limit|rate-limit#", re.I)
"""Pages about rates that the words about money point to, at one provider."""
_MODEL_GONE = re.compile(
    r"model_not_found|model not exist|model_not_supported|decommissioned|unknown model"
    r"|invalid model|no such model"
    r"|\bmodel\b[^\n]{0,120}(?:not exist|not found|not been found|not available|deprecated)",
    re.I,
)
_KEY = re.compile(
    r"(?:invalid|incorrect)[ _]?api[ _-]?key|api key not valid|invalid authentication", re.I
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|maximum context length|context window|context size"
    r"|range of input length|too many tokens|prompt is too long",
    re.I,
)
_ALLOWED = re.compile(
    r"(?:context length is|context size \(|context window of|input length should be \[1, ?)"
    r"\D{0,3}(\d{3,8})",
    re.I,
)
_KEPT_FOR_THE_ANSWER = 0.75
"""Part of a model's context that a question may fill."""
_GUESSED_CONTEXT = 8_192


@dataclass(frozen=True)
class Refusal:
    status: int
    said: str
    """All that was said, for looking at only."""
    message: str
    """Short, and without the key."""
    headers: Mapping[str, str]

    @classmethod
    def read(cls, status: int, headers: Mapping[str, str], body: bytes, key: str) -> "Refusal":
        text = body[: 4 * MOST_READ].decode(errors="replace")[:MOST_READ]
        error = _error_in(text)
        code = error.get("code")
        if status == 200:  # some servers say their errors with it
            status = code if isinstance(code, int) and 400 <= code < 600 else 502
        said = " ".join(str(error.get(name) or "") for name in ("message", "type", "code", "param"))
        words = str(error.get("message") or said).strip() or text
        return cls(status, said if error else text, f"{status} {quoted(words, key)}", headers)


def translated(refusal: Refusal, *, model: str) -> LLMError:
    message, said = f"{model}: {refusal.message}", refusal.said
    status = refusal.status
    if status == 402 or (
        status in (400, 403, 429) and _NO_MONEY.search(said) and not _RATE.search(said)
    ):
        return LLMMisconfigured(message, trouble=KeyTrouble.NO_CREDIT)
    match status:
        case 429:
            return rate_limit(message, said, refusal.headers)
        case 401:
            return LLMMisconfigured(message, trouble=KeyTrouble.INVALID)
        case 400 | 403 | 404 | 410 | 422 if _MODEL_GONE.search(said):
            return LLMUnknownModel(message)
        case 400 | 403 if _KEY.search(said):
            return LLMMisconfigured(message, trouble=KeyTrouble.INVALID)
        case 403 if not said.lstrip().startswith("<"):  # else a gateway's page: it never came there
            return LLMMisconfigured(message, trouble=KeyTrouble.DENIED)
        case 400 | 413 | 422 if _TOO_LONG.search(said):
            return LLMTooLong(message, limit=_allowed(said))
        case 400 | 413 | 422:
            return LLMRefused(message)  # this question will not do; another model may take it
        case _:  # also redirects, and addresses where nothing is
            return LLMUnavailable(message)


def _allowed(said: str) -> int:
    """Return how many tokens a question may have, by a refusal of one that has too many."""
    stated = _ALLOWED.search(said)
    context = int(stated[1]) if stated else _GUESSED_CONTEXT
    return max(1, int(context * _KEPT_FOR_THE_ANSWER))


def _error_in(text: str) -> Mapping[str, Any]:
    """Return the error in a body: an object, or a text; empty when there is none."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if isinstance(body, list) and body:  # one gateway's habit
        body = body[0]
    if not isinstance(body, dict):
        return {}
    error = body.get("error", body)
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}
