"""What the fetchers' tests share: a client that does not wait, and readers of recorded answers."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from core.fetch.http import Http
from core.fetch.outbound import Outbound

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def waits() -> list[float]:
    """Seconds the client was asked to wait before each retry."""
    return []


@pytest.fixture
def http(outbound: Outbound, waits: list[float]) -> Http:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    return Http(outbound, user_agent="paperboy-tests", sleep=sleep)


@pytest.fixture
def recorded() -> Callable[[str], bytes]:
    """Read a file of tests/data."""
    return lambda name: (DATA / name).read_bytes()
