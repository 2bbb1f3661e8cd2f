"""A SQLite connection in a thread of its own, which is asked once a statement.

aiosqlite asks its thread four times: for a cursor, to execute, for the rows, to close the cursor.
Asking and being answered is most of what a small statement costs, and with BEGIN and ROLLBACK a
query asked eight times. Here the rows come back with all that SQLAlchemy wants to know of the
cursor, which is closed by then.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self

import aiosqlite

Parameters = Iterable[Any]


class Rows(list[Any]):
    """What a statement found, and what its cursor said of it."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None


class _ThreadsCursor(sqlite3.Cursor):
    """The driver's own cursor; nobody outside of its thread ever holds it."""

    def fetchall(self) -> Rows:
        """Return all rows, and close."""
        rows = Rows(super().fetchall())
        rows.description, rows.rowcount = self.description, self.rowcount
        rows.lastrowid = self.lastrowid
        self.close()
        return rows


class _ThreadsConnection(sqlite3.Connection):
    """The driver's own connection, which rolls back before it closes.

    When a task is cancelled in the middle of a statement, its connection is closed in the
    middle of a transaction, and SQLite keeps such a connection's write lock until the garbage
    collector finds the last of its cursors.
    """

    def execute(self, operation: str, parameters: Any = ()) -> _ThreadsCursor:
        return self.cursor(_ThreadsCursor).execute(operation, parameters)

    def close(self) -> None:
        """Roll back and close; runs in the connection's own thread."""
        # Closed before, or no longer able to: raising here would keep the thread alive.
        with suppress(sqlite3.Error):
            if self.in_transaction:
                self.rollback()
        super().close()


class Cursor:
    arraysize = 1

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._rows = Rows()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """The names of the columns; None when no rows were asked for."""
        return self._rows.description

    @property
    def rowcount(self) -> int:
        return self._rows.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._rows.lastrowid

    async def execute(self, operation: str, parameters: Parameters = ()) -> None:
        """Execute a statement and fetch all its rows."""
        rows = await self._connection.execute_fetchall(operation, parameters)
        assert isinstance(rows, Rows), "aiosqlite fetches from another cursor than the connection's"
        self._rows = rows

    async def executemany(self, operation: str, parameters: Iterable[Parameters]) -> None:
        """Execute a statement once for each set of values."""
        done = await self._connection.executemany(operation, parameters)
        self._rows = Rows()
        self._rows.rowcount = done.rowcount

    async def fetchall(self) -> Rows:
        """Return the rows, which are here already."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: what was to close is closed."""


class Connection(aiosqlite.Connection):
    """aiosqlite's connection with cursors of ours."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Return a cursor; the driver's is made when there is something to execute."""
        return Cursor(self)

    async def rollback(self) -> None:
        """Roll back what is open; after a single query nothing is."""
        if self.in_transaction:
            await super().rollback()


def connect(database: str, **options: Any) -> Connection:
    def connector() -> sqlite3.Connection:
        return sqlite3.connect(database, factory=_ThreadsConnection, **options)

    connection = Connection(connector, iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does with those it makes itself
    return connection
