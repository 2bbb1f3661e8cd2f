"""Many tasks, broken-off transactions, crashes: nobody sees a lock or half-done work."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import func, insert, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store import open_store
from core.store.database import Database, open_database
from core.store.migrations import migrate
from core.store.statements import _upsert, chunks
from core.store.tables import papers, source_days
from tests.core.store.conftest import Clock
from tests.core.store.samples import DAY, NOON, SPAN, Made, digest, make, paper

PATIENCE = timedelta(seconds=5)
DAY_READ = {"source": "arxiv", "day": DAY, "read_at": NOON}


@pytest.fixture(params=["file", "memory"])
async def database(request: pytest.FixtureRequest, path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{path}" if request.param == "file" else "sqlite:///:memory:"
    async with open_database(url, patience=PATIENCE) as opened:
        await migrate(opened)
        yield opened


async def _count(connection: AsyncConnection) -> int:
    return (await connection.execute(select(func.count()).select_from(source_days))).scalar_one()


@pytest.mark.parametrize("place", ["file", "memory"])
async def test_fifty_writers_and_readers_at_once_get_all_their_work_done(
    place: str, url: str, clock: Clock
) -> None:
    url = url if place == "file" else "sqlite:///:memory:"
    async with open_store(url, now=clock) as store:

        async def work(number: int) -> int:
            await store.papers.put([paper(f"{number:05d}"), paper("shared", title=f"{number}")])
            await make(store.calls, Made(number))
            revision = await store.digests.put(digest(candidates=number), shown=[str(number)])
            assert len(await store.history.shown("channel", except_day=DAY)) == 0
            assert await store.digests.get(DAY, "channel") is not None
            return revision

        revisions = await asyncio.gather(*(work(number) for number in range(50)))

        assert sorted(revisions) == list(range(1, 51))
        assert await store.papers.count() == 51
        assert len((await store.calls.book("key", "flash", "score", SPAN)).starts) == 50
        kept = await store.history.shown("channel", except_day=DAY + timedelta(days=1))
        assert kept == {str(number) for number in range(50)}, "what one showed was forgotten"


async def test_hundreds_of_writers_wait_for_each_other_and_not_for_all_readers(path: Path) -> None:
    """However little patience there is with others' locks: those here are our own."""
    async with open_database(f"sqlite:///{path}", patience=timedelta(milliseconds=50)) as database:
        await migrate(database)
        await database.use_wal()

        async def write(number: int) -> None:
            async with database.transaction() as connection:
                row = DAY_READ | {"day": DAY + timedelta(days=number)}
                await connection.execute(insert(source_days).values(row))

        async with AsyncExitStack() as reading:
            for _ in range(15):  # all connections that readers may have
                connection = await reading.enter_async_context(database.reading())
                assert await _count(connection) == 0
            async with asyncio.timeout(20):
                await asyncio.gather(*(write(number) for number in range(300)))
        async with database.reading() as connection:
            assert await _count(connection) == 300


async def test_two_stores_on_one_file_wait_for_each_other(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as one, open_store(url, now=clock) as two:
        await asyncio.gather(
            *(store.digests.put(digest(), shown=[]) for store in (one, two) for _ in range(25))
        )

        assert await one.digests.put(digest(), shown=[]) == 51


async def test_a_reader_never_sees_half_done_work(database: Database) -> None:
    async def read() -> int:
        async with database.reading() as connection:
            return await _count(connection)

    async with database.transaction() as connection:
        await connection.execute(insert(source_days).values(DAY_READ))
        reader = asyncio.create_task(read())
        # A file's reader answers from before; in memory it waits for the end.
        done, _ = await asyncio.wait([reader], timeout=0.2)
        assert [task.result() for task in done] in ([0], [])

    assert await reader in (0, 1)
    assert await read() == 1


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def work() -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(source_days).values(DAY_READ))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()

    async with database.reading() as connection:
        assert await _count(connection) == 0


async def test_a_broken_constraint_is_a_bug_and_travels_as_it_is(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await connection.execute(insert(source_days).values(source="arxiv", day=DAY))


async def test_a_time_without_zone_is_refused(database: Database) -> None:
    naive = DAY_READ | {"read_at": NOON.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="has no time zone"):
        async with database.transaction() as connection:
            await connection.execute(insert(source_days).values(naive))


async def test_a_cancelled_writer_leaves_nothing_and_frees_the_way(path: Path) -> None:
    async with open_database(f"sqlite:///{path}", patience=PATIENCE) as database:
        wrote = asyncio.Event()

        async def stall() -> None:
            async with database.transaction() as connection:
                await connection.execute(insert(source_days).values(DAY_READ))
                wrote.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(stall())
        await wrote.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        async with database.transaction() as connection:
            assert await _count(connection) == 0
            await connection.execute(insert(source_days).values(DAY_READ))


async def test_a_write_cancelled_at_any_moment_is_done_or_not_done(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        for moment in range(40):
            write = store.papers.put(paper(f"{moment}/{number}") for number in range(3))
            task = asyncio.create_task(write)
            for _ in range(moment):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])

            done = await store.papers.get_many(f"{moment}/{number}" for number in range(3))
            assert len(done) in (0, 3)


async def test_a_connections_thread_is_asked_once_a_statement(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Being answered by a thread is most of what a small statement costs."""
    asked: list[Any] = []
    ask = aiosqlite.Connection._execute

    def noted(self: aiosqlite.Connection, *what: Any) -> Any:
        asked.append(what)
        return ask(self, *what)

    async with open_database(f"sqlite:///{path}", patience=PATIENCE) as database:
        one = select(literal(1))
        assert await database.value(one) == 1
        monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
        assert await database.value(one) == 1
        assert len(asked) == 1

        async with database.reading() as connection:
            assert (await connection.execute(one)).scalar_one() == 1
            assert (await connection.execute(one)).scalar_one() == 1
        assert len(asked) == 1 + 4  # BEGIN, two statements, ROLLBACK


async def test_foreign_keys_are_on_in_every_connection(path: Path) -> None:
    async with (
        open_database(f"sqlite:///{path}", patience=PATIENCE) as database,
        database.reading() as one,
        database.reading() as two,
    ):
        for connection in (one, two):
            assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar_one() == 1
            assert (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar_one() == 5000


async def test_a_crash_in_a_transaction_leaves_what_was_before(
    path: Path, url: str, clock: Clock
) -> None:
    async with open_store(url, now=clock) as store:
        await store.digests.put(digest(), shown=["a"])
    code = """
import asyncio, os, sys
from datetime import timedelta
from sqlalchemy import delete
from core.store.database import open_database
from core.store.tables import digests, shown

async def main():
    async with open_database(sys.argv[1], patience=timedelta(seconds=5)) as database:
        async with database.transaction() as connection:
            await connection.execute(delete(digests))
            await connection.execute(delete(shown))
            os._exit(9)

asyncio.run(main())
"""
    crashed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, url, cwd=Path(__file__).parents[3]
    )
    assert await crashed.wait() == 9

    async with open_store(url, now=clock) as store:
        assert await store.digests.get(DAY, "channel") == digest()
        shown = await store.history.shown("channel", except_day=DAY + timedelta(days=1))
        assert shown == {"a"}


@pytest.mark.parametrize(
    ("size", "lengths"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])]
)
def test_chunks_hold_everything_in_order(size: int, lengths: list[int]) -> None:
    cut = list(chunks(range(size), 3))

    assert [len(chunk) for chunk in cut] == lengths
    assert [item for chunk in cut for item in chunk] == list(range(size))


def test_upserts_speak_postgresql_too() -> None:
    statement = _upsert("postgresql", papers, {"first_seen_at"}, "json")

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    sql = " ".join(str(statement.compile(dialect=dialect)).split())

    assert "ON CONFLICT (id) DO UPDATE SET title = excluded.title" in sql
    assert "first_seen_at = coalesce(papers.first_seen_at, excluded.first_seen_at)" in sql
    assert sql.endswith("WHERE papers.json != excluded.json")
