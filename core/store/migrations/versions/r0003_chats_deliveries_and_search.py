"""The bot: chats, what was delivered to them, readings they asked for, and the search.

The full-text index is no table both databases have: FTS5 in SQLite, a tsvector in PostgreSQL.
Both start empty and are filled by the first search.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0003"
down_revision = "0002"


def upgrade(op: Operations) -> None:
    """Create everything."""
    _create_chats(op)
    _create_deliveries(op)
    _create_asked(op)
    _create_memory(op)
    _create_search(op)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False)


def _telegram_id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, autoincrement=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_chats(op: Operations) -> None:
    op.create_table(
        "chats",
        _telegram_id("chat_id"),
        _text("kind"),
        _text("language"),
        _text("at"),
        _text("zone"),
        _time("joined_at"),
        sa.Column("top_n", sa.Integer),
        sa.Column("threshold", sa.Integer),
        sa.Column("tells_quiet_days", sa.Boolean, nullable=False),
        _text("interests"),
        _telegram_id("thread_id", nullable=True),
        _text("handle", nullable=True),
        _time("paused_at", nullable=True),
        _time("left_at", nullable=True),
        _text("left_why", nullable=True),
        sa.Column("had_day", sa.Date),
        sa.PrimaryKeyConstraint("chat_id"),
    )
    op.create_index("ix_chats_at_zone_chat_id", "chats", ["at", "zone", "chat_id"])


def _create_deliveries(op: Operations) -> None:
    op.create_table(
        "deliveries",
        _text("post"),
        _telegram_id("chat_id"),
        _integer("part"),
        _integer("attempts"),
        _time("attempted_at"),
        _time("lease_until", nullable=True),
        _time("not_before", nullable=True),
        _time("sent_at", nullable=True),
        _telegram_id("message_id", nullable=True),
        _text("fingerprint", nullable=True),
        _time("changed_at", nullable=True),
        _time("given_up_at", nullable=True),
        _text("why", nullable=True),
        _integer("unsure"),
        sa.PrimaryKeyConstraint("post", "chat_id", "part"),
    )
    op.create_index("ix_deliveries_chat_id", "deliveries", ["chat_id"])
    op.create_index("ix_deliveries_attempted_at", "deliveries", ["attempted_at"])
    unfinished = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    op.create_index(
        "ix_deliveries_unfinished",
        "deliveries",
        ["post"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )


def _create_asked(op: Operations) -> None:
    op.create_table(
        "asked",
        sa.Column("number", sa.Integer, primary_key=True),
        _telegram_id("chat_id"),
        _telegram_id("user_id"),
        _telegram_id("thread_id", nullable=True),
        _telegram_id("message_id", nullable=True),
        _text("paper_id"),
        _text("language"),
        _time("asked_at"),
        _time("due_at", nullable=True),
        _integer("tries"),
        _time("done_at", nullable=True),
        sa.Column("costs", sa.Boolean, nullable=False),
    )
    op.create_index("ix_asked_done_at_due_at", "asked", ["done_at", "due_at"])
    op.create_index("ix_asked_asked_at", "asked", ["asked_at"])


def _create_memory(op: Operations) -> None:
    op.create_table("floods", _text("scope"), _time("until"), sa.PrimaryKeyConstraint("scope"))
    op.create_table("notices", _text("key"), _time("noted_at"), sa.PrimaryKeyConstraint("key"))
    op.create_table("facts", _text("name"), _text("value"), sa.PrimaryKeyConstraint("name"))


def _create_search(op: Operations) -> None:
    op.create_index("ix_papers_updated_at_id", "papers", ["updated_at", "id"])
    op.create_index("ix_analyses_paper_id_created_at", "analyses", ["paper_id", "created_at"])
    op.create_table(
        "indexed",
        _text("paper_id"),
        _integer("number"),
        _time("paper_at"),
        _integer("readings"),
        _time("newest_at", nullable=True),
        sa.PrimaryKeyConstraint("paper_id"),
    )
    op.create_index("ix_indexed_number", "indexed", ["number"], unique=True)
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search_words (number INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_words_words ON search_words USING GIN (words)")
    else:
        # Words come cut, folded and joined by spaces: the plainest tokenizer takes them as they
        # are, whereas `unicode61` would drop letters younger than itself.
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5 "
            "(title, names, abstract, readings, tokenize = 'ascii')"
        )
