"""Values in and out of their JSON text."""

from typing import TypeVar

from pydantic import ValidationError

from core.models.errors import StoreError
from core.models.values import Value

ValueT = TypeVar("ValueT", bound=Value)


def decode(kind: type[ValueT], json: str) -> ValueT:
    """Return the value `json` holds; raise `StoreError` when the program knows it no longer."""
    try:
        return kind.model_validate_json(json)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"]) or "JSON"
        raise StoreError(
            f"a stored {kind.__name__} cannot be read ({where}: {problem['msg']}): "
            "was it written by another version of this program?"
        ) from error
