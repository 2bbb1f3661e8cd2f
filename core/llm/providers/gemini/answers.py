"""What Gemini answered: a checked value, a refusal, or why it is neither; and what it cost.

A 200 is no answer yet. It may hold no candidate, a candidate without content, only thoughts, or
half a text, and which of these it is stands in the reasons.
"""

from typing import TYPE_CHECKING, Any

from core.llm import AnswerT
from core.llm.answers import parse_answer
from core.models.errors import LLMBadAnswer, LLMCutOff, LLMRefused
from core.models.usage import Usage

if TYPE_CHECKING:
    from google.genai.types import Candidate, GenerateContentResponse

_REFUSALS = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "LANGUAGE",
        "IMAGE_SAFETY",
        "IMAGE_RECITATION",
        "IMAGE_PROHIBITED_CONTENT",
        "MODEL_ARMOR",
        "ESCALATION",
        "PUP_LIMITED_DISABLED",
    }
)


def read_answer(
    response: "GenerateContentResponse", answer: type[AnswerT], *, model: str
) -> AnswerT:
    """Return the answer. Raise `LLMRefused`, `LLMCutOff` or `LLMBadAnswer`."""
    if not response.candidates:
        feedback = response.prompt_feedback
        if feedback and feedback.block_reason:
            raise LLMRefused(f"{model}: question blocked: {_word(feedback.block_reason)}")
        raise LLMBadAnswer(f"{model}: an answer without candidates")
    candidate = response.candidates[0]
    finish = _word(candidate.finish_reason)
    if finish in _REFUSALS:
        # Also with text: what was written until then is not what would have been said.
        raise LLMRefused(f"{model}: answer withheld: {finish}")
    text = _text(candidate)
    problem = f"empty answer, finish reason {finish}"
    if text.strip():
        try:
            return parse_answer(text, answer)
        except LLMBadAnswer as error:
            problem = str(error)
    raise (LLMCutOff if finish == "MAX_TOKENS" else LLMBadAnswer)(f"{model}: {problem}")


def usage_of(response: "GenerateContentResponse") -> Usage:
    """Return the tokens as counted by the provider; zeros where it does not say."""
    usage = response.usage_metadata
    if usage is None:
        return Usage()
    return Usage(
        input_tokens=usage.prompt_token_count or 0,
        output_tokens=usage.candidates_token_count or 0,
        thought_tokens=usage.thoughts_token_count or 0,
        cached_tokens=usage.cached_content_token_count or 0,
    )


def _text(candidate: "Candidate") -> str:
    parts = candidate.content.parts if candidate.content else None
    return "".join(part.text or "" for part in parts or () if not part.thought)


def _word(reason: Any) -> str:
    """Return an enum of the SDK as the word the API sent."""
    return str(getattr(reason, "value", reason) or "none")
