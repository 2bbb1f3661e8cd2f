"""What is limited is counted apart from who did it, and what was promised has a lease."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0005"
down_revision = "0004"


def upgrade(op: Operations) -> None:
    """Widen what was asked for, and create the counts."""
    op.add_column("asked", sa.Column("kind", sa.Text, nullable=False, server_default="reading"))
    op.add_column("asked", sa.Column("words", sa.Text))
    op.add_column("asked", sa.Column("owner", sa.Text))
    op.add_column("asked", sa.Column("losses", sa.Integer, nullable=False, server_default="0"))
    # Until now a reading under way had no time at all, and only the next start found it.
    op.execute("UPDATE asked SET due_at = asked_at WHERE due_at IS NULL AND done_at IS NULL")
    op.create_table(
        "usage",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "what", "pseudonym"),
    )
    op.create_table(
        "usage_keys",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
