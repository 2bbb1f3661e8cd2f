"""In front of every model call of the process: who may start, when, and who has to wait.

Counts are in the database, together with what the provider taught us; only the line of those who
wait is in memory. Nobody polls: the first in line sleeps until its time, or until something
changes, and everybody is told when the turn comes. Being first is not being admitted. The decision
is made once more inside the transaction that writes the call down, because another process may have
used the minute.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from core.llm import Urgency, Waiter
from core.llm.ledger import Call, CallLog, CallRequest, Learned, Span, UsageSnapshot
from core.llm.outcomes import Outcome
from core.llm.policy import ProviderPolicy
from core.llm.quota.admission import AdmissionRules, Open, Oversized, Shut, Verdict, consider, held
from core.llm.quota.queue import CallQueue, QueuedCall, next_turn, place
from core.llm.quota.shares import Shares, kept
from core.llm.quota.windows import MINUTE, SPAN, hold
from core.llm.quota_limits import SLACK, QuotaLimits
from core.models.errors import LLMRateLimited, LLMTooLong, QuotaScope
from core.models.usage import Usage

logger = logging.getLogger(__name__)

BIAS_MEMORY = timedelta(days=7)
AIR = 1.05
"""Set aside a little more than the corrected estimate: texts differ."""
LEAST_BIAS, MOST_BIAS = 0.3, 2.0


@dataclass(frozen=True)
class Weight:
    """How many input tokens a question has."""

    estimate: int
    counted: int | None = None
    """By the provider, where it was asked."""


@dataclass(frozen=True)
class Admission:
    """A call that may be made now, and is written down."""

    number: int
    request: CallRequest
    at: datetime


@dataclass(frozen=True)
class Budget:
    model: str
    policy: ProviderPolicy
    limits: QuotaLimits
    """In force: the policy's, tightened by what the provider said."""
    configured: QuotaLimits
    used: Mapping[Urgency, int]
    """Requests counted in the provider's present day."""
    kept: Mapping[Urgency, int]
    """Requests of the rest that are still set aside for digest and readers."""
    minute_requests: int
    minute_tokens: int
    held_until: datetime | None
    held_by: QuotaScope | None
    resets_at: datetime


@dataclass(eq=False, repr=False, kw_only=True)
class Planner:
    """Admits calls within the budgets; one for the whole process.

    `policy_of` gives the policy of a model's provider.
    """

    log: CallLog
    policy_of: Callable[[str], ProviderPolicy]
    shares: Shares
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]

    def __post_init__(self) -> None:
        self._lines: defaultdict[str, CallQueue] = defaultdict(CallQueue)
        self._in_force: dict[str, QuotaLimits] = {}

    def limits_of(self, model: str) -> QuotaLimits:
        return self._in_force.get(model) or self.policy_of(model).limits_of(model)

    async def plan(
        self, model: str, purpose: str, weight: Weight, waiter: Waiter
    ) -> tuple[CallRequest, datetime]:
        """Return a request, and when its turn would come if it stood in line now.

        Raise `LLMRateLimited` when that is not today, `LLMTooLong` when it is never.
        """
        book, now = await self._book(model, purpose), self.now()
        rules = self._rules(model)
        request = CallRequest(
            account=self.policy_of(model).account,
            model=model,
            purpose=purpose,
            urgency=waiter.urgency,
            estimate=weight.estimate,
            tokens=_set_aside(weight, book.bias),
        )
        ahead = self._lines[model].ahead_of(place(waiter, now))
        # Who goes before it takes of the day, too: better told now than when the turn comes.
        used = Counter(book.used) + Counter(other.waiter.urgency for other in ahead)
        verdict = consider(replace(book, used=used), rules, waiter.urgency, request.tokens, now)
        self._raise_unless_open(verdict, model, now)
        return request, next_turn(book, rules, ahead, request.tokens, now)

    async def admit(self, request: CallRequest, turn: datetime, waiter: Waiter) -> Admission:
        """Wait for a turn and write the call down; it must be given back with `finish`.

        `request` and the expected `turn` are `plan`'s. Raise as it does.
        """
        line = self._lines[request.model]
        ticket = QueuedCall(request, waiter, joined=self.now(), turn=turn)
        ticket.tell(turn, self.now())
        line.join(ticket)
        try:
            admission = await self._wait(ticket, line)
        except BaseException:
            line.leave(ticket)
            raise
        line.admit(ticket)
        return admission

    async def _wait(self, ticket: QueuedCall, line: CallQueue) -> Admission:
        """Wait until `ticket` is the first and may start; write its call down."""
        request = ticket.request
        rules = self._rules(request.model)
        while True:
            turn: datetime | None = None
            if line.first is ticket:
                book, now = await self._book(request.model, request.purpose), self.now()
                line.tell(book, rules, now)
                urgency = ticket.waiter.urgency
                verdict = consider(book, rules, urgency, request.tokens, now)
                turn = self._raise_unless_open(verdict, request.model, now)
                if turn <= now and line.first is ticket:
                    if (admission := await self._enter(ticket)) is not None:
                        return admission
                    continue
            else:
                line.wake()  # who is first may have been asleep when it became so
            await self._pause(ticket, turn)

    async def finish(self, admission: Admission, call: Call) -> None:
        await self.log.finish(admission.number, call)
        if call.usage.input_tokens != admission.request.tokens:  # more room, or less
            self._lines[call.model].reorder()

    async def refused(
        self, model: str, error: LLMRateLimited, *, started: datetime, jitter: float
    ) -> datetime:
        """Learn from a 429, for everybody and for the next process; return until when to wait.

        `started` is when the refused call was; `jitter` in [0, 1) spreads those who were told
        nothing.
        """
        now, policy = self.now(), self.policy_of(model)
        until = hold(error, started, now, policy.day, jitter)
        for scope, limit in error.limits.items():
            logger.info("%s: the provider allows %d (%s)", model, limit, scope)
            await self.log.learn(policy.account, model, scope, Learned(limit, learned_at=now))
        await self.log.learn(policy.account, model, error.scope, Learned(held_until=until))
        self._lines[model].reorder()
        return until

    def reorder(self) -> None:
        """Look again: somebody's urgency has changed."""
        for line in self._lines.values():
            line.reorder()

    async def budget(self, model: str) -> Budget:
        book, now = await self._book(model, ""), self.now()
        policy, rules = self.policy_of(model), self._rules(model)
        limits = rules.limits.tightened(book.learned, now)
        closed = book.learned.get(QuotaScope.DAY, Learned()).held_until
        until, scope = held(book, now)
        if closed is not None and closed > now:
            until, scope = closed, QuotaScope.DAY
        minute = [start for start in book.starts if start.at > now - MINUTE]
        return Budget(
            model=model,
            policy=policy,
            limits=limits,
            configured=rules.limits,
            used=book.used,
            kept=kept(limits.rpd, book.used, rules.shares, rules.day, now) if limits.rpd else {},
            minute_requests=len(minute),
            minute_tokens=sum(start.tokens for start in minute),
            held_until=until if until > now else None,
            held_by=scope,
            resets_at=rules.day.bounds(now)[1],
        )

    async def _book(self, model: str, purpose: str) -> UsageSnapshot:
        policy = self.policy_of(model)
        book = await self.log.book(policy.account, model, purpose, self._span(policy))
        limits = policy.limits_of(model)
        self._in_force[model] = limits.tightened(book.learned, self.now())
        return book

    def _rules(self, model: str) -> AdmissionRules:
        policy = self.policy_of(model)
        return AdmissionRules(policy.limits_of(model), self.shares, policy.day)

    def _span(self, policy: ProviderPolicy) -> Span:
        now = self.now()
        day, _ = policy.day.bounds(now)
        return Span(minute=now - SPAN, day=day - SLACK, bias=now - BIAS_MEMORY)

    async def _enter(self, ticket: QueuedCall) -> Admission | None:
        """Write the call down if it may start at this very moment."""
        now = self.now()
        request = replace(ticket.request, urgency=ticket.waiter.urgency)
        rules = self._rules(request.model)
        span = self._span(self.policy_of(request.model))

        def admits(book: UsageSnapshot) -> bool:
            verdict = consider(book, rules, request.urgency, request.tokens, now)
            return isinstance(verdict, Open) and verdict.at <= now

        entering = asyncio.ensure_future(self.log.enter(request, at=now, span=span, admits=admits))
        try:
            number = await asyncio.shield(entering)
        except asyncio.CancelledError:
            await self._withdraw(await entering, request, now)
            raise
        return None if number is None else Admission(number, request, now)

    async def _withdraw(self, number: int | None, request: CallRequest, at: datetime) -> None:
        """Complete the entry of a call that was given up before it was made: it costs nothing."""
        if number is not None:
            call = Call(at, request.model, request.purpose, Outcome.UNSENT, Usage(), timedelta(0))
            await self.log.finish(number, call)

    async def _pause(self, ticket: QueuedCall, turn: datetime | None) -> None:
        """Wait until `turn`, or until something changes."""
        waits: list[asyncio.Task[object]] = [asyncio.create_task(ticket.woken.wait())]
        if turn is not None:
            seconds = (turn - self.now()).total_seconds()
            waits.append(asyncio.create_task(_asleep(self.sleep, max(0.0, seconds))))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            ticket.woken.clear()

    def _raise_unless_open(self, verdict: Verdict, model: str, now: datetime) -> datetime:
        """Return when the turn comes, or raise why there is none."""
        match verdict:
            case Open(at=at):
                return at
            case Shut(until=until):
                message = f"{model}: no request is left until {until:%Y-%m-%d %H:%M} UTC"
                wait = until - now
                raise LLMRateLimited(message, scope=QuotaScope.DAY, retry_after=wait)
            case Oversized(limit=limit):
                raise LLMTooLong(f"{model}: more than {limit} tokens a minute", limit=limit)


async def _asleep(sleep: Callable[[float], Awaitable[None]], seconds: float) -> None:
    await sleep(seconds)


def _set_aside(weight: Weight, bias: float | None) -> int:
    if weight.counted is not None:
        return weight.counted
    if bias is None:
        return weight.estimate
    return ceil(weight.estimate * min(max(bias * AIR, LEAST_BIAS), MOST_BIAS))
