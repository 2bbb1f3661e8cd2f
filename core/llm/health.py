"""Which models are worth asking at the moment; shared by all chains of a process.

A model that is down is left alone for a while, since the next question would wait as long for
nothing; one that is gone, and a key that does not open, for an hour, after which the operator may
have mended it; one that the key's plan leaves out, for a day. A new process asks anew:
that costs one refusal.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.models.errors import (
    KeyTrouble,
    LLMError,
    LLMMisconfigured,
    LLMNoQuota,
    LLMUnavailable,
    LLMUnknownModel,
)

REST = timedelta(minutes=5)
GONE = timedelta(hours=1)
UNPLANNED = timedelta(days=1)
LOCKED_OUT = timedelta(hours=1)


def is_the_keys(error: LLMMisconfigured) -> bool:
    """Whether no model of its account will answer; one may be denied or gone by itself."""
    is_a_models = isinstance(error, LLMUnknownModel | LLMNoQuota)
    return not is_a_models and error.trouble is not KeyTrouble.DENIED


class Health:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._models: dict[str, tuple[datetime, LLMError]] = {}
        self._accounts: dict[str, tuple[datetime, LLMError]] = {}

    def note(self, model: str, account: str, error: LLMError) -> None:
        """Remember a failure that will not have passed by the next question."""
        now = self._now()
        match error:
            case LLMMisconfigured() if is_the_keys(error):
                self._accounts[account] = (now + LOCKED_OUT, error)
            case LLMNoQuota():
                self._models[model] = (now + UNPLANNED, error)
            case LLMMisconfigured():
                self._models[model] = (now + GONE, error)
            case LLMUnavailable():
                self._models[model] = (now + REST, error)

    def trouble(self, model: str, account: str) -> LLMError | None:
        """Return why `model` is not asked now; None when it may be."""
        noted = (self._accounts.get(account), self._models.get(model))
        return next((error for until, error in filter(None, noted) if self._now() < until), None)
