"""The event loop of the processes that serve: uvloop where there is one, else the standard one.

Half of what an answer costs is the loop's own work, and a database in a thread makes a lot of it
(`tests/bench/answers.py`). There is no uvloop for Windows; everything works the same without.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_fast(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, as `asyncio.run` does."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
