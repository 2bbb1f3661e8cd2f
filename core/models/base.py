"""What every value is made of; `core.models.values` has the values themselves."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Score = Annotated[int, Field(ge=0, le=100)]
Language = Literal["zh", "en"]


class Value(BaseModel):
    """Base of every value."""

    model_config = ConfigDict(frozen=True, extra="forbid")
