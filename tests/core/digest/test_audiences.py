"""Several audiences of one morning: one reading of the sources, each its own history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.digest.gather import SHARED
from core.models.errors import SourceError
from core.models.values import ScoreKind
from core.store import Store
from tests.core.conftest import Clock
from tests.core.days import (
    DAY,
    WISH,
    FakeDesk,
    FakeJudge,
    FakeSource,
    builder,
    paper,
    picked,
    rank_by_number,
    scorer,
)

ENGLISH = replace(WISH, audience="main:en", language="en")
YESTERDAY = DAY - timedelta(days=1)


class Newsroom:
    """One builder for all audiences, as the composition root makes it."""

    def __init__(self, store: Store, clock: Clock, source: FakeSource) -> None:
        self.deep_dives = FakeDesk(clock)
        judged = scorer(store, rank_by_number, FakeJudge({"2603.00090": 95}))
        self.common = builder(store, clock, [source], self.deep_dives, judged)


@pytest.fixture
def source() -> FakeSource:
    yesterday = [paper(80, listed=YESTERDAY)]
    return FakeSource(days={YESTERDAY: yesterday, DAY: [paper(90), paper(70)]})


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


async def test_another_language_is_the_same_choice_in_other_words(
    room: Newsroom, source: FakeSource, clock: Clock
) -> None:
    """However late it is asked for, and whatever the sources list by then."""
    english = WISH.in_language("en")
    first = (await room.common.build(DAY, WISH)).digest
    source.days[DAY].append(paper(99))
    clock.now += SHARED
    second = (await room.common.build(DAY, english)).digest
    assert (second.audience, second.language) == ("main:en", "en")
    assert (second.papers, second.scanned) == (first.papers, first.scanned)
    assert [(s.paper.id, s.score, s.kind) for s in (*first.picks, *first.others)] == [
        (s.paper.id, s.score, s.kind) for s in (*second.picks, *second.others)
    ]
    local = [s for s in (*second.picks, *second.others) if s.kind is ScoreKind.LOCAL]
    assert local
    assert all(scored.reason.isascii() for scored in local)
    assert await room.common.get(DAY, "main:en") == second


async def test_a_paper_is_scanned_once_however_often_it_is_listed(
    room: Newsroom, source: FakeSource, clock: Clock
) -> None:
    """What is left of yesterday is chosen from again, and not counted again."""
    source.settles_after = timedelta(days=2)
    await room.common.build(YESTERDAY, replace(WISH, threshold=100))
    clock.now += timedelta(days=1)
    source.days[YESTERDAY].append(paper(10, listed=YESTERDAY))  # it was still filling
    second = (await room.common.build(DAY, WISH)).digest
    assert second.papers == 3, "two of the day, and one that yesterday's list got later"


async def test_on_a_day_off_only_what_nobody_looked_at_is_chosen_from(
    room: Newsroom, source: FakeSource, clock: Clock
) -> None:
    source.settles_after = timedelta(days=3)
    await room.common.build(YESTERDAY, replace(WISH, threshold=100))
    clock.now += timedelta(days=1)
    source.extras = {"quiet": (DAY,)}
    source.days = {YESTERDAY: [*source.days[YESTERDAY], paper(75, listed=YESTERDAY)]}
    second = (await room.common.build(DAY, WISH)).digest
    assert [scored.paper.id for scored in second.picks] == ["2603.00075"]
    assert second.papers == second.candidates == 1
