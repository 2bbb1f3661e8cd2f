"""The queue of updates the bot polls."""

import asyncio
from collections import deque
from collections.abc import Collection
from typing import Any

from bot.playground.events import Bell
from bot.playground.refusals import OTHER_POLL, Refusal

Json = dict[str, Any]
KEEPS = 10_000
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """Updates stay until a later `offset` confirms them."""

    def __init__(self) -> None:
        self.queue: deque[Json] = deque(maxlen=KEEPS)
        self.allowed: frozenset[str] = frozenset()
        """Empty: all but those that are sent only on request."""
        self.bell = Bell()
        self._last_id = 0
        self._turn = 0

    def push(self, kind: str, body: Json) -> None:
        """Queue an update, if the bot wants its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in ONLY_ON_REQUEST
        if wanted:
            self._last_id += 1
            self.queue.append({"update_id": self._last_id, kind: body})
            self.bell.ring()

    def allow(self, kinds: Collection[str] | None) -> None:
        """Remember which kinds the bot wants; None leaves it as it was."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def confirm(self, offset: int) -> None:
        """Forget what is before `offset`; a negative one keeps that many of the newest."""
        if offset < 0:
            while len(self.queue) > -offset:
                self.queue.popleft()
        while self.queue and self.queue[0]["update_id"] < offset:
            self.queue.popleft()

    async def poll(self, offset: int, *, limit: int, seconds: float) -> list[Json]:
        """Return what is there, waiting up to `seconds` for the first.

        A later poll ends this one with a conflict.
        """
        self._turn += 1
        mine = self._turn
        self.bell.ring()
        self.confirm(offset)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            if self._turn != mine:
                raise Refusal(409, OTHER_POLL)
            left = end - loop.time()
            if self.queue or left <= 0:
                return [update for _, update in zip(range(limit), self.queue, strict=False)]
            await self.bell.wait(left)
