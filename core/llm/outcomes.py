"""How a model call can end, in the words the ledger of calls keeps (`core.llm.Call.outcome`).

The one place that names them: budgets, statistics and tests read them from here.
"""

from enum import StrEnum

from core.errors import (
    LLMBadAnswer,
    LLMError,
    LLMMisconfigured,
    LLMRateLimited,
    LLMRefused,
    LLMUnknownModel,
    QuotaScope,
)


class Outcome(StrEnum):
    """How a call ended."""

    OK = "ok"
    RATE_LIMITED_MINUTE = "rate_limited_minute"
    RATE_LIMITED_DAY = "rate_limited_day"
    RATE_LIMITED_TOKENS = "rate_limited_tokens"
    RATE_LIMITED_UNKNOWN = "rate_limited_unknown"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    BAD_ANSWER = "bad_answer"
    MISCONFIGURED = "misconfigured"
    UNKNOWN_MODEL = "unknown_model"
    CANCELLED = "cancelled"
    """We stopped waiting for the answer; the provider may have counted the call."""


ANSWERED = frozenset({Outcome.OK, Outcome.BAD_ANSWER, Outcome.REFUSED, Outcome.CANCELLED})
"""Outcomes the provider counts against a day. Turned-away calls (429, 503, 404) are not: counting
an hour of outage would use up a day of twenty requests that Google still owes us."""

_RATE_LIMITED = {
    QuotaScope.MINUTE: Outcome.RATE_LIMITED_MINUTE,
    QuotaScope.DAY: Outcome.RATE_LIMITED_DAY,
    QuotaScope.TOKENS: Outcome.RATE_LIMITED_TOKENS,
    QuotaScope.UNKNOWN: Outcome.RATE_LIMITED_UNKNOWN,
}


def outcome_of(error: LLMError) -> Outcome:
    """Return the word for a failure."""
    match error:
        case LLMRateLimited():
            return _RATE_LIMITED[error.scope]
        case LLMRefused():
            return Outcome.REFUSED
        case LLMBadAnswer():
            return Outcome.BAD_ANSWER
        case LLMUnknownModel():
            return Outcome.UNKNOWN_MODEL
        case LLMMisconfigured():
            return Outcome.MISCONFIGURED
        case _:
            return Outcome.UNAVAILABLE
