"""The ledger's changes of many workers at once, committed together.

A commit costs milliseconds, whether it holds one change or fifty, and every message needs two. What
one commit is being made with waits for nobody; what comes meanwhile goes into the next. Whoever
hands in a change is answered when it is on disk, so what the ledger says is what has happened.
"""

import asyncio
import logging
from collections.abc import Sequence

from core.models.errors import StoreError
from core.store import Change
from core.store.delivery.deliveries import Deliveries

logger = logging.getLogger(__name__)

MOST = 200
"""Changes in one commit."""
TRIES = 3
"""Of one commit. What was sent and cannot be noted is sent again: worth some patience. The store
has its own before it fails, so there is none between tries."""


class GroupCommit:
    def __init__(self, ledger: Deliveries) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Change, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, change: Change) -> bool:
        """Return whether `change` holds, once it is on disk."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, answer))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        # Shielded from nothing: who gives up waiting does not take the change back.
        return await answer

    async def _write(self) -> None:
        try:
            while self._waiting:
                page, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._commit(page)
        finally:
            self._writer = None

    async def _commit(self, page: Sequence[tuple[Change, "asyncio.Future[bool]"]]) -> None:
        changes = [change for change, _ in page]
        [outcome] = await asyncio.gather(self._apply(changes), return_exceptions=True)
        for number, (_, answer) in enumerate(page):
            if answer.done():
                continue
            # Everybody on the page hears of a failure; the writer goes on with the next page.
            if isinstance(outcome, BaseException):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome[number])

    async def _apply(self, changes: Sequence[Change]) -> list[bool]:
        for _ in range(TRIES - 1):
            try:
                return await self._ledger.apply(changes)
            except StoreError as error:
                logger.debug("the ledger could not be written, trying again: %s", error)
        return await self._ledger.apply(changes)
