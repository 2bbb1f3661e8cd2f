"""A source that is one file, registered by one line: everything shows what is its own."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.digest import make_digest
from bot.cli.doctor import examine
from bot.cli.doctor_findings import Condition
from bot.demo.replay import LAST_DAY
from bot.render.deep_links import paper_of_start, start_parameter
from bot.settings import load_settings
from core.fetch import sources as registry
from core.models.errors import ConfigError
from core.models.values import Paper
from tests.bot.commands.conftest import Stage, buttons_of, opened
from tests.bot.conftest import Telegram
from tests.core.documents.test_pdf import typeset
from tests.servers import papers as doubles
from tests.servers import proceedings

LISTED = Paper(
    id="proceedings:2026/Lee_Flow.Matching-SR",
    title="Rectified Super-Resolution of Moonlit Gardens",
    abstract="We restore moonlit gardens by flow matching. Super-resolution gains 1.2 dB on them. "
    "Our diffusion prior needs four steps only, and image restoration takes 20 ms a picture.",
    authors=("Mina Lee",),
    published=LAST_DAY,
    listed=LAST_DAY,
    sources=(proceedings.NAME,),
)
OLDER = LISTED.model_copy(
    update={"id": "proceedings:2025/Oak_Deblur", "title": "Deblurring Oak Leaves in the Wind"}
)
PDF = typeset(
    [
        [OLDER.title, "Mina Lee", "Abstract", OLDER.abstract[:70], "1 Introduction"]
        + [
            f"Leaf {n} of the oak moves in the wind and blurs what stands behind it."
            for n in range(30)
        ],
        ["2 Deblurring"]
        + [
            f"Step {n} of the method holds one more leaf still, as no other step does."
            for n in range(30)
        ],
        ["References", "[1] A. Author. A work that does not exist. 2025."],
    ]
)
PAGE = "https://papers.icvf.example/2026/Lee_Flow.Matching-SR.html"
OLDER_PAGE = "https://papers.icvf.example/2025/Oak_Deblur.html"


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SOURCES", (*registry.SOURCES, proceedings.SPEC))


@pytest.fixture
async def stage(
    telegram: Telegram,
    tmp_path: Path,
    sources: doubles.Services,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    monkeypatch.setenv("SOURCES", proceedings.NAME)
    sources.gemini.scores = {LISTED.id: 91}
    async with (
        proceedings.serving((LISTED, OLDER), LAST_DAY, {OLDER.id: PDF}) as url,
        opened(telegram, tmp_path, sources, proceedings_endpoint=url) as stage,
    ):
        yield stage


def shown(message: dict[str, Any]) -> str:
    """Return all a message shows and leads to."""
    return json.dumps([message["text"], message["entities"], message.get("reply_markup")])


def is_its_own(message: dict[str, Any], page: str = PAGE) -> bool:
    """Whether a message leads to the paper's page, and nothing in it to arXiv."""
    return page in shown(message) and "arxiv" not in shown(message).lower()


async def test_a_digest_and_its_exports_name_the_source_and_link_its_page(
    stage: Stage, tmp_path: Path
) -> None:
    summary = await make_digest(stage.core, LAST_DAY, tmp_path)
    [pick] = summary.edition.digest.picks
    assert (pick.paper.id, pick.paper.url) == (LISTED.id, PAGE)
    report = summary.path.read_text(encoding="utf-8")
    assert PAGE in report
    assert "ICVF 🎓" in report
    assert "ICVF all tracks" in report
    written = json.loads(summary.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert PAGE in json.dumps(written)
    for said in (report, json.dumps(written)):
        assert "arxiv" not in said.lower()


async def test_list_deep_dive_search_deep_link_and_saved_lead_to_its_page(
    stage: Stage, tmp_path: Path
) -> None:
    await make_digest(stage.core, LAST_DAY, tmp_path)
    [today] = await stage.say("/today")
    assert is_its_own(today)
    assert "ICVF 🎓" in today["text"]
    [found] = await stage.say("/search moonlit gardens")
    assert is_its_own(found)
    assert "ICVF" in found["text"]
    for words in (
        "/paper 1",
        f"/paper {LISTED.id}",
        f"/paper {PAGE}",
        PAGE.replace(".html", ".pdf"),
        f"/start {start_parameter(LISTED.id)}",
    ):
        [message] = await stage.say(words)
        dive = await stage.becomes(message, "⏱")
        assert is_its_own(dive), words
        assert "📄 ICVF" in buttons_of(dive)
    await stage.tap(dive, "收藏")
    [saved] = await stage.say("/saved")
    assert is_its_own(saved)


async def test_a_paper_that_was_never_listed_is_looked_up_there(stage: Stage) -> None:
    [message] = await stage.say(f"/paper {OLDER_PAGE}")
    dive = await stage.becomes(message, "⏱")
    assert is_its_own(dive, OLDER_PAGE)
    assert "PDF 前 3 页" in dive["text"], "its full text is the source's own"


async def test_its_ids_fit_a_start_parameter_and_come_back() -> None:
    for paper in (LISTED, OLDER):
        assert paper_of_start(start_parameter(paper.id)) == paper.id
        assert len(start_parameter(paper.id)) <= 64


async def test_the_doctor_asks_it(stage: Stage) -> None:
    findings = {finding.name: finding for finding in await examine(stage.core)}
    assert findings[proceedings.NAME].verdict is Condition.OK
    assert findings[proceedings.NAME].way == "direct"
    assert "arxiv" not in findings


def test_the_settings_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES", f"arxiv,{proceedings.NAME}")
    monkeypatch.setenv("PROCEEDINGS_ENDPOINT", "http://127.0.0.1:9/")
    settings = load_settings(None)
    assert settings.endpoint_of(proceedings.SPEC) == "http://127.0.0.1:9"
    assert settings.unknown_variables == ()
    monkeypatch.setenv("PROCEEDINGS_ENDPOINT", "nowhere")
    with pytest.raises(ConfigError, match=r"^PROCEEDINGS_ENDPOINT: should be a URL"):
        load_settings(None)


async def test_a_paper_keeps_its_page_when_its_source_is_gone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await make_digest(stage.core, LAST_DAY, tmp_path)
    monkeypatch.setattr(registry, "SOURCES", registry.SOURCES[:-1])
    [today] = await stage.say("/today")
    assert is_its_own(today)


async def test_who_comes_is_told_where_papers_come_from(stage: Stage) -> None:
    [greeting] = await stage.say("/start")
    assert "从 ICVF Proceedings 的新论文里" in greeting["text"]
    assert "Hugging Face" not in greeting["text"]
