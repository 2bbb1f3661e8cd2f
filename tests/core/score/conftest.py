"""Papers for the ranking's tests, and the ranker with its packaged data."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.models import Paper
from core.score.local import Ranker, load_ranker

RECORDS = json.loads(
    (Path(__file__).parents[2] / "data/score/papers.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="session")
def ranker() -> Ranker:
    return load_ranker()


@pytest.fixture(scope="session")
def quiet_day() -> list[Paper]:
    """Real papers that have nothing to do with the default interests."""
    return [Paper.model_validate(record) for record in RECORDS["quiet_day"]]


@pytest.fixture(scope="session")
def relevant() -> Mapping[str, list[Paper]]:
    """Real papers by the interest whose name, or narrower term, is in the title."""
    return {
        interest: [Paper.model_validate(record) for record in records]
        for interest, records in RECORDS["relevant"].items()
    }


PaperMaker = Callable[..., Paper]


@pytest.fixture
def paper() -> PaperMaker:
    def make(title: str, abstract: str = "", *, id: str | None = None) -> Paper:
        return Paper(id=id or title[:60], title=title, abstract=abstract)

    return make
