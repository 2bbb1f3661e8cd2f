"""Calls are written before they are made and belong to a key; quotas; readings that wait.

Calls of before were made by some key, for the digest, and what was set aside for them is unknown.
"""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0002"
down_revision = "0001"


def upgrade(op: Operations) -> None:
    """Widen the calls and create the rest."""
    _widen_calls(op)
    _create_quotas(op)
    _create_awaited(op)


def _widen_calls(op: Operations) -> None:
    for column in (
        sa.Column("account", sa.Text, nullable=False, server_default=""),
        sa.Column("urgency", sa.Text, nullable=False, server_default="digest"),
        sa.Column("estimated_tokens", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reserved_tokens", sa.Integer, nullable=False, server_default="0"),
        sa.Column("served_by", sa.Text),
    ):
        op.add_column("calls", column)
    op.drop_index("ix_calls_model_at", "calls")
    op.create_index("ix_calls_account_model_at", "calls", ["account", "model", "at"])


def _create_quotas(op: Operations) -> None:
    op.create_table(
        "quotas",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("limit", sa.BigInteger),
        sa.Column("learned_at", sa.DateTime(timezone=True)),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("account", "model", "scope"),
    )


def _create_awaited(op: Operations) -> None:
    op.create_table(
        "awaited",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("paper_id", sa.Text, nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("day", "audience", "paper_id"),
    )
    op.create_index("ix_awaited_done_at_due_at", "awaited", ["done_at", "due_at"])
