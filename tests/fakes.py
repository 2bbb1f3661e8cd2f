"""Hand-written doubles of our own protocols: they queue what to say and record what they hear.

`FakeLLM` stands for a model or for a whole chain: both answer `ask`.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.spec import Tools
from core.llm import ORDINARY, AnswerT, Question, Reply, Waiter
from core.llm.ledger import Call, CallRequest, Learned, Span, Start, UsageSnapshot
from core.llm.outcomes import ANSWERED, TURNED_AWAY, Outcome
from core.llm.tokens import estimate_tokens
from core.models.errors import QuotaScope
from core.models.usage import Usage
from core.sandbox.offload import in_a_thread

NOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)


def tools(http: Http, now: Callable[[], datetime], gate: Gate | None = None) -> Tools:
    """Return what sources work with; a gate that lets everything through unless one is given."""
    return Tools(http, gate or Gate(timedelta(0)), now, in_a_thread)


Queued = Any
"""An answer (a value, or data the answer's model accepts), a `Reply`, or an exception to raise."""


class FakeLLM:
    """A model with queued answers; it fails the test when asked more often than it has answers."""

    def __init__(self, *answers: Queued, name: str = "fake", usage: Usage | None = None) -> None:
        self.name = name
        self.questions: list[Question] = []
        self.errands: list[Waiter] = []
        self.usage = usage or Usage(input_tokens=100, output_tokens=20)
        self._answers = deque(answers)

    @property
    def models(self) -> tuple[str, ...]:
        """A fake stands for a chain of one."""
        return (self.name,)

    def enqueue(self, *answers: Queued) -> None:
        """Add answers behind those still waiting."""
        self._answers.extend(answers)

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        """Give the next queued answer."""
        self.questions.append(question)
        self.errands.append(context)
        assert self._answers, f"{self.name} was asked once too often: {question.text[:200]}"
        queued = self._answers.popleft()
        if isinstance(queued, BaseException):
            raise queued
        if isinstance(queued, Reply):
            return queued
        return Reply(answer.model_validate(queued), self.name, self.usage)

    async def count(self, question: Question) -> int:
        """Count as we estimate."""
        return estimate_tokens(question.system + question.text)


@dataclass
class Entered:
    """A call in the fake ledger."""

    request: CallRequest
    at: datetime
    call: Call | None = None
    """How it ended."""

    @property
    def outcome(self) -> str:
        return Outcome.STARTED if self.call is None else self.call.outcome

    @property
    def start(self) -> Start:
        if self.call is not None and self.call.usage.input_tokens > 0:
            return Start(self.at, self.call.usage.input_tokens)
        tokens = 0 if self.outcome in TURNED_AWAY else self.request.tokens
        return Start(self.at, tokens, under_way=self.call is None)


class FakeCallLog:
    """A call log in memory; tests/core/store/test_call_log.py holds it to the real one's ways."""

    def __init__(self) -> None:
        self.entries: list[Entered] = []
        """In the order they were entered; an entry's number is its place, from 1."""
        self.calls: list[Call] = []
        """In the order they were finished."""
        self.learned: dict[tuple[str, str, QuotaScope], Learned] = {}

    @property
    def outcomes(self) -> list[str]:
        """The outcomes in the order the calls were finished."""
        return [call.outcome for call in self.calls]

    async def book(self, account: str, model: str, purpose: str, span: Span) -> UsageSnapshot:
        """Return what is known of a model."""
        key = (account, model)
        mine = [e for e in self.entries if (e.request.account, e.request.model) == key]
        used = Counter(
            entry.request.urgency
            for entry in mine
            if entry.at >= span.day and entry.outcome in ANSWERED
        )
        starts = [entry.start for entry in mine if entry.at >= span.minute]
        return UsageSnapshot(
            starts=tuple(sorted(starts, key=lambda start: start.at)),
            used=dict(used),
            learned={s: told for (a, m, s), told in self.learned.items() if (a, m) == key},
            bias=_bias(
                entry for entry in mine if entry.at >= span.bias and _teaches(entry, purpose)
            ),
        )

    async def enter(
        self,
        request: CallRequest,
        *,
        at: datetime,
        span: Span,
        admits: Callable[[UsageSnapshot], bool],
    ) -> int | None:
        """Write a starting call down if `admits` says so of the book; return its number."""
        if not admits(await self.book(request.account, request.model, request.purpose, span)):
            return None
        self.entries.append(Entered(request, at))
        return len(self.entries)

    async def finish(self, number: int, call: Call) -> None:
        """Complete an entry."""
        if not 0 < number <= len(self.entries) or self.entries[number - 1].call is not None:
            raise LookupError(f"call {number} is not under way")
        self.entries[number - 1].call = call
        self.calls.append(call)

    async def learn(self, account: str, model: str, scope: QuotaScope, learned: Learned) -> None:
        """Remember what the provider said; what `learned` leaves None stays as it was."""
        old = self.learned.get((account, model, scope), Learned())
        holds = [time for time in (old.held_until, learned.held_until) if time is not None]
        self.learned[account, model, scope] = Learned(
            limit=old.limit if learned.limit is None else learned.limit,
            learned_at=old.learned_at if learned.learned_at is None else learned.learned_at,
            held_until=max(holds, default=None),
        )


def _teaches(entry: Entered, purpose: str) -> bool:
    """Whether an entry says how far our estimates of a purpose's tokens are off."""
    call = entry.call
    return (
        entry.request.purpose == purpose
        and entry.outcome == Outcome.OK
        and entry.request.estimate > 0
        and call is not None
        and call.usage.input_tokens > 0
    )


def _bias(entries: Iterable[Entered]) -> float | None:
    pairs = [(e.call.usage.input_tokens, e.request.estimate) for e in entries if e.call is not None]
    return sum(c for c, _ in pairs) / sum(e for _, e in pairs) if pairs else None


class FakeClock:
    """A clock that only `sleep` moves, as if nothing but waiting took time."""

    def __init__(self, start: datetime = NOON) -> None:
        self.time = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the present."""
        return self.time

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.time += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Return at once, later."""
        self.slept.append(seconds)
        self.advance(seconds)


def never() -> float:
    """No jitter."""
    return 0.0
