"""One question to a model, and its answer as a checked value.

alerts         what the operator must know of the models
answers        a model's text as a checked value
chain          models tried in order, within budget; the only place that repeats a question
fence          outside text on its way into a prompt: data, never instructions
health         which models are worth asking at the moment
ledger         calls as facts, and the questions the ledger of calls answers
outcomes       how a call can end, in the ledger's words
ping           the doctor's question: does a model answer at all
policy         `ProviderPolicy`: what differs between providers beside the call
prices         what a call would cost at list price
prompts        prompt files, their front matter checked
providers/     who serves models: a folder and a line each
quota/         when a model may be asked, and who goes first
quota_limits   how much a model allows, and when its provider's day ends
schemas        an answer's shape, as providers take it
single_flight  one question asked by several at once is one call
tex            TeX that a model wrote into JSON with one backslash, given back its backslash
token_counter  a question's tokens: estimated, or counted by the provider where it matters
tokens         a text's tokens by estimate
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from core.models.usage import Usage

AnswerT = TypeVar("AnswerT", bound=BaseModel)
MOST_OUTPUT = 65_536
"""Output tokens: more no flash model writes, and asking for more is refused."""


@dataclass(frozen=True)
class Question:
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
    @property
    def urgency(self) -> Urgency:
        """How urgent it is, at this moment."""

    @property
    def until(self) -> datetime | None:
        """When it stops waiting; None: it waits as long as it takes."""

    def on_wait(self, until: datetime) -> None:
        """Hear, when it has to wait, until about when; again when that changes."""


def _unheard(until: datetime) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class CallContext:
    """On whose behalf a question is asked; a `Waiter`."""

    urgency: Urgency = Urgency.DIGEST
    on_wait: Callable[[datetime], None] = _unheard
    until: datetime | None = None
    """What it is for goes out then, with or without the answer."""

    def but(self, urgency: Urgency) -> "CallContext":
        return replace(self, urgency=urgency)


ORDINARY = CallContext()


@dataclass(frozen=True)
class Reply(Generic[AnswerT]):
    answer: AnswerT
    model: str
    usage: Usage
    served_by: str | None = None
    """The model behind an alias such as `...-latest`, where the provider says."""


class LLM(Protocol):
    """A model that answers one question in a given shape."""

    name: str

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        """Return the answer, validated. Raise one of `core.models.errors.LLMError`'s children.

        One attempt: waiting, retrying and changing models is the chain's work.
        """

    async def count(self, question: Question) -> int:
        """Return how many input tokens the provider counts. Raise `LLMError`; costs no quota."""


class Asker(Protocol):
    """Whom scoring and reading put their questions to, without knowing of chains and budgets.

    `core.llm.chain.ModelChain` is one.
    """

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that may answer, in order of preference."""

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        """Return the answer. Raise `LLMError` when no model can give one."""
