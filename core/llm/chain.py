"""Models tried in order, each within its budget; every attempt is a fact in the call log.

Which failure means what: a full minute is waited out, a full day moves on to the next model, an
overloaded server is asked again with growing pauses, a bad answer once more, a refusal never; a
wrong key ends it all, since every model of the chain uses the same one.

All waiting goes through the injected `sleep`. Adapters make one attempt and translate errors; this
is the only place that repeats a question.
"""

import asyncio
import copy
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from core.errors import (
    LLMBadAnswer,
    LLMError,
    LLMMisconfigured,
    LLMRateLimited,
    LLMTimedOut,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from core.llm import LLM, AnswerT, Call, CallLog, Question, Reply, Usage
from core.llm.outcomes import Outcome, outcome_of
from core.llm.pacing import Pacer

logger = logging.getLogger(__name__)

LIMIT_WAITS = {QuotaScope.MINUTE: 2, QuotaScope.TOKENS: 2, QuotaScope.UNKNOWN: 1}
"""How often a 429 is waited out before the next model gets the question; the day's never is."""
DEFAULT_WAIT = timedelta(seconds=60)
LONGEST_WAIT = timedelta(seconds=90)
UNKNOWN_BACKOFF = timedelta(seconds=15)
UNAVAILABLE_BACKOFFS = (timedelta(seconds=2), timedelta(seconds=8))
BAD_ANSWER_RETRIES = 1
REST = timedelta(minutes=5)
"""How long a model is left alone that could not answer a question: the next question of the same
run would wait as long for nothing."""


class ModelChain:
    """Asks the first model that can answer."""

    def __init__(
        self,
        models: Sequence[LLM],
        *,
        log: CallLog,
        rpm: int,
        rpd: int,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`rpm` and `rpd` are budgets per model, 0 for none; `jitter` gives numbers in [0, 1)."""
        self._models = tuple(models)
        self._pacer = Pacer(log=log, rpm=rpm, rpd=rpd, now=now, sleep=sleep)
        self._now = now
        self._sleep = sleep
        self._jitter = jitter
        self._unknown: dict[str, LLMUnknownModel] = {}
        self._resting: dict[str, tuple[datetime, LLMError]] = {}

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, in the order they are tried."""
        return tuple(model.name for model in self._models)

    def with_models(self, models: Sequence[LLM]) -> "ModelChain":
        """Return a chain over other models that counts in the same minutes and days."""
        sibling = copy.copy(self)
        sibling._models = tuple(models)
        return sibling

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Return the first model's answer that can be had.

        Raise `LLMMisconfigured` at once for a wrong key; otherwise, when all models failed, the
        failure that may be mended soonest (`retry_after` says when, where it is known).
        """
        failures: list[LLMError] = []
        for model in self._models:
            if model.name in self._unknown:
                failures.append(LLMUnknownModel(str(self._unknown[model.name])))
                continue
            if (tired := self._tired(model.name)) is not None:
                failures.append(tired)
                continue
            try:
                return await self._ask_one(model, question, answer)
            except LLMUnknownModel as error:
                logger.warning("%s is skipped from now on: %s", model.name, error)
                self._unknown[model.name] = error
                failures.append(error)
            except LLMMisconfigured:
                raise
            except LLMError as error:
                logger.info("%s did not answer (%s): %s", model.name, outcome_of(error), error)
                self._let_rest(model.name, error)
                failures.append(error)
        raise min(failures, key=_hopelessness, default=LLMMisconfigured("no model is configured"))

    def _tired(self, model: str) -> LLMError | None:
        """Return why `model` is left alone at the moment; None when it may be asked."""
        until, error = self._resting.get(model, (self._now(), None))
        return error if self._now() < until else None

    def _let_rest(self, model: str, error: LLMError) -> None:
        """Leave a model alone that is down. Quotas have a memory of their own in the pacer."""
        if isinstance(error, LLMUnavailable):
            self._resting[model] = (self._now() + REST, error)

    async def _ask_one(
        self, model: LLM, question: Question, answer: type[AnswerT]
    ) -> Reply[AnswerT]:
        """Ask one model until it answers or its failures say to go on."""
        failed: Counter[type[LLMError]] = Counter()
        while True:
            start = await self._pacer.admit(model.name)
            try:
                return await self._attempt(model, question, answer, start)
            except LLMRateLimited as error:
                if error.scope is QuotaScope.DAY:
                    raise self._with_reset(error) from None
                # For everybody, also when this question goes elsewhere: the quota is shared.
                self._pacer.hold(model.name, wait_after_limit(error, self._jitter()))
                failed[LLMRateLimited] += 1
                if failed[LLMRateLimited] > LIMIT_WAITS[error.scope]:
                    raise
            except LLMTimedOut:
                raise  # it was given its time; the next model may be quicker
            except LLMUnavailable:
                failed[LLMUnavailable] += 1
                if failed[LLMUnavailable] > len(UNAVAILABLE_BACKOFFS):
                    raise
                pause = UNAVAILABLE_BACKOFFS[failed[LLMUnavailable] - 1]
                await self._sleep(_jittered(pause, self._jitter()).total_seconds())
            except LLMBadAnswer:
                failed[LLMBadAnswer] += 1
                if failed[LLMBadAnswer] > BAD_ANSWER_RETRIES:
                    raise

    async def _attempt(
        self, model: LLM, question: Question, answer: type[AnswerT], start: datetime
    ) -> Reply[AnswerT]:
        """Make one call and log it, however it ends."""
        outcome, usage, served_by = Outcome.CANCELLED, Usage(), None
        try:
            reply = await model.ask(question, answer)
        except LLMError as error:
            outcome, usage = outcome_of(error), error.usage or Usage()
            raise
        else:
            outcome, usage, served_by = Outcome.OK, reply.usage, reply.served_by
            return reply
        finally:
            call = Call(
                at=start,
                model=model.name,
                purpose=question.purpose,
                outcome=outcome,
                usage=usage,
                latency=self._now() - start,
                served_by=served_by,
            )
            # Shielded: a second cancellation must not lose the fact that a request was made.
            await asyncio.shield(self._pacer.finish(call))

    def _with_reset(self, error: LLMRateLimited) -> LLMRateLimited:
        wait = self._pacer.until_reset()
        return LLMRateLimited(str(error), scope=QuotaScope.DAY, retry_after=wait)


def wait_after_limit(error: LLMRateLimited, jitter: float) -> timedelta:
    """Return how long a model is left alone after a 429 that is not the day's."""
    if error.scope is QuotaScope.UNKNOWN:
        return min(_jittered(error.retry_after or UNKNOWN_BACKOFF, jitter), LONGEST_WAIT)
    return min(error.retry_after or DEFAULT_WAIT, LONGEST_WAIT)


def _jittered(pause: timedelta, jitter: float) -> timedelta:
    """Return `pause` to 1.5 times `pause`: never less than asked, never all at once."""
    return pause * (1 + jitter / 2)


_ORDER = (
    Outcome.RATE_LIMITED_MINUTE,
    Outcome.RATE_LIMITED_TOKENS,
    Outcome.RATE_LIMITED_UNKNOWN,
    Outcome.UNAVAILABLE,
    Outcome.RATE_LIMITED_DAY,
    Outcome.BAD_ANSWER,
    Outcome.REFUSED,
    Outcome.MISCONFIGURED,
    Outcome.UNKNOWN_MODEL,
)


def _hopelessness(error: LLMError) -> int:
    """Sort failures by when asking again may help: in a minute, tomorrow, never."""
    return _ORDER.index(outcome_of(error))
