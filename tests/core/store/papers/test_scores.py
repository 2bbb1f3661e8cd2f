from dataclasses import replace
from datetime import timedelta
from typing import TypedDict

import pytest

from core.store import Store, StoredScore
from tests.core.store.conftest import Clock

SCORE = StoredScore("2603.00001", 1, 88, "去噪,相关", "flash")


class Key(TypedDict):
    focus: str
    prompt: str
    language: str


KEY: Key = {"focus": "图像复原, " * 400, "prompt": "score-ab12", "language": "zh"}


async def test_a_score_comes_back_as_it_was(store: Store) -> None:
    await store.scores.put([SCORE], **KEY)

    found = await store.scores.get(paper_ids={"2603.00001": 1}, models=["flash"], **KEY)

    assert found == {"2603.00001": SCORE}


@pytest.mark.parametrize("part", ["focus", "prompt", "language"])
async def test_a_score_holds_only_for_what_it_was_made_from(store: Store, part: str) -> None:
    await store.scores.put([SCORE], **KEY)
    other: Key = {**KEY, part: "other"}  # type: ignore[misc]

    assert await store.scores.get(paper_ids={"2603.00001": 1}, models=["flash"], **other) == {}


async def test_an_unknown_version_is_a_version_of_its_own(store: Store) -> None:
    unknown = replace(SCORE, version=None, score=50)
    await store.scores.put([SCORE, unknown], **KEY)

    for version, expected in ((None, unknown), (1, SCORE)):
        found = await store.scores.get(paper_ids={"2603.00001": version}, models=["flash"], **KEY)
        assert found == {"2603.00001": expected}
    assert await store.scores.get(paper_ids={"2603.00001": 2}, models=["flash"], **KEY) == {}


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
    await store.scores.put([SCORE, replace(SCORE, model="lite", score=10)], **KEY)

    found = await store.scores.get(paper_ids={"2603.00001": 1}, models=models, **KEY)

    assert [score.model for score in found.values()] == ([winner] if winner else [])


async def test_a_later_score_replaces_the_earlier(store: Store) -> None:
    await store.scores.put([SCORE, replace(SCORE, score=20)], **KEY)
    await store.scores.put([replace(SCORE, score=30)], **KEY)

    found = await store.scores.get(paper_ids={"2603.00001": 1}, models=["flash"], **KEY)

    assert found["2603.00001"].score == 30


async def test_more_papers_than_sqlite_has_variables_are_looked_up(store: Store) -> None:
    await store.scores.put(
        [replace(SCORE, paper_id=f"{n:05d}") for n in range(0, 40_000, 40)], **KEY
    )

    wanted = {f"{number:05d}": 1 for number in range(40_000)}
    found = await store.scores.get(paper_ids=wanted, models=["flash"], **KEY)

    assert len(found) == 1_000


async def test_recent_scores_are_each_papers_first_and_the_oldest_comes_first(
    store: Store, clock: Clock
) -> None:
    month = timedelta(days=30)
    old, other = replace(SCORE, paper_id="2602.00001"), replace(SCORE, paper_id="2603.00002")
    await store.scores.put([old], **KEY)
    clock.advance(days=29)
    await store.scores.put([other], **KEY)
    clock.advance(days=2)
    await store.scores.put([SCORE, replace(other, version=2, score=20)], **KEY)
    await store.scores.put([replace(SCORE, paper_id="2603.00009", model="strange")], **KEY)

    found = await store.scores.recent(models=["flash"], within=month, **KEY)
    assert [(past.paper_id, past.score) for past in found.values()] == [
        ("2603.00002", 88),
        ("2603.00001", 88),
    ]
    for part in ("focus", "prompt", "language"):
        elsewhere: Key = {**KEY, part: "other"}  # type: ignore[misc]
        assert not await store.scores.recent(models=["flash"], within=month, **elsewhere)


async def test_a_headline_is_the_latest_in_its_language_for_whatever_focus(
    store: Store, clock: Clock
) -> None:
    said = [replace(SCORE, headline="旧的"), replace(SCORE, headline="新的"), SCORE]
    for focus, score in zip(("a", "b", "c"), said, strict=True):
        await store.scores.put([score], focus=focus, prompt="p", language="zh")
        clock.time += timedelta(hours=1)

    assert await store.scores.headlines(["2603.00001", "other"], "zh") == {"2603.00001": "新的"}
    assert await store.scores.headlines(["2603.00001"], "en") == {}
