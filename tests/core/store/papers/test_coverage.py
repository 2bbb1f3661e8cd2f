from datetime import date, timedelta

from core.store import Store
from tests.core.store.samples import NOON

MON, TUE, WED = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)


async def test_only_settled_days_count_as_done(store: Store) -> None:
    await store.coverage.record("arxiv", [MON, TUE, WED], at=NOON, settled={MON, TUE})

    assert await store.coverage.settled("arxiv", MON) == {MON, TUE}
    assert await store.coverage.settled("arxiv", TUE) == {TUE}
    assert await store.coverage.settled("huggingface", MON) == set()


async def test_a_settled_day_stays_settled_when_it_is_read_again(store: Store) -> None:
    await store.coverage.record("arxiv", [MON], at=NOON, settled=[MON])
    await store.coverage.record("arxiv", [MON, TUE], at=NOON + timedelta(hours=1), settled=[TUE])

    assert await store.coverage.settled("arxiv", MON) == {MON, TUE}


async def test_a_day_settles_later(store: Store) -> None:
    await store.coverage.record("arxiv", [MON], at=NOON, settled=[])
    await store.coverage.record("arxiv", [MON], at=NOON + timedelta(days=1), settled=[MON])

    assert await store.coverage.settled("arxiv", MON) == {MON}


async def test_no_days_are_recorded_without_complaint(store: Store) -> None:
    await store.coverage.record("arxiv", [], at=NOON, settled=[])

    assert await store.coverage.settled("arxiv", MON) == set()
