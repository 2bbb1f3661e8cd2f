from dataclasses import replace
from datetime import timedelta

import pytest

from core.models.values import Point, ScoreKind, Takeaway
from core.store import ReadingKey, Store
from tests.core.store.conftest import Clock

KEY = ReadingKey("2603.00001", 1, "flow matching", "takeaway-ab12:cd34", "zh")


def takeaway(model: str = "flash", text: str = "可以先试试 ODE 求解器") -> Takeaway:
    return Takeaway(points=(Point(text=text, where="§3"),), kind=ScoreKind.LLM, model=model)


async def test_a_takeaway_comes_back_as_it_was_and_a_later_one_replaces_it(store: Store) -> None:
    await store.takeaways.put(takeaway(), KEY)
    assert await store.takeaways.get(KEY, ["flash"]) == takeaway()
    later = takeaway(text="另一个建议")
    await store.takeaways.put(later, KEY)
    assert await store.takeaways.get(KEY, ["flash"]) == later


@pytest.mark.parametrize(
    "change",
    [
        {"paper_id": "2603.00002"},
        {"version": None},
        {"focus": "robotics"},
        {"prompt": "takeaway-ab12:ee"},
        {"language": "en"},
    ],
)
async def test_it_holds_only_for_what_it_was_made_from(
    store: Store, change: dict[str, object]
) -> None:
    await store.takeaways.put(takeaway(), KEY)
    assert await store.takeaways.get(replace(KEY, **change), ["flash"]) is None  # type: ignore[arg-type]


async def test_the_first_model_in_the_order_wins(store: Store) -> None:
    await store.takeaways.put(takeaway("lite"), KEY)
    await store.takeaways.put(takeaway("flash"), KEY)
    found = await store.takeaways.get(KEY, ["flash", "lite"])
    assert found is not None
    assert found.model == "flash"
    assert await store.takeaways.get(KEY, []) is None


async def test_one_that_is_too_old_is_not_looked_at(store: Store, clock: Clock) -> None:
    await store.takeaways.put(takeaway(), KEY)
    clock.advance(hours=2)
    assert await store.takeaways.get(KEY, ["flash"], since=clock() - timedelta(hours=1)) is None
    assert await store.takeaways.get(KEY, ["flash"], since=clock() - timedelta(hours=3))
