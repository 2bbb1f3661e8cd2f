"""Tables are called what the code calls what is in them."""

from alembic.operations import Operations

revision = "0007"
down_revision = "0006"

RENAMED = {
    "asked": ("reader_requests", (("done_at", "due_at"), ("asked_at",))),
    "awaited": ("pending_analyses", (("done_at", "due_at"),)),
    "facts": ("key_values", ()),
    "floods": ("telegram_bans", ()),
    "marks": ("feedback", (("paper_id", "kind"),)),
    "meanings": ("topic_meanings", ()),
}
"""Old name -> new name, and the columns of each index, whose name holds the table's."""


def upgrade(op: Operations) -> None:
    """Rename; no row is touched."""
    for before, (after, indexes) in RENAMED.items():
        op.rename_table(before, after)
        for columns in indexes:
            named = "_".join(columns)
            op.drop_index(f"ix_{before}_{named}", after)
            op.create_index(f"ix_{after}_{named}", after, list(columns))
