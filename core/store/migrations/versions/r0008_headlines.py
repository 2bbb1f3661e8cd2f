"""A score comes with what the paper did, in one line."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0008"
down_revision = "0007"


def upgrade(op: Operations) -> None:
    """Widen the scores; those of before have none."""
    op.add_column(
        "scores", sa.Column("headline", sa.Text, nullable=False, server_default=sa.text("''"))
    )
