"""A planner and a chain over fakes, with everything injected."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from pydantic import BaseModel

from core.llm import ORDINARY, AnswerT, CallContext, Question, Reply
from core.llm.chain import ModelChain
from core.llm.quota.planner import Planner
from core.llm.quota.shares import Shares
from core.llm.quota_limits import QuotaLimits
from core.models.errors import LLMRateLimited, QuotaScope
from tests.fakes import FakeCallLog, FakeClock, FakeLLM
from tests.policies import one_policy
from tests.simulation import SimClock


class Word(BaseModel):
    """One word."""

    word: str


YES = {"word": "yes"}


def question(text: str = "?", purpose: str = "score") -> Question:
    """Return a small question."""
    return Question(purpose=purpose, system="", text=text, max_output_tokens=9)


def limited(scope: QuotaScope, seconds: float | None = None, **limits: int) -> LLMRateLimited:
    """Return a 429; `limits` are by the scope's name."""
    return LLMRateLimited(
        "429",
        scope=scope,
        retry_after=None if seconds is None else timedelta(seconds=seconds),
        limits={QuotaScope(name): limit for name, limit in limits.items()},
    )


class Bench:
    """A chain of fake models, on a clock that waits move, or a simulated one."""

    def __init__(
        self,
        *models: FakeLLM,
        limits: QuotaLimits = QuotaLimits(),  # noqa: B008 - frozen
        shares: Shares = Shares(),  # noqa: B008 - frozen
        jitter: float = 0.0,
        log: FakeCallLog | None = None,
        clock: FakeClock | SimClock | None = None,
        account: str = "account",
    ) -> None:
        self.log = log or FakeCallLog()
        self.clock = clock or FakeClock()
        self.planner = Planner(
            log=self.log,
            policy_of=one_policy(limits, account),
            shares=shares,
            now=self.clock.now,
            sleep=self.clock.sleep,
        )
        self.chain = ModelChain(
            models,
            planner=self.planner,
            now=self.clock.now,
            sleep=self.clock.sleep,
            jitter=lambda: jitter,
        )

    @property
    def slept(self) -> list[float]:
        """The waits of a `FakeClock`."""
        assert isinstance(self.clock, FakeClock)
        return self.clock.slept

    async def ask(
        self, text: str = "?", context: CallContext = ORDINARY, purpose: str = "score"
    ) -> str:
        """Return which model answered."""
        return (await self.chain.ask(question(text, purpose), Word, context)).model


class SlowLLM(FakeLLM):
    """A model that always answers, and takes its time."""

    def __init__(
        self, sleep: Callable[[float], Awaitable[None]], seconds: float, *, name: str = "slow"
    ) -> None:
        super().__init__(name=name)
        self._sleep = sleep
        self._seconds = seconds

    async def ask(
        self, question: Question, answer: type[AnswerT], context: CallContext = ORDINARY
    ) -> Reply[AnswerT]:
        """Say yes, later."""
        self.enqueue(YES)
        await self._sleep(self._seconds)
        return await super().ask(question, answer, context)


class HangingLLM(FakeLLM):
    """A model that answers when told to."""

    def __init__(self, *answers: object, name: str = "hanging") -> None:
        super().__init__(*answers, name=name)
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def ask(
        self, question: Question, answer: type[AnswerT], context: CallContext = ORDINARY
    ) -> Reply[AnswerT]:
        """Wait for `go`."""
        self.asked.set()
        await self.go.wait()
        return await super().ask(question, answer, context)


def assert_within(starts: list[datetime], rpm: int) -> None:
    """Never more than `rpm` starts in any 60 s."""
    ordered = sorted(starts)
    for early, late in zip(ordered, ordered[rpm:], strict=False):
        assert late - early >= timedelta(seconds=60)
