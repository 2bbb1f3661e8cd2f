"""An open database and its two ways in: `reading()` and `transaction()`.

Every statement of this package runs inside one of them. Neither may be opened inside the other,
nor may the network be awaited in one: other tasks wait for the lock, and in memory both share
one connection. Python's sqlite3 driver opens transactions by its own rules (and not before
CREATE TABLE): it is told not to, and the BEGIN here is ours, so DDL rolls back as well.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Row, Select, Table, UpdateBase, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.models.errors import StoreBusy, StoreError, StoreUnwritable
from core.store.address import DatabaseAddress, parse, prepare
from core.store.connection import connect
from core.store.failures import GONE, REPLACED, is_busy, speaking_of
from core.store.statements import upsert

FoundT = TypeVar("FoundT")
Columns = TypeVarTuple("Columns")

_WAL_PAUSES = (0.01, 0.02, 0.04, 0.08, 0.16)  # seconds
_CONNECT_WITHIN = 10
"""Seconds, for a server."""
_PATIENCE = "patience"  # what a connection's busy_timeout is, in its `info`
_HURRIED = timedelta(milliseconds=100)
"""How long others' locks are waited for once that was in vain: those in line behind have waited."""
_STUCK = 300.0
"""Seconds for a connection of our own to be free. Others of this process have them until then: it
is busy, which is no trouble of the database unless one is never given back."""
_BEGIN = "begin"  # our execution option: the statement that opens a SQLite transaction


class Database:
    """An engine, its name for messages, and who may use it when."""

    def __init__(
        self, engine: AsyncEngine, writer: AsyncEngine, address: DatabaseAddress, waits: "_Waits"
    ) -> None:
        self.name = address.name
        self._waits = waits
        self._file = _File(address.file, address.name)
        self.writes = 0
        """Transactions of this process that ended: what was read before one may be out of date."""
        self._engine = engine
        self._alone = engine.execution_options(**{_BEGIN: None})
        # IMMEDIATE: a transaction that reads first and then wants to write is refused at once,
        # without waiting, when somebody else has written in between.
        self._writer = writer.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._is_sqlite = address.url.get_backend_name() == "sqlite"
        # SQLite has one writer at a time. Tasks of this process wait for each other here, in
        # order; only other processes are waited for inside SQLite, which knows no order.
        writing = asyncio.Lock() if self._is_sqlite else nullcontext()
        self._writing: AbstractAsyncContextManager[object] = writing
        self._sharing: AbstractAsyncContextManager[object] = (
            writing if address.in_memory else nullcontext()
        )

    @asynccontextmanager
    async def reading(self, *, is_alone: bool = False) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one moment of the database. Do not write through it.

        `is_alone`: it is for a single query, which sees one moment without a transaction.
        """
        engine = self._alone if is_alone else self._engine
        self._file.look()
        with speaking_of(self.name):
            async with self._sharing, engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self, *, is_apart: bool = False) -> AsyncIterator[AsyncConnection]:
        """Let one task write: all of it is kept when the block ends, none if it raises.

        `is_apart`: it writes nothing that anybody has at hand, see `writes`.
        """
        try:
            with self._waits.noted(), speaking_of(self.name):
                async with self._writing:
                    self._file.look()
                    async with self._writer.begin() as connection:
                        yield connection
        finally:
            self.writes += not is_apart

    async def rows(self, query: Select[*Columns]) -> Sequence[Row[*Columns]]:
        async with self.reading(is_alone=True) as connection:
            return (await connection.execute(query)).all()

    async def values(self, query: Select[FoundT]) -> Sequence[FoundT]:
        async with self.reading(is_alone=True) as connection:
            return (await connection.execute(query)).scalars().all()

    async def value(self, query: Select[FoundT]) -> FoundT | None:
        """Return the first column of the first row, if there is one."""
        async with self.reading(is_alone=True) as connection:
            return (await connection.execute(query)).scalar()

    async def change(self, statement: UpdateBase) -> None:
        async with self.transaction() as connection:
            await connection.execute(statement)

    async def put(self, table: Table, rows: Iterable[Mapping[str, object]], **how: Any) -> None:
        """Insert or update rows (`upsert`), in a transaction of its own."""
        async with self.transaction() as connection:
            await upsert(connection, table, rows, **how)

    async def exclude_others(self, connection: AsyncConnection, what: str) -> None:
        """Until the transaction ends, let no other process do `what`.

        On SQLite a transaction excludes every other writer anyway.
        """
        if not self._is_sqlite:
            lock = text("SELECT pg_advisory_xact_lock(hashtext(:what))")
            await connection.execute(lock, {"what": f"paperboy:{what}"})

    async def use_wal(self) -> None:
        """Let SQLite's readers and one writer work at the same time; the file remembers it."""
        if not self._is_sqlite:
            return
        for pause in _WAL_PAUSES:
            if await self._is_switched():
                return
            await asyncio.sleep(pause)  # after the last, the next start does it

    async def _is_switched(self) -> bool:
        with speaking_of(self.name):
            async with self._sharing, self._alone.connect() as connection:
                try:
                    await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                except OperationalError as error:
                    # Another process is at the same switch, or writes: SQLite refuses at once,
                    # however patient the connection is.
                    if not is_busy(error):
                        raise
                    return False
        return True


class Repository:
    """Rows of one kind: whoever reads or writes them does it here."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now


class _File:
    """The file that was opened: SQLite goes on with one that was deleted, and all is lost later."""

    def __init__(self, path: Path | None, name: str) -> None:
        self._path = path
        self._name = name
        self._known: tuple[int, int] | None = None

    def look(self) -> None:
        """Raise `StoreUnwritable` when it is not there any more; some microseconds."""
        if self._path is None:
            return
        try:
            found = self._path.stat()
        except OSError as error:
            if self._known is None:  # SQLite makes it in a moment
                return
            raise StoreUnwritable(f"{self._name} {GONE}") from error
        self._known = self._known or (found.st_dev, found.st_ino)
        if self._known != (found.st_dev, found.st_ino):
            raise StoreUnwritable(f"{self._name} {REPLACED}")


class _Waits:
    """How long another process's lock is waited for at the moment."""

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience
        self._is_hurried = False

    @property
    def milliseconds(self) -> int:
        """SQLite's busy_timeout."""
        wait = min(self._patience, _HURRIED) if self._is_hurried else self._patience
        return int(wait.total_seconds() * 1000)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note whether a transaction came through."""
        try:
            yield
        except StoreBusy:
            self._is_hurried = True
            raise
        self._is_hurried = False

    def set_up(self, connection: Any, record: Any) -> None:
        """Prepare a new connection; SQLite forgets these settings with each one."""
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {self.milliseconds}")
        cursor.close()
        record.info[_PATIENCE] = self.milliseconds

    def begin(self, connection: Connection) -> None:
        """Begin a transaction, with the patience of the moment."""
        wanted = self.milliseconds
        if connection.info.get(_PATIENCE) != wanted:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {wanted}")
            connection.info[_PATIENCE] = wanted
        statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)


@asynccontextmanager
async def open_database(url: str, *, patience: timedelta) -> AsyncIterator[Database]:
    """Give the database at `url`; wait at most `patience` for another process's lock.

    All connections are closed at the end, whatever happened: each one is a thread.
    """
    address = parse(url)
    if address.file is not None:
        prepare(address.file)
    waits = _Waits(patience)
    engine = _engine(address, waits)
    # The writer's own: whoever has the lock must not stand in line behind all readers as well.
    writer = engine if address.file is None else _engine(address, waits)
    try:
        yield Database(engine, writer, address, waits)
    finally:
        await engine.dispose()
        await writer.dispose()


def _engine(address: DatabaseAddress, waits: _Waits) -> AsyncEngine:
    """Return an engine; its errors name no values, for those are people's ids and words."""
    if address.url.get_backend_name() != "sqlite":
        return _server_engine(address)
    arguments = {
        "isolation_level": None,  # the driver's hands off BEGIN
        "async_creator_fn": connect,
    }
    patience = {} if address.in_memory else {"pool_timeout": _STUCK}
    engine = create_async_engine(
        address.url, connect_args=arguments, hide_parameters=True, **patience
    )
    event.listen(engine.sync_engine, "connect", waits.set_up)
    event.listen(engine.sync_engine, "begin", waits.begin)
    return engine


def _server_engine(address: DatabaseAddress) -> AsyncEngine:
    try:
        return create_async_engine(
            address.url,
            pool_pre_ping=True,
            pool_timeout=_STUCK,
            hide_parameters=True,
            connect_args={"connect_timeout": _CONNECT_WITHIN},
        )
    except ImportError as error:
        raise StoreError(
            "PostgreSQL needs one more package: pip install 'psycopg[binary]'."
        ) from error
