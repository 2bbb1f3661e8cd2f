"""A database that is up to date already: made once in each process, copied for each test.

Creating the tables takes 70 ms, copying them 1.
"""

import asyncio
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event

from core.store import Store, open_store

NAME = "paperboy.db"


def fresh(folder: Path, name: str = NAME) -> str:
    """Return the URL of a new database in `folder`, with all tables and no rows.

    One that is there stays as it is: a second process, or a second day, goes on with the first's.
    """
    path = folder / name
    if not path.exists():
        path.write_bytes(_empty())
    return f"sqlite:///{path}"


@cache
def _empty() -> bytes:
    folder = Path(tempfile.mkdtemp())
    try:
        with ThreadPoolExecutor(1) as outside:  # a loop may be running here
            outside.submit(asyncio.run, _create(folder / NAME)).result()
        return (folder / NAME).read_bytes()
    finally:
        shutil.rmtree(folder)


async def _create(path: Path) -> None:
    async with open_store(f"sqlite:///{path}", now=lambda: datetime(2026, 1, 1, tzinfo=UTC)):
        pass


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a disk of eight megabytes; an ordinary folder where none can be made (not as root)."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    is_mounted = False
    with suppress(OSError):
        is_mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield folder
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Use up what room there is; return the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return filler


@asynccontextmanager
async def failing(store: Store, path: Path, how: str) -> AsyncIterator[None]:
    """Let the open database in `path` fail as real ones do, until the block ends.

    `full` and `readonly` are SQLite's own refusals, `locked` is another process at work, `deleted`
    a file that was moved away; a `small_disk` is really full.
    """
    pragmas = {"full": "PRAGMA max_page_count = 1", "readonly": "PRAGMA query_only = ON"}
    if how == "full" and path.parent.is_mount():
        filler = fill(path.parent)
        try:
            yield
        finally:
            filler.unlink()
    elif how == "locked":
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.rollback()
    elif how == "deleted":
        path.rename(path.with_suffix(".away"))
        try:
            yield
        finally:
            path.with_suffix(".away").rename(path)
    else:
        engine = store.key_values._database._writer

        def refuse(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            cursor.execute(pragmas[how])
            cursor.close()

        await engine.dispose()
        event.listen(engine.sync_engine, "connect", refuse)
        try:
            yield
        finally:
            event.remove(engine.sync_engine, "connect", refuse)
            await engine.dispose()
