"""What the bot and the README give as examples works, also in the demo, where no network is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.replay import DAYS, load_days
from bot.features.search import PaperSearch
from core.locale import LANGUAGES
from core.models.values import Paper
from core.store import open_store

ROOT = Path(__file__).parents[2]
ID = re.compile(r"\b\d{4}\.\d{5}\b")
SEARCHES = ("super-resolution", "diffusion super-resolution", "超分 扩散", "扩散 超分")


def texts() -> Iterator[str]:
    """Yield every sentence there is, in every language."""
    yield from (path.read_text("utf-8") for path in LANGUAGES.values())
    yield from ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))


def test_every_paper_that_is_named_is_among_the_bundled_ones_from_the_first_day() -> None:
    first = {record["id"] for day, record in load_days().announced() if day == DAYS[0]}
    named = {paper_id for text in texts() for paper_id in ID.findall(text)}
    assert named
    assert named <= first


async def test_every_search_that_is_named_finds_bundled_papers(tmp_path: Path) -> None:
    papers = [
        Paper(id=record["id"], title=record["title"], abstract=record["abstract"])
        for day, record in load_days().announced()
        if day <= DAYS[1]
    ]
    async with open_store(
        f"sqlite:///{tmp_path}/papers.db", now=lambda: datetime.now(UTC)
    ) as store:
        await store.papers.put(papers)
        for words in SEARCHES:
            assert any(f"/search {words}" in text for text in texts())
            search = PaperSearch(
                search=store.search,
                papers=store.papers,
                scores=store.scores,
                analyses=store.analyses,
            )
            assert (await search.find(words, limit=1)).found.total, words
