"""What a model is asked to fill in when it reads a paper.

Docstrings and descriptions travel to the model: they are prompt text, and part of the cache key.
Lists that may be empty stand where a field may be missing: some models fill every optional field.
"""

from typing import Any

from pydantic import BaseModel, Field, field_validator, model_validator


class Said(BaseModel):
    """One statement."""

    text: str = Field(description="one or two sentences, concrete, complete in itself")
    where: str = Field(
        default="",
        description="id of the section that supports it, as in the square brackets, e.g. §3.2",
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_a_bare_text(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data

    @field_validator("where", mode="before")
    @classmethod
    def _none_is_nowhere(cls, where: Any) -> Any:
        return "" if where is None else where


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
        """Accept `quote`, as the schema had it once, and one text in place of a list."""
        if not isinstance(data, dict):
            return data
        given = data.get("quotes", data.get("quote"))
        quotes = [given] if isinstance(given, str) else given or []
        return {name: value for name, value in data.items() if name != "quote"} | {"quotes": quotes}


class Equation(BaseModel):
    """The key equation."""

    tex: str = Field(
        description="TeX of ONE formula copied from the document, without dollar signs"
    )
    meaning: str = Field(description="one sentence: what it says and what its main symbols are")


class Row(BaseModel):
    """One main result."""

    benchmark: str = Field(description="dataset or task, as the document names it")
    metric: str
    ours: str = Field(description="the paper's own value, exactly as printed, with its unit")
    best_other: str = Field(default="", description="the best competing value, exactly as printed")
    other_name: str = Field(default="", description="the method that value belongs to")
    quote: str = Field(default="", description="the table row or sentence with the paper's value")

    @field_validator("best_other", "other_name", "quote", mode="before")
    @classmethod
    def _none_is_nothing(cls, value: Any) -> Any:
        return "" if value is None else value


class Reading(BaseModel):
    """Notes on one paper."""

    contribution: list[Statement] = Field(
        description="first the contribution in ONE sentence, then at most three further statements"
    )
    methodology: list[Statement] = Field(description="how it works, in the order of the pipeline")
    unusual: list[Statement] = Field(
        default_factory=list, description="exactly one: the one unusual idea of the method"
    )
    equation: list[Equation] = Field(
        default_factory=list, description="at most one: the key equation; empty if there is none"
    )
    results: list[Row] = Field(
        default_factory=list, description="at most five main results; empty if there are none"
    )
    takeaway: list[Statement] = Field(
        description="what this researcher can do with it, with at least one concrete thing to try"
    )
    limitations: list[Statement] = Field(
        default_factory=list,
        description="what the AUTHORS admit, each with its quote; empty if they admit nothing",
    )
    questions: list[Statement] = Field(
        default_factory=list,
        description="what a REVIEWER would ask: one to three gaps in the evidence, without quotes",
    )
    data: list[Statement] = Field(
        default_factory=list, description="at most one: what it was trained and tested on"
    )
    compute: list[Statement] = Field(
        default_factory=list, description="at most one: hardware, training time, model size"
    )


class MendedStatement(BaseModel):
    """A statement said again."""

    number: int
    text: str
    quote: str = ""
    where: str = ""


class Mended(BaseModel):
    """Statements that could be supported after all; those that cannot are left out."""

    statements: list[MendedStatement]
