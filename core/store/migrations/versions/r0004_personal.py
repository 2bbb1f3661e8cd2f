"""What is personal: topics to avoid, marks on papers, each reader's own list, words for a focus."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0004"
down_revision = "0003"


def upgrade(op: Operations) -> None:
    """Widen the chats and create the rest."""
    op.add_column("chats", sa.Column("avoided", sa.Text, nullable=False, server_default="[]"))
    op.add_column("chats", sa.Column("topics_before", sa.Text))
    _create_marks(op)
    _create_lists(op)
    _create_words(op)


def _create_marks(op: Operations) -> None:
    op.create_table(
        "marks",
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("paper_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "paper_id", "kind"),
    )
    op.create_index("ix_marks_paper_id_kind", "marks", ["paper_id", "kind"])


def _create_lists(op: Operations) -> None:
    op.create_table(
        "lists",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("papers", sa.Text, nullable=False),
        sa.Column("json", sa.Text),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "chat_id"),
    )
    op.create_index("ix_lists_chat_id_day", "lists", ["chat_id", "day"])


def _create_words(op: Operations) -> None:
    op.create_table(
        "takeaways",
        sa.Column("paper_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("focus", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "version", "focus", "prompt", "model", "language"),
    )
    op.create_table(
        "meanings",
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("topic", "prompt"),
    )
