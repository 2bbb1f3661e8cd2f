"""Statements that differ between databases, or must be cut to a size they accept."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.models.errors import StoreError
from core.models.values import Value

logger = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")

CHUNK = 500
"""Values in one `IN (...)`: old builds of SQLite accept 999 in a statement."""


def chunks(items: Iterable[ItemT], size: int = CHUNK) -> Iterator[Sequence[ItemT]]:
    """Cut `items` into lists of at most `size`; no list for no items."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


async def upsert(
    connection: AsyncConnection,
    table: Table,
    rows: Iterable[Mapping[str, object]],
    *,
    once: Collection[str] = (),
    unless_same: str | None = None,
) -> None:
    """Insert `rows`, or update those whose primary key is there already.

    Columns in `once` keep what they hold, once they hold something. A row whose column
    `unless_same` would not change is left alone.
    """
    statement = _upsert(connection.dialect.name, table, once, unless_same)
    # Without rows SQLAlchemy would insert one made of defaults; without chunks returns none.
    for chunk in chunks(rows):
        await connection.execute(statement, [dict(row) for row in chunk])


def _upsert(
    dialect: str, table: Table, once: Collection[str], unless_same: str | None
) -> sqlite.Insert | postgresql.Insert:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    new = insert.excluded
    update: dict[str, Any] = {
        column.name: func.coalesce(column, new[column.name])
        if column.name in once
        else new[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return insert.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_=update,
        where=None if unless_same is None else table.c[unless_same] != new[unless_same],
    )


ValueT = TypeVar("ValueT", bound=Value)


def decode(kind: type[ValueT], json: str) -> ValueT:
    """Return the value `json` holds; raise `StoreError` when the program knows it no longer."""
    try:
        return kind.model_validate_json(json)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"]) or "JSON"
        raise StoreError(
            f"a stored {kind.__name__} cannot be read ({where}: {problem['msg']}): "
            "was it written by another version of this program?"
        ) from error


def decode_made(kind: type[ValueT], json: str | None) -> ValueT | None:
    """Return a value that can be made again; None when the program knows it no longer."""
    try:
        return None if json is None else decode(kind, json)
    except StoreError as error:  # of long ago: it is made again, or something else is shown
        logger.info("passed over: %s", error)
        return None
