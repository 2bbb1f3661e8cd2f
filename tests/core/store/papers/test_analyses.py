from dataclasses import replace

import pytest

from core.models.values import Analysis, Point
from core.store import ReadingKey, Store
from tests.core.store.samples import FOCUS, analysis

KEY = ReadingKey("2603.00001", 1, FOCUS.text, "read-ab12", "zh")


async def _put(store: Store, value: Analysis, prompt: str, focus: str) -> None:
    key = ReadingKey(value.paper_id, value.version, focus, prompt, value.language)
    await store.analyses.put(value, key)


async def test_an_analysis_comes_back_as_it_was(store: Store) -> None:
    await _put(store, analysis(), prompt="read-ab12", focus=FOCUS.text)

    assert await store.analyses.get(KEY, ["gemini-flash"]) == analysis()


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("paper_id", "2603.00002"),
        ("version", 2),
        ("version", None),
        ("prompt", "read-cd34"),
        ("language", "en"),
        ("focus", "robotics"),
    ],
)
async def test_an_analysis_holds_only_for_what_it_was_made_from(
    store: Store, part: str, other: object
) -> None:
    await _put(store, analysis(), prompt="read-ab12", focus=FOCUS.text)
    key = replace(KEY, **{part: other})  # type: ignore[arg-type]

    assert await store.analyses.get(key, ["gemini-flash"]) is None


@pytest.mark.parametrize(
    ("models", "winner"),
    [
        (["flash", "lite"], "flash"),
        (["lite", "flash"], "lite"),
        (["absent", "lite", "flash"], "lite"),
        (["lite", "flash", "lite"], "lite"),
        (["absent"], None),
        ([], None),
    ],
)
async def test_the_first_model_in_the_given_order_wins(
    store: Store, models: list[str], winner: str | None
) -> None:
    for model in ("flash", "lite"):
        await _put(store, analysis(model), prompt="read-ab12", focus=FOCUS.text)

    found = await store.analyses.get(KEY, models)

    assert (found and found.model) == winner


async def test_an_unknown_version_is_a_usable_key(store: Store) -> None:
    unknown = analysis(version=None)
    await _put(store, unknown, prompt="read-ab12", focus=FOCUS.text)

    found = await store.analyses.get(replace(KEY, version=None), ["gemini-flash"])

    assert found == unknown


async def test_a_headline_is_the_latest_readers(store: Store) -> None:
    read = analysis().model_copy(update={"headline": Point(text="读过的人说的一句话")})
    await _put(store, read, prompt="read-ab12", focus="a")

    headlines = await store.analyses.headlines(["2603.00001", "2603.00002"], read.language)
    assert headlines == {read.paper_id: "读过的人说的一句话"}
