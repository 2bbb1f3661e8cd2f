import sqlite3
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models.values import Paper
from core.store import Store
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON, any_paper, paper

SAME_STORE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _times(path: Path, paper_id: str) -> tuple[str, str]:
    connection = sqlite3.connect(path)
    query = "SELECT first_seen_at, updated_at FROM papers WHERE id = ?"
    row: tuple[str, str] = connection.execute(query, [paper_id]).fetchone()
    connection.close()
    return row


@SAME_STORE
@given(papers=st.lists(any_paper, max_size=5, unique_by=lambda paper: paper.id))
async def test_any_paper_comes_back_as_it_was(store: Store, papers: list[Paper]) -> None:
    await store.papers.put(papers)

    assert list((await store.papers.get_many(p.id for p in papers)).values()) == papers


async def test_an_unknown_paper_is_none(store: Store) -> None:
    assert await store.papers.get("2603.99999") is None
    assert await store.papers.get_many([]) == {}


async def test_no_papers_are_put_without_complaint(store: Store) -> None:
    await store.papers.put([])

    assert await store.papers.count() == 0


async def test_of_one_id_the_last_paper_is_kept(store: Store) -> None:
    await store.papers.put([paper(title="draft"), paper(title="final")])
    await store.papers.put([paper(title="revised")])

    assert await store.papers.get("2603.00001") == paper(title="revised")
    assert await store.papers.count() == 1


async def test_first_seen_stays_and_updated_moves_only_with_a_change(
    store: Store, path: Path, clock: Clock
) -> None:
    noon = NOON.strftime("%Y-%m-%d %H:%M:%S.%f")
    await store.papers.put([paper()])
    clock.advance(hours=1)
    await store.papers.put([paper()])
    assert _times(path, "2603.00001") == (noon, noon)

    await store.papers.put([paper(title="revised")])
    assert _times(path, "2603.00001") == (noon, noon.replace("12:", "13:"))


async def test_more_ids_than_sqlite_has_variables_are_looked_up(store: Store) -> None:
    ids = [f"{number:05d}" for number in range(40_000)]
    await store.papers.put(paper(paper_id) for paper_id in ids[::20])

    found = await store.papers.get_many(reversed(ids))

    assert list(found) == ids[::20][::-1]


async def test_a_sample_is_evenly_spread_and_always_the_same(store: Store) -> None:
    days = [date(2026, 3, 1), date(2026, 3, 2)]
    await store.papers.put(
        paper(f"2603.{number:05d}").model_copy(update={"listed": days[number % 2]})
        for number in range(20)
    )

    async def ids(most: int, until: date = days[1]) -> list[str]:
        return [found.id for found in await store.papers.sample(days[0], until, most=most)]

    assert await ids(4) == ["2603.00000", "2603.00005", "2603.00010", "2603.00015"]
    assert await ids(2, days[0]) == ["2603.00000", "2603.00010"]
    assert len(await ids(50)) == 20
    assert await store.papers.sample(days[1], days[0], most=4) == []
