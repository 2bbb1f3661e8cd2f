"""What a model is asked to fill in when it reads a paper.

Docstrings and descriptions travel to the model: they are prompt text, and part of the cache key.
Lists that may be empty stand where a field may be missing: some models fill every optional field.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.models.values import Advice

_ARROW = re.compile(r"\s?[(（]?(?P<sign>[↑↓])[)）]?")


Text = Annotated[str, BeforeValidator(lambda given: "" if given is None else given)]
"""Text that may be missing: null is none."""


class Lenient(BaseModel):
    """An answer whose lists are read item by item: what does not fit is lost alone.

    Models give one for a list of one, null for none, and numbers for text.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    @field_validator("*", mode="before")
    @classmethod
    def _only_what_fits(cls, given: Any, info: ValidationInfo) -> Any:
        hint = cls.model_fields[info.field_name or ""].annotation
        return list(_fitting(given, *get_args(hint))) if get_origin(hint) is list else given


_reader = cache(TypeAdapter[Any])


def _fitting(given: Any, kind: Any) -> Iterator[Any]:
    for item in given if isinstance(given, list) else [given]:
        with suppress(ValidationError):
            yield _reader(kind).validate_python(item)


class Said(Lenient):
    """One statement."""

    text: str = Field(description="one or two sentences, concrete, complete in itself")
    where: Text = Field(
        default="",
        description="id of the section that supports it, as in the square brackets, e.g. §3.2",
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_a_bare_text(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data


class Statement(Said):
    """One statement with the words it rests on."""

    quotes: list[str] = Field(
        default_factory=list,
        description="the words of the document it rests on, copied letter by letter: one quotation"
        " for each half of the statement, each 8 to 40 words of one sentence or one whole table"
        " row; every number of the statement must be in them",
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_one_quote(cls, data: Any) -> Any:
        """Accept `quote`, as the schema had it once."""
        if not isinstance(data, dict) or "quote" not in data:
            return data
        return {"quotes": data["quote"]} | data


class Equation(Lenient):
    """The key equation."""

    tex: str = Field(
        description="TeX of ONE formula copied from the document, without dollar signs"
    )
    meaning: str = Field(description="one sentence: what it says and what its main symbols are")


class Row(Lenient):
    """One main result."""

    benchmark: str = Field(description="dataset or task, as the document names it")
    metric: str = Field(description="the metric's name alone, without an arrow")
    higher_is_better: bool | None = Field(
        default=None, description="whether a higher value of this metric is better"
    )
    ours: str = Field(description="the paper's own value, exactly as printed, with its unit")
    best_other: Text = Field(default="", description="the best competing value, exactly as printed")
    other_name: Text = Field(default="", description="the method that value belongs to")
    quote: Text = Field(default="", description="the table row or sentence with the paper's value")

    @field_validator("higher_is_better", mode="before")
    @classmethod
    def _anything_else_is_unknown(cls, value: Any) -> bool | None:
        return value if isinstance(value, bool) else None

    @model_validator(mode="after")
    def _an_arrow_is_a_direction(self) -> "Row":
        if arrow := _ARROW.search(self.metric):
            self.higher_is_better = arrow["sign"] == "↑"
            self.metric = _ARROW.sub("", self.metric).strip()
        return self


class Verdict(Lenient):
    """What this researcher should do with the paper."""

    advice: Advice = Field(
        description="read: worth the whole paper; skim: a look at one part; skip: nothing for them"
    )
    why: str = Field(description="why, for these interests, in at most ten words")

    @field_validator("advice", mode="before")
    @classmethod
    def _in_small_letters(cls, given: Any) -> str:
        return str(given).strip().lower()


class Reading(Lenient):
    """Notes on one paper."""

    headline: list[Statement] = Field(
        default_factory=list,
        description="exactly one: ONE line, who did what, with the one number that matters; at"
        " most 40 Chinese characters or 90 English ones",
    )
    contribution: list[Statement] = Field(
        description="first what is new in ONE sentence, then at most three further statements,"
        " none of which says the headline again"
    )
    methodology: list[Statement] = Field(description="how it works, in the order of the pipeline")
    intuition: list[Statement] = Field(
        default_factory=list, description="exactly one: why it works, as you would tell a colleague"
    )
    equation: list[Equation] = Field(
        default_factory=list, description="at most one: the key equation; empty if there is none"
    )
    ablation: list[Statement] = Field(
        default_factory=list,
        description="at most one: the ablation that carries the claim, with and without, with its"
        " numbers; empty if there is none",
    )
    results: list[Row] = Field(
        default_factory=list,
        description="at most five main results, those it loses too; empty if there are none",
    )
    takeaway: list[Statement] = Field(
        description="what this researcher can do with it; first of all what to try first"
    )
    limitations: list[Statement] = Field(
        default_factory=list,
        description="what the AUTHORS admit, in their sense, each with its quotes; empty if they"
        " admit nothing",
    )
    questions: list[Statement] = Field(
        default_factory=list,
        description="what a REVIEWER would ask: one to three questions, each ending with a"
        " question mark, without quotes",
    )
    conclusion: list[Verdict] = Field(
        default_factory=list, description="exactly one: read it, skim it or skip it, and why"
    )
    data: list[Statement] = Field(
        default_factory=list, description="at most one: what it was trained and tested on"
    )
    compute: list[Statement] = Field(
        default_factory=list, description="at most one: hardware, training time, model size"
    )
