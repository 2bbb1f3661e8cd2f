"""The answer to the doctor's question: the cheapest proof that a model answers in a schema."""

from pydantic import BaseModel, Field


class Pong(BaseModel):
    """A sign of life."""

    ok: bool = Field(description="true")
