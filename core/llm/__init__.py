"""One question to a model, and its answer as a checked value.

prompts   question files with checked front matter
fence     outside text on its way into a prompt: data, never instructions
answers   from a model's text to a checked value
chain     models tried in order, within budget; every call is recorded
pacing    when a model may be asked: minutes and days, counted from the call log
outcomes  how a call can end, in the ledger's words
asker     the chain as scoring and reading see it
gemini    google-genai behind the `LLM` protocol
ratelimit what a 429 of Google's says
prices    what a call would cost at list price
ping      the doctor's question
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

AnswerT = TypeVar("AnswerT", bound=BaseModel)


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, as the provider counts them."""

    input_tokens: int = 0
    output_tokens: int = 0
    thought_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True)
class Question:
    """A filled prompt."""

    purpose: str
    """"score", "read", "doctor": what the call is for, in the ledger."""
    system: str
    text: str
    max_output_tokens: int
    thinking_budget: int | None = None
    """Tokens the model may think; None leaves it to the model."""


@dataclass(frozen=True)
class Reply(Generic[AnswerT]):
    """A model's answer."""

    answer: AnswerT
    model: str
    usage: Usage
    served_by: str | None = None
    """The model behind an alias such as `gemini-flash-latest`, where the provider says."""


class LLM(Protocol):
    """A model that answers one question in a given shape."""

    name: str

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Return the answer, validated. Raise one of `core.errors.LLMError`'s children.

        One attempt: waiting, retrying and changing models is the chain's work.
        """
        ...


@dataclass(frozen=True)
class Call:
    """One model call as a fact."""

    at: datetime
    model: str
    purpose: str
    outcome: str
    """A word of `core.llm.outcomes.Outcome`: "ok", "rate_limited_day", ..."""
    usage: Usage
    latency: timedelta
    served_by: str | None = None
    """What the provider says answered: the price is that model's. Budgets count by `model`."""


class CallLog(Protocol):
    """Where calls are remembered, so that a restart forgets no quota."""

    async def record(self, call: Call) -> None:
        """Remember a call."""
        ...

    async def since(self, model: str, start: datetime) -> list[Call]:
        """Return `model`'s calls from `start` on, oldest first."""
        ...
