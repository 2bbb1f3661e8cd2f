"""From a model's text to a checked value.

Structured output is a request, not a promise: answers come fenced in backticks, after a polite
sentence, or cut off. What a newcomer would get wrong: a cut-off answer holds complete *inner*
objects; only an object that opens at the top counts, so that half an answer is never taken for one.

The exception are answers that are lists, and say so: `SALVAGE: ClassVar[str]` names the field whose
complete items are an answer even when the rest is missing (the asker must notice what is). It does
not matter whether the provider admits that it cut the text: some say STOP all the same, and what
is complete is complete. What is broken in another way than by its end is not repaired.
"""

import json
import re
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from core.errors import LLMBadAnswer
from core.llm import AnswerT

_OPENING = re.compile(r"[{\[]")
# strict=False: raw line feeds inside strings are common and harmless.
_DECODER = json.JSONDecoder(strict=False)
_NO_CONTROLS = dict.fromkeys(range(32), " ")
_TRIES = 20  # places where an answer may start, after prose that holds brackets itself
_PROBLEMS = 3


def parse_answer(text: str, answer: type[AnswerT]) -> AnswerT:
    """Return the first complete JSON value in `text` as an `answer`. Raise `LLMBadAnswer`."""
    value = _first_value(text, answer)
    try:
        return answer.model_validate(value)
    except ValidationError as error:
        problem = _problems(error)
    # Outside the handler: pydantic's error quotes the whole answer.
    raise LLMBadAnswer(f"the answer does not fit {answer.__name__}: {problem}")


def _first_value(text: str, answer: type[BaseModel]) -> Any:
    start = 0
    for _ in range(_TRIES):
        opening = _OPENING.search(text, start)
        if opening is None:
            break
        try:
            value, end = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            start = opening.end()
            if _is_top(text, opening.start()):
                # The answer itself is broken; what lies inside is not the answer.
                if (salvaged := _salvaged(text[opening.start() :], answer)) is not None:
                    return salvaged
                break
        else:
            if _is_object_or_objects(value):
                return value
            start = end  # "[1]" or "{}" in prose
    raise LLMBadAnswer("the answer holds no complete JSON value")


def _salvaged(text: str, answer: type[BaseModel]) -> dict[str, Any] | None:
    """Return the complete items of a list whose end is missing; None when there are none."""
    field = getattr(answer, "SALVAGE", None)
    if field is None:
        return None
    try:
        # Refuses what is broken in another way; also raw control characters and half emoji, which
        # are none of our business.
        prefix = text.translate(_NO_CONTROLS).encode(errors="replace")
        value = from_json(prefix, allow_partial=True)
    except ValueError:
        return None
    items = value.get(field) if isinstance(value, dict) else value
    # The last one may be half: `"score": 8` may have been going to be 85.
    complete = items[:-1] if isinstance(items, list) else []
    return {field: complete} if complete else None


def _is_object_or_objects(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and bool(first)


def _is_top(text: str, position: int) -> bool:
    """Whether what opens here looks like JSON rather than a bracket in prose."""
    return re.match(r"[{\[]\s*[\"{\[]", text[position : position + 80]) is not None


def _problems(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{'.'.join(map(str, e['loc'])) or 'answer'}: {e['msg']}" for e in details[:_PROBLEMS]]
    more = f" and {len(details) - _PROBLEMS} more" if len(details) > _PROBLEMS else ""
    return "; ".join(shown) + more
