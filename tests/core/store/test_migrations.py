"""The schema's history: complete, equal to the tables in the code, and all or nothing."""

import asyncio
import io
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from core.llm import Urgency
from core.llm.ledger import Span, Start, UsageSnapshot
from core.models.errors import StoreError
from core.models.usage import Usage
from core.store import FoundPaper, open_store
from core.store.database import open_database
from core.store.migrations import FOLDER, REVISIONS, migrate
from core.store.tables import metadata
from tests.core.store.conftest import Clock
from tests.core.store.samples import DAY, NOON, analysis, paper

PATIENCE = timedelta(seconds=5)

FULL_TEXT = {"search_words"} | {
    f"search_words_{part}" for part in ("config", "content", "data", "docsize", "idx")
}

NEXT = f"{int(REVISIONS[-1]) + 1:04d}"
MORE = (*REVISIONS, NEXT)
STEP = """
import sqlalchemy as sa

revision = "{revision}"
down_revision = "{before}"

def upgrade(op):
    op.create_table("moods", sa.Column("mood", sa.Text))
    op.execute("INSERT INTO moods VALUES ('good')")
    op.execute("DELETE FROM papers")
    {then}
"""


def _copied(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _scripts(tmp_path: Path, *, then: str) -> Path:
    """Return a copy of the revisions, with one more that ends in `then`."""
    folder = _copied(tmp_path)
    step = STEP.format(revision=NEXT, before=REVISIONS[-1], then=then)
    (folder / f"versions/r{NEXT}_moods.py").write_text(step)
    return folder


def _tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master")}


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _scripts_in_order() -> list[ModuleType]:
    return [script.module for script in ScriptDirectory(FOLDER).walk_revisions()][::-1]


async def test_the_migrated_schema_is_the_one_the_queries_speak_of(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                # The full-text index and the tables SQLite keeps it in: no MetaData has those.
                "include_name": lambda name, kind, _: kind != "table" or name not in FULL_TEXT,
            },
        )
        return list(compare_metadata(context, metadata))

    def primary_keys(connection: Connection) -> dict[str, list[str]]:
        inspector = inspect(connection)
        return {
            name: inspector.get_pk_constraint(name)["constrained_columns"]
            for name in metadata.tables
        }

    async with (
        open_database(url, patience=PATIENCE) as database,
        database.reading() as connection,
    ):
        assert await connection.run_sync(differences) == []
        # Which Alembic does not compare:
        assert await connection.run_sync(primary_keys) == {
            name: list(table.primary_key.columns.keys()) for name, table in metadata.tables.items()
        }


def test_the_list_of_revisions_is_what_the_files_say() -> None:
    assert [script.revision for script in _scripts_in_order()] == list(REVISIONS)
    names = [Path(script.__file__ or "").name for script in _scripts_in_order()]
    assert all(
        name.startswith(f"r{revision}_") for name, revision in zip(names, REVISIONS, strict=True)
    )


async def test_opening_again_changes_nothing(path: Path, url: str, clock: Clock) -> None:
    before = _content(path)

    async with open_store(url, now=clock), open_store(url, now=clock):
        pass

    assert _content(path) == before


async def test_a_missing_revision_is_caught_up_with_the_data_kept(
    tmp_path: Path, path: Path, url: str, clock: Clock
) -> None:
    folder = _scripts(tmp_path, then="")
    async with open_store(url, now=clock) as store:
        await store.papers.put([paper()])

    async with open_database(url, patience=PATIENCE) as database:
        await migrate(database, folder=folder, revisions=MORE)
        await migrate(database, folder=folder, revisions=MORE)

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEXT,)]
        assert other.execute("SELECT mood FROM moods").fetchall() == [("good",)]


async def test_this_program_refuses_what_that_one_made(
    tmp_path: Path, url: str, clock: Clock
) -> None:
    async with open_database(url, patience=PATIENCE) as database:
        await migrate(database, folder=_scripts(tmp_path, then=""), revisions=MORE)

    with pytest.raises(StoreError, match="newer version of this program"):
        async with open_store(url, now=clock):
            pass


async def test_a_failing_step_leaves_an_older_database_as_it_was(
    tmp_path: Path, path: Path, url: str, clock: Clock
) -> None:
    folder = _scripts(tmp_path, then="raise RuntimeError('a fault')")
    async with open_store(url, now=clock) as store:
        await store.papers.put([paper()])
    before = _content(path)

    with pytest.raises(RuntimeError, match="a fault"):
        async with open_database(url, patience=PATIENCE) as database:
            await migrate(database, folder=folder, revisions=MORE)

    assert _content(path) == before
    async with open_store(url, now=clock) as store:
        assert await store.papers.get("2603.00001") == paper()


async def test_a_step_the_database_refuses_is_told_in_one_sentence(
    tmp_path: Path, path: Path, url: str
) -> None:
    folder = _scripts(tmp_path, then="op.execute('ALTER TABLE absent ADD COLUMN x')")

    with pytest.raises(StoreError, match="cannot be used: no such table: absent"):
        async with open_database(url, patience=PATIENCE) as database:
            await migrate(database, folder=folder, revisions=MORE)

    assert "moods" not in _tables(path)


async def test_a_failing_step_leaves_nothing_in_a_fresh_database(tmp_path: Path) -> None:
    folder = _scripts(tmp_path, then="raise RuntimeError('a fault')")
    path = tmp_path / "fresh.db"

    with pytest.raises(RuntimeError, match="a fault"):
        async with open_database(f"sqlite:///{path}", patience=PATIENCE) as database:
            await migrate(database, folder=folder, revisions=MORE)

    assert _tables(path) == set()


async def test_two_stores_may_be_created_at_once_in_one_process(
    tmp_path: Path, clock: Clock
) -> None:
    async with (
        open_database(f"sqlite:///{tmp_path}/a.db", patience=PATIENCE) as one,
        open_database(f"sqlite:///{tmp_path}/b.db", patience=PATIENCE) as two,
    ):
        await asyncio.gather(migrate(one), migrate(two))

    assert _tables(tmp_path / "a.db") == _tables(tmp_path / "b.db") >= set(metadata.tables)


async def _migrated_to(path: Path, folder: Path, revision: str) -> None:
    """Make a database as an earlier version of the program left it."""
    known = REVISIONS[: REVISIONS.index(revision) + 1]
    for script in (folder / "versions").glob("r*.py"):
        if script.name[1:5] not in known:
            script.unlink()
    async with open_database(f"sqlite:///{path}", patience=PATIENCE) as database:
        await migrate(database, folder=folder, revisions=known)


async def test_calls_of_the_first_version_are_kept_as_the_digests_by_no_known_key(
    tmp_path: Path, clock: Clock
) -> None:
    path, folder = tmp_path / "old.db", _copied(tmp_path)
    await _migrated_to(path, folder, "0001")
    with closing(sqlite3.connect(path)) as old:
        old.executemany(
            "INSERT INTO calls (at, model, purpose, outcome, input_tokens, output_tokens, "
            "thought_tokens, cached_tokens, latency_us, cost_usd) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                ("2026-03-13 12:00:00.000000", "flash", "score", "ok", 9, 4, 3, 2, 5_000_000, 0.25),
                ("2026-03-13 12:00:01.000000", "lite", "read", "refused", 8, 0, 0, 0, 7, None),
            ],
        )
        old.commit()

    async with open_store(f"sqlite:///{path}", now=clock) as store:
        read, scored = sorted(await store.calls.summary(NOON), key=lambda summary: summary.purpose)
        book = await store.calls.book("", "flash", "score", Span(NOON, NOON, NOON))
        others = await store.calls.book("key", "flash", "score", Span(NOON, NOON, NOON))

    assert (scored.usage, scored.cost_usd) == (Usage(9, 4, 3, 2), 0.25)
    assert (read.outcome, read.cost_usd) == ("refused", None)
    assert book == UsageSnapshot(starts=(Start(NOON, 9),), used={Urgency.DIGEST: 1})
    assert others == UsageSnapshot()
    with closing(sqlite3.connect(path)) as new:
        added = "account, urgency, estimated_tokens, reserved_tokens, served_by"
        assert new.execute(f"SELECT DISTINCT {added} FROM calls").fetchall() == [
            ("", "digest", 0, 0, None)
        ]


async def test_what_was_fetched_and_read_before_there_was_a_search_is_found(
    tmp_path: Path, clock: Clock
) -> None:
    path, folder = tmp_path / "old.db", _copied(tmp_path)
    await _migrated_to(path, folder, "0002")
    day, time = "2026-03-13", "2026-03-13 12:00:00.000000"
    rows = {
        "papers": (paper().id, paper().title, day, paper().model_dump_json(), time, time),
        "analyses": (paper().id, 1, "f", "p", "m", "zh", analysis().model_dump_json(), time),
        "awaited": (day, "main", paper().id, time, time, 2, None),
    }
    with closing(sqlite3.connect(path)) as old:
        for name, row in rows.items():
            old.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)
        old.commit()

    async with open_store(f"sqlite:///{path}", now=clock) as store:
        assert await store.search.find("去噪", limit=5) == FoundPaper(1, (paper(),))
        assert await store.search.find("deblurring", limit=5) == FoundPaper(1, (paper(),))
        (awaited,) = await store.pending_analyses.of(DAY, "main")
        assert (awaited.paper_id, awaited.tries) == (paper().id, 2)
        assert await store.chats.active() == []


def test_the_revisions_speak_postgresql_too() -> None:
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": buffer}
    )
    for script in _scripts_in_order():
        script.upgrade(Operations(context))

    sql = buffer.getvalue()
    assert "fetched_at TIMESTAMP WITH TIME ZONE NOT NULL" in sql
    for name in {*metadata.tables, "search_words"}:
        assert f"CREATE TABLE {name} (" in sql or f"RENAME TO {name};" in sql


def _row(columns: list[tuple[object, ...]], number: int) -> list[object]:
    """Return a value for each of these columns (`PRAGMA table_info`), told apart by `number`."""
    kinds: dict[str, object] = {"DATE": "2026-03-13", "TIME": "08:30:00.000000", "FLOAT": 0.5}
    values: list[object] = []
    for _, name, kind, *_ in columns:
        if kind == "DATETIME":
            values.append(f"2026-03-13 12:00:{number:02d}.000000")
        elif kind in {"INTEGER", "BIGINT"}:
            values.append(number)
        elif kind == "BOOLEAN":
            values.append(number % 2)
        else:
            values.append(kinds.get(kind, f"{name} {number}"))
    return values


async def test_a_database_of_the_last_version_that_is_full_of_data_keeps_every_row(
    tmp_path: Path, clock: Clock
) -> None:
    path, folder = tmp_path / "old.db", _copied(tmp_path)
    await _migrated_to(path, folder, "0006")
    renamed = {before: after for before, (after, _) in _module("0007").RENAMED.items()}
    old_names = {name: name for name in metadata.tables if name not in renamed.values()}
    before: dict[str, list[object]] = {}
    with closing(sqlite3.connect(path)) as old:
        for name in [*old_names, *renamed]:
            columns = old.execute(f"PRAGMA table_info({name})").fetchall()
            places = ", ".join("?" * len(columns))
            rows = [_row(columns, number) for number in range(1, 30)]
            old.executemany(f"INSERT OR REPLACE INTO {name} VALUES ({places})", rows)
            before[name] = old.execute(f"SELECT * FROM {name}").fetchall()
        old.commit()

    async with open_store(f"sqlite:///{path}", now=clock):
        pass

    assert all(before.values())
    with closing(sqlite3.connect(path)) as new:
        for name, rows in before.items():
            now = new.execute(f"SELECT * FROM {(old_names | renamed)[name]}").fetchall()
            # Newer columns stand behind the old ones.
            assert [row[: len(old)] for row, old in zip(now, rows, strict=True)] == rows
        assert not set(renamed) & _tables(path)


def _module(revision: str) -> ModuleType:
    [found] = [script for script in _scripts_in_order() if script.revision == revision]
    return found
