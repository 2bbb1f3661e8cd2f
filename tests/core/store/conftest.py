"""A store in a real file, brought up to date once for the whole run and copied for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.llm.ledger import Call
from core.store import Store, open_store
from tests.core.store.samples import NOON


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> datetime:
        self.time += timedelta(**by)
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables and no rows."""
    path = tmp_path_factory.mktemp("store") / "empty.db"

    async def create() -> None:
        async with open_store(f"sqlite:///{path}", now=lambda: NOON):
            pass

    asyncio.run(create())
    return path


@pytest.fixture
def path(tmp_path: Path, migrated: Path) -> Path:
    """This test's own up-to-date database file."""
    return Path(shutil.copy(migrated, tmp_path / "paperboy.db"))


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


def price(call: Call) -> float | None:
    """Half a dollar a call, except for models nobody has a price for."""
    return None if call.model == "unpriced" else 0.5


@pytest.fixture
async def store(url: str, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(url, now=clock, price=price) as opened:
        yield opened
