"""Search: what is found, in which order, and that nothing typed can break it."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models.values import Paper, Point
from core.store import FoundPaper, ReadingKey, Store, open_store
from core.store.search_engines import IndexEntry, SearchQuery, tsquery, vector
from core.store.search_words import terms
from tests.core.store.conftest import Clock
from tests.core.store.samples import NOON, analysis, any_paper, paper

PAPERS = (
    Paper(
        id="2603.00001",
        title="Deblurring by Latent Diffusion",
        abstract="A U-Net learns real-world super-resolution of photographs.",
        authors=("Kaiming He", "Henri Poincaré", "李雷"),
        keywords=("image restoration",),
    ),
    Paper(
        id="2603.00002",
        title="基于扩散模型的图像超分辨率重建",
        abstract="We go beyond diffusion: Gaussian splatting in 3D.",
        authors=("韩梅梅",),
    ),
    Paper(id="2603.00003", title="Gaussian splatting, splatting and splatting", abstract="GAN."),
    Paper(id="2603.00004", title="Gaussian splatting, splatting and splatting", abstract="GAN."),
    Paper(id="openreview:aB3-x_", title="Something else", abstract="Superb photography"),
)


async def fill(store: Store) -> None:
    await store.papers.put(PAPERS)
    await put_reading(store, "高斯泼溅让渲染更快；光线追踪则不然。")


async def put_reading(store: Store, text: str, *, model: str = "m", minutes: int = 0) -> None:
    """Keep a reading of the third paper."""
    point = (Point(text=text),)
    reading = analysis(model, created_at=NOON + minutes * timedelta(minutes=1)).model_copy(
        update={"paper_id": "2603.00003", "contribution": (), "limitations": point}
    )
    await store.analyses.put(reading, ReadingKey("2603.00003", 1, "f", "p", reading.language))


async def ids(store: Store, words: str) -> list[str]:
    """Return what is found, the best first, by the last character of the ids."""
    found = await store.search.find(words, limit=10)
    assert found.total == len(found.hits)
    return [hit.id[-1] for hit in found.hits]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # English: any case, beginnings, hyphens, spellings
        ("deblurring", ["1"]),
        ("DEBLUR", ["1"]),
        ("deb", []),
        ("diffusion", ["1", "2"]),  # a title counts more than an abstract
        ("diffus", ["1", "2"]),
        ("diffusions", ["1", "2"]),
        ("gan", ["4", "3"]),  # newer first among equals
        ("ga", []),
        ("super-resolution", ["1"]),
        ("super resolution", ["1"]),
        ("superresolution", ["1"]),
        ("real\u2013world", ["1"]),
        ("u-net", ["1"]),
        ("UNet", ["1"]),
        ("ｄｅｂｌｕｒｒｉｎｇ", ["1"]),
        # all words, in whatever order and place
        ("splatting gaussian 3d", ["2"]),
        ("diffusion deblurring", ["1"]),
        ("diffusion nothing", []),
        # names, keywords, ids
        ("kaiming", ["1"]),
        ("poincare", ["1"]),
        ("Poincaré", ["1"]),
        ("李雷", ["1"]),
        ("韩梅", ["2"]),
        ("restoration", ["1"]),
        ("2603.00003", ["3"]),
        # Chinese: two characters inside a longer word, one character, cut or not
        ("扩散", ["2"]),
        ("散模", ["2"]),
        ("超分", ["2"]),
        ("超分辨率", ["2"]),
        ("分辨率", ["2"]),
        ("图像超分辨率扩散模型", ["2"]),
        ("图像的重建", ["2"]),
        ("建", ["2"]),
        ("超率", []),
        ("辨超", []),
        ("扩散 gaussian", ["2"]),
        ("超分 deblurring", []),
        # what was read
        ("泼溅", ["3"]),
        ("高斯泼溅", ["3"]),
        ("光", ["3"]),
        ("光线追踪", ["3"]),
        ("快光", []),  # not across a stop
    ],
)
async def test_what_is_found_best_first(store: Store, words: str, expected: list[str]) -> None:
    await fill(store)

    assert await ids(store, words) == expected


@pytest.mark.parametrize(
    ("words", "without", "expected"),
    [
        ("gaussian", ["gan"], ["2"]),
        ("gaussian", ["GAN splatting"], ["2"]),
        ("gaussian", ["gan diffusion"], ["4", "3", "2"]),
        ("splatting", ["扩散"], ["4", "3"]),
        ("gaussian", ["gan", "diffusion"], []),
        ("gaussian", ["...", "nothing here"], ["4", "3", "2"]),
        ("gaussian", ["gaussian"], []),
    ],
)
async def test_what_is_left_out_is_not_found(
    store: Store, words: str, without: list[str], expected: list[str]
) -> None:
    await fill(store)
    found = await store.search.find(words, without=without, limit=10)
    assert sorted(hit.id[-1] for hit in found.hits) == sorted(expected)
    assert found.total == len(expected)


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("", 0),
        (" \n\t", 0),
        ("😀🎉", 0),
        ("*", 0),
        ('"', 0),
        ("\x00", 0),
        ("\ud800", 0),
        ("-", 0),
        ('gan"', 2),
        ("gan*", 2),
        ("-gan", 2),
        ("title:gan", 0),
        ("gan OR deblurring", 0),
        ("NOT deblurring", 0),
        ("NEAR(gan deblurring)", 0),
        ("^gan", 2),
        ("{title abstract} : gan", 0),
        ("gan' OR 1=1; DROP TABLE papers --", 0),
        ("gan:* & !x | <->", 0),
        ("gan\\", 2),
        ("%", 0),
        ("gan " * 1_000, 2),
        ("\u202egan\u202c", 2),
        ("哈" * 4_096, 0),
        ("(" * 4_096, 0),
    ],
)
async def test_whatever_is_typed_is_only_words(store: Store, words: str, total: int) -> None:
    await fill(store)

    assert (await store.search.find(words, limit=10)).total == total


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    words=st.text(max_size=40) | st.text(alphabet="\"*^-+(){}:ANDORT 超gan'\\&|!<>", max_size=40)
)
async def test_nothing_typed_raises(store: Store, words: str) -> None:
    if await store.papers.count() == 0:
        await fill(store)

    found = await store.search.find(words, limit=2)

    assert len(found.hits) == min(found.total, 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(odd=any_paper)
async def test_any_paper_is_found_by_its_title(store: Store, odd: Paper) -> None:
    odd = odd.model_copy(update={"id": uuid4().hex})
    await store.papers.put([odd])
    found = await store.search.find(odd.title, limit=1_000)

    assert found == FoundPaper(0, ()) if not terms(odd.title) else odd in found.hits


async def test_results_come_in_pages(store: Store) -> None:
    await store.papers.put(paper(f"2603.{number:05d}", title="gan") for number in range(25))

    pages = [await store.search.find("gan", limit=10, offset=offset) for offset in (0, 10, 20, 30)]

    assert [page.total for page in pages] == [25] * 4
    found = [hit.id for page in pages for hit in page.hits]
    assert found == [f"2603.{number:05d}" for number in reversed(range(25))]


async def test_each_search_knows_the_latest(store: Store, clock: Clock) -> None:
    await fill(store)
    assert await ids(store, "deblurring") == ["1"]

    clock.advance(minutes=1)
    changed = PAPERS[0].model_copy(update={"title": "Denoising"})
    await store.papers.put([changed, *PAPERS[1:], paper("2603.00009", title="Deblurring")])
    assert (await store.search.find("deblurring", limit=1)).hits[0].id == "2603.00009"
    assert await ids(store, "deblurring") == ["9"]
    assert (await store.search.find("denoising", limit=1)).hits == (changed,)

    assert await ids(store, "高斯") == ["3"]
    await put_reading(store, "神经辐射场", minutes=1)
    assert await ids(store, "高斯") == []
    assert await ids(store, "辐射") == ["3"]


async def test_a_reading_stored_late_is_found_by_the_newest_of_its_language(store: Store) -> None:
    await fill(store)
    await store.search.catch_up()

    await put_reading(store, "较早的模型", model="slow", minutes=-5)

    assert await store.search.catch_up() == 1
    assert await ids(store, "高斯") == ["3"]
    assert await store.search.catch_up() == 0


async def test_a_change_dated_in_the_past_is_found_too(store: Store, clock: Clock) -> None:
    await fill(store)
    await store.search.catch_up()

    clock.advance(days=-30)  # committed late by another process, or a clock put right
    await store.papers.put([paper("2603.00009", title="belated")])

    assert await ids(store, "belated") == ["9"]


async def test_two_processes_keep_one_index(url: str, path: Path, clock: Clock) -> None:
    async with open_store(url, now=clock) as one, open_store(url, now=clock) as two:
        await one.papers.put(paper(f"2603.{number:05d}", title="gan") for number in range(120))
        totals = await asyncio.gather(
            *(store.search.find("gan", limit=1) for store in (one, two) * 3)
        )

    assert [found.total for found in totals] == [120] * 6
    with closing(sqlite3.connect(path)) as database:
        count = "SELECT count(DISTINCT number), count(*), max(number) FROM indexed"
        assert database.execute(count).fetchone() == (120, 120, 120)
        # FTS5's own check of what it has kept:
        database.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')")


async def test_a_search_after_a_restart_takes_in_nothing_again(url: str, clock: Clock) -> None:
    async with open_store(url, now=clock) as store:
        await fill(store)
        assert await store.search.catch_up() == len(PAPERS)

    async with open_store(url, now=clock) as store:
        assert await store.search.catch_up() == 0
        assert await ids(store, "deblurring") == ["1"]


def test_postgresql_is_handed_vectors_and_queries_spelled_out() -> None:
    entry = IndexEntry(7, title="u net unet", names="", abstract="u", readings="超分 分")

    assert vector(entry) == "'u':2A,7C 'net':3A 'unet':4A '超分':9D '分':10D"
    assert tsquery(SearchQuery(terms("超分辨率 diffusions gan"))) == (
        "'超分' <-> '分辨' <-> '辨率' & 'diffusion':* & 'gan'"
    )
