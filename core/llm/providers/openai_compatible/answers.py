"""What a server answered: a checked value, a refusal, or why it is neither; and what it cost.

A 200 is no answer yet: some servers say their errors with it. A model that thinks aloud does so
before its answer, between tags or in a field of its own, and its thoughts hold drafts.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from core.llm import AnswerT
from core.llm.answers import parse_answer
from core.models.errors import LLMBadAnswer, LLMCutOff, LLMRefused, LLMUnavailable
from core.models.usage import Usage

_THOUGHT_END = "</think>"
_THOUGHT = "<think>"
_MOST_TOKENS = 100_000_000


def _count(value: Any) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < _MOST_TOKENS else 0


def _words(value: Any) -> str:
    """Return a text, or the texts among a list's parts."""
    if isinstance(value, list):
        parts = (part.get("text") for part in value if isinstance(part, dict))
        return "".join(part for part in parts if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _object(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


Count = Annotated[int, BeforeValidator(_count)]
Words = Annotated[str, BeforeValidator(_words)]


class _InputDetails(BaseModel):
    cached_tokens: Count = 0


class _OutputDetails(BaseModel):
    reasoning_tokens: Count = 0


class _Usage(BaseModel):
    prompt_tokens: Count = 0
    completion_tokens: Count = 0
    prompt_cache_hit_tokens: Count = 0
    prompt_tokens_details: Annotated[_InputDetails, BeforeValidator(_object)] = _InputDetails()
    completion_tokens_details: Annotated[_OutputDetails, BeforeValidator(_object)] = (
        _OutputDetails()
    )


class _Message(BaseModel):
    content: Words = ""
    reasoning_content: Words = ""
    refusal: Words = ""


class _Choice(BaseModel):
    message: _Message
    finish_reason: Words = ""


class Completion(BaseModel):
    """A server's answer, as far as we read it."""

    choices: list[_Choice] = Field(min_length=1)
    model: Annotated[str | None, BeforeValidator(lambda v: v if isinstance(v, str) else None)] = (
        None
    )
    usage: Annotated[_Usage, BeforeValidator(_object)] = _Usage()

    @property
    def text(self) -> str:
        message = self.choices[0].message
        # Held to a schema, some servers take the answer itself for thoughts.
        is_answer = message.reasoning_content.lstrip().startswith("{")
        return message.content or (message.reasoning_content if is_answer else "")

    def usage_or(self, input_tokens: int, output_tokens: int) -> Usage:
        """Return the tokens as the server counts them, or as estimated where it does not say."""
        said = self.usage
        thoughts = min(said.completion_tokens_details.reasoning_tokens, said.completion_tokens)
        written = said.completion_tokens - thoughts
        return Usage(
            input_tokens=said.prompt_tokens or input_tokens,
            output_tokens=written if said.completion_tokens else output_tokens,
            thought_tokens=thoughts,
            cached_tokens=min(
                said.prompt_tokens_details.cached_tokens or said.prompt_cache_hit_tokens,
                said.prompt_tokens,
            ),
        )


def read_completion(body: bytes) -> Completion | None:
    """Return the answer in a body; None when it holds another thing."""
    try:
        return Completion.model_validate_json(body)
    except ValidationError:
        return None


def read_answer(completion: Completion, answer: type[AnswerT], *, model: str) -> AnswerT:
    """Return the answer. Raise `LLMRefused`, `LLMCutOff`, `LLMUnavailable` or `LLMBadAnswer`."""
    choice = completion.choices[0]
    finish = choice.finish_reason[:40]
    if finish == "content_filter" or (choice.message.refusal and not choice.message.content):
        raise LLMRefused(f"{model}: answer withheld")
    if finish == "insufficient_system_resource":
        raise LLMUnavailable(f"{model}: broken off: {finish}")
    problem = f"empty answer, finish reason {finish or 'none'}"
    if (text := without_thoughts(completion.text)).strip():
        try:
            return parse_answer(text, answer)
        except LLMBadAnswer as error:
            problem = str(error)
    raise (LLMCutOff if finish == "length" else LLMBadAnswer)(f"{model}: {problem}")


def without_thoughts(text: str) -> str:
    """Return what stands behind a model's thoughts; nothing when they never end.

    Their beginning may be missing: some servers put it into the prompt. An answer may speak of
    the tags, too.
    """
    start = text.lstrip()
    if start.startswith(("{", "[", "`")):
        return text
    _, end, rest = text.partition(_THOUGHT_END)
    if end:
        return rest
    return "" if start.startswith(_THOUGHT) else text
