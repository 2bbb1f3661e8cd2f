"""Every table, as SQLAlchemy Core sees it: the queries' vocabulary.

Changing a table here changes no database: a revision in `migrations/versions` does, and a test
compares the two. Columns beside `json` exist only where a query needs them; the JSON is the
value, whole. State is facts with their time: there is no status column. A paper's unknown
version is stored as 0 (`version_key`), since a key column cannot be NULL.

One table is not here: `search_words`, the full-text index beside `indexed`, which is a different
thing in each database (`engines`).
"""

import hashlib
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

from core.store.columns import Clock, Duration, UtcTime, WordsColumn


def version_key(version: int | None) -> int:
    """Return what stands for a paper's version in a key; no real version is 0."""
    return 0 if version is None else version


def focus_key(focus: str) -> str:
    """Return what stands for a focus in a key: it may be longer than PostgreSQL can index."""
    return hashlib.sha256(focus.encode("utf-8", "surrogatepass")).hexdigest()


def _key(**kinds: Any) -> list[Column[Any]]:
    """Return the columns of a primary key."""
    return [
        Column(name, kind, primary_key=True, autoincrement=False) for name, kind in kinds.items()
    ]


def _needed(**kinds: Any) -> list[Column[Any]]:
    """Return columns that always hold something."""
    return [Column(name, kind, nullable=False) for name, kind in kinds.items()]


UNFINISHED = "sent_at IS NULL AND given_up_at IS NULL"
"""A delivery still to be made: few rows of many, with an index of their own."""

metadata = MetaData()

papers = Table(
    "papers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("listed", Date),
    *_needed(json=Text, first_seen_at=UtcTime, updated_at=UtcTime),
    Index("ix_papers_listed", "listed"),
    # What the search has to read again is found in this index alone, without the JSON.
    Index("ix_papers_updated_at_id", "updated_at", "id"),
)

source_days = Table(
    "source_days",
    metadata,
    *_key(source=Text, day=Date),
    Column("read_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
)

shown = Table(
    "shown",
    metadata,
    *_key(audience=Text, day=Date, paper_id=Text),
    Column("shown_at", UtcTime, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    *_key(paper_id=Text, version=Integer, focus=Text, prompt=Text, model=Text, language=Text),
    *_needed(score=Integer, reason=Text, scored_at=UtcTime),
    Column("headline", Text, nullable=False, server_default=text("''")),
)

texts = Table(
    "texts",
    metadata,
    *_key(paper_id=Text, version=Integer, source=Text),
    Column("json", Text, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
)

analyses = Table(
    "analyses",
    metadata,
    *_key(paper_id=Text, version=Integer, focus=Text, prompt=Text, model=Text, language=Text),
    Column("json", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_analyses_paper_id_created_at", "paper_id", "created_at"),
)

digests = Table(
    "digests",
    metadata,
    *_key(day=Date, audience=Text, revision=Integer),
    Column("json", Text, nullable=False),
    Column("stored_at", UtcTime, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    *_needed(
        at=UtcTime,
        model=Text,
        purpose=Text,
        outcome=Text,
        input_tokens=Integer,
        output_tokens=Integer,
        thought_tokens=Integer,
        cached_tokens=Integer,
        latency_us=Duration,
    ),
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
    *_key(account=Text, model=Text, scope=Text),
    Column("limit", BigInteger),
    Column("learned_at", UtcTime),
    Column("held_until", UtcTime),
)

pending_analyses = Table(
    "pending_analyses",
    metadata,
    *_key(day=Date, audience=Text, paper_id=Text),
    *_needed(queued_at=UtcTime, due_at=UtcTime, tries=Integer),
    Column("done_at", UtcTime),
    Index("ix_pending_analyses_done_at_due_at", "done_at", "due_at"),
)

fetches = Table(
    "fetches",
    metadata,
    Column("id", Integer, primary_key=True),
    *_needed(
        at=UtcTime, source=Text, days=Integer, papers=Integer, skipped=Integer, latency_us=Duration
    ),
    Column("error", Text),
    Index("ix_fetches_source_at", "source", "at"),
)

skipped_items = Table(
    "skipped_items",
    metadata,
    Column("id", Integer, primary_key=True),
    *_needed(at=UtcTime, source=Text, item=Text, reason=Text),
    Index("ix_skipped_items_source", "source", "id"),
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    *_needed(kind=Text, language=Text, at=Clock, zone=Text, joined_at=UtcTime),
    Column("top_n", Integer),
    Column("threshold", Integer),
    Column("tells_quiet_days", Boolean, nullable=False),
    Column("interests", WordsColumn, nullable=False),
    Column("thread_id", BigInteger),
    Column("handle", Text),
    Column("paused_at", UtcTime),
    Column("left_at", UtcTime),
    Column("left_why", Text),
    Column("had_day", Date),
    # A default: revision 0004 added it to a table with rows, and SQLite keeps it for ever.
    Column("avoided", WordsColumn, nullable=False, server_default="[]"),
    Column("topics_before", WordsColumn),
    Column("refused_at", UtcTime),
    Column("refused_last_at", UtcTime),
    # Defaults: revision 0006 added these to tables with rows, and SQLite keeps them for ever.
    Column("refusals", Integer, nullable=False, server_default="0"),
    Index("ix_chats_at_zone_chat_id", "at", "zone", "chat_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    # The post first: what a morning writes lies together.
    *_key(post=Text, chat_id=BigInteger, part=Integer),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", UtcTime, nullable=False),
    Column("lease_until", UtcTime),
    Column("not_before", UtcTime),
    Column("sent_at", UtcTime),
    Column("message_id", BigInteger),
    Column("fingerprint", Text),
    Column("changed_at", UtcTime),
    Column("given_up_at", UtcTime),
    Column("why", Text),
    Column("unsure", Integer, nullable=False),
    Column("refusals", Integer, nullable=False, server_default="0"),
    Index("ix_deliveries_chat_id", "chat_id"),
    Index("ix_deliveries_attempted_at", "attempted_at"),
    Index(
        "ix_deliveries_unfinished",
        "post",
        sqlite_where=text(UNFINISHED),
        postgresql_where=text(UNFINISHED),
    ),
)

telegram_bans = Table(
    "telegram_bans",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("until", UtcTime, nullable=False),
)

reader_requests = Table(
    "reader_requests",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("message_id", BigInteger),
    *_needed(paper_id=Text, language=Text, asked_at=UtcTime),
    Column("due_at", UtcTime),
    Column("tries", Integer, nullable=False),
    Column("done_at", UtcTime),
    Column("costs", Boolean, nullable=False),
    # Defaults: revision 0005 added these to a table with rows, and SQLite keeps them for ever.
    Column("kind", Text, nullable=False, server_default="reading"),
    Column("words", Text),
    Column("owner", Text),
    Column("losses", Integer, nullable=False, server_default="0"),
    Index("ix_reader_requests_done_at_due_at", "done_at", "due_at"),
    Index("ix_reader_requests_asked_at", "asked_at"),
)

usage = Table(
    "usage",
    metadata,
    *_key(day=Date, what=Text, pseudonym=Text),
    Column("count", Integer, nullable=False),
)

usage_keys = Table(
    "usage_keys",
    metadata,
    Column("day", Date, primary_key=True),
    Column("key", Text, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("key", Text, primary_key=True),
    Column("noted_at", UtcTime, nullable=False),
)

key_values = Table(
    "key_values",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

indexed = Table(
    "indexed",
    metadata,
    Column("paper_id", Text, primary_key=True),
    *_needed(number=Integer, paper_at=UtcTime, readings=Integer),
    Column("newest_at", UtcTime),
    Index("ix_indexed_number", "number", unique=True),
)

feedback = Table(
    "feedback",
    metadata,
    *_key(person=BigInteger, paper_id=Text, kind=Text),
    Column("at", UtcTime, nullable=False),
    Index("ix_feedback_paper_id_kind", "paper_id", "kind"),
)

lists = Table(
    "lists",
    metadata,
    # The day first: what a morning writes lies together.
    *_key(day=Date, chat_id=BigInteger),
    Column("papers", WordsColumn, nullable=False),
    Column("json", Text),
    Column("stored_at", UtcTime, nullable=False),
    Index("ix_lists_chat_id_day", "chat_id", "day"),
)

takeaways = Table(
    "takeaways",
    metadata,
    *_key(paper_id=Text, version=Integer, focus=Text, prompt=Text, model=Text, language=Text),
    Column("json", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

topic_meanings = Table(
    "topic_meanings",
    metadata,
    *_key(topic=Text, prompt=Text),
    *_needed(model=Text, json=Text, created_at=UtcTime),
)
