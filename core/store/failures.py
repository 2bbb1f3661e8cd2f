"""What the database says when it fails, as one sentence for the operator, in this place only.

SQLAlchemy wraps every driver error; SQLite's own code inside, or PostgreSQL's SQLSTATE, says which
trouble it is, and that says who can act on it. What remains, a broken constraint or a wrong query,
is a bug and travels on as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.models.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreUnavailable,
    StoreUnwritable,
)

Kind = tuple[type[StoreUnavailable], str]
_HELD: Kind = (StoreBusy, "is locked by another process: stop it, or try again later")
_AWAY: Kind = (StoreBusy, "cannot be reached: look whether its server runs")
_FULL: Kind = (StoreFull, "cannot grow: the disk is full")
_READONLY: Kind = (
    StoreUnwritable,
    "cannot be written: check the file's and its folder's permissions",
)
_FAILING: Kind = (StoreUnwritable, "cannot be read or written: the disk fails or is full")
_NOT_OPEN: Kind = (
    StoreUnwritable,
    "cannot be opened: check that its folder exists and may be written",
)
_DAMAGED: Kind = (StoreDamaged, "is damaged: restore a copy, or move it away to start anew")
_FOREIGN: Kind = (
    StoreDamaged,
    "is not a database: name another file, or move it away to start anew",
)
GONE = "was deleted or moved while in use: put it back, or stop and restore a copy."
REPLACED = "was replaced by another file while in use: restart to use that one."

_SQLITE: dict[int, Kind] = {
    5: _HELD,  # BUSY
    6: _HELD,  # LOCKED
    8: _READONLY,
    10: _FAILING,  # IOERR
    11: _DAMAGED,  # CORRUPT
    13: _FULL,
    14: _NOT_OPEN,
    15: _HELD,  # PROTOCOL: others open and close it faster than we get a turn
    26: _FOREIGN,  # NOTADB
}
"""By primary result code (https://www.sqlite.org/rescode.html)."""
_POSTGRES: dict[str, Kind] = {
    "08": _AWAY,  # connection exceptions
    "57P": _AWAY,  # shut down by its administrator, crashed, starting
    "53300": _AWAY,  # too many connections
    "53100": _FULL,
    "53": _AWAY,  # other resources
    "55P03": _HELD,  # a lock that was not to be had
    "40": _HELD,  # deadlocks
    "25006": _READONLY,
    "58": _FAILING,  # its system's errors
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
"""By SQLSTATE or how it begins (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


@contextmanager
def speaking_of(name: str) -> Iterator[None]:
    """Turn a failure of the database inside into a `StoreError` that names the database."""
    try:
        yield
    except DBAPIError as error:
        if (kind := _kind(error)) is not None:
            raise kind[0](f"{name} {kind[1]}.") from error
        # A damaged file arrives as a plain DatabaseError; its children besides
        # OperationalError are bugs.
        if not (isinstance(error, OperationalError) or type(error) is DatabaseError):
            raise
        said = " ".join(str(error.orig).split()).rstrip(".?")
        raise StoreError(f"{name} cannot be used: {said}.") from error
    except PoolTimeout as error:
        raise StoreBusy(f"{name} has no free connection: {error}") from error


def is_busy(error: DBAPIError) -> bool:
    return _kind(error) is _HELD


def _kind(error: DBAPIError) -> Kind | None:
    """Return who can act on a failure and the words for it; None for what is no such failure."""
    extended: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if extended is not None:
        return _SQLITE.get(extended & 0xFF)
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state:
        return next(
            (_POSTGRES[key] for key in (state, state[:3], state[:2]) if key in _POSTGRES), None
        )
    # Without any code there was no answer at all, but for SQLite, which says nothing in code of
    # a few mistakes of ours.
    is_server = hasattr(error.orig, "sqlstate")
    return (
        _AWAY
        if error.connection_invalidated or (is_server and isinstance(error, OperationalError))
        else None
    )
