"""What a day came to: an edition, a quiet day, sources that are down, or nothing yet. Pure.

A quiet day is one that the sources' calendars declare so, all of them. "Nothing yet" is not quiet:
lists come late, and a source that is down hides what it has, so nothing is said before `PATIENCE`
is over, and then only that it is late.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.models.values import Digest, NoteKind

PATIENCE = timedelta(hours=3)
"""After press time, for a day that has nothing although it should."""
SOON = timedelta(minutes=10)
LATER = timedelta(hours=1)


class DayStatus(StrEnum):
    OUT = "out"
    """There is an edition."""
    QUIET = "quiet"
    """There is nothing, and nothing is expected."""
    ENDED = "ended"
    """There is nothing, and never will be: the bundled days are over."""
    DOWN = "down"
    """Nobody knows: sources could not be read, for hours."""
    LATE = "late"
    """The sources were read, for hours, and have no list although none of them has a day off."""
    AWAITED = "awaited"
    """There is nothing yet."""


@dataclass(frozen=True)
class DayOutcome:
    """What a day came to, as of the last try."""

    standing: DayStatus
    next_list: date | None = None
    """When a source expects its next list, where it has a calendar."""
    down: tuple[str, ...] = ()
    """Sources that could not be read, or are late."""
    try_at: datetime | None = None
    """When another try is worth it; None: never."""
    ended: date | None = None
    """The last day there is anything of."""


_UNREAD = {NoteKind.SOURCE_DOWN, NoteKind.SOURCE_PARTIAL}
_YOUNG = {NoteKind.NOT_YET_ANNOUNCED}
_MAY_COME = _UNREAD | _YOUNG | {NoteKind.NOTHING_NEW}


def day_outcome(digest: Digest, *, press: datetime, now: datetime) -> DayOutcome:
    """Return what `digest`, just made or stored, says of its day."""
    coming = next_list(digest)
    if digest.candidates:
        return DayOutcome(DayStatus.OUT, coming)
    if ended := _ended(digest):
        return DayOutcome(DayStatus.ENDED, ended=ended)
    if is_quiet_by_calendar(digest):
        return DayOutcome(DayStatus.QUIET, coming)
    down = tuple(note.source for note in digest.notes if note.kind in _UNREAD and note.source)
    if now < press + PATIENCE:
        return DayOutcome(DayStatus.AWAITED, coming, down, now + SOON)
    if down:
        return DayOutcome(DayStatus.DOWN, coming, down, now + LATER)
    late = tuple(note.source for note in digest.notes if note.kind in _YOUNG and note.source)
    return DayOutcome(DayStatus.LATE, coming, late, now + LATER)


def _ended(digest: Digest) -> date | None:
    return next((note.day for note in digest.notes if note.kind is NoteKind.BUNDLED), None)


def is_quiet_by_calendar(digest: Digest) -> bool:
    """Whether the calendars of all sources have nothing that day, so that none may still come."""
    kinds = {note.kind for note in digest.notes}
    return NoteKind.NO_ANNOUNCEMENT in kinds and not kinds & _MAY_COME


def next_list(digest: Digest) -> date | None:
    """Return the first day after the digest's for which a source expects a list."""
    return min(
        (note.day for note in digest.notes if note.day and note.day > digest.day), default=None
    )
