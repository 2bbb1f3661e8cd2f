import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from core.store import Store
from tests.core.store.samples import DAY, digest

TOMORROW = DAY + timedelta(days=1)


async def test_a_digest_comes_back_as_it_was(store: Store) -> None:
    assert await store.digests.put(digest(), shown=["a"]) == 1

    assert await store.digests.get(DAY, "channel") == digest()
    assert await store.digests.get(DAY, "somebody else") is None
    assert await store.digests.get(TOMORROW, "channel") is None


async def test_a_digest_of_before_places_were_kept_still_loads(store: Store, path: Path) -> None:
    await store.digests.put(digest(), shown=["a"])
    connection = sqlite3.connect(path)
    [(json,)] = connection.execute("SELECT json FROM digests").fetchall()
    older = json.replace(',"top_share":null', "")
    assert older != json
    connection.execute("UPDATE digests SET json = ?", [older])
    connection.commit()
    connection.close()
    assert await store.digests.get(DAY, "channel") == digest()


async def test_a_second_put_is_a_revision_and_the_first_stays(store: Store, path: Path) -> None:
    await store.digests.put(digest(candidates=1), shown=["a"])

    assert await store.digests.put(digest(candidates=2), shown=["a"]) == 2
    assert await store.digests.put(digest(audience="other"), shown=["a"]) == 1

    assert await store.digests.get(DAY, "channel") == digest(candidates=2)
    connection = sqlite3.connect(path)
    kept = connection.execute("SELECT json FROM digests ORDER BY audience, revision").fetchall()
    connection.close()
    assert kept[0] == (digest(candidates=1).model_dump_json(),)
    assert len(kept) == 3


async def test_history_is_what_was_shown_on_other_days(store: Store) -> None:
    await store.digests.put(digest(DAY), shown=["a", "b"])
    await store.digests.put(digest(TOMORROW), shown={"b", "c"})
    await store.digests.put(digest(DAY, audience="other"), shown=["x"])

    assert await store.history.shown("channel", except_day=TOMORROW) == {"a", "b"}
    assert await store.history.shown("channel", except_day=DAY) == {"b", "c"}
    assert await store.history.shown("channel", except_day=DAY + timedelta(days=9)) == set("abc")
    assert await store.history.shown("nobody", except_day=DAY) == set()


async def test_what_an_earlier_revision_showed_stays_shown(store: Store) -> None:
    await store.digests.put(digest(DAY), shown=["a", "b"])
    await store.digests.put(digest(TOMORROW), shown=["c"])

    await store.digests.put(digest(DAY), shown=["b", "b", "d"])

    assert await store.history.shown("channel", except_day=TOMORROW) == {"a", "b", "d"}
    assert await store.history.shown("channel", except_day=DAY) == {"c"}


async def test_a_day_may_show_nothing(store: Store) -> None:
    await store.digests.put(digest(), shown=[])

    assert await store.history.shown("channel", except_day=TOMORROW) == set()


async def test_a_put_that_fails_midway_leaves_digest_and_history_as_they_were(
    store: Store, path: Path
) -> None:
    await store.digests.put(digest(candidates=1), shown=["a"])
    other = sqlite3.connect(path)
    other.execute(
        "CREATE TRIGGER fault BEFORE INSERT ON shown WHEN new.paper_id = 'poison' "
        "BEGIN SELECT RAISE(ABORT, 'a fault'); END"
    )
    other.close()

    # The revision is inserted by the time this fails.
    with pytest.raises(IntegrityError, match="a fault"):
        await store.digests.put(digest(candidates=2), shown=["b", "poison"])

    assert await store.digests.get(DAY, "channel") == digest(candidates=1)
    assert await store.history.shown("channel", except_day=TOMORROW) == {"a"}
    assert await store.digests.put(digest(candidates=3), shown=["c"]) == 2


async def test_recent_digests_come_newest_day_first_in_their_latest_revision(store: Store) -> None:
    for day in (DAY, TOMORROW, DAY - timedelta(days=1)):
        await store.digests.put(digest(day, candidates=1), shown=[])
    await store.digests.put(digest(DAY, candidates=2), shown=[])
    await store.digests.put(digest(DAY, audience="a reader"), shown=[])

    assert await store.digests.recent(3) == [
        digest(TOMORROW),
        digest(DAY, audience="a reader"),
        digest(DAY, candidates=2),
    ]
    assert len(await store.digests.recent(99)) == 4


async def test_as_many_papers_as_a_year_shows_are_remembered(store: Store) -> None:
    ids = {f"{number:05d}" for number in range(40_000)}
    await store.digests.put(digest(), shown=ids)

    assert await store.history.shown("channel", except_day=TOMORROW) == ids


async def test_of_two_first_digests_of_a_day_the_first_stored_counts(store: Store) -> None:
    """Two runs at the same time both choose; readers must not see two different days."""
    first, second = digest(), digest(candidates=999)
    kept = await store.digests.put_first(first, shown=["2603.00001"])
    other = await store.digests.put_first(second, shown=["2603.00002"])

    assert kept == other == first
    assert await store.digests.get(first.day, first.audience) == first
    shown = await store.history.shown(first.audience, except_day=first.day + timedelta(days=1))
    assert shown == {"2603.00001"}
