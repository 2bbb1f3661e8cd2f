"""Opening a store: what works, what is refused, and that refusing changes nothing."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from core.models.errors import ConfigError, StoreError
from core.store import open_store
from core.store.migrations import REVISIONS
from tests.core.store.conftest import Clock
from tests.core.store.samples import DAY, NOON, digest, paper

SOON = timedelta(milliseconds=20)
ROOT = Path(__file__).parents[3]


async def _refused(url: str) -> str:
    """Open the store, which must fail with one sentence; return it."""
    with pytest.raises(StoreError) as caught:
        async with open_store(url, now=lambda: NOON, patience=SOON):
            pass
    assert isinstance(caught.value, ConfigError)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@contextmanager
def _unchanged(path: Path) -> Iterator[None]:
    """Check that a file keeps its bytes and gets no company."""
    before = path.read_bytes(), sorted(path.parent.iterdir())
    yield
    assert (path.read_bytes(), sorted(path.parent.iterdir())) == before


def _cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _overwrite_the_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 100_000)


async def test_a_fresh_database_is_created_with_its_folders(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path}/50% 数据/deep/论文 日报.db"
    async with open_store(url, now=clock) as store:
        await store.papers.put([paper()])

    async with open_store(url, now=clock) as store:
        assert await store.papers.get("2603.00001") == paper()


async def test_a_relative_path_is_relative_to_the_working_directory(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async with open_store("sqlite:///data/paperboy.db", now=clock):
        assert (tmp_path / "data/paperboy.db").is_file()


async def test_an_empty_file_is_a_fresh_database(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "x.db").touch()

    async with open_store(f"sqlite:///{tmp_path}/x.db", now=clock) as store:
        assert await store.papers.count() == 0


async def test_a_database_in_memory_keeps_everything_while_it_is_open(clock: Clock) -> None:
    async with open_store("sqlite:///:memory:", now=clock) as store:
        await store.papers.put([paper()])
        await store.digests.put(digest(), shown=["a"])
        assert await store.papers.get("2603.00001") == paper()
        assert await store.digests.get(DAY, "channel") == digest()

    async with open_store("sqlite:///:memory:", now=clock) as store:
        assert await store.papers.count() == 0


async def test_readers_and_the_writer_do_not_block_each_other(url: str, path: Path) -> None:
    async with open_store(url, now=lambda: NOON, patience=SOON) as store:
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            other.execute("BEGIN IMMEDIATE")
            assert await store.papers.count() == 0


async def test_a_database_somebody_reads_is_used_before_it_can_be_made_wal(
    url: str, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM papers").fetchone()
        async with open_store(url, now=lambda: NOON, patience=SOON) as store:
            assert await store.papers.count() == 0
            other.rollback()
            await store.papers.put([paper()])


@pytest.mark.parametrize(
    "content", [b"not a database\n" * 500, b"hello", b"SQLite format 3\0" + b"?" * 84]
)
async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)

    with _unchanged(path):
        sentence = await _refused(f"sqlite:///{path}")

    assert sentence.startswith(f"the database {path} is not a database")


async def test_a_truncated_database_is_refused(path: Path, url: str) -> None:
    _cut_in_half(path)

    with _unchanged(path):
        assert "is damaged: restore a copy" in await _refused(url)


async def test_damage_found_later_is_named_then(path: Path, url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        await store.papers.put(paper(f"{number:05d}") for number in range(1_000))
    _overwrite_the_middle(path)

    async with open_store(url, now=clock) as store:
        with pytest.raises(StoreError, match="is damaged: restore a copy"):
            await store.papers.get_many(f"{number:05d}" for number in range(1_000))


async def test_a_value_of_another_program_version_is_named(
    path: Path, url: str, clock: Clock
) -> None:
    async with open_store(url, now=clock) as store:
        await store.papers.put([paper()])
        with closing(sqlite3.connect(path)) as other:
            other.execute('UPDATE papers SET json = \'{"id": "1", "mood": "good"}\'')
            other.commit()
        with pytest.raises(StoreError, match=r"a stored Paper cannot be read \((title|mood): "):
            await store.papers.get("2603.00001")


async def test_a_database_newer_than_the_program_is_refused(path: Path, url: str) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("UPDATE alembic_version SET version_num = '0999'")
        other.commit()

    with _unchanged(path):
        sentence = await _refused(url)

    assert f"newer version of this program (schema 0999, known up to {REVISIONS[-1]})" in sentence


async def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url)")

    with _unchanged(path):
        assert "another program's database (it holds a table 'bookmarks')" in await _refused(
            f"sqlite:///{path}"
        )


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert await _refused(f"sqlite:///{tmp_path}") == (
        f"the database {tmp_path} is a folder: name a file in it."
    )


async def test_a_folder_below_a_file_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert await _refused(f"sqlite:///{tmp_path}/file/deeper/x.db") == (
        f"the database's folder {tmp_path}/file/deeper cannot be created: Not a directory."
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write")
async def test_a_folder_nobody_can_write_is_refused() -> None:
    assert "folder /proc/paperboy cannot be created" in await _refused(
        "sqlite:////proc/paperboy/x.db"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not stop root")
@pytest.mark.parametrize("what", ["file", "folder"])
async def test_without_permission_the_database_is_refused(path: Path, url: str, what: str) -> None:
    denied = path if what == "file" else path.parent
    denied.chmod(0o500 if what == "folder" else 0o400)
    try:
        assert "cannot be" in await _refused(url)
    finally:
        denied.chmod(0o700)


async def test_a_database_locked_by_another_process_is_named_after_patience(
    path: Path, url: str
) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        assert "is locked by another process" in await _refused(url)
        other.rollback()

    async with open_store(url, now=lambda: NOON) as store:
        assert await store.papers.count() == 0


async def test_a_write_blocked_by_another_process_fails_clearly_and_can_be_repeated(
    path: Path, url: str
) -> None:
    async with open_store(url, now=lambda: NOON, patience=SOON) as store:
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="is locked by another process"):
                await store.papers.put([paper()])
        await store.papers.put([paper()])
        assert await store.papers.count() == 1


async def test_postgresql_without_its_driver_says_what_to_install() -> None:
    if "psycopg" in sys.modules or _importable("psycopg"):
        pytest.skip("psycopg is installed")
    assert "pip install 'psycopg[binary]'" in await _refused("postgresql://nobody@127.0.0.1/x")


def _importable(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None


def _python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_an_up_to_date_database_is_opened_without_alembic(url: str) -> None:
    code = """
import asyncio, sys
from datetime import UTC, datetime
from core.store import open_store
from core.store.migrations import REVISIONS
async def main():
    async with open_store(sys.argv[1], now=lambda: datetime.now(UTC)):
        print("alembic" in sys.modules)
asyncio.run(main())
"""
    done = _python(code, url)

    assert (done.stdout, done.stderr) == ("False\n", "")


def test_no_failure_leaves_a_thread_behind(tmp_path: Path, path: Path) -> None:
    """An aiosqlite connection left open is a thread that keeps the process alive for ever."""
    (tmp_path / "garbage.db").write_bytes(b"garbage" * 1000)
    with closing(sqlite3.connect(tmp_path / "newer.db")) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('0999')")
        other.commit()
    with closing(sqlite3.connect(tmp_path / "locked.db")) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
    code = """
import asyncio, sqlite3, sys, threading
from datetime import UTC, datetime, timedelta
from core.models.errors import StoreError
from core.store import open_store
from core.store.migrations import REVISIONS

async def main(folder):
    lock = sqlite3.connect(folder + "/locked.db")
    lock.execute("BEGIN EXCLUSIVE")
    for name in ("garbage.db", "newer.db", "locked.db", "", "paperboy.db", "paperboy.db"):
        options = {"now": lambda: datetime.now(UTC), "patience": timedelta(milliseconds=10)}
        try:
            async with open_store(f"sqlite:///{folder}/{name}", **options) as store:
                await store.papers.count()
                await store.fetches.record(None)  # a bug, while open
        except StoreError:
            print("StoreError")
        except AttributeError:
            print("AttributeError")
    lock.close()

asyncio.run(main(sys.argv[1]))
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(5)
        print("left behind:", thread) if thread.is_alive() else None
"""
    done = _python(code, str(tmp_path))

    assert done.stdout.split() == ["StoreError"] * 4 + ["AttributeError"] * 2
    assert (done.returncode, done.stderr) == (0, "")


def test_processes_that_create_the_same_database_at_once_all_succeed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/paperboy.db"
    code = """
import asyncio, sys
from datetime import UTC, datetime
import alembic.operations, alembic.runtime.migration, alembic.script  # the slow part, beforehand
from core.models.values import Paper
from core.store import open_store
from core.store.migrations import REVISIONS

async def main(url, name):
    print("ready", flush=True)
    sys.stdin.readline()
    async with open_store(url, now=lambda: datetime.now(UTC)) as store:
        await store.papers.put([Paper(id=name, title=name)])

asyncio.run(main(*sys.argv[1:]))
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, url, name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two", "three")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    endings = [(*process.communicate(timeout=50), process.returncode) for process in processes]

    assert endings == [("", "", 0)] * 3
    with closing(sqlite3.connect(tmp_path / "new/paperboy.db")) as database:
        assert database.execute("SELECT count(*) FROM papers").fetchone() == (3,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
