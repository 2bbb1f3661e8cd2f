"""When the next message may go out, and whose it is. Pure: times are seconds handed in.

Telegram allows about 30 messages a second in all, one a second in a chat, 20 a minute in a group
or channel (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). The
limits are kept as sliding windows, since a strict server counts so: a leaky bucket, such as that of
aiolimiter which python-telegram-bot's own limiter uses, lets twice its size into one window, and it
knows no order, while here an answer a person waits for always goes before a push to thousands.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field
from itertools import count

SECOND = 1.01
MINUTE = 60.5
"""A little more than they are: what leaves in time may arrive early, its forerunner late."""
PER_CHAT = ((1, SECOND),)
PER_GROUP = ((1, SECOND), (20, MINUTE))
_SWEEP = 1_000
"""Grants between two looks for chats to forget."""

Window = tuple[int, float]
"""So many in so many seconds."""


@dataclass(order=True)
class SendTicket:
    """A message that waits for its turn: answers before bulk, then first come, first served."""

    is_bulk: bool
    number: int
    chat: object = field(compare=False)
    windows: tuple[Window, ...] = field(compare=False)


class Log:
    """The times of the latest grants, as far back as the windows look."""

    def __init__(self, windows: tuple[Window, ...]) -> None:
        self._windows = windows
        self._times: deque[float] = deque(maxlen=max(number for number, _ in windows))

    def ready_at(self) -> float:
        """Return the first moment at which no window would hold too many."""
        return max(
            (
                self._times[-number] + seconds
                for number, seconds in self._windows
                if len(self._times) >= number
            ),
            default=float("-inf"),
        )

    def grant(self, now: float) -> None:
        self._times.append(now)

    def is_idle(self, now: float) -> bool:
        """Whether it says nothing about the future any more."""
        return not self._times or self._times[-1] + MINUTE < now


class Schedule:
    """Who waits, and who may go."""

    def __init__(self, rate: float) -> None:
        """`rate`: messages a second in all."""
        self._spacing = 1 / rate
        self._all = Log(((max(1, int(rate)), SECOND),))
        self._slot = float("-inf")
        """When the next one may go by the spacing alone."""
        self._waiting: list[SendTicket] = []
        self._chats: dict[object, Log] = {}
        self._numbers = count()
        self._granted = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def enter(self, chat: object, *, is_bulk: bool, is_private: bool) -> SendTicket:
        windows = PER_CHAT if is_private else PER_GROUP
        ticket = SendTicket(is_bulk, next(self._numbers), chat, windows)
        heapq.heappush(self._waiting, ticket)
        return ticket

    def leave(self, ticket: SendTicket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
            heapq.heapify(self._waiting)

    def next(self, now: float) -> SendTicket | None:
        """Return who may go now, if anybody; it counts from now on."""
        if not self._waiting or self._ready_at() > now:
            return None
        ready = (ticket for ticket in self._waiting if self._chat_ready_at(ticket) <= now)
        ticket = self._waiting[0]  # nearly always ready: the heap's first is the first in line
        if self._chat_ready_at(ticket) > now:
            found = min(ready, default=None)
            if found is None:
                return None
            ticket = found
        self._grant(ticket, now)
        return ticket

    def ready_at(self) -> float | None:
        """Return when `next` will have somebody; None when nobody waits."""
        if not self._waiting:
            return None
        first = min(self._chat_ready_at(ticket) for ticket in self._waiting)
        return max(self._ready_at(), first)

    def _ready_at(self) -> float:
        return max(self._slot, self._all.ready_at())

    def _chat_ready_at(self, ticket: SendTicket) -> float:
        log = self._chats.get(ticket.chat)
        return float("-inf") if log is None else log.ready_at()

    def _grant(self, ticket: SendTicket, now: float) -> None:
        if ticket is self._waiting[0]:
            heapq.heappop(self._waiting)
        else:
            self.leave(ticket)
        self._all.grant(now)
        self._chats.setdefault(ticket.chat, Log(ticket.windows)).grant(now)
        # A timer that fires a little late must not slow down all that follow; the window above
        # sees to it that nothing is made up for.
        late = now - self._slot
        self._slot = (self._slot if late < self._spacing else now) + self._spacing
        self._granted += 1
        if self._granted % _SWEEP == 0:
            self._chats = {k: log for k, log in self._chats.items() if not log.is_idle(now)}
