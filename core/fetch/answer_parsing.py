"""A source's answer, parsed aside: an odd one ends a worker at most."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from core.models.errors import SourceError, WorkStopped
from core.sandbox.offload import Offload

T = TypeVar("T")


async def parse_answer(offload: Offload, source: str, parser: Callable[..., T], *given: Any) -> T:
    """Return what a parser makes of a source's answer. Raise `SourceError`.

    However small: what a library does with an odd answer may also be to fail in its own way, and
    that ends the worker instead of us.
    """
    try:
        return await offload(partial(parser, *given), small=0)
    except WorkStopped as error:
        raise SourceError(source, f"the answer cannot be read: {error}") from None
