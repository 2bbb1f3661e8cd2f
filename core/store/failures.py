"""What the database says when it fails, as one sentence for the operator.

SQLAlchemy wraps every driver error; SQLite's own code inside says which trouble it is. Only
what an operator can act on is translated: a broken constraint or a wrong query is a bug, and
travels on as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import StoreError

# https://www.sqlite.org/rescode.html, primary codes
_BUSY, _LOCKED, _READONLY, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 11, 13, 14, 26

_SENTENCES = {
    _BUSY: "is locked by another process: stop it, or try again later",
    _LOCKED: "is locked by another process: stop it, or try again later",
    _READONLY: "cannot be written: check the file's and its folder's permissions",
    _CORRUPT: "is damaged: restore a copy, or move it away to start anew",
    _FULL: "cannot grow: the disk is full",
    _CANTOPEN: "cannot be opened: check that its folder exists and may be written",
    _NOTADB: "is not a database: name another file, or move it away to start anew",
}


@contextmanager
def speaking_of(name: str) -> Iterator[None]:
    """Turn a failure of the database inside into a `StoreError` that names the database."""
    try:
        yield
    except DBAPIError as error:
        # A damaged file arrives as a plain DatabaseError; its children besides
        # OperationalError are bugs.
        if not (isinstance(error, OperationalError) or type(error) is DatabaseError):
            raise
        raise StoreError(f"{name} {_sentence(error)}.") from error
    except PoolTimeout as error:
        raise StoreError(f"{name} has no free connection: {error}") from error


def is_busy(error: DBAPIError) -> bool:
    """Whether another connection was in the way."""
    return _code(error) in {_BUSY, _LOCKED}


def _sentence(error: DBAPIError) -> str:
    code = _code(error)
    if code in _SENTENCES:
        return _SENTENCES[code]
    return f"cannot be used: {' '.join(str(error.orig).split()).rstrip('.?')}"


def _code(error: DBAPIError) -> int | None:
    """Return SQLite's primary result code; None from another database."""
    extended: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return None if extended is None else extended & 0xFF
