"""What core tests share: a clock that stands still until told, a store, recorded answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.fetch.http import Http
from core.fetch.outbound import Outbound
from core.models.values import Paper
from core.score.local import Ranker, load_ranker
from core.store import Store, open_store
from tests.databases import fresh

DATA = Path(__file__).parents[1] / "data"
RECORDS = json.loads((DATA / "score/papers.json").read_text(encoding="utf-8"))


class Clock:
    """A clock that only moves when told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 13, 0, 30, tzinfo=UTC))


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(fresh(tmp_path), now=clock) as opened:
        yield opened


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


@pytest.fixture(scope="session")
def ranker() -> Ranker:
    return load_ranker()


@pytest.fixture(scope="session")
def quiet_day() -> list[Paper]:
    """Real papers that have nothing to do with the default interests."""
    return [Paper.model_validate(record) for record in RECORDS["quiet_day"]]


@pytest.fixture(scope="session")
def relevant() -> Mapping[str, list[Paper]]:
    """Real papers by the interest whose name, or narrower term, is in the title."""
    return {
        interest: [Paper.model_validate(record) for record in records]
        for interest, records in RECORDS["relevant"].items()
    }


PaperMaker = Callable[..., Paper]


@pytest.fixture
def paper() -> PaperMaker:
    def make(title: str, abstract: str = "", *, id: str | None = None) -> Paper:
        return Paper(id=id or title[:60], title=title, abstract=abstract)

    return make
