"""Several audiences of one morning: one reading of the sources, each its own history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.digest import DigestBuilder
from core.errors import SourceError
from core.gathering import SHARED, Gatherer
from core.readings import Readings
from core.scoring import Scorer
from core.store import Store
from tests.core.conftest import Clock
from tests.core.days import (
    DAY,
    WISH,
    FakeDesk,
    FakeJudge,
    FakeSource,
    paper,
    picked,
    rank_by_number,
)

ENGLISH = replace(WISH, audience="main:en", language="en")
YESTERDAY = DAY - timedelta(days=1)


class Newsroom:
    """One builder for all audiences, as the composition root makes it."""

    def __init__(self, store: Store, clock: Clock, source: FakeSource) -> None:
        self.desk = FakeDesk(clock)
        gatherer = Gatherer(sources=[source], store=store, now=clock, clock=lambda: 0.0)
        scorer = Scorer(store=store, rank=rank_by_number, judge=FakeJudge({"2603.00090": 95}))
        self.common = DigestBuilder(
            gatherer=gatherer,
            store=store,
            scorer=scorer,
            readings=Readings(store=store, desk=self.desk, now=clock),  # type: ignore[arg-type]
            now=clock,
        )


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(days={YESTERDAY: [paper(80)], DAY: [paper(90), paper(70)]})


@pytest.fixture
def room(store: Store, clock: Clock, source: FakeSource) -> Newsroom:
    return Newsroom(store, clock, source)


async def test_audiences_of_one_morning_ask_the_sources_once(
    room: Newsroom, source: FakeSource
) -> None:
    first = await room.common.build(DAY, WISH)
    second = await room.common.build(DAY, ENGLISH)
    assert len(source.asked) == 1
    assert picked(first) == picked(second)
    assert second.digest.language == "en"


async def test_a_later_audience_asks_again(
    room: Newsroom, source: FakeSource, clock: Clock
) -> None:
    await room.common.build(DAY, WISH)
    clock.now += SHARED
    await room.common.build(DAY, ENGLISH)
    assert len(source.asked) == 2


async def test_an_audience_without_a_yesterday_is_offered_the_days_before(
    room: Newsroom, source: FakeSource, clock: Clock
) -> None:
    await room.common.build(YESTERDAY, WISH)
    clock.now += timedelta(days=1)
    common = await room.common.build(DAY, WISH)
    newcomer = await room.common.build(DAY, ENGLISH)
    assert "2603.00080" not in picked(common)
    assert "2603.00080" in picked(newcomer)


async def test_a_failure_is_not_shared(room: Newsroom, source: FakeSource) -> None:
    source.error = SourceError(source.name, "down")
    await room.common.build(DAY, WISH)
    source.error = None
    edition = await room.common.build(DAY, ENGLISH)
    assert picked(edition) == ["2603.00090", "2603.00080"]
