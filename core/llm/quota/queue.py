"""The line in front of one model: who goes first, and when everybody's turn will come.

Urgent work gets a head start instead of a rank: an interactive question stands where it would had
it come ten minutes earlier. It overtakes all that has just come, and yet nobody waits for ever.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.llm import Urgency, Waiter
from core.llm.ledger import CallRequest, Start, UsageSnapshot
from core.llm.quota.admission import AdmissionRules, Open, consider
from core.llm.quota.windows import SPAN

HEAD_START = {
    Urgency.INTERACTIVE: timedelta(minutes=10),
    Urgency.DIGEST: timedelta(0),
    Urgency.RETRY: timedelta(hours=-1),
}
WORTH_TELLING = timedelta(seconds=2)


def place(waiter: Waiter, joined: datetime) -> datetime:
    """Return what a line is sorted by."""
    return joined - HEAD_START[waiter.urgency]


@dataclass(eq=False)
class QueuedCall:
    request: CallRequest
    waiter: Waiter
    joined: datetime
    turn: datetime
    """When it is expected to start."""
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    _told: datetime | None = None

    @property
    def place(self) -> datetime:
        """Where it stands; earlier is further to the front."""
        return place(self.waiter, self.joined)

    def tell(self, turn: datetime, now: datetime) -> None:
        """Say when the turn comes: once if it is not now, and again when it has moved."""
        self.turn = turn
        if abs(turn - (self._told or now)) >= WORTH_TELLING:
            self._told = turn
            self.waiter.on_wait(turn)


class CallQueue:
    def __init__(self) -> None:
        self._tickets: list[QueuedCall] = []
        self._moved = False
        """Whether turns are not any more what they were said to be."""

    def join(self, ticket: QueuedCall) -> None:
        overtakes = any(other.place > ticket.place for other in self._tickets)
        self._tickets.append(ticket)
        if overtakes:
            self.reorder()

    def leave(self, ticket: QueuedCall) -> None:
        self._tickets.remove(ticket)
        self.reorder()

    def admit(self, ticket: QueuedCall) -> None:
        """Let somebody go in; the next one looks up."""
        self._tickets.remove(ticket)
        self.wake()

    def reorder(self) -> None:
        """Let the first one look again, and everybody be told: turns have moved."""
        self._moved = True
        self.wake()

    def wake(self) -> None:
        if self._tickets:
            self.first.woken.set()

    @property
    def first(self) -> QueuedCall:
        """Whose turn it is; the line is not empty."""
        return min(self._tickets, key=lambda ticket: ticket.place)

    def ahead_of(self, place: datetime) -> list[QueuedCall]:
        """Return who would go before somebody standing at `place`."""
        return [ticket for ticket in self._tickets if ticket.place <= place]

    def tell(self, book: UsageSnapshot, rules: AdmissionRules, now: datetime) -> None:
        """Tell everybody when their turn comes, where that has changed."""
        if not self._moved:
            return
        self._moved = False
        tickets = sorted(self._tickets, key=lambda ticket: ticket.place)
        sizes = (ticket.request.tokens for ticket in tickets)
        for ticket, turn in zip(tickets, turns(book, rules, sizes, now), strict=True):
            ticket.tell(turn, now)


def turns(
    book: UsageSnapshot, rules: AdmissionRules, sizes: Iterable[int], now: datetime
) -> Iterator[datetime]:
    """Give the time of each turn, for calls of these input tokens one after the other.

    The day's requests are left out: who gets none is told so when the turn comes.
    """
    rules = replace(rules, limits=replace(rules.limits, rpd=0))
    at = now
    for tokens in sizes:
        verdict = consider(book, rules, Urgency.INTERACTIVE, tokens, at)
        if isinstance(verdict, Open):
            at = verdict.at
            recent = (start for start in book.starts if start.at > at - SPAN)
            book = replace(book, starts=(*recent, Start(at, tokens, under_way=True)))
        yield at


def next_turn(
    book: UsageSnapshot,
    rules: AdmissionRules,
    ahead: Sequence[QueuedCall],
    tokens: int,
    now: datetime,
) -> datetime:
    """Return when the turn comes behind those `ahead`, whose turns are known."""
    last = max((ticket.turn for ticket in ahead), default=now)
    tail = [
        Start(ticket.turn, ticket.request.tokens, under_way=True)
        for ticket in ahead
        if ticket.turn > last - SPAN
    ]
    (turn,) = turns(replace(book, starts=(*book.starts, *tail)), rules, [tokens], max(last, now))
    return turn
