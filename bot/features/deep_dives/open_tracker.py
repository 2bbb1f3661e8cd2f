"""Who opened which paper: part of what a profile is made of, written some at a time.

At breakfast fifty papers a second are opened, and a transaction for each would keep readers'
answers waiting. A killed process loses the last minute of it, which a profile does not notice; a
stopped one writes it first.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from core.models.errors import StoreUnavailable
from core.models.feedback import FeedbackEvent, FeedbackKind
from core.store.audience.feedback import Feedback

_KEPT = 20_000
_MOST_PENDING = 200
_MOST_KEPT = 5000
"""While the database cannot be written."""


class OpenTracker:
    def __init__(self, feedback: Feedback, now: Callable[[], datetime]) -> None:
        self._feedback = feedback
        self._now = now
        self._known: OrderedDict[tuple[int, str], None] = OrderedDict()
        """Noted already: opening a paper again costs nothing."""
        self._pending: list[FeedbackEvent] = []

    async def note(self, person: int, paper_id: str) -> None:
        key = (person, paper_id)
        if key in self._known:
            return
        self._known[key] = None
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self._pending.append(FeedbackEvent(person, paper_id, FeedbackKind.OPENED, self._now()))
        if len(self._pending) >= _MOST_PENDING:
            await self.flush()

    def forget(self, person: int) -> None:
        """Write nothing of somebody that is not written yet."""
        self._pending = [mark for mark in self._pending if mark.person != person]
        for key in [key for key in self._known if key[0] == person]:
            del self._known[key]

    async def flush(self) -> None:
        pending, self._pending = self._pending, []
        if not pending:
            return
        try:
            await self._feedback.put_all(pending)
        except StoreUnavailable:  # nobody waits for it: some other time
            self._pending = [*pending, *self._pending][:_MOST_KEPT]
