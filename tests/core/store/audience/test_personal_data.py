"""All that is stored of a person: found wherever it is, and gone when it has to be."""

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, insert, select

from core.store import Store
from core.store.audience.personal_data import PAGE, PERSONS, Personal
from core.store.database import open_database
from core.store.delivery_changes import Begin, Finish
from core.store.migrations import migrate
from core.store.tables import deliveries, lists, metadata, notices, telegram_bans
from tests.core.store.samples import DAY, NOON, exported

PERSON, OTHER = 987654321, 123456789
NO_PERSON = {"message_id", "thread_id", "limit"}
"""Whole numbers that are no ids of persons."""


def value(column: Any, person: int) -> object:
    """Return something a column can hold."""
    if column.name in PERSONS:
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
                    if PERSONS & set(table.columns.keys()):
                        row = {column.name: value(column, person) for column in table.columns}
                        await connection.execute(insert(table).values(row))
            for person in (PERSON, OTHER):
                await connection.execute(
                    insert(notices).values(key=f"hint:{person}", noted_at=NOON)
                )
                await connection.execute(
                    insert(telegram_bans).values(scope=f"chat:{person}", until=NOON)
                )
        yield database, Personal(database, lambda: NOON)


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
    assert {"chats", "feedback", "lists", "deliveries", "notices"} <= tables
    assert {"reader_requests", "telegram_bans"} <= tables

    assert await repository.forget(PERSON) >= len(tables)

    assert await rows_with(database, PERSON) == set()
    assert await rows_with(database, OTHER) == tables
    assert await repository.forget(PERSON) == 0


async def test_the_export_holds_every_row(personal: Any) -> None:
    database, repository = personal
    export = await exported(repository, PERSON)
    assert {name for name, rows in export.items() if rows} == await rows_with(database, PERSON)
    assert not holds(export.values(), OTHER)
    assert export["chats"][0]["at"] == "08:30:00"


def test_every_column_that_can_hold_an_id_is_known_to_hold_a_persons_or_not() -> None:
    wide = {
        column.name
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, BigInteger) and column.type.__class__.__name__ == "BigInteger"
    }
    assert wide - NO_PERSON == PERSONS


async def test_all_of_a_long_history_is_given_out_page_by_page(personal: Any) -> None:
    database, repository = personal
    days = [DAY - timedelta(days=n) for n in range(2 * PAGE + 50)]
    kept = {"papers": ("a",), "json": "{}", "stored_at": NOON}
    parts = [(f"day:{day}", part) for day in days for part in range(2)]
    sent = {"attempts": 1, "attempted_at": NOON - timedelta(days=4000), "unsure": 0}
    async with database.transaction() as connection:
        rows = [kept | {"day": day, "chat_id": person} for day in days for person in (8, 9)]
        await connection.execute(insert(lists), rows)
        await connection.execute(
            insert(deliveries),
            [sent | {"chat_id": 8, "post": post, "part": n} for post, n in parts],
        )
    export = await exported(repository, 8)
    assert [row["day"] for row in export["lists"]] == sorted(str(day) for day in days)
    assert [(row["post"], row["part"]) for row in export["deliveries"]] == sorted(parts)
    assert max([len(rows) async for _, rows in repository.pages(8)]) == PAGE


async def test_no_message_on_its_way_brings_a_person_back(store: Store) -> None:
    begin = Begin(PERSON, "day:2026-03-13", 0, at=NOON, lease_until=NOON + timedelta(minutes=1))
    finish = Finish(PERSON, "day:2026-03-13", 0, NOON, 7, "f", DAY)

    assert await store.deliveries.apply([begin]) == [False]
    await store.deliveries.apply([finish])

    assert await store.deliveries.of(PERSON, "day:2026-03-13") == []
    export = await exported(store.personal, PERSON)
    assert not any(export.values())
