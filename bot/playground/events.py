"""What the chat page is told: one numbered line of events, the newest kept."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Bell:
    """Everybody who waits is woken by the next ring; who comes later waits for the one after."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        if not self._waiting:
            return
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait for a ring, but not longer than `seconds`; say whether there was one."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._waiting.discard(future)


Json = dict[str, Any]
KEEPS = 2000


@dataclass(frozen=True)
class Event:
    seq: int
    kind: str
    """message, edit, delete, answer, action, clock or chats."""
    chat_id: int | None
    """None: about no chat in particular."""
    user_id: int | None
    """None: for everybody who sees the chat."""
    body: Json

    @property
    def json(self) -> Json:
        shown: Json = {"seq": self.seq, "kind": self.kind}
        if self.chat_id is not None:
            shown["chat"] = self.chat_id
        return shown | self.body


class Events:
    def __init__(self) -> None:
        self._kept: deque[Event] = deque(maxlen=KEEPS)
        self.seq = 0
        self.bell = Bell()

    def tell(
        self, kind: str, chat_id: int | None = None, *, user_id: int | None = None, **body: Any
    ) -> None:
        self.seq += 1
        self._kept.append(Event(self.seq, kind, chat_id, user_id, body))
        self.bell.ring()

    def after(self, seq: int, is_seen: Callable[[Event], bool]) -> list[Json]:
        new: list[Json] = []
        for event in reversed(self._kept):
            if event.seq <= seq:
                break
            if is_seen(event):
                new.append(event.json)
        return new[::-1]
