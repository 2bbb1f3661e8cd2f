"""Telegram's limits on sending, and the bans for ignoring them.

Telegram publishes "about 30 messages a second", "one a second in a chat, short bursts may go
over", "20 a minute in a group or channel". Here: 30/s refilled evenly with at most 30 at once;
1/s in a chat with at most `chat_burst` at once; and in groups and channels never more than 20 in
any 60 seconds. Sends and edits count, nothing else. A violation bans the chat (or everything, if
the sum was over) for `ban` seconds, and every try during a ban makes it `longer`.
"""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FloodLimits:
    """What is allowed; 0 is no limit."""

    per_second: float = 30
    chat_per_second: float = 1
    chat_burst: int = 5
    group_per_minute: int = 20
    ban: float = 3
    longer: float = 1

    @classmethod
    def none(cls) -> "FloodLimits":
        return cls(per_second=0, chat_per_second=0, group_per_minute=0)


@dataclass
class _Chat:
    banned_until: float = 0
    full_until: float = 0
    recent: deque[float] = field(default_factory=deque)


@dataclass
class Flood:
    """Counts by the times it is given."""

    limits: FloodLimits
    banned_until: float = 0
    """When the ban on everything ends."""
    lengthened: int = 0
    """Tries during a ban: a careful sender has none."""
    _full_until: float = 0
    _chats: dict[int, _Chat] = field(default_factory=dict)

    def knock(self, chat_id: int, *, is_private: bool, at: float) -> int | None:
        """Return None if a message may pass now, or the seconds to wait."""
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = _Chat()
        if (left := self._held(chat, at)) is not None:
            return left
        limits = self.limits
        wait = _over(self._full_until, limits.per_second, max(1.0, limits.per_second), at)
        if wait > 0:
            self.banned_until = at + max(wait, limits.ban)
            return math.ceil(self.banned_until - at)
        wait = max(
            _over(chat.full_until, limits.chat_per_second, limits.chat_burst, at),
            0 if is_private else self._over_a_minute(chat, at),
        )
        if wait > 0:
            chat.banned_until = at + max(wait, limits.ban)
            return math.ceil(chat.banned_until - at)
        self._count(chat, is_private, at)
        return None

    def _held(self, chat: _Chat, at: float) -> int | None:
        if at < self.banned_until:
            self.banned_until += self.limits.longer
            self.lengthened += 1
            return math.ceil(self.banned_until - at)
        if at < chat.banned_until:
            chat.banned_until += self.limits.longer
            self.lengthened += 1
            return math.ceil(chat.banned_until - at)
        return None

    def _over_a_minute(self, chat: _Chat, at: float) -> float:
        allowed = self.limits.group_per_minute
        while chat.recent and at - chat.recent[0] >= 60:
            chat.recent.popleft()
        return chat.recent[0] + 60 - at if allowed and len(chat.recent) >= allowed else 0

    def _count(self, chat: _Chat, is_private: bool, at: float) -> None:
        limits = self.limits
        if limits.per_second:
            self._full_until = max(self._full_until, at) + 1 / limits.per_second
        if limits.chat_per_second:
            chat.full_until = max(chat.full_until, at) + 1 / limits.chat_per_second
        if limits.group_per_minute and not is_private:
            chat.recent.append(at)


def _over(full_until: float, rate: float, burst: float, at: float) -> float:
    """Return for how long a bucket of `burst`, emptied at `rate` a second, takes no more."""
    if not rate:
        return 0
    wait = full_until - at - (burst - 1) / rate
    return wait if wait > 1e-6 else 0  # dates have no more digits than that
