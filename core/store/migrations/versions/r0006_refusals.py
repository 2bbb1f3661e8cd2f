"""Refusals are counted, of chats and of messages: one is no fact."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0006"
down_revision = "0005"


def upgrade(op: Operations) -> None:
    """Widen the chats and the deliveries."""
    op.add_column("chats", sa.Column("refused_at", sa.DateTime(timezone=True)))
    op.add_column("chats", sa.Column("refused_last_at", sa.DateTime(timezone=True)))
    op.add_column("chats", _count())
    op.add_column("deliveries", _count())


def _count() -> sa.Column[int]:
    return sa.Column("refusals", sa.Integer, nullable=False, server_default="0")
