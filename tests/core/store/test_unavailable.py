"""A disk that is full, a lock that stays, a file that is gone: each named by who can act on it."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from core.models.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreUnavailable,
    StoreUnwritable,
)
from core.store import Begin, Finish, Release, Store, open_store
from core.store.failures import speaking_of
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON
from tests.databases import failing

SOON = timedelta(milliseconds=50)
KINDS = {
    "full": (StoreFull, "the disk is full"),
    "locked": (StoreBusy, "is locked by another process"),
    "readonly": (StoreUnwritable, "check the file's and its folder's permissions"),
    "deleted": (StoreUnwritable, "was deleted or moved while in use"),
}


@pytest.mark.parametrize("how", KINDS)
async def test_a_write_fails_by_its_kind_changes_nothing_and_can_be_repeated(
    path: Path, url: str, how: str
) -> None:
    kind, said = KINDS[how]
    async with open_store(url, now=lambda: NOON, patience=SOON) as store:
        await store.key_values.put("word", "before")
        async with failing(store, path, how):
            with pytest.raises(kind, match=said):
                await store.key_values.put("word", "x" * 100_000)
            with pytest.raises(kind):
                await store.key_values.try_writing()
            if how != "deleted":
                assert await store.key_values.get("word") == "before", "reading needs no room"
        await store.key_values.try_writing()
        await store.key_values.put("word", "after")
        assert await store.key_values.get("word") == "after"
        assert await store.key_values.get("probe") is None
    assert not path.with_suffix(".away").exists()


async def test_a_file_put_in_the_place_of_the_open_one_is_not_written(path: Path, url: str) -> None:
    async with open_store(url, now=lambda: NOON) as store:
        await store.key_values.put("word", "mine")
        other = path.with_name("other.db")
        other.write_bytes(path.read_bytes())
        other.replace(path)
        with pytest.raises(StoreUnwritable, match="was replaced by another file while in use"):
            await store.key_values.get("word")


async def test_those_in_line_do_not_wait_once_each_for_the_same_lock(path: Path, url: str) -> None:
    patience = timedelta(seconds=1)
    async with open_store(url, now=lambda: NOON, patience=patience) as store:
        async with failing(store, path, "locked"):
            waits = _waits(store)
            writes = (store.key_values.put(f"{number}", "") for number in range(20))
            done = await asyncio.gather(*writes, return_exceptions=True)
            assert {type(error) for error in done} == {StoreBusy}
            assert waits() < 1000, "only the first is patient"
        await store.key_values.put("word", "after")
        assert waits() == 1000, "patient again, once it came through"


def _waits(store: Store):  # type: ignore[no-untyped-def]
    return lambda: store.key_values._database._waits.milliseconds


async def test_what_has_arrived_is_noted_before_anything_else_may_go(
    path: Path, url: str, clock: Clock
) -> None:
    """The message is out, the disk is full: it must not be sent again when there is room."""
    async with open_store(url, now=clock, patience=SOON) as store:
        ledger, lease = store.deliveries, timedelta(seconds=90)

        def begin(chat_id: int) -> Begin:
            return Begin(chat_id, "day:1", 0, clock(), clock() + lease)

        assert await ledger.apply([begin(-1), begin(-2)]) == [True, True]
        async with failing(store, path, "locked"):
            with pytest.raises(StoreBusy):
                await ledger.apply(
                    [Finish(-1, "day:1", 0, clock(), 77, "print", date(2026, 3, 13))]
                )
            with pytest.raises(StoreBusy):
                await ledger.apply(
                    [Release(-2, "day:1", 0, clock() + timedelta(hours=1)), begin(-3)]
                )
        clock.advance(minutes=5)  # every lease is over
        assert await ledger.apply([begin(-1), begin(-2), begin(-3)]) == [False, False, True]
        (row,) = await ledger.of(-1, "day:1")
        assert row.message_id == 77


class _Server(Exception):
    """What psycopg raises, as far as we look at it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("said by the server")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("53100", StoreFull),
        ("57P01", StoreBusy),
        ("57P03", StoreBusy),
        ("08006", StoreBusy),
        ("53300", StoreBusy),
        ("55P03", StoreBusy),
        ("40P01", StoreBusy),
        ("25006", StoreUnwritable),
        ("58030", StoreUnwritable),
        ("XX001", StoreDamaged),
        (None, StoreBusy),
        ("42P01", StoreError),
    ],
)
def test_what_a_server_says_is_sorted_alike(sqlstate: str | None, kind: type[StoreError]) -> None:
    made = InternalError if sqlstate in ("25006", "XX001") else OperationalError
    error: DBAPIError = made("SELECT 1", {}, _Server(sqlstate))
    with pytest.raises(StoreError) as caught, speaking_of("the database"):
        raise error
    assert type(caught.value) is kind
    assert "SELECT" not in str(caught.value)


def test_a_mistake_in_a_query_stays_a_bug() -> None:
    error = InternalError("SELECT 1", {}, _Server("XX000"))
    with pytest.raises(InternalError), speaking_of("the database"):
        raise error


async def test_a_damaged_page_is_named_and_the_rest_can_be_read(path: Path, url: str) -> None:
    async with open_store(url, now=lambda: NOON) as store:
        await store.key_values.put("long", "x" * 400_000)
    with closing(sqlite3.connect(path)) as other:
        (size,) = other.execute("PRAGMA page_size").fetchone()
        (pages,) = other.execute("PRAGMA page_count").fetchone()
        (root,) = other.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'key_values'"
        ).fetchone()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    assert 1 < root <= pages
    content[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(content)
    async with open_store(url, now=lambda: NOON) as store:
        with pytest.raises(StoreUnavailable) as caught:
            await store.key_values.get("long")
        assert type(caught.value) is StoreDamaged
        assert await store.papers.count() == 0
