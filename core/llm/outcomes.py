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

TURNED_AWAY = frozenset(Outcome) - ANSWERED - {Outcome.UNAVAILABLE}
"""Outcomes of calls whose tokens no model has read."""

_WORDS: tuple[tuple[type[LLMError], Outcome], ...] = (
    (LLMRefused, Outcome.REFUSED),
    (LLMTooLong, Outcome.TOO_LONG),
    (LLMAskedWrongly, Outcome.ASKED_WRONGLY),
    (LLMCutOff, Outcome.CUT_OFF),
    (LLMBadAnswer, Outcome.BAD_ANSWER),
    (LLMUnknownModel, Outcome.UNKNOWN_MODEL),
    (LLMNoQuota, Outcome.NO_QUOTA),
    (LLMTimedOut, Outcome.TIMED_OUT),
)
"""The first that fits: children stand before their parents."""


def outcome_of(error: LLMError) -> Outcome:
    if isinstance(error, LLMRateLimited):
        return Outcome(f"rate_limited_{error.scope}")
    for kind, word in _WORDS:
        if isinstance(error, kind):
            return word
    if isinstance(error, LLMMisconfigured):
        is_key = error.trouble is not KeyTrouble.NO_CREDIT
        return Outcome(f"key_{error.trouble}") if is_key else Outcome.NO_CREDIT
    return Outcome.UNAVAILABLE
