"""Every table, as SQLAlchemy Core sees it: the queries' vocabulary.

Changing a table here changes no database: a revision in `migrations/versions` does, and a test
compares the two. Columns beside `json` exist only where a query needs them; the JSON is the
value, whole. State is facts with their time: there is no status column. A paper's unknown
version is stored as 0 (`version_key`), since a key column cannot be NULL.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)


class UtcTime(TypeDecorator[datetime]):
    """An aware time; UTC inside.

    SQLite has no time type and keeps the text `2026-03-13 00:30:00.000000`, which sorts as time
    does but forgets the zone: so everything is UTC on the way in, and says so on the way out.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: guessing its zone would move it by hours, silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Duration(TypeDecorator[timedelta]):
    """A duration as whole microseconds, so that the database can add them up."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Return microseconds."""
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Return the duration (PostgreSQL adds integers up to a decimal)."""
        return None if value is None else timedelta(microseconds=int(value))


def version_key(version: int | None) -> int:
    """Return what stands for a paper's version in a key; no real version is 0."""
    return 0 if version is None else version


def focus_key(focus: str) -> str:
    """Return what stands for a focus in a key: it may be longer than PostgreSQL can index."""
    return hashlib.sha256(focus.encode("utf-8", "surrogatepass")).hexdigest()


metadata = MetaData()

papers = Table(
    "papers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("listed", Date),
    Column("json", Text, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Index("ix_papers_listed", "listed"),
)

source_days = Table(
    "source_days",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("read_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
)

shown = Table(
    "shown",
    metadata,
    Column("audience", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("paper_id", Text, primary_key=True),
    Column("shown_at", UtcTime, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("paper_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("focus", Text, primary_key=True),
    Column("prompt", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("score", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("scored_at", UtcTime, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    Column("paper_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("json", Text, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
)

analyses = Table(
    "analyses",
    metadata,
    Column("paper_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("focus", Text, primary_key=True),
    Column("prompt", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("json", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("day", Date, primary_key=True),
    Column("audience", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("json", Text, nullable=False),
    Column("stored_at", UtcTime, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("model", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("thought_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("latency_us", Duration, nullable=False),
    Column("cost_usd", Float),
    # Defaults: revision 0002 added these to a table with rows, and SQLite keeps them for ever.
    Column("account", Text, nullable=False, server_default=text("''")),
    Column("urgency", Text, nullable=False, server_default="digest"),
    Column("estimated_tokens", Integer, nullable=False, server_default="0"),
    Column("reserved_tokens", Integer, nullable=False, server_default="0"),
    Column("served_by", Text),
    Index("ix_calls_account_model_at", "account", "model", "at"),
    Index("ix_calls_at", "at"),
)

quotas = Table(
    "quotas",
    metadata,
    Column("account", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("limit", BigInteger),
    Column("learned_at", UtcTime),
    Column("held_until", UtcTime),
)

awaited = Table(
    "awaited",
    metadata,
    Column("day", Date, primary_key=True),
    Column("audience", Text, primary_key=True),
    Column("paper_id", Text, primary_key=True),
    Column("queued_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("done_at", UtcTime),
    Index("ix_awaited_done_at_due_at", "done_at", "due_at"),
)

fetches = Table(
    "fetches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("papers", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("latency_us", Duration, nullable=False),
    Column("error", Text),
    Index("ix_fetches_source_at", "source", "at"),
)

skipped_items = Table(
    "skipped_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_skipped_items_source", "source", "id"),
)
