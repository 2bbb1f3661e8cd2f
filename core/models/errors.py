"""Every error this project raises on purpose, sorted by who can do something about it.

    PaperboyError
    ├── ConfigError           the operator, at start-up: a setting, prompt or database is wrong
    │   └── StoreError            ... the database: unreadable, corrupt, or newer than the program
    │       └── StoreUnavailable      ... it failed at work; once it is back, all goes on
    │           ├── StoreBusy             nobody: another process holds it, its server restarts
    │           ├── StoreFull             who can make room on the disk
    │           ├── StoreUnwritable       who can give back the file, its permissions or the disk
    │           └── StoreDamaged          who has a copy to restore
    ├── UsageError            the person at the keyboard: an argument makes no sense
    │   └── UnknownPaper          ... it names a paper that no source knows
    ├── SourceError           nobody now: a source failed; the digest goes on without it
    │   ├── SourceOff             ... it is not switched on or not open to us: an ordinary state
    │   ├── SourceBusy            ... it asked us to slow down; `retry_after` says until when
    │   └── SourceTimedOut        ... it did not answer in time; asking at once costs as much
    ├── WorkStopped           work on a stranger's text took too much; a lesser text is taken
    │   ├── WorkTooSlow           ... of time
    │   └── WorkTooHeavy          ... of memory, or its process died
    ├── TextUnavailable       one text of a paper is not to be had; the next in the chain is tried
    └── LLMError              a model call failed; the paper keeps its local score or notes
        ├── LLMUnavailable        ... and may work later: overloaded, unreachable
        │   ├── LLMTimedOut           ... it did not answer in time; asking at once costs as much
        │   └── LLMTooLate            ... nobody waits for it any longer: what it was for goes out
        ├── LLMRateLimited        ... a quota is used up; `scope` says which one
        ├── LLMTooLong            ... the caller: ask less at once; `limit` says how much is allowed
        ├── LLMAskedWrongly       ... nobody: the adapter has learned, and asks differently now
        ├── LLMRefused            ... the provider will not answer this: safety, recitation
        ├── LLMBadAnswer          ... it answered, but not what was asked: look at the prompt
        │   ├── LLMUnverified         ... too little of it stands in the paper
        │   └── LLMCutOff             ... it ran out of room: ask for less, or give more
        └── LLMMisconfigured      ... the operator: the key or a permission; `trouble` says which
            ├── LLMUnknownModel       ... only this model's name: another model may answer
            └── LLMNoQuota            ... only this model: the key's plan gives it no request at all

Messages are for operators and logs. Readers never see them: what they read is built from
values (`models.Note`), never from an exception's text.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.models.statements import Checked
    from core.models.usage import Usage


class PaperboyError(Exception):
    """Base of all errors raised on purpose."""


class ConfigError(PaperboyError):
    """A setting, prompt file or database is wrong; the text names everything at once."""


class StoreError(ConfigError):
    """The database cannot be used as it is."""


class StoreUnavailable(StoreError):
    """The database failed at work: nothing was written, and it can be asked again."""


class StoreBusy(StoreUnavailable):
    """Another process holds it, or its server is away; it passes."""


class StoreFull(StoreUnavailable):
    """There is no room to write."""


class StoreUnwritable(StoreUnavailable):
    """The file is gone or may not be written, or the disk fails."""


class StoreDamaged(StoreUnavailable):
    """What is stored cannot be read."""


class UsageError(PaperboyError):
    """An argument makes no sense; the text says what would."""


class UnknownPaper(UsageError):
    """No source knows this paper."""


class SourceError(PaperboyError):
    """A source could not be read."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class SourceOff(SourceError):
    """A source is not switched on, or not open to us; nothing is broken."""


class SourceBusy(SourceError):
    """A source asked us to slow down (429, 503, "Rate exceeded")."""

    def __init__(self, source: str, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(source, reason)
        self.retry_after = retry_after


class SourceTimedOut(SourceError):
    """A source did not answer in time."""


class TextUnavailable(PaperboyError):
    """A paper's text is not to be had from this place."""


class WorkStopped(PaperboyError):
    """Work on a text of a stranger's was given up; the text is skipped, and that is said."""


class WorkTooSlow(WorkStopped):
    """It took too long."""


class WorkTooHeavy(WorkStopped):
    """It died, most likely for want of memory."""


class QuotaScope(StrEnum):
    """Which quota a 429 speaks of; it decides whether waiting makes sense."""

    MINUTE = "minute"
    DAY = "day"
    TOKENS = "tokens"
    UNKNOWN = "unknown"


class LLMError(PaperboyError):
    """A model call failed."""

    usage: "Usage | None" = None
    """Tokens the failed call cost all the same, where the provider said so."""


class LLMUnavailable(LLMError):
    """The model cannot be reached or is overloaded; it may work later."""


class LLMTimedOut(LLMUnavailable):
    """The model did not answer in time."""


class LLMTooLate(LLMUnavailable):
    """Whoever asked could wait no longer; it says nothing about the model."""


class LLMRateLimited(LLMError):
    """A quota is used up.

    `retry_after` says when asking makes sense again, where that is known. `limits` are the real
    limits by scope, as far as the provider named them: requests a minute, input tokens a minute,
    requests a day.
    """

    def __init__(
        self,
        message: str,
        *,
        scope: QuotaScope,
        retry_after: timedelta | None = None,
        limits: Mapping[QuotaScope, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.scope = scope
        self.retry_after = retry_after
        self.limits = dict(limits or {})


class LLMTooLong(LLMError):
    """The question has more input tokens than a whole minute allows; `limit` is what it allows."""

    def __init__(self, message: str, *, limit: int) -> None:
        super().__init__(message)
        self.limit = limit


class LLMAskedWrongly(LLMError):
    """The model refused how it was asked; the adapter has learned and will ask differently."""


class LLMRefused(LLMError):
    """The provider will not answer this question (safety, recitation, blocked prompt)."""


class LLMBadAnswer(LLMError):
    """The answer is empty, cut off, not JSON, or does not fit the schema."""


class LLMUnverified(LLMBadAnswer):
    """Too little of a reading stands in the paper: `checked` says how little."""

    def __init__(self, message: str, checked: "Checked") -> None:
        super().__init__(message)
        self.checked = checked


class LLMCutOff(LLMBadAnswer):
    """The answer ended at the limit of output tokens, thoughts included."""


class KeyTrouble(StrEnum):
    """What is wrong with a key: the operator mends each differently."""

    INVALID = "invalid"
    EXPIRED = "expired"
    LEAKED = "leaked"
    DENIED = "denied"
    """The key is good, but may not do this: API not enabled, billing, location."""
    NO_CREDIT = "no_credit"
    """The account has no money left."""


class LLMMisconfigured(LLMError):
    """Key, permission or model name is wrong; only the operator can help."""

    def __init__(self, message: str, *, trouble: KeyTrouble = KeyTrouble.DENIED) -> None:
        super().__init__(message)
        self.trouble = trouble


class LLMUnknownModel(LLMMisconfigured):
    """There is no such model (any more); the key is good."""


class LLMNoQuota(LLMMisconfigured):
    """The limit of this model is 0 for this key: no waiting brings it; the key is good."""
