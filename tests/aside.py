"""Work on strangers' texts as a worker is given it and answers, without the process.

A process costs each scene a third of a second or two. What scenes are about is what becomes of the
work; `core/test_workers.py`, the scenes of hostile texts and those of the shell start real ones.
"""

import asyncio
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from core.sandbox.offload import PATIENCE, SMALL, in_a_thread
from core.sandbox.worker import done
from core.sandbox.workers import heard

T = TypeVar("T")


async def without_a_process(
    work: Callable[[], T], *, patience: timedelta = PATIENCE, small: int = SMALL
) -> T:
    """Do it in a thread, by way of what would be written to a worker and read from it."""
    del patience
    data = pickle.dumps(work)
    if len(data) <= small:
        return await in_a_thread(work)
    made: T = heard(work, await asyncio.to_thread(done, data))
    return made
