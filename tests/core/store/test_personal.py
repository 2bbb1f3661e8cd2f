"""All that is stored of a person: found wherever it is, and gone when it has to be."""

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from core.store import Store
from core.store.attempts import Begin, Finish
from core.store.database import open_database
from core.store.migrations import migrate
from core.store.personal import Personal
from core.store.tables import floods, metadata, notices
from tests.core.store.samples import DAY, NOON

PERSON, OTHER = 987654321, 123456789
PERSONAL = {"chat_id", "person", "user_id"}
"""Columns that can hold a person's id."""


def value(column: Any, person: int) -> object:
    """Return something a column can hold."""
    if column.name in PERSONAL:
        return person
    kind = column.type.__class__.__name__
    known: dict[str, object] = {
        "UtcTime": NOON,
        "Date": DAY,
        "Clock": time(8, 30),
        "Words": ("a",),
        "Boolean": True,
        "Float": 1.0,
        "Duration": timedelta(seconds=1),
    }
    if kind in known:
        return known[kind]
    if kind in ("Integer", "BigInteger"):
        return person % 1000
    return f"{column.name} {person % 1000}" if column.primary_key else "{}"


def holds(row: Any, person: int) -> bool:
    return str(person) in str(tuple(row))


@pytest.fixture
async def personal(tmp_path: Any) -> Any:
    async with open_database(
        f"sqlite:///{tmp_path}/p.db", patience=timedelta(seconds=5)
    ) as database:
        await migrate(database)
        async with database.transaction() as connection:
            for table in metadata.sorted_tables:
                for person in (PERSON, OTHER):
                    if PERSONAL & set(table.columns.keys()):
                        row = {column.name: value(column, person) for column in table.columns}
                        await connection.execute(insert(table).values(row))
            for person in (PERSON, OTHER):
                await connection.execute(
                    insert(notices).values(key=f"hint:{person}", noted_at=NOON)
                )
                await connection.execute(insert(floods).values(scope=f"chat:{person}", until=NOON))
        yield database, Personal(database)


async def rows_with(database: Any, person: int) -> set[str]:
    """Return the tables that hold a person's id in any column."""
    found = set()
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                if holds(row, person):
                    found.add(table.name)
    return found


async def test_nothing_is_left_of_a_forgotten_person_and_all_of_the_others(personal: Any) -> None:
    database, repository = personal
    tables = await rows_with(database, PERSON)
    assert {"chats", "marks", "lists", "deliveries", "asked", "notices", "floods"} <= tables

    assert await repository.forget(PERSON) >= len(tables)

    assert await rows_with(database, PERSON) == set()
    assert await rows_with(database, OTHER) == tables
    assert await repository.forget(PERSON) == 0


async def test_the_export_holds_every_row(personal: Any) -> None:
    database, repository = personal
    export = await repository.export(PERSON, now=NOON)
    assert {name for name, rows in export.items() if rows} == await rows_with(database, PERSON)
    assert not holds(export.values(), OTHER)
    assert export["chats"][0]["at"] == "08:30:00"


async def test_old_deliveries_are_not_given_out(personal: Any) -> None:
    _, repository = personal
    export = await repository.export(PERSON, now=NOON + timedelta(days=91))
    assert export["deliveries"] == []
    assert export["marks"]


async def test_no_message_on_its_way_brings_a_person_back(store: Store) -> None:
    begin = Begin(PERSON, "day:2026-03-13", 0, at=NOON, lease_until=NOON + timedelta(minutes=1))
    finish = Finish(PERSON, "day:2026-03-13", 0, NOON, 7, "f", DAY)

    assert await store.deliveries.apply([begin]) == [False]
    await store.deliveries.apply([finish])

    assert await store.deliveries.of(PERSON, "day:2026-03-13") == []
    export = await store.personal.export(PERSON, now=NOON)
    assert not any(export.values())
