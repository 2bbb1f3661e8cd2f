"""One question to a model, and its answer as a checked value.

prompts   question files with checked front matter
fence     outside text on its way into a prompt: data, never instructions
injection sentences in plain sight that speak to the model
answers   from a model's text to a checked value; tex: what JSON made of its formulas
tokens    how many tokens a text has, by estimate
asker     the chain as scoring and reading see it
chain     models tried in order, within budget; the only place that repeats a question
flights   one question asked by several at once is one call
scales    what a question weighs, counted by the provider where it matters
health    which models are worth asking at the moment
quota/    when a model may be asked: minutes, days, tokens, and who goes first
ledger    calls as facts, and what the ledger of them must be able to tell
outcomes  how a call can end, in the ledger's words
alerts    what the operator must know, from the ledger
policy    what differs between providers beside the call
providers/ who serves models: a folder each
schemas   an answer's shape as providers take it
prices    what a call would cost at list price
ping      the doctor's question
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

AnswerT = TypeVar("AnswerT", bound=BaseModel)
MOST_OUTPUT = 65_536
"""Output tokens: more no flash model writes, and asking for more is refused."""


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


class Urgency(StrEnum):
    """Who goes first, and whose share of a day's budget a question is paid from."""

    INTERACTIVE = "interactive"
    """A person is waiting for it."""
    DIGEST = "digest"
    """The day's digest needs it."""
    RETRY = "retry"
    """It mends what is already published without it."""


class Waiter(Protocol):
    """Who waits for an answer."""

    @property
    def urgency(self) -> Urgency:
        """How urgent it is, at this moment."""
        ...

    @property
    def until(self) -> datetime | None:
        """When it stops waiting; None: it waits as long as it takes."""
        ...

    def told(self, until: datetime) -> None:
        """Hear, when it has to wait, until about when; again when that changes."""
        ...


def _unheard(until: datetime) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Errand:
    """On whose behalf a question is asked; a `Waiter`."""

    urgency: Urgency = Urgency.DIGEST
    told: Callable[[datetime], None] = _unheard
    until: datetime | None = None
    """What it is for goes out then, with or without the answer."""

    def but(self, urgency: Urgency) -> "Errand":
        """Return the same errand with another urgency."""
        return replace(self, urgency=urgency)


ORDINARY = Errand()


@dataclass(frozen=True)
class Reply(Generic[AnswerT]):
    """A model's answer."""

    answer: AnswerT
    model: str
    usage: Usage
    served_by: str | None = None
    """The model behind an alias such as `...-latest`, where the provider says."""


class LLM(Protocol):
    """A model that answers one question in a given shape."""

    name: str

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Return the answer, validated. Raise one of `core.errors.LLMError`'s children.

        One attempt: waiting, retrying and changing models is the chain's work.
        """
        ...

    async def count(self, question: Question) -> int:
        """Return how many input tokens the provider counts. Raise `LLMError`; costs no quota."""
        ...
