"""The event loop of the processes that serve: uvloop where there is one, else the standard one.

Half of what an answer costs is the loop's own work, and a database in a thread makes a lot of it
(`tests/bench/answers.py`). There is no uvloop for Windows; everything works the same without. While
the loop is busy, Python lets the database's thread wait 5 ms before each of its steps, and a
transaction has five of them.
"""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
TURN = 0.0005
"""Seconds after which a thread may have its turn."""


def run_fast(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, as `asyncio.run` does."""
    sys.setswitchinterval(TURN)
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
