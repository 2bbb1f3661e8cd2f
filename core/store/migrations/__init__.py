"""The schema's history: Alembic revisions, run by `migrate` when a store is opened.

versions/  one file per revision, named r<revision>_<what>.py; a released one is never edited

To change the schema: change `core/store/tables.py`, write the next file in `versions`, add its
revision to the end of `REVISIONS`. Tests compare the three.

There is no `alembic.ini` and no `env.py`. Alembic's command line hands both the environment and
`op` around as module globals, and on an async driver two stores opened at once in one process
would run each other's steps. Here a revision is handed its operations: `upgrade(op)`. There are
no downgrades either: a reader's history is not something to take back; restore a copy instead.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

from core.models.errors import StoreError
from core.store.database import Database
from core.store.tables import metadata

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep

FOLDER = Path(__file__).parent

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""All revisions, oldest first; append only. Known here so that an up-to-date database is opened
without importing Alembic."""

_VERSION = table("alembic_version", column("version_num"))


async def migrate(
    database: Database, *, folder: Path = FOLDER, revisions: Sequence[str] = REVISIONS
) -> None:
    """Bring `database` to the newest revision, in one transaction: all of it or nothing.

    Raise `StoreError`, without having changed anything, when the database is newer than this
    program or somebody else's. Safe to run from several processes at once.
    """
    async with database.reading() as connection:
        found = await connection.run_sync(_revision, database.name, revisions)
    if found == revisions[-1]:
        return
    async with database.transaction() as connection:
        await database.exclude_others(connection, "migrations")
        # Ask again: another process may have been faster, and left little or nothing to do.
        await connection.run_sync(_revision, database.name, revisions)
        await connection.run_sync(_upgrade, folder)


def _revision(connection: Connection, name: str, revisions: Sequence[str]) -> str | None:
    """Return the stored revision, None for an empty database; raise for one we cannot serve."""
    inspector = inspect(connection)
    if not inspector.has_table(_VERSION.name):
        _refuse_a_stranger(connection, name, inspector.get_table_names())
        return None
    found = connection.execute(select(_VERSION)).scalars().all()
    unknown = [revision for revision in found if revision not in revisions]
    if unknown or len(found) > 1:
        raise StoreError(
            f"{name} was written by a newer version of this program (schema {found[0]}, known up "
            f"to {revisions[-1]}): update the program, or use another database."
        )
    return str(found[0]) if found else None


def _refuse_a_stranger(connection: Connection, name: str, tables: Sequence[str]) -> None:
    """Raise when the database is in use, but not by us.

    A SQLite file belongs to one program; on a server other programs' tables are no concern.
    """
    strangers = set(tables)
    if connection.dialect.name != "sqlite":
        strangers &= set(metadata.tables)
    if strangers:
        raise StoreError(
            f"{name} is another program's database (it holds a table {min(strangers)!r}): "
            "name a file that does not exist yet."
        )


def _upgrade(connection: Connection, folder: Path) -> None:
    """Run the missing steps inside the caller's transaction."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext, MigrationStep
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(folder)

    def missing(found: tuple[str, ...], _context: "MigrationContext") -> list["RevisionStep"]:
        newest_first = scripts.iterate_revisions("heads", found, implicit_base=True)
        return [
            MigrationStep.upgrade_from_script(scripts.revision_map, script)
            for script in reversed(list(newest_first))
        ]

    context = MigrationContext.configure(connection, opts={"fn": missing})
    context.run_migrations(op=Operations(context))
