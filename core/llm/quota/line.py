"""The line in front of one model: who goes first, and when everybody's turn will come.

Urgent work gets a head start instead of a rank: an interactive question stands where it would had
it come ten minutes earlier. It overtakes all that has just come, and yet nobody waits for ever.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.llm import Urgency, Waiter
from core.llm.ledger import Book, Request, Start
from core.llm.quota.verdict import Open, Rules, consider
from core.llm.quota.windows import SPAN

HEAD_START = {
    Urgency.INTERACTIVE: timedelta(minutes=10),
    Urgency.DIGEST: timedelta(0),
    Urgency.RETRY: timedelta(hours=-1),
}
WORTH_TELLING = timedelta(seconds=2)


@dataclass(eq=False)
class Ticket:
    """One call in the line."""

    request: Request
    waiter: Waiter
    joined: datetime
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    last_told: datetime | None = None

    @property
    def place(self) -> datetime:
        """What the line is sorted by."""
        return self.joined - HEAD_START[self.waiter.urgency]

    def tell(self, turn: datetime, now: datetime) -> None:
        """Say when the turn comes: once if it is not now, and again when it has moved."""
        known = self.last_told or now
        if abs(turn - known) >= WORTH_TELLING:
            self.last_told = turn
            self.waiter.told(turn)


class Line:
    """The calls that wait for one model."""

    def __init__(self) -> None:
        self._tickets: list[Ticket] = []

    def join(self, ticket: Ticket) -> None:
        """Stand in line; the first one looks up, since places may have changed."""
        self._tickets.append(ticket)
        self.wake()

    def leave(self, ticket: Ticket) -> None:
        """Leave the line, admitted or not."""
        self._tickets.remove(ticket)
        self.wake()

    def wake(self) -> None:
        """Let the first one look again."""
        if self._tickets:
            self.first.woken.set()

    @property
    def first(self) -> Ticket:
        """Whose turn it is; the line is not empty."""
        return min(self._tickets, key=lambda ticket: ticket.place)

    def ahead_of(self, place: datetime) -> list[Ticket]:
        """Return who would go before somebody standing at `place`, in order."""
        ahead = (ticket for ticket in self._tickets if ticket.place <= place)
        return sorted(ahead, key=lambda ticket: ticket.place)

    def tell(self, book: Book, rules: Rules, now: datetime) -> None:
        """Tell everybody when their turn comes."""
        tickets = sorted(self._tickets, key=lambda ticket: ticket.place)
        sizes = (ticket.request.tokens for ticket in tickets)
        for ticket, turn in zip(tickets, turns(book, rules, sizes, now), strict=True):
            ticket.tell(turn, now)


def turns(book: Book, rules: Rules, sizes: Iterable[int], now: datetime) -> Iterator[datetime]:
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
