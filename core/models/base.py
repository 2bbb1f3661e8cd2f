"""What every value is made of; `core.models.values` has the values themselves."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.locale import Language as Language

Score = Annotated[int, Field(ge=0, le=100)]


class Value(BaseModel):
    """Base of every value."""

    model_config = ConfigDict(frozen=True, extra="forbid")
