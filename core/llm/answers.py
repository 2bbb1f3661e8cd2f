"""From a model's text to a checked value.

Structured output is a request, not a promise: answers come fenced in backticks, after a polite
sentence, or cut off. What a newcomer would get wrong: a cut-off answer holds complete *inner*
objects; only an object that opens at the top counts, so that half an answer is never taken for one.
"""

import json
import re
from typing import Any

from pydantic import ValidationError

from core.errors import LLMBadAnswer
from core.llm import AnswerT

_FENCED = re.compile(r"\A```[\w-]*+[ \t]*+\n?(?P<inside>.*)```\Z", re.DOTALL)
_OPENING = re.compile(r"[{\[]")
# strict=False: raw line feeds inside strings are common and harmless.
_DECODER = json.JSONDecoder(strict=False)
_TRIES = 20  # places where an answer may start, after prose that holds brackets itself
_PROBLEMS = 3


def parse_answer(text: str, answer: type[AnswerT]) -> AnswerT:
    """Return the first complete JSON value in `text` as an `answer`. Raise `LLMBadAnswer`."""
    stripped = text.strip()
    if fenced := _FENCED.match(stripped):
        stripped = fenced["inside"].strip()
    try:
        return answer.model_validate(_first_value(stripped))
    except ValidationError as error:
        problem = _problems(error)
    # Outside the handler: pydantic's error quotes the whole answer.
    raise LLMBadAnswer(f"the answer does not fit {answer.__name__}: {problem}")


def _first_value(text: str) -> Any:
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
                break  # the answer itself is broken; what lies inside is not the answer
        else:
            if _is_object_or_objects(value):
                return value
            start = end  # "[1]" or "{}" in prose
    raise LLMBadAnswer("the answer holds no complete JSON value")


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
