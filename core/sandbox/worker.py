"""A worker, from inside: the process that `workers` starts for work on strangers' texts.

It imports little: each start is waited for, and what a piece of work needs comes with it.
"""

import functools
import logging
import os
import pickle
import sys
import typing
from collections.abc import Callable
from typing import Any, Final

from pydantic import TypeAdapter

from core.models.errors import PaperboyError, SourceError

MEMORY: Final = 1_500_000_000
"""Bytes of address space of a worker, where the system can bound it."""
DONE, REFUSED = b"d", b"r"
REFUSAL: Final = TypeAdapter(tuple[str, list[str]])
"""An error's name, and what it is made of."""
SIZE: Final = 8
"""Bytes before each piece of work and each answer that say how long it is."""


def serve() -> None:
    """Work until standard input ends."""
    bound_memory()
    logging.disable()
    into, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while size := into.read(SIZE):
        said = done(into.read(int.from_bytes(size)))
        out.write(len(said).to_bytes(SIZE) + said)
        out.flush()


def done(data: bytes) -> bytes:
    """Return what a piece of work came to; what is no error of ours ends the worker."""
    try:
        work = pickle.loads(data)
        return DONE + shape_of(work).dump_json(work())
    except PaperboyError as error:
        return REFUSED + REFUSAL.dump_json((type(error).__name__, _parts(error)))


def shape_of(work: Callable[[], object]) -> TypeAdapter[Any]:
    return _shape(work.func if isinstance(work, functools.partial) else work)


@functools.cache
def _shape(made: Callable[..., object]) -> TypeAdapter[Any]:
    return TypeAdapter(typing.get_type_hints(made)["return"])


def _parts(error: PaperboyError) -> list[str]:
    """Return what an error can be made of again."""
    parts = [error.source, error.reason] if isinstance(error, SourceError) else [str(error)]
    return [part.encode("utf-8", errors="replace").decode()[:300] for part in parts]


def bound_memory() -> None:
    """Bound what this process may use, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


if __name__ == "__main__":
    serve()
