"""What a second look says of each statement, and which of it counts. Pure.

A model's verdict is somebody's word as well: it counts only where the words it rests on stand in
what was shown, and where it does not contradict itself. Anything else is as if it had said nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from core.analyze.check.quotes import Quotable
from core.analyze.schema import Text
from core.models.values import Document

SUPPORTED: Final = "supported"
NOT_SAID: Final = "not_said"
MOST_ITEMS: Final = 200
"""Of an answer without an end no more is looked at."""


def _said_plainly(given: Any) -> Any:
    """Return "not_said" for "Not said", and "2" for "[2]"."""
    return re.sub(r"[\s-]+", "_", given.strip(" []").lower()) if isinstance(given, str) else given


class Judgement(BaseModel):
    """One note held against the paper."""

    number: Annotated[int, BeforeValidator(_said_plainly)] = Field(description="the note's number")
    verdict: Annotated[
        Literal["supported", "contradicted", "not_said"], BeforeValidator(_said_plainly)
    ]
    words: Text = Field(default="", description="words of the paper, copied letter by letter")
    correction: Text = Field(default="", description="the whole note put right, or empty")


class Judgements(BaseModel):
    """One judgement for each note."""

    # The schema asks strictly; the list is read leniently, item by item.
    SALVAGE: ClassVar[str] = "judgements"
    """What a cut-off answer is good for: the complete items of this list."""

    judgements: Annotated[
        list[Any], WithJsonSchema({"type": "array", "items": Judgement.model_json_schema()})
    ]

    @model_validator(mode="before")
    @classmethod
    def _accept_a_bare_list(cls, data: Any) -> Any:
        return {"judgements": data} if isinstance(data, list) else data


def usable(
    given: Judgements, statements: Mapping[int, str], shown: Document
) -> dict[int, Judgement]:
    """Return what counts of an answer about `statements`, by their numbers."""
    said: dict[int, list[Judgement]] = defaultdict(list)
    for one in _items(given.judgements[:MOST_ITEMS]):
        if one.number in statements:
            said[one.number].append(one)
    quotable = Quotable(shown)
    return {
        number: judgements[0]
        for number, judgements in said.items()
        if len({one.verdict for one in judgements}) == 1
        and _is_consistent(judgements[0], statements[number])
        and (judgements[0].verdict == NOT_SAID or quotable.find(judgements[0].words))
    }


def _items(given: Iterable[Any]) -> Iterable[Judgement]:
    for item in given:
        try:
            yield Judgement.model_validate(item)
        except ValidationError:
            continue


def _is_consistent(one: Judgement, statement: str) -> bool:
    """Whether a verdict and its correction do not say the contrary of each other."""
    is_same = _bare(one.correction) == _bare(statement)
    if one.verdict == SUPPORTED:
        return is_same or not one.correction.strip()
    return one.verdict == NOT_SAID or not is_same


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
