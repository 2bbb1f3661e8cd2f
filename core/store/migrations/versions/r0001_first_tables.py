"""The first tables: papers, what was read and shown, caches, digests, calls and fetches.

A revision speaks plain Alembic, never `core.store.tables`: the tables move on, this does not.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0001"
down_revision = None


def upgrade(op: Operations) -> None:
    """Create everything."""
    _create_papers(op)
    _create_caches(op)
    _create_digests(op)
    _create_ledgers(op)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_papers(op: Operations) -> None:
    op.create_table(
        "papers",
        _text("id"),
        _text("title"),
        sa.Column("listed", sa.Date),
        _text("json"),
        _time("first_seen_at"),
        _time("updated_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_papers_listed", "papers", ["listed"])
    op.create_table(
        "source_days",
        _text("source"),
        sa.Column("day", sa.Date, nullable=False),
        _time("read_at"),
        _time("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("source", "day"),
    )


def _create_caches(op: Operations) -> None:
    op.create_table(
        "scores",
        _text("paper_id"),
        _integer("version"),
        _text("focus"),
        _text("prompt"),
        _text("model"),
        _text("language"),
        _integer("score"),
        _text("reason"),
        _time("scored_at"),
        sa.PrimaryKeyConstraint("paper_id", "version", "focus", "prompt", "model", "language"),
    )
    op.create_table(
        "texts",
        _text("paper_id"),
        _integer("version"),
        _text("source"),
        _text("json"),
        _time("fetched_at"),
        sa.PrimaryKeyConstraint("paper_id", "version", "source"),
    )
    op.create_table(
        "analyses",
        _text("paper_id"),
        _integer("version"),
        _text("focus"),
        _text("prompt"),
        _text("model"),
        _text("language"),
        _text("json"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("paper_id", "version", "focus", "prompt", "model", "language"),
    )


def _create_digests(op: Operations) -> None:
    op.create_table(
        "digests",
        sa.Column("day", sa.Date, nullable=False),
        _text("audience"),
        _integer("revision"),
        _text("json"),
        _time("stored_at"),
        sa.PrimaryKeyConstraint("day", "audience", "revision"),
    )
    op.create_table(
        "shown",
        _text("audience"),
        sa.Column("day", sa.Date, nullable=False),
        _text("paper_id"),
        _time("shown_at"),
        sa.PrimaryKeyConstraint("audience", "day", "paper_id"),
    )


def _create_ledgers(op: Operations) -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at"),
        _text("model"),
        _text("purpose"),
        _text("outcome"),
        _integer("input_tokens"),
        _integer("output_tokens"),
        _integer("thought_tokens"),
        _integer("cached_tokens"),
        sa.Column("latency_us", sa.BigInteger, nullable=False),
        sa.Column("cost_usd", sa.Float),
    )
    op.create_index("ix_calls_model_at", "calls", ["model", "at"])
    op.create_index("ix_calls_at", "calls", ["at"])
    op.create_table(
        "fetches",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at"),
        _text("source"),
        _integer("days"),
        _integer("papers"),
        _integer("skipped"),
        sa.Column("latency_us", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text),
    )
    op.create_index("ix_fetches_source_at", "fetches", ["source", "at"])
    op.create_table(
        "skipped_items",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at"),
        _text("source"),
        _text("item"),
        _text("reason"),
    )
    op.create_index("ix_skipped_items_source", "skipped_items", ["source", "id"])
