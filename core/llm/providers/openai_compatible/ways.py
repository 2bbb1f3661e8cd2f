"""How a model is asked: in which form it shall answer, and how much it may write.

Servers of one protocol differ: some hold an answer to a JSON schema, some only to JSON, some to
nothing; some call the room for an answer by its old name, some by its new one, some know less room
than is asked for. What a server refuses is not asked of it again, so that a way only ever becomes
plainer. A schema that is not sent as such stands in the question.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from core.llm import MOST_OUTPUT, Question
from core.llm.schemas import closed, in_words

FREE_THOUGHT = 8192
"""Output tokens added where a question limits thoughts: this protocol cannot, and they count."""
_ABOUT_FORM = re.compile(
    r"response_?format|json_schema|json_object|json mode|structured|schema|grammar|guided", re.I
)
_ABOUT_ROOM = re.compile(r"max_(?:completion_)?tokens|max_new_tokens", re.I)
_RANGE = re.compile(r"\[\s?1\s?,\s?(\d{2,7})\s?\]")


class Form(IntEnum):
    """What is asked of the answer's form, from strict to plain."""

    SCHEMA = 0
    JSON = 1
    PLAIN = 2


@dataclass(frozen=True)
class Way:
    form: Form = Form.SCHEMA
    room: str | None = "max_tokens"
    """What the room for an answer is called; None: it is left to the server."""
    most: int = MOST_OUTPUT
    """More room there is none."""

    def body(self, model: str, question: Question, schema: Mapping[str, Any]) -> dict[str, Any]:
        system, form = question.system, None
        if self.form is Form.SCHEMA:
            named = {"name": "answer", "strict": True, "schema": closed(schema)}
            form = {"type": "json_schema", "json_schema": named}
        else:
            system = f"{system}\n\n{in_words(closed(schema))}".strip()
        if self.form is Form.JSON:
            form = {"type": "json_object"}
        messages = [{"role": "system", "content": system}] if system else []
        body: dict[str, Any] = {
            "model": model,
            "messages": [*messages, {"role": "user", "content": question.text}],
            "stream": False,
        }
        if form is not None:
            body["response_format"] = form
        if self.room is not None:
            body[self.room] = self._room(question)
        return body

    def _room(self, question: Question) -> int:
        thought = 0 if question.thinking_budget is None else FREE_THOUGHT
        return min(question.max_output_tokens + thought, self.most)

    def plainer(self) -> "Way | None":
        """Return the way that asks less of the answer's form; None when this asks nothing."""
        return None if self.form is Form.PLAIN else replace(self, form=Form(self.form + 1))

    def after(self, status: int, said: str) -> "Way | None":
        """Return how to ask instead, when a refusal speaks of how this was asked."""
        if status not in (400, 422, 501):
            return None
        if self.room is not None and _ABOUT_ROOM.search(said):
            return self._with_another_room(said)
        return self.plainer() if _ABOUT_FORM.search(said) else None

    def _with_another_room(self, said: str) -> "Way":
        stated = _RANGE.search(said)
        if stated and int(stated[1]) < self.most:
            return replace(self, most=int(stated[1]))
        if "max_completion_tokens" in said and self.room == "max_tokens" and "large" not in said:
            return replace(self, room="max_completion_tokens")
        return replace(self, room=None)
