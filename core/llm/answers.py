"""From a model's text to a checked value.

Structured output is a request, not a promise: answers come fenced in backticks, after thoughts or
a polite sentence, in an array, with a draft before them, or cut off. So every object that opens at
the top is held against the schema, and the last one that fits and says something is the answer. A
cut-off answer holds complete *inner* objects; they count only inside a complete one, so that half
an answer is never taken for one.

The exception are answers that are lists, and say so: `SALVAGE: ClassVar[str]` names the field whose
complete items are an answer even when the rest is missing (the asker must notice what is), and
whose items may be spread over several objects. It does not matter whether the provider admits that
it cut the text: some say STOP all the same, and what is complete is complete. Comments and commas
too many are read over; what is broken in another way than by its end is not repaired.

Whatever is tried, a text is gone through a bounded number of times: `{{{{{` is an answer, too.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Generic

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from core.llm import AnswerT
from core.llm.tex import escaped, restored
from core.models.errors import LLMBadAnswer

_TOP = re.compile(r"\{\s*+\"|\[\s*+\{")
"""What opens like JSON rather than like a bracket in prose or a formula."""
_LINE_TOP = re.compile(rf"^(?:{_TOP.pattern})", re.MULTILINE)
_STRING = r"\"(?>(?:[^\"\\]|\\.)*)(?:\"|\Z)"
_PIECE = re.compile(rf"{_STRING}|[{{}}\[\]]", re.DOTALL)
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*(?>(?:[^*]|\*(?!/))*)(?:\*/|\Z)", re.DOTALL)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*+[}}\]])", re.DOTALL)
_THOUGHTS = re.compile(r"\s*<(think|thinking|thought|reasoning)>")
# strict=False: raw line feeds inside strings are common and harmless.
_DECODER = json.JSONDecoder(strict=False)
_NO_CONTROLS = dict.fromkeys(range(32), " ")
_MOST_UNCLOSED = 5
"""Objects without an end, after which a text is given up: each is looked through to the end."""
_MOST_VALUES = 1_000
_MOST_INNER = 50
_PROBLEMS = 3


def parse_answer(text: str, answer: type[AnswerT]) -> AnswerT:
    """Return what of `text` is an `answer`. Raise `LLMBadAnswer`."""
    text = escaped(_without_thoughts(text))
    problem = None
    for form in dict.fromkeys((text, _relaxed(text))):
        values, unclosed = _values(form)
        salvaged = (_salvaged(form[start:], answer) for start in unclosed)
        fitting = _Fitting(answer)
        for values_ in (values, _rows(values, answer), (one for one in salvaged if one)):
            if (found := fitting.best_of(values_)) is not None:
                return found
        problem = problem or fitting.problem
    # Outside any handler: pydantic's error quotes the whole answer.
    if problem is None:
        raise LLMBadAnswer("the answer holds no complete JSON value")
    raise LLMBadAnswer(f"the answer does not fit {answer.__name__}: {problem}")


# Where values stand


def _without_thoughts(text: str) -> str:
    """Return what stands behind a model's thoughts: there may be drafts among them."""
    thoughts = _THOUGHTS.match(text)
    if thoughts is None:
        return text
    _, end, rest = text.rpartition(f"</{thoughts[1]}>")
    return rest if end and _TOP.search(rest) else text


def _values(text: str) -> tuple[list[Any], list[int]]:
    """Return the complete objects and lists at the top, and where some open that never close."""
    values: list[Any] = []
    unclosed: list[int] = []
    start = 0
    while len(unclosed) < _MOST_UNCLOSED and (opening := _TOP.search(text, start)):
        try:
            value, start = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            end = _closing(text, opening.start())
            if end is None:
                unclosed.append(opening.start())
                following = _LINE_TOP.search(text, opening.end())
                end = following.start() if following else len(text)
            start = end
        else:
            values.append(restored(value))
    return values[-_MOST_VALUES:], unclosed


def _closing(text: str, start: int) -> int | None:
    """Return where the bracket that opens at `start` is closed; None if never."""
    depth = 0
    for piece in _PIECE.finditer(text, start):
        if piece[0] in "{[":
            depth += 1
        elif piece[0] in "}]":
            depth -= 1
            if not depth:
                return piece.end()
    return None


def _relaxed(text: str) -> str:
    """Return JSON without comments and without commas before a closing bracket."""
    return _COMMA.sub(_kept, _COMMENT.sub(_kept, text))


def _kept(found: re.Match[str]) -> str:
    return found[1] or ""


# What of them is an answer


class _Fitting(Generic[AnswerT]):
    """Values held against a schema."""

    def __init__(self, answer: type[AnswerT]) -> None:
        self._answer = answer
        self.problem: str | None = None
        """Why the last one did not fit."""

    def best_of(self, values: Iterable[Any]) -> AnswerT | None:
        """Return the last that says something, else the last that fits; None when none does."""
        found = [fit for value in values for fit in self._in(value)]
        field = getattr(self._answer, "SALVAGE", None)
        if field is not None and len(found) > 1:
            # Of what is said of one thing twice the reader takes the first: the latest here.
            items = chain.from_iterable(getattr(fit, field) for fit in reversed(found))
            return found[-1].model_copy(update={field: list(items)})
        telling = [fit for fit in found if any(getattr(fit, key) for key in fit.model_fields_set)]
        return next(reversed(telling or found), None)

    def _in(self, value: Any) -> list[AnswerT]:
        """Return the answers in a value: those of an array around them, else its outermost."""
        if isinstance(value, list):
            inner = [fit for item in value if isinstance(item, dict) for fit in self._in(item)]
            if inner:
                return inner
        for candidate in islice(_objects(value), _MOST_INNER):
            try:
                fit = self._answer.model_validate(candidate)
            except ValidationError as error:
                self.problem = _problems(error) if candidate is value else self.problem
            else:
                if fit.model_fields_set:  # else it fits because nothing need be said
                    return [fit]
        return []


def _objects(value: Any) -> Iterator[Any]:
    """Yield a value and the objects inside its objects, outermost first."""
    level = [value]
    while level:
        yield from level
        inner = chain.from_iterable(box.values() for box in level if isinstance(box, dict))
        level = [item for item in inner if isinstance(item, dict)]


def _rows(values: Sequence[Any], answer: type[BaseModel]) -> list[Any]:
    """Return objects of one form, a line each, as the list they are of an answer that is one."""
    field = getattr(answer, "SALVAGE", None)
    rows = [value for value in values if isinstance(value, dict)]
    alike = [row for row in rows if row.keys() == rows[-1].keys()]
    return [{field: alike}] if field is not None and len(alike) > 1 else []


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
    return {field: restored(complete)} if complete else None


def _problems(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{'.'.join(map(str, e['loc'])) or 'answer'}: {e['msg']}" for e in details[:_PROBLEMS]]
    more = f" and {len(details) - _PROBLEMS} more" if len(details) > _PROBLEMS else ""
    return "; ".join(shown) + more
