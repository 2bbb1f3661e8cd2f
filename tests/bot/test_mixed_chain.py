"""A digest by models of two providers, one of whose keys does not open."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.core import Core
from bot.cli.digest import make_digest
from bot.cli.doctor import examine
from bot.cli.doctor_findings import Condition
from bot.cli.stats import show_stats
from bot.demo.replay import LAST_DAY
from core.models.values import AnalysisKind, ScoreKind
from tests.bot.test_end_to_end import FEW, GOOD, Clock, opened
from tests.servers import openai as double
from tests.servers import papers as doubles
from tests.servers.gemini import KEY as GEMINI_KEY
from tests.servers.openai import KEY, FakeOpenAI, serving_openai

WRONG = SecretStr("a-key-of-no-known-shape-0123")
MIXED = {
    "gemini_score_models": ("gemini-flash-latest", "openai/deepseek-chat"),
    "gemini_analyze_models": ("gemini-flash-latest", "openai/deepseek-chat"),
}


@pytest.fixture
async def world() -> AsyncIterator[doubles.Services]:
    async with doubles.serving(doubles.Services(FEW)) as services:
        services.gemini.scores = GOOD
        yield services


@pytest.fixture
async def server(world: doubles.Services) -> AsyncIterator[FakeOpenAI]:
    double_ = FakeOpenAI(brain=world.gemini, forms=("json_object", "text"))
    async with serving_openai(double_) as url:
        world.openai = url  # type: ignore[attr-defined]
        yield double_


async def made(services: Core, folder: Path) -> set[str | None]:
    """Make a digest that a model scored and read; return the models."""
    edition = (await make_digest(services, LAST_DAY, folder, force=False)).edition
    assert [pick.kind for pick in edition.digest.picks] == [ScoreKind.LLM, ScoreKind.LLM]
    assert all(one.kind is AnalysisKind.LLM for one in edition.analyses.values())
    readers = {one.model for one in edition.analyses.values()}
    return readers | {pick.model for pick in edition.digest.picks}


@pytest.mark.parametrize("wrong", ["gemini", "openai"])
async def test_one_wrong_key_never_stops_the_other_provider(
    world: doubles.Services,
    server: FakeOpenAI,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
) -> None:
    caplog.set_level(logging.INFO)
    keys = {"gemini_api_key": SecretStr(GEMINI_KEY), "openai_api_key": SecretStr(KEY)}
    keys[f"{wrong}_api_key"] = WRONG
    settings = {**MIXED, **keys, "openai_base_url": world.openai}  # type: ignore[attr-defined]
    if wrong == "openai":
        settings |= {name: tuple(reversed(models)) for name, models in MIXED.items()}
    async with opened(world, tmp_path, Clock(), **settings) as services:
        models = await made(services, tmp_path)
        findings = {finding.name: finding for finding in await examine(services)}
        await show_stats(services)
    other = {"gemini": "openai", "openai": "gemini"}[wrong]
    assert models == {MIXED["gemini_score_models"][other == "openai"]}
    assert findings[wrong].verdict is Condition.BROKEN
    assert f"{wrong.upper()}_API_KEY" in findings[wrong].advice
    assert "these go on" in findings[wrong].advice
    assert findings[other].verdict is Condition.OK
    said = capsys.readouterr().out
    assert "does not accept the key" in said
    assert ("Gemini's day" in said, "127.0.0.1:" in said) == (True, True)
    for key in (GEMINI_KEY, KEY, WRONG.get_secret_value()):
        assert key not in caplog.text + said


async def test_a_model_of_ones_own_needs_no_key_and_no_other_provider(
    world: doubles.Services, server: FakeOpenAI, tmp_path: Path
) -> None:
    server.key = None
    async with opened(
        world,
        tmp_path,
        Clock(),
        gemini_api_key=None,
        openai_base_url=world.openai,  # type: ignore[attr-defined]
        gemini_score_models=("openai/qwen3:8b",),
        gemini_analyze_models=("gemini-flash-latest", "gemini-flash-lite-latest"),
    ) as services:
        assert await made(services, tmp_path) == {"openai/qwen3:8b"}
        findings = await examine(services)
    (skipped,) = (finding for finding in findings if finding.name == "gemini")
    assert "passed over are gemini-flash-latest, gemini-flash-lite-latest" in skipped.detail


async def test_a_provider_that_no_list_names_is_said(
    world: doubles.Services, server: FakeOpenAI, tmp_path: Path
) -> None:
    async with opened(
        world,
        tmp_path,
        Clock(),
        gemini_api_key=None,
        openai_api_key=SecretStr(KEY),
        openai_base_url=world.openai,  # type: ignore[attr-defined]
        gemini_score_models=("gemini-flash-latest",),
        gemini_analyze_models=("gemini-flash-latest",),
    ) as services:
        assert services.chains is None
        findings = {finding.name: finding for finding in await examine(services)}
    assert "openai/NAME" in findings["openai"].advice
    assert "GEMINI_API_KEY" in findings["gemini"].advice
    assert server.requests == []


async def test_no_money_at_one_provider_is_told_and_the_other_goes_on(
    world: doubles.Services, server: FakeOpenAI, tmp_path: Path
) -> None:
    server.faults.extend([double.NO_MONEY["deepseek"]] * 9)
    async with opened(
        world,
        tmp_path,
        Clock(),
        openai_api_key=SecretStr(KEY),
        openai_base_url=world.openai,  # type: ignore[attr-defined]
        gemini_score_models=("openai/deepseek-chat", "gemini-flash-latest"),
        gemini_analyze_models=("openai/deepseek-chat", "gemini-flash-latest"),
    ) as services:
        assert await made(services, tmp_path) == {"gemini-flash-latest"}
        findings = {finding.name: finding for finding in await examine(services)}
    assert len(server.requests) == 1, "an account without money is not asked again"
    assert "no money left" in findings["openai"].detail


async def test_what_needs_no_large_model_spends_the_largest_budget(
    world: doubles.Services, tmp_path: Path
) -> None:
    """Flash has 20 requests a day, flash-lite 500: second looks are for flash-lite."""
    world.gemini.scores = {"2603.11323": 93, "2603.11866": 62}
    models = ("gemini-flash-latest", "gemini-flash-lite-latest")
    async with opened(
        world, tmp_path, Clock(), gemini_score_models=models, gemini_analyze_models=models
    ) as services:
        assert services.chains is not None
        limits = [budget.limits.rpd for budget in await services.chains.budgets()]
        await make_digest(services, LAST_DAY, tmp_path, force=False)
    assert limits == [20, 500]
    asked = [
        (next(iter(body["generationConfig"]["responseJsonSchema"]["properties"])), model)
        for body, model in zip(world.gemini.requests, world.gemini.models, strict=True)
    ]
    first, *others = asked
    assert first == ("scores", "gemini-flash-latest")
    looks = {model for what, model in others if what in {"scores", "judgements"}}
    readings = {model for what, model in others if what not in {"scores", "judgements"}}
    assert looks == {"gemini-flash-lite-latest"}
    assert readings == {"gemini-flash-latest"}


async def test_a_number_in_the_settings_is_every_models_budget(
    world: doubles.Services, tmp_path: Path
) -> None:
    models = ("gemini-flash-latest", "gemma-4-27b-it", "gemini-2.5-flash-lite")
    async with opened(
        world, tmp_path, Clock(), gemini_rpd=7, gemini_tpm=0,
        gemini_score_models=models, gemini_analyze_models=models,
    ) as services:  # fmt: skip
        assert services.chains is not None
        budgets = [budget.limits for budget in await services.chains.budgets()]
    assert [(b.rpm, b.tpm, b.rpd) for b in budgets] == [(5, 0, 7), (30, 0, 7), (10, 0, 7)]
