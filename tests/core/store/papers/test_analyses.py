from typing import TypedDict

import pytest

from core.models.values import Analysis, Point
from core.store import Store
from tests.core.store.samples import FOCUS, analysis


class Key(TypedDict):
    paper_id: str
    version: int | None
    prompt: str
    language: str
    focus: str


KEY: Key = {
    "paper_id": "2603.00001",
    "version": 1,
    "prompt": "read-ab12",
    "language": "zh",
    "focus": FOCUS.text,
}


async def _put(store: Store, value: Analysis, prompt: str, focus: str) -> None:
    await store.analyses.put(value, version=value.version, prompt=prompt, focus=focus)


async def test_an_analysis_comes_back_as_it_was(store: Store) -> None:
    await _put(store, analysis(), prompt="read-ab12", focus=FOCUS.text)

    assert await store.analyses.get(models=["gemini-flash"], **KEY) == analysis()


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
    key: Key = {**KEY, part: other}  # type: ignore[misc]

    assert await store.analyses.get(models=["gemini-flash"], **key) is None


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

    found = await store.analyses.get(models=models, **KEY)

    assert (found and found.model) == winner


async def test_an_unknown_version_is_a_usable_key(store: Store) -> None:
    unknown = analysis(version=None)
    await _put(store, unknown, prompt="read-ab12", focus=FOCUS.text)

    key: Key = {**KEY, "version": None}
    found = await store.analyses.get(models=["gemini-flash"], **key)

    assert found == unknown


async def test_a_headline_is_the_latest_readers(store: Store) -> None:
    read = analysis().model_copy(update={"headline": Point(text="读过的人说的一句话")})
    await _put(store, read, prompt="read-ab12", focus="a")

    headlines = await store.analyses.headlines(["2603.00001", "2603.00002"], read.language)
    assert headlines == {read.paper_id: "读过的人说的一句话"}
