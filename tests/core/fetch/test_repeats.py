"""Which lists are an earlier one under a new date."""

from datetime import date, timedelta

import pytest

from core.fetch import Listing
from core.fetch.merge import without_repeats
from core.models.values import Paper

DAY = date(2026, 3, 13)
BEFORE = DAY - timedelta(days=1)


def papers(*numbers: int, day: date = DAY, sources: tuple[str, ...] = ("arxiv",)) -> list[Paper]:
    return [
        Paper(id=f"2603.{n:05}", title=f"Paper {n}", listed=day, sources=sources) for n in numbers
    ]


def kept(listing: Listing, known: list[Paper], source: str = "arxiv") -> Listing:
    return without_repeats(listing, source, {paper.id: paper for paper in known})


def test_what_is_known_of_an_earlier_day_is_not_announced_today() -> None:
    listing = Listing(papers=tuple(papers(1, 2, 3)), read=(DAY,), next_list=DAY + timedelta(days=3))
    stale = kept(listing, papers(1, 2, 3, day=BEFORE))
    assert (stale.papers, stale.read, stale.young, stale.next_list) == ((), (), (DAY,), DAY)


def test_an_earlier_day_of_the_same_answer_tells_as_much() -> None:
    both = (*papers(1, 2), *papers(1, 2, day=BEFORE))
    stale = kept(Listing(papers=both, read=(BEFORE, DAY)), [])
    assert (stale.read, stale.young) == ((BEFORE,), (DAY,))
    assert {paper.listed for paper in stale.papers} == {BEFORE}


@pytest.mark.parametrize(
    "known",
    [
        [],
        papers(1, 2, 3),  # the same day, read again
        papers(1, day=BEFORE),  # a late cross-list among new ones
        papers(1, 2, 3, day=BEFORE, sources=("huggingface",)),  # another source's yesterday
        papers(1, 2, 3, day=BEFORE, sources=("huggingface", "arxiv")),  # nobody knows whose
    ],
)
def test_a_list_of_its_own_stays(known: list[Paper]) -> None:
    listing = Listing(papers=tuple(papers(1, 2, 3)), read=(DAY,))
    assert kept(listing, known) is listing


def test_a_day_without_papers_is_left_as_it_is() -> None:
    listing = Listing(read=(DAY,), quiet=(DAY,))
    assert kept(listing, papers(1, day=BEFORE)) is listing
