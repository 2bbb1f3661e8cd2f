"""Models tried in order, each within its budget; every attempt is a fact in the ledger.

Which failure means what: a full minute is waited out, or the next model takes over where that is
much sooner; a full day moves on to the next model, an overloaded server is asked again with
growing pauses, a cut-off answer gets more room once, a bad one a second try, a refusal none; a
wrong key gives up all models of its account (one may be denied to a good key), and no other's.

All waiting goes through the planner or the injected `sleep`, and whoever waits is told. Adapters
make one attempt and translate errors; this is the only place that repeats a question.
"""

import asyncio
import copy
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.llm import LLM, MOST_OUTPUT, ORDINARY, AnswerT, Question, Reply, Urgency, Waiter
from core.llm.health import Health
from core.llm.ledger import Call, CallRequest
from core.llm.outcomes import Outcome, outcome_of
from core.llm.quota.planner import Admission, Planner
from core.llm.single_flight import SingleFlight, Waiters
from core.llm.token_counter import TokenCounter
from core.models.errors import (
    LLMAskedWrongly,
    LLMBadAnswer,
    LLMCutOff,
    LLMError,
    LLMMisconfigured,
    LLMRateLimited,
    LLMTimedOut,
    LLMUnavailable,
    QuotaScope,
    StoreError,
)
from core.models.usage import Usage

logger = logging.getLogger(__name__)

PATIENCE = {
    Urgency.INTERACTIVE: timedelta(seconds=20),
    Urgency.DIGEST: timedelta(minutes=5),
    Urgency.RETRY: timedelta(minutes=5),
}
"""How long a better model is waited for while another could answer sooner."""
LIMIT_WAITS = {QuotaScope.MINUTE: 2, QuotaScope.TOKENS: 2, QuotaScope.UNKNOWN: 1}
"""How often a 429 is waited out before the model is given up; the day's never is."""
LESSONS = 4
"""How often an adapter may learn how to ask, for one question."""
UNAVAILABLE_BACKOFFS = (timedelta(seconds=2), timedelta(seconds=8))


@dataclass
class _Quest:
    question: Question
    waiters: Waiters
    given_up: dict[str, LLMError] = field(default_factory=dict)
    """Models that will not answer it, and why."""
    failed: Counter[tuple[str, type[LLMError]]] = field(default_factory=Counter)


class ModelChain:
    """Asks the first model that can answer."""

    def __init__(
        self,
        models: Sequence[LLM],
        *,
        planner: Planner,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        alarm: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`jitter` gives numbers in [0, 1); `alarm` sleeps until a context's time."""
        self._models = tuple(models)
        self._planner = planner
        self._health = Health(now)
        self._token_counter = TokenCounter(now)
        self._single_flight = SingleFlight(reordered=planner.reorder, now=now, sleep=alarm)
        self._now = now
        self._sleep = sleep
        self._jitter = jitter

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(model.name for model in self._models)

    def with_models(self, models: Sequence[LLM]) -> "ModelChain":
        """Return a chain over other models that shares all that is known of them."""
        sibling = copy.copy(self)
        sibling._models = tuple(models)
        return sibling

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        """Return the first model's answer that can be had.

        The same question asked by several at once is one call. Raise `LLMTooLate` at the context's
        own time; otherwise, when all models failed, the failure that may be mended soonest
        (`retry_after` says when, where it is known).
        """
        return await self._single_flight.share(
            (self.models, question, answer),
            context,
            lambda waiters: self._ask(_Quest(question, waiters), answer),
        )

    async def _ask(self, quest: _Quest, answer: type[AnswerT]) -> Reply[AnswerT]:
        while (chosen := await self._choose(quest)) is not None:
            model, request, turn = chosen
            try:
                admission = await self._planner.admit(request, turn, quest.waiters)
            except LLMError as error:  # the day was used up while it stood in line
                self._give_up(model.name, error, quest)
                continue
            try:
                return await self._attempt(model, quest.question, answer, admission)
            except LLMError as error:
                await self._learn(admission, error, quest)
        none = LLMMisconfigured("no model is configured")
        # Some are remembered and raised again: without the way they came before.
        raise min(quest.given_up.values(), key=_hopelessness, default=none).with_traceback(None)

    async def _choose(self, quest: _Quest) -> tuple[LLM, CallRequest, datetime] | None:
        """Return the first model whose turn comes soon enough, else the one whose comes first."""
        turns: list[tuple[LLM, CallRequest, datetime]] = []
        patience = PATIENCE[quest.waiters.urgency]
        for model in self._models:
            if model.name in quest.given_up:
                continue
            account = self._planner.policy_of(model.name).account
            if (trouble := self._health.trouble(model.name, account)) is not None:
                quest.given_up[model.name] = trouble
                continue
            tpm = self._planner.limits_of(model.name).tpm
            weight = await self._token_counter.weigh(model, quest.question, tpm=tpm)
            purpose = quest.question.purpose
            try:
                request, turn = await self._planner.plan(model.name, purpose, weight, quest.waiters)
            except LLMError as error:
                self._give_up(model.name, error, quest)
                continue
            if turn - self._now() <= patience:
                return model, request, turn
            turns.append((model, request, turn))
        return min(turns, key=lambda entry: entry[2], default=None)

    async def _learn(self, admission: Admission, error: LLMError, quest: _Quest) -> None:
        """Decide what a failure means for this question, and for those to come."""
        model = admission.request.model
        match error:
            case LLMRateLimited():
                await self._wait_for_quota(admission, error, quest)
            case LLMUnavailable() if not isinstance(error, LLMTimedOut):
                await self._back_off(model, error, quest)
            case LLMCutOff() if self._is_first(model, error, quest):
                room = min(2 * quest.question.max_output_tokens, MOST_OUTPUT)
                quest.question = replace(quest.question, max_output_tokens=room)
            case LLMBadAnswer() if self._is_first(model, error, quest):
                logger.info("%s is asked again: %s", model, error)
            case LLMAskedWrongly() if self._times(model, error, quest) <= LESSONS:
                logger.info("%s is asked again: %s", model, error)
            case _:  # timed out: it was given its time; refused, gone, too long: it stays so
                self._give_up(model, error, quest)

    async def _wait_for_quota(
        self, admission: Admission, error: LLMRateLimited, quest: _Quest
    ) -> None:
        """Let everybody wait; give the model up when it is the day's, or once too often."""
        model = admission.request.model
        until = await self._planner.refused(
            model, error, started=admission.at, jitter=self._jitter()
        )
        error.retry_after = max(until - self._now(), timedelta(0))
        quest.failed[model, LLMRateLimited] += 1
        if quest.failed[model, LLMRateLimited] > LIMIT_WAITS.get(error.scope, 0):
            self._give_up(model, error, quest)

    async def _back_off(self, model: str, error: LLMUnavailable, quest: _Quest) -> None:
        """Pause before the same model is asked again; give it up when that did not help."""
        quest.failed[model, LLMUnavailable] += 1
        if quest.failed[model, LLMUnavailable] > len(UNAVAILABLE_BACKOFFS):
            self._give_up(model, error, quest)
            return
        pause = UNAVAILABLE_BACKOFFS[quest.failed[model, LLMUnavailable] - 1]
        pause *= 1 + self._jitter() / 2  # never less than that, never all at once
        quest.waiters.on_wait(self._now() + pause)
        await self._sleep(pause.total_seconds())

    def _is_first(self, model: str, error: LLMError, quest: _Quest) -> bool:
        return self._times(model, error, quest) == 1

    def _times(self, model: str, error: LLMError, quest: _Quest) -> int:
        quest.failed[model, type(error)] += 1
        return quest.failed[model, type(error)]

    def _give_up(self, model: str, error: LLMError, quest: _Quest) -> None:
        logger.info("%s does not answer (%s): %s", model, outcome_of(error), error)
        self._health.note(model, self._planner.policy_of(model).account, error)
        quest.given_up[model] = error

    async def _attempt(
        self, model: LLM, question: Question, answer: type[AnswerT], admission: Admission
    ) -> Reply[AnswerT]:
        """Make one call and complete its entry, however it ends."""
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
                at=admission.at,
                model=model.name,
                purpose=question.purpose,
                outcome=outcome,
                usage=usage,
                latency=self._now() - admission.at,
                served_by=served_by,
            )
            await self._finish(admission, call)

    async def _finish(self, admission: Admission, call: Call) -> None:
        """Complete a call's entry; an answer that was paid for is not lost over the bookkeeping."""
        try:
            # Shielded: a second cancellation must not lose how the call ended.
            await asyncio.shield(self._planner.finish(admission, call))
        except StoreError as error:  # the entry stays as it was written, and counts in full
            logger.warning("how a call to %s ended is not in the ledger: %s", call.model, error)


_ORDER = (
    Outcome.RATE_LIMITED_MINUTE,
    Outcome.RATE_LIMITED_TOKENS,
    Outcome.RATE_LIMITED_UNKNOWN,
    Outcome.UNAVAILABLE,
    Outcome.TIMED_OUT,
    Outcome.RATE_LIMITED_DAY,
    Outcome.TOO_LONG,
    Outcome.ASKED_WRONGLY,
    Outcome.CUT_OFF,
    Outcome.BAD_ANSWER,
    Outcome.REFUSED,
    Outcome.NO_CREDIT,
    Outcome.KEY_DENIED,
    Outcome.KEY_INVALID,
    Outcome.KEY_EXPIRED,
    Outcome.KEY_LEAKED,
    Outcome.NO_QUOTA,
    Outcome.UNKNOWN_MODEL,
)


def _hopelessness(error: LLMError) -> tuple[int, timedelta]:
    """Sort failures by when asking again may help: in a minute, tomorrow, with less, never."""
    after = getattr(error, "retry_after", None)
    return _ORDER.index(outcome_of(error)), timedelta.max if after is None else after
