"""People, a digest and mending that ask questions at their times, and what becomes of each."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.llm import CallContext, Question, Urgency
from core.llm.chain import ModelChain
from core.llm.ping import Pong
from core.models.errors import LLMError, LLMRateLimited, QuotaScope
from tests.world import World


@dataclass
class Asked:
    """A question, and what became of it."""

    text: str
    urgency: Urgency
    at: datetime
    on_wait: list[datetime] = field(default_factory=list)
    ended: datetime | None = None
    """With an answer, or with `error`."""
    error: LLMError | None = None

    @property
    def is_answered(self) -> bool:
        return self.ended is not None and self.error is None

    @property
    def back_at(self) -> datetime:
        """When it was told to come back; it failed for want of requests."""
        assert isinstance(self.error, LLMRateLimited), self
        assert self.error.scope is QuotaScope.DAY
        assert self.error.retry_after is not None
        assert self.ended is not None
        return self.ended + self.error.retry_after


def asks(text: str, urgency: Urgency, at: datetime, number: int = 1) -> list[Asked]:
    """Return `number` different questions of the same time."""
    return [Asked(f"{text} {n}", urgency, at) for n in range(number)]


async def live(world: World, chain: ModelChain, questions: Iterable[Asked]) -> None:
    """Ask all questions, each at its time."""

    async def ask(asked: Asked) -> None:
        await world.clock.until(asked.at)
        question = Question("doctor", "", asked.text, max_output_tokens=100)
        try:
            await chain.ask(question, Pong, CallContext(asked.urgency, asked.on_wait.append))
        except LLMError as error:
            asked.error = error
        asked.ended = world.clock.now()

    await asyncio.gather(*map(ask, questions))


def starts(world: World) -> dict[str, datetime]:
    """Return when each question reached the provider, which refused none."""
    assert world.meter.refusals == []
    sent = (body["contents"][0]["parts"][0]["text"] for body in world.gemini.requests)
    times = (arrival.at for arrival in world.meter.arrivals)
    return dict(zip(sent, times, strict=True))


def answered(questions: Sequence[Asked]) -> int:
    return sum(asked.is_answered for asked in questions)
