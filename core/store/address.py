"""From `DATABASE_URL` to a place SQLAlchemy can open, or a sentence saying why not.

`sqlite:///data/x.db` is relative to the working directory, `sqlite:////var/x.db` is absolute.
Never put the URL itself into a message: it may hold a password.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from core.models.errors import StoreError

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
_MEMORY = ":memory:"


@dataclass(frozen=True)
class DatabaseAddress:
    url: URL
    """With the async driver named."""
    name: str
    """How messages call it: the file's path, or the URL without its password."""
    file: Path | None = None
    """None for a server, and for a database in memory."""

    @property
    def in_memory(self) -> bool:
        """Whether it lives and dies with its one connection."""
        return self.url.database == _MEMORY


def parse(url: str) -> DatabaseAddress:
    """Return the address `url` names; raise `StoreError` when it names none we know."""
    try:
        given = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "the database URL cannot be read: write it like sqlite:///data/paperboy.db."
        ) from error
    if given.drivername not in _DRIVERS:
        known = " and ".join(f"{scheme}://" for scheme in _DRIVERS)
        raise StoreError(f"databases at {given.drivername}:// are not supported: use {known}.")
    with_driver = given.set(drivername=_DRIVERS[given.drivername])
    if given.drivername == "sqlite":
        return _sqlite(with_driver)
    return DatabaseAddress(with_driver, name=given.render_as_string(hide_password=True))


def _sqlite(url: URL) -> DatabaseAddress:
    if url.host or not url.database or url.query:
        raise StoreError(
            "a SQLite URL has three slashes and a path, and nothing else: "
            "write it like sqlite:///data/paperboy.db."
        )
    if url.database == _MEMORY:
        return DatabaseAddress(url, name="the database in memory")
    return DatabaseAddress(url, name=f"the database {url.database}", file=Path(url.database))


def prepare(file: Path) -> None:
    """Create the file's folder; raise `StoreError` where the file could not be written.

    Asked before SQLite is: its own answer to all of this is "unable to open database file".
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the database's folder {file.parent} cannot be created: {error.strerror}."
        ) from error
    if file.is_dir():
        raise StoreError(f"the database {file} is a folder: name a file in it.")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise StoreError(f"the database's folder {file.parent} cannot be written.")
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        raise StoreError(f"the database {file} cannot be read and written.")
