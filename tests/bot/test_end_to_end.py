"""A day from sources to report files through the real services, on loopback, with real faults."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app.core import Core, Ends, build_core
from bot.cli.digest import make_digest
from bot.cli.digest_summary import DigestSummary
from bot.cli.doctor import examine
from bot.cli.doctor_findings import Condition
from bot.cli.stats import show_stats
from bot.demo.replay import LAST_DAY, MORNING_AFTER_THE_FEED, load_days
from bot.settings import Settings
from core.models.errors import SourceError, UnknownPaper
from core.models.paper_id import PaperRef
from core.models.values import AnalysisKind, NoteKind, ScoreKind, TextSource
from tests.aside import without_a_process
from tests.databases import failing, fresh
from tests.servers import papers as doubles
from tests.servers.gemini import HEADLINE, KEY

GOOD = {"2603.11323": 93, "2603.11866": 81, "2603.07406": 70}
DAYS = load_days()
FEW = doubles.few(DAYS, keep=GOOD)
CAPTURES = Path(__file__).parents[1] / "data" / "gemini"


class Clock:
    """Stands at the bundled day's morning; a model's minute passes when somebody waits."""

    def __init__(self) -> None:
        self.now = MORNING_AFTER_THE_FEED

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def world(request: pytest.FixtureRequest) -> AsyncIterator[doubles.Services]:
    """Serve few papers: choosing from hundreds is most of the work, and the point of few scenes."""
    days = getattr(request, "param", FEW)
    async with doubles.serving(doubles.Services(days)) as services:
        services.gemini.scores = GOOD
        yield services


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.INFO)
    yield caplog
    assert KEY not in caplog.text


@asynccontextmanager
async def opened(
    world: doubles.Services, folder: Path, clock: Clock, **changes: object
) -> AsyncIterator[Core]:
    values: dict[str, object] = {
        "hf_endpoint": f"{world.url}/hf",
        "arxiv_endpoint": f"{world.url}/arxiv",
        "google_gemini_base_url": f"{world.url}/gemini",
        "gemini_api_key": SecretStr(KEY),
        "gemini_score_models": ("model-a", "model-b"),
        "gemini_analyze_models": ("model-a", "model-b"),
        "database_url": fresh(folder),
        "data_dir": folder,
    }
    settings = Settings(_env_file=None).model_copy(update=values | changes)
    ends = Ends(
        now=clock, sleep=clock.sleep, arxiv_interval=timedelta(0), offload=without_a_process
    )
    async with build_core(settings, ends) as services:
        yield services


async def run(
    world: doubles.Services,
    folder: Path,
    clock: Clock,
    *,
    day: date = LAST_DAY,
    force: bool = False,
    **changes: object,
) -> DigestSummary:
    async with opened(world, folder, clock, **changes) as services:
        return await make_digest(services, day, folder, force=force)


def picked(outcome: DigestSummary) -> list[str]:
    return [scored.paper.id for scored in outcome.edition.digest.picks]


def kinds(outcome: DigestSummary) -> set[NoteKind]:
    return {note.kind for note in outcome.edition.digest.notes}


README = Path(__file__).parents[2] / "README.md"
SCORING = 8
"""Calls: one about the whole shortlist, and one about each of its seven overlapping halves."""
whole_days = pytest.mark.parametrize("world", [DAYS], indirect=True, ids=["whole days"])


@whole_days
async def test_a_day_with_two_picks_takes_twelve_calls_and_a_second_run_none(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    first = await run(world, tmp_path, clock)
    report, requests = first.path.read_text(encoding="utf-8"), world.requests.copy()
    assert first.calls == SCORING + 4
    assert f"{first.calls} calls for two picks" in README.read_text(encoding="utf-8")
    # each 12,000 in at $0.75, 1,800 out with thoughts at $3.75 a million
    assert first.cost_usd == pytest.approx(first.calls * (0.012 * 0.75 + 0.0018 * 3.75))
    assert not first.reused

    clock.now += timedelta(minutes=5)
    second = await run(world, tmp_path, clock)
    assert second.calls == 0
    assert second.reused
    assert world.requests == requests, "the second run asked somebody again"
    assert second.path.read_text(encoding="utf-8") == report


async def test_scores_are_paid_for_once(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.gemini.scores = {"2603.11323": 93, "2603.11866": 62}
    first = await run(world, tmp_path, clock)
    assert first.calls == SCORING + 4
    assert [scored.score for scored in first.edition.digest.picks] == [93, 62]
    clock.now += timedelta(minutes=5)
    again = await run(world, tmp_path, clock, force=True)
    assert again.calls == 0


@whole_days
async def test_the_report_holds_the_models_words_and_what_it_read(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    outcome = await run(world, tmp_path, clock)
    assert picked(outcome) == ["2603.11323", "2603.11866"]
    for scored in outcome.edition.digest.picks:
        analysis = outcome.edition.analyses[scored.paper.id]
        assert scored.kind is ScoreKind.LLM
        assert analysis.kind is AnalysisKind.LLM
        assert analysis.text_source is TextSource.ARXIV_HTML
        assert analysis.contribution[0].where is not None
        second = analysis.contribution[1]
        assert second.where == second.evidence[0].where != "§99.9", "the quotation's place counts"
        assert analysis.checked is not None
        assert analysis.checked.share == 1.0
    report = outcome.path.read_text(encoding="utf-8")
    assert "扫描 671 篇 (HF Top 15 + arXiv cs.CV)，精选 2 篇深度解读。" in report
    assert "**解读依据**: 全文 (arXiv HTML) · model-a" in report
    assert "测试模型对 limitations 部分给出的第一条中文说明。" in report
    assert "§99.9" not in report
    assert report.count(f"**一句话**: {HEADLINE}") == report.count("**结论：略读** · ") == 2
    data = json.loads(outcome.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert [pick["text_source"] for pick in data["picks"]] == ["arxiv_html", "arxiv_html"]
    assert [pick["headline"] for pick in data["picks"]] == [HEADLINE] * 2
    assert data["picks"][0]["conclusion"] == {"advice": "skim", "why": "只看方法一节就够"}
    assert data["scanned"] == 671

    shares = [scored.top_share for scored in outcome.edition.digest.picks]
    assert all(share is not None and share < 0.2 for share in shares)
    assert "**相关度排位**: 本月前" in report
    question = world.gemini.requests[0]["contents"][0]["parts"][0]["text"]
    assert question.count("<paper id=") == 30, "one call scores the whole shortlist"


async def test_forcing_chooses_anew_and_pays_for_nothing_twice(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    first = await run(world, tmp_path, clock)
    clock.now += timedelta(minutes=5)
    again = await run(world, tmp_path, clock, force=True)
    assert again.calls == 0
    assert picked(again) == picked(first)


async def test_without_a_key_nothing_is_asked_and_everything_is_labelled(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    outcome = await run(world, tmp_path, clock, gemini_api_key=None)
    assert world.gemini.requests == []
    assert outcome.calls == 0
    assert NoteKind.LOCAL_SCORES in kinds(outcome)
    report = outcome.path.read_text(encoding="utf-8")
    assert "本地评分" in report
    assert "下面是程序从论文里挑出的原句" in report
    analysis = outcome.edition.analyses[picked(outcome)[0]]
    assert analysis.text_source is TextSource.ARXIV_HTML


async def test_a_key_added_later_reads_the_picks_of_a_stored_day(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    before = await run(world, tmp_path, clock, gemini_api_key=None)
    after = await run(world, tmp_path, clock)
    assert picked(after) == picked(before), "a stored choice never changes by itself"
    assert all(a.kind is AnalysisKind.LLM for a in after.edition.analyses.values())
    assert after.calls == 4, "each is read, and looked at again"


def captured(name: str) -> object:
    return json.loads((CAPTURES / name).read_text(encoding="utf-8"))


PER_DAY = captured("429_per_day.json")
PER_MINUTE = captured("429_per_minute.json")


async def test_a_day_quota_moves_on_to_the_next_model(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.gemini.faults.append((429, PER_DAY))
    outcome = await run(world, tmp_path, clock, gemini_rpm=0)
    assert world.gemini.models == ["model-a"] + ["model-b"] * (SCORING + 4)
    waited = clock.now - MORNING_AFTER_THE_FEED
    assert waited < timedelta(minutes=2), "it waited for a day quota"
    assert {pick.model for pick in outcome.edition.digest.picks} == {"model-b"}


async def test_a_minute_quota_is_waited_out(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.gemini.faults.append((429, PER_MINUTE))
    outcome = await run(world, tmp_path, clock, gemini_rpm=0)
    waited = clock.now - MORNING_AFTER_THE_FEED
    # The body says 3.734 s, and five requests a minute, of which twelve take two minutes.
    assert timedelta(minutes=2) <= waited < timedelta(minutes=3)
    assert {pick.model for pick in outcome.edition.digest.picks} == {"model-a"}


async def test_when_all_quotas_are_gone_no_reader_sees_a_429(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    """The fault this product was born from: the error text in place of the best paper."""
    world.gemini.faults.extend([(429, PER_DAY), (429, PER_DAY)])
    outcome = await run(world, tmp_path, clock)
    assert len(world.gemini.requests) == 2, "a spent quota was asked again"
    assert picked(outcome)
    assert NoteKind.SCORES_WAITING in kinds(outcome)
    assert set(outcome.edition.waiting) == set(picked(outcome))
    _assert_no_error_text(outcome)
    report = outcome.path.read_text(encoding="utf-8")
    assert report.count("深度解读将在配额恢复后补上") == 2
    assert outcome.next_try == datetime(2026, 3, 14, 15, 1, tzinfo=ZoneInfo("Asia/Shanghai"))

    clock.now = outcome.next_try.astimezone(UTC)
    mended = await run(world, tmp_path, clock)
    assert picked(mended) == picked(outcome)
    assert mended.edition.waiting == {}
    assert mended.next_try is None
    assert {pick.kind for pick in mended.edition.digest.picks} == {ScoreKind.LLM}
    assert mended.calls == 11, "seven for the scores of what is shown, two for each reading"
    clock.now += timedelta(minutes=1)
    again = await run(world, tmp_path, clock)
    assert again.calls == 0


async def test_a_new_day_mends_the_day_before_it_and_rewrites_its_report(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.gemini.faults.extend([(429, PER_DAY), (429, PER_DAY)])
    first = await run(world, tmp_path, clock)
    clock.now += timedelta(days=1)
    second = await run(world, tmp_path, clock, day=LAST_DAY + timedelta(days=1))
    assert second.mended == [LAST_DAY]
    report = first.path.read_text(encoding="utf-8")
    assert "补上" not in report
    assert "测试模型对 contribution" in report


def _assert_no_error_text(outcome: DigestSummary) -> None:
    for path in (outcome.path, outcome.path.with_suffix(".json")):
        text = path.read_text(encoding="utf-8").lower()
        for forbidden in ("429", "quota", "exceeded", "error", "traceback", "exception", "retry"):
            lines = [line for line in text.splitlines() if forbidden in line]
            # Abstracts and titles may hold such words: only what is not quoted counts.
            assert not [line for line in lines if "“" not in line and "](" not in line], forbidden


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, captured("400_key_expired.json")),
        (403, captured("403_key_leaked.json")),
    ],
)
async def test_a_bad_key_makes_a_local_day_and_is_asked_once(
    world: doubles.Services, tmp_path: Path, clock: Clock, status: int, body: object
) -> None:
    world.gemini.faults.extend([(status, body)] * 20)
    outcome = await run(world, tmp_path, clock)
    assert all(pick.kind is ScoreKind.LOCAL for pick in outcome.edition.digest.picks)
    assert len(world.gemini.requests) <= 3
    _assert_no_error_text(outcome)


async def hang(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(3600)
    raise AssertionError


async def html_error(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html><h1>We are sorry</h1></html>", content_type="text/html")


async def truncated(_: web.Request) -> web.StreamResponse:
    return web.Response(text='[{"paper": {"id": "2603.1', content_type="application/json")


async def server_error(_: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text="Traceback (most recent call last)")


async def rate_exceeded(_: web.Request) -> web.StreamResponse:
    return web.Response(text="Rate exceeded.")


@pytest.mark.parametrize("fault", [html_error, truncated, server_error])
@pytest.mark.parametrize(("source", "path"), [("huggingface", "/hf"), ("arxiv", "/arxiv")])
async def test_one_source_down_never_costs_the_day(
    world: doubles.Services,
    tmp_path: Path,
    clock: Clock,
    fault: doubles.Fault,
    source: str,
    path: str,
) -> None:
    world.faults[path] = fault
    outcome = await run(world, tmp_path, clock, gemini_api_key=None)
    assert picked(outcome)
    down = [n for n in outcome.edition.digest.notes if n.kind is NoteKind.SOURCE_DOWN]
    assert [note.source for note in down] == [source]
    _assert_no_error_text(outcome)


async def test_arxiv_saying_rate_exceeded_is_believed_at_once(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.faults["/arxiv/rss"] = world.faults["/arxiv/api"] = rate_exceeded
    outcome = await run(world, tmp_path, clock, gemini_api_key=None)
    assert NoteKind.SOURCE_DOWN in kinds(outcome)
    assert world.requests["/arxiv/rss"] + world.requests["/arxiv/api"] == 1


async def test_openreview_without_an_account_is_an_explained_off(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    outcome = await run(
        world,
        tmp_path,
        clock,
        gemini_api_key=None,
        sources=("huggingface", "openreview"),
        openreview_endpoint=f"{world.url}/openreview",
    )
    assert picked(outcome)
    report = outcome.path.read_text(encoding="utf-8")
    assert "OpenReview 未启用（需要账号或未开放），不影响其他来源。" in report


async def test_all_sources_down_is_said_and_tried_again_next_time(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.faults["/hf"] = world.faults["/arxiv"] = server_error
    outcome = await run(world, tmp_path, clock)
    assert outcome.calls == 0
    report = outcome.path.read_text(encoding="utf-8")
    assert "HF 暂时无法读取" in report
    assert "arXiv 暂时无法读取" in report

    world.faults.clear()
    assert picked(await run(world, tmp_path, clock))


async def test_nothing_above_the_threshold_is_a_valid_day(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.gemini.scores, world.gemini.default_score = {}, 31
    outcome = await run(world, tmp_path, clock)
    assert picked(outcome) == []
    assert outcome.calls == SCORING
    assert "今天没有论文达到 60 分" in outcome.path.read_text(encoding="utf-8")


async def test_the_next_day_shows_nothing_again(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    async with opened(world, tmp_path, clock, gemini_api_key=None) as services:
        thursday = await make_digest(services, date(2026, 3, 12), tmp_path)
        friday = await make_digest(services, LAST_DAY, tmp_path)
    shown = {s.paper.id for s in (*thursday.edition.digest.picks, *thursday.edition.digest.others)}
    again = {s.paper.id for s in (*friday.edition.digest.picks, *friday.edition.digest.others)}
    assert shown
    assert not shown & again


async def test_no_secret_reaches_the_database(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.gemini.faults.append((429, PER_DAY))
    await run(world, tmp_path, clock)
    with closing(sqlite3.connect(tmp_path / "paperboy.db")) as database:
        dump = "\n".join(database.iterdump())
    assert "2603.11323" in dump
    assert KEY not in dump


async def test_a_single_paper_is_found_in_the_sources_and_read(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    async with opened(world, tmp_path, clock) as services:
        paper = await services.papers.find(PaperRef("2603.12255"))
        assert paper.sources == ("huggingface", "arxiv")
        dive = await services.deep_dives.dive(paper, services.focus, "zh")
        assert dive.analysis.kind is AnalysisKind.LLM
        assert await services.store.papers.get("2603.12255") == paper


async def test_an_unknown_paper_is_told_from_a_source_that_is_down(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    async with opened(world, tmp_path, clock) as services:
        with pytest.raises(UnknownPaper):
            await services.papers.find(PaperRef("2603.99999"))
        world.faults["/arxiv"] = server_error
        with pytest.raises(SourceError):
            await services.papers.find(PaperRef("2603.99998"))


async def test_the_doctor_calls_a_healthy_world_healthy(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    async with opened(world, tmp_path, clock) as services:
        findings = await examine(services)
    assert {finding.name: finding.verdict for finding in findings} == dict.fromkeys(
        ("settings", "database", "huggingface", "arxiv", "gemini", "telegram", "model", "digest"),
        Condition.OK,
    )
    ways = {finding.name: finding.way for finding in findings if finding.way}
    assert ways == dict.fromkeys(("huggingface", "arxiv", "gemini"), "direct")


async def test_on_a_quiet_day_the_doctor_asks_arxiv_nevertheless(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    """It said "ok 0 ms" of a service nobody had asked."""
    clock.now = datetime(2026, 3, 15, 12, tzinfo=UTC)  # a Sunday
    async with opened(world, tmp_path, clock, sources=("arxiv",)) as services:
        findings = {finding.name: finding for finding in await examine(services)}
        assert findings["arxiv"].verdict is Condition.OK
        assert world.requests["/arxiv/api"] == 1
        world.faults["/arxiv"] = server_error
        findings = {finding.name: finding for finding in await examine(services)}
        assert findings["arxiv"].verdict is Condition.BROKEN


async def test_the_doctor_says_when_nothing_can_be_stored(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    async with opened(world, tmp_path, clock) as services:
        file = Path(str(services.settings.database_url).removeprefix("sqlite:///"))
        async with failing(services.store, file, "readonly"):
            findings = {finding.name: finding for finding in await examine(services)}
    assert findings["database"].verdict is Condition.BROKEN
    assert "check the file's and its folder's permissions" in findings["database"].line.plain
    assert findings["arxiv"].verdict is Condition.OK
    assert findings["digest"].verdict is Condition.BROKEN


async def test_the_doctor_names_what_is_wrong_and_what_to_do(
    world: doubles.Services, tmp_path: Path, clock: Clock
) -> None:
    world.faults["/hf"] = html_error
    world.faults["/arxiv"] = rate_exceeded
    async with opened(
        world, tmp_path, clock, gemini_api_key=SecretStr("wrong-key-0123456789")
    ) as services:
        findings = {finding.name: finding for finding in await examine(services)}
    assert findings["huggingface"].verdict is Condition.BROKEN
    assert findings["arxiv"].verdict is Condition.DEGRADED
    assert findings["gemini"].verdict is Condition.BROKEN
    assert "GEMINI_API_KEY" in findings["gemini"].advice
    assert findings["digest"].verdict is Condition.DEGRADED
    assert all(
        f.advice
        for f in findings.values()
        if f.name not in {"settings", "database", "telegram", "digest"}
    )
    assert not any("wrong-key" in f.detail for f in findings.values())


async def with_broken_items(_: web.Request) -> web.StreamResponse:
    good = DAYS.huggingface[LAST_DAY][0]
    broken = [{"paper": {"id": "not-an-id", "title": "x"}}, {"paper": None}, "text", {}]
    return web.json_response([good, *broken])


async def test_items_that_make_no_sense_are_counted_and_named_to_the_operator(
    world: doubles.Services, tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    world.faults["/hf/api/daily_papers"] = with_broken_items
    async with opened(
        world, tmp_path, clock, gemini_api_key=None, sources=("huggingface",)
    ) as services:
        outcome = await make_digest(services, LAST_DAY, tmp_path)
        assert outcome.edition.digest.candidates == 1
        findings = {finding.name: finding for finding in await examine(services)}
        assert findings["huggingface"].verdict is Condition.DEGRADED
        assert "4 items skipped, e.g. not-an-id" in findings["huggingface"].detail
        await show_stats(services)
    assert "skipped from huggingface: #3: no arXiv id" in capsys.readouterr().out
