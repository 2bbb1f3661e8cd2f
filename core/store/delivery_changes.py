"""What becomes of a message to a chat, as values: the ledger's rows, and what changes them.

No database here: `after` says what a row is after a change, and whether the change may be.
A lease that is over is no proof that nothing was sent: the process died between the attempt and
its note, or hung. Whoever takes over may send a second time, and that is the one doubling the
product allows. It is counted like every attempt of which nobody knows what it did, and those are
few.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

MOST_UNSURE = 3
"""Attempts of which nobody knows whether they arrived, the first one included."""


@dataclass(frozen=True)
class Delivery:
    """One part of one post to one chat."""

    chat_id: int
    post: str
    part: int
    attempts: int
    attempted_at: datetime
    """When the last attempt began (when it was given up, if there was none)."""
    lease_until: datetime | None = None
    """Until then the last attempt may still be under way."""
    not_before: datetime | None = None
    sent_at: datetime | None = None
    message_id: int | None = None
    fingerprint: str | None = None
    changed_at: datetime | None = None
    """When the message was last edited."""
    given_up_at: datetime | None = None
    why: str | None = None
    unsure: int = 0
    """Attempts of which nobody knows whether they arrived."""
    refusals: int = 0
    """Attempts that were refused, though perhaps not for good."""

    @property
    def is_finished(self) -> bool:
        """There will be no other attempt."""
        return self.sent_at is not None or self.given_up_at is not None

    @property
    def may_have_arrived(self) -> bool:
        """Of some attempt nobody knows what it did, or nobody ever will."""
        return self.unsure > 0 or self.lease_until is not None

    def is_due(self, at: datetime) -> bool:
        """Whether it may be tried: nobody is at it, and nothing is waited for."""
        times = (self.lease_until, self.not_before)
        return not self.is_finished and all(time is None or time <= at for time in times)


@dataclass(frozen=True)
class Begin:
    """An attempt is about to be made; written first, so that a crash leaves a trace."""

    chat_id: int
    post: str
    part: int
    at: datetime
    lease_until: datetime
    is_answering: bool = True
    """Telegram is known to take messages. Else what may have arrived is not tried again."""


@dataclass(frozen=True)
class Finish:
    chat_id: int
    post: str
    part: int
    at: datetime
    message_id: int
    fingerprint: str
    had_day: date | None = None
    """On a post's last part: the newest edition the chat has now had."""


@dataclass(frozen=True)
class Release:
    """The attempt failed, or was not made: anybody may try again from `not_before` on."""

    chat_id: int
    post: str
    part: int
    not_before: datetime
    unsure: bool = False
    refused: bool = False
    lease_until: datetime | None = None
    """The lease given back, as in its `Begin`; one that is somebody else's by now stays theirs.
    None: whosever it is."""


@dataclass(frozen=True)
class GiveUp:
    """There will be no other attempt."""

    chat_id: int
    post: str
    part: int
    at: datetime
    why: str
    had_day: date | None = None


Change = Begin | Finish | Release | GiveUp


def after(row: Delivery | None, change: Change) -> Delivery | None:
    """Return the row as `change` leaves it: the very same one when nothing changes.

    A `Begin` that changes nothing, or ends the matter, may not go out.
    """
    match change:
        case Begin():
            return _begun(row, change)
        case Finish():
            return _finished(row, change)
        case Release():
            return _released(row, change)
        case GiveUp():
            return _given_up(row, change)


def _begun(row: Delivery | None, change: Begin) -> Delivery | None:
    if row is None:
        row = _untried(change)
    elif not row.is_due(change.at) or (row.may_have_arrived and not change.is_answering):
        return row
    # A lease that nobody gave back: the attempt under it may have arrived.
    unsure = row.unsure + (row.lease_until is not None)
    if unsure >= MOST_UNSURE:
        row = replace(row, unsure=unsure)
        return _given_up(row, GiveUp(*_key(row), change.at, "unsure"))
    return replace(
        row,
        attempts=row.attempts + 1,
        attempted_at=change.at,
        lease_until=change.lease_until,
        not_before=None,
        unsure=unsure,
    )


def _key(row: Delivery) -> tuple[int, str, int]:
    return row.chat_id, row.post, row.part


def _finished(row: Delivery | None, change: Finish) -> Delivery:
    # Without a row the chat moved while the message was under way; it is there all the same.
    row = row or replace(_untried(change), attempts=1)
    if row.sent_at is not None:
        return row
    return replace(
        row,
        lease_until=None,
        not_before=None,
        sent_at=change.at,
        message_id=change.message_id,
        fingerprint=change.fingerprint,
        # Somebody else gave up while this one was on its way: it did arrive.
        given_up_at=None,
        why=None,
    )


def _released(row: Delivery | None, change: Release) -> Delivery | None:
    if row is None or row.is_finished:
        return row
    if change.lease_until is not None and row.lease_until != change.lease_until:
        return row  # somebody has taken over, and counted this attempt as unsure then
    return replace(
        row,
        lease_until=None,
        not_before=change.not_before,
        unsure=row.unsure + change.unsure,
        refusals=row.refusals + change.refused,
    )


def _given_up(row: Delivery | None, change: GiveUp) -> Delivery:
    row = row or _untried(change)
    if row.is_finished:
        return row
    return replace(row, lease_until=None, not_before=None, given_up_at=change.at, why=change.why)


def _untried(change: Begin | Finish | GiveUp) -> Delivery:
    return Delivery(change.chat_id, change.post, change.part, attempts=0, attempted_at=change.at)
