"""Hand-written doubles of our own protocols: they queue what to say and record what they hear.

`FakeLLM` stands for a model or for a whole chain: both answer `ask`.
"""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from core.llm import AnswerT, Call, Question, Reply, Usage

NOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)

Queued = Any
"""An answer (a value, or data the answer's model accepts), a `Reply`, or an exception to raise."""


class FakeLLM:
    """A model with queued answers; it fails the test when asked more often than it has answers."""

    def __init__(self, *answers: Queued, name: str = "fake", usage: Usage | None = None) -> None:
        self.name = name
        self.questions: list[Question] = []
        self.usage = usage or Usage(input_tokens=100, output_tokens=20)
        self._answers = deque(answers)

    @property
    def models(self) -> tuple[str, ...]:
        """A fake stands for a chain of one."""
        return (self.name,)

    def enqueue(self, *answers: Queued) -> None:
        """Add answers behind those still waiting."""
        self._answers.extend(answers)

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Give the next queued answer."""
        self.questions.append(question)
        assert self._answers, f"{self.name} was asked once too often: {question.text[:200]}"
        queued = self._answers.popleft()
        if isinstance(queued, BaseException):
            raise queued
        if isinstance(queued, Reply):
            return queued
        return Reply(answer.model_validate(queued), self.name, self.usage)


class FakeCallLog:
    """A call log in memory."""

    def __init__(self, calls: Iterable[Call] = ()) -> None:
        self.calls = list(calls)

    async def record(self, call: Call) -> None:
        """Remember a call."""
        self.calls.append(call)

    async def since(self, model: str, start: datetime) -> list[Call]:
        """Return `model`'s calls from `start` on, oldest first."""
        found = [call for call in self.calls if call.model == model and call.at >= start]
        return sorted(found, key=lambda call: call.at)

    @property
    def outcomes(self) -> list[str]:
        """The outcomes in the order they were recorded."""
        return [call.outcome for call in self.calls]


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
