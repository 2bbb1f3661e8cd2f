"""How a model call can end, in the words the ledger of calls keeps (`core.llm.Call.outcome`).

The one place that names them: budgets, statistics and tests read them from here.
"""

from enum import StrEnum

from core.models.errors import (
    KeyTrouble,
    LLMAskedWrongly,
    LLMBadAnswer,
    LLMCutOff,
    LLMError,
    LLMMisconfigured,
    LLMNoQuota,
    LLMRateLimited,
    LLMRefused,
    LLMTimedOut,
    LLMTooLong,
    LLMUnknownModel,
    QuotaScope,
)


class Outcome(StrEnum):
    STARTED = "started"
    """Under way, or broken off together with the process: the provider may have counted it."""
    OK = "ok"
    RATE_LIMITED_MINUTE = "rate_limited_minute"
    RATE_LIMITED_DAY = "rate_limited_day"
    RATE_LIMITED_TOKENS = "rate_limited_tokens"
    RATE_LIMITED_UNKNOWN = "rate_limited_unknown"
    UNAVAILABLE = "unavailable"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    BAD_ANSWER = "bad_answer"
    CUT_OFF = "cut_off"
    ASKED_WRONGLY = "asked_wrongly"
    TOO_LONG = "too_long"
    """Turned away for its length, or never sent."""
    KEY_INVALID = "key_invalid"
    KEY_EXPIRED = "key_expired"
    KEY_LEAKED = "key_leaked"
    KEY_DENIED = "key_denied"
    NO_CREDIT = "no_credit"
    """The account has no money left."""
    UNKNOWN_MODEL = "unknown_model"
    NO_QUOTA = "no_quota"
    """The key's plan gives this model no request at all."""
    UNSENT = "unsent"
    """Given up between being entered and being made."""
    CANCELLED = "cancelled"
    """We stopped waiting for the answer; the provider may have counted the call."""


ANSWERED = frozenset(
    {
        Outcome.STARTED,
        Outcome.OK,
        Outcome.TIMED_OUT,
        Outcome.REFUSED,
        Outcome.BAD_ANSWER,
        Outcome.CUT_OFF,
        Outcome.CANCELLED,
    }
)
"""Outcomes the provider counts against a day. Turned-away calls (429, 503, 404) are not: counting
an hour of outage would use up a day of twenty requests that are still owed to us."""

TURNED_AWAY = frozenset(
    {
        Outcome.RATE_LIMITED_MINUTE,
        Outcome.RATE_LIMITED_DAY,
        Outcome.RATE_LIMITED_TOKENS,
        Outcome.RATE_LIMITED_UNKNOWN,
        Outcome.ASKED_WRONGLY,
        Outcome.TOO_LONG,
        Outcome.KEY_INVALID,
        Outcome.KEY_EXPIRED,
        Outcome.KEY_LEAKED,
        Outcome.KEY_DENIED,
        Outcome.NO_CREDIT,
        Outcome.UNKNOWN_MODEL,
        Outcome.NO_QUOTA,
        Outcome.UNSENT,
    }
)
"""Outcomes of calls whose tokens no model has read."""

_RATE_LIMITED = {
    QuotaScope.MINUTE: Outcome.RATE_LIMITED_MINUTE,
    QuotaScope.DAY: Outcome.RATE_LIMITED_DAY,
    QuotaScope.TOKENS: Outcome.RATE_LIMITED_TOKENS,
    QuotaScope.UNKNOWN: Outcome.RATE_LIMITED_UNKNOWN,
}
_KEY_TROUBLES = {
    KeyTrouble.INVALID: Outcome.KEY_INVALID,
    KeyTrouble.EXPIRED: Outcome.KEY_EXPIRED,
    KeyTrouble.LEAKED: Outcome.KEY_LEAKED,
    KeyTrouble.DENIED: Outcome.KEY_DENIED,
    KeyTrouble.NO_CREDIT: Outcome.NO_CREDIT,
}


def outcome_of(error: LLMError) -> Outcome:
    match error:
        case LLMRateLimited():
            return _RATE_LIMITED[error.scope]
        case LLMRefused():
            return Outcome.REFUSED
        case LLMTooLong():
            return Outcome.TOO_LONG
        case LLMAskedWrongly():
            return Outcome.ASKED_WRONGLY
        case LLMCutOff():
            return Outcome.CUT_OFF
        case LLMBadAnswer():
            return Outcome.BAD_ANSWER
        case LLMUnknownModel():
            return Outcome.UNKNOWN_MODEL
        case LLMNoQuota():
            return Outcome.NO_QUOTA
        case LLMMisconfigured():
            return _KEY_TROUBLES[error.trouble]
        case LLMTimedOut():
            return Outcome.TIMED_OUT
        case _:
            return Outcome.UNAVAILABLE
