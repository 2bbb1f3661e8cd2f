"""What a push believes of the chats that cannot be written to, and of Telegram itself.

A person who blocked the bot is believed at once, anything else (no rights, not found) only when it
is repeated over more than a day: groups are muted for a minute, servers lose their data. And when
many say so in one push, it is the server that is broken: nobody's subscription ends, what they are
owed stays owed, and when nearly everybody says so, the push pauses.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.models.chat import Chat

REPEATED, OVER = 3, timedelta(days=1)
"""So many refusals, the last one more than so long after the first, are a fact."""
MANY, SHARE = 5, 0.2
"""More than this share of the chats tried, and no fewer: some people leave on any day, and of a
handful of readers two are many."""
SAMPLE, MOST = 10, 0.5
"""After so many chats a push may be known to be hopeless: more than this share refused. A few
muted groups, which come first, must keep nobody waiting."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)
"""Between tries of a chat that refuses; each is three times as long as the one before."""


@dataclass(frozen=True)
class Ending:
    chat_id: int
    post: str
    part: int
    why: str


@dataclass
class Refusals:
    tried: int = 0
    """Chats that took their message, or refused it."""
    fresh: int = 0
    """Of them, those that refused and took one a day ago."""
    endings: list[Ending] = field(default_factory=list)

    @property
    def is_hopeless(self) -> bool:
        """Whether going on would only ask more chats in vain."""
        return self.tried >= SAMPLE and self.fresh > MOST * self.tried

    @property
    def are_doubtful(self) -> bool:
        """Whether so many endings are rather a broken server."""
        return len(self.endings) >= MANY and len(self.endings) > SHARE * self.tried


def is_repeated(chat: Chat, now: datetime) -> bool:
    """Whether a chat's refusals are a fact by now."""
    return chat.refusals >= REPEATED and not is_fresh(chat, now)


def is_fresh(chat: Chat, now: datetime) -> bool:
    """Whether a chat refuses since a short time only."""
    return chat.refused_at is None or now - chat.refused_at <= OVER


def pause(refusals: int) -> timedelta:
    """Return how long to leave a chat alone after so many refusals."""
    steps = min(max(refusals, 1), 10) - 1
    return min(FIRST_PAUSE * int(3**steps), LONGEST_PAUSE)


BELIEVED = timedelta(seconds=20)
"""How long an answer of `Probe` holds."""


class Probe:
    """Whether Telegram takes messages; asked once for all who want to know at the same time.

    What may have arrived is sent again at most twice. Those tries must not be spent while nobody
    answers: an outage of hours would use them up, and nobody could know whether the post arrived.
    That getMe answers says nothing about sendMessage, so it is asked there, with a message that
    cannot be delivered.
    """

    def __init__(self, ask: Callable[[], Awaitable[bool]], now: Callable[[], datetime]) -> None:
        self._ask = ask
        self._now = now
        self._lock = asyncio.Lock()
        self._found: tuple[bool, datetime] | None = None
        """What was found, and until when it is believed."""

    async def answers(self) -> bool:
        """Whether what may have arrived may be tried again."""
        async with self._lock:
            if self._found is None or self._found[1] <= self._now():
                found = await self._ask()
                self._found = found, self._now() + BELIEVED
            return self._found[0]

    def doubt(self) -> None:
        """Hear that another message was not answered."""
        if self._found is not None and self._found[0]:
            self._found = None
