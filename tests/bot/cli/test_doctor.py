"""The doctor on Gemini: what a failure means and what to do, never what the provider said."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.core import Core, Ends, build_core
from bot.cli.doctor import stopped_lately
from bot.cli.doctor_findings import Condition, Finding
from bot.cli.doctor_models import ask_providers, look_at_models, unasked
from bot.settings import Settings
from core.llm import Question, Reply, Urgency, Waiter
from core.llm.ledger import Call, CallRequest, Learned, Span
from core.llm.ping import Pong
from core.llm.policy import ProviderPolicy
from core.models.errors import (
    KeyTrouble,
    LLMAskedWrongly,
    LLMBadAnswer,
    LLMCutOff,
    LLMError,
    LLMMisconfigured,
    LLMNoQuota,
    LLMRateLimited,
    LLMRefused,
    LLMTimedOut,
    LLMTooLong,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from core.models.usage import Usage

NOW = datetime(2026, 11, 23, 2, 40, tzinfo=UTC)
SAID = "403 <html>the provider's own words, with a key AIza0123456789</html>"


class Chain:
    """A chain that fails, answers, or makes wait first."""

    models = ("model-a",)

    def __init__(self, failure: LLMError | None = None, wait: timedelta | None = None) -> None:
        self.failure = failure
        self.wait = wait
        self.urgencies: list[Urgency] = []

    async def ask(self, _question: Question, _answer: Any, context: Waiter) -> Reply[Pong]:
        self.urgencies.append(context.urgency)
        if self.wait is not None:
            context.on_wait(NOW + self.wait)
        if self.failure is not None:
            raise self.failure
        return Reply(Pong(ok=True), "model-a", Usage())


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Core]:
    settings = Settings(_env_file=None).model_copy(
        update={
            "gemini_api_key": SecretStr("made-up-key-0123456789"),
            "gemini_score_models": ("model-a",),
            "gemini_analyze_models": ("model-a", "model-b"),
            "database_url": f"sqlite:///{tmp_path}/paperboy.db",
        }
    )
    async with build_core(settings, Ends(now=lambda: NOW)) as opened:
        yield opened


def policy_of(services: Core) -> ProviderPolicy:
    assert services.chains is not None
    (only,) = services.chains.providers
    return only


async def asked(services: Core, chain: Chain) -> Finding:
    chains = replace(services.chains, providers={policy_of(services): chain})  # type: ignore[type-var]
    (finding,) = await ask_providers(replace(services, chains=chains))
    return finding


async def ended(services: Core, model: str, outcome: str, times: int = 1) -> None:
    request = CallRequest(policy_of(services).account, model, "read", Urgency.DIGEST, 1, 1)
    span = Span(NOW, NOW, NOW)
    for _ in range(times):
        number = await services.store.calls.enter(request, at=NOW, span=span, admits=lambda _: True)
        assert number is not None
        call = Call(NOW, model, "read", outcome, Usage(), timedelta(0))
        await services.store.calls.finish(number, call)


@pytest.mark.parametrize(
    ("failure", "verdict", "detail", "advice"),
    [
        (
            LLMMisconfigured(SAID, trouble=KeyTrouble.INVALID),
            Condition.BROKEN, "does not accept the key", "set a new GEMINI_API_KEY",
        ),
        (
            LLMMisconfigured(SAID, trouble=KeyTrouble.EXPIRED),
            Condition.BROKEN, "expired", "set a new GEMINI_API_KEY",
        ),
        (
            LLMMisconfigured(SAID, trouble=KeyTrouble.LEAKED),
            Condition.BROKEN, "found in public", "delete it",
        ),
        (
            LLMMisconfigured(SAID, trouble=KeyTrouble.DENIED),
            Condition.BROKEN, "may not be used", "project and billing",
        ),
        (LLMNoQuota(SAID), Condition.BROKEN, "no free quota", "billing"),
        (LLMUnknownModel(SAID), Condition.BROKEN, "model-a", "GEMINI_SCORE_MODELS"),
        (
            LLMRateLimited(SAID, scope=QuotaScope.DAY, retry_after=timedelta(hours=5)),
            Condition.DEGRADED, "15:40 (in 5 h)", "more models",
        ),
        (LLMRateLimited(SAID, scope=QuotaScope.DAY), Condition.DEGRADED, "16:01", "more models"),
        (LLMRateLimited(SAID, scope=QuotaScope.MINUTE), Condition.DEGRADED, "minute", "minutes"),
        (LLMRateLimited(SAID, scope=QuotaScope.TOKENS), Condition.DEGRADED, "tokens", "minutes"),
        (LLMRateLimited(SAID, scope=QuotaScope.UNKNOWN), Condition.DEGRADED, "slow", "minutes"),
        (LLMUnavailable(SAID), Condition.DEGRADED, "overloaded", "minutes"),
        (LLMTimedOut(SAID), Condition.DEGRADED, "in time", "minutes"),
        (LLMRefused(SAID), Condition.DEGRADED, "not take", "other models"),
        (LLMBadAnswer(SAID), Condition.DEGRADED, "not what was asked", "other models"),
        (LLMCutOff(SAID), Condition.DEGRADED, "ended", "other models"),
        (LLMAskedWrongly(SAID), Condition.DEGRADED, "questions", "other models"),
        (LLMTooLong(SAID, limit=10), Condition.DEGRADED, "tokens", "raise them"),
    ],
)  # fmt: skip
async def test_each_failure_has_its_meaning_and_its_advice(
    services: Core, failure: LLMError, verdict: Condition, detail: str, advice: str
) -> None:
    finding = await asked(services, Chain(failure))
    assert finding.verdict is verdict
    assert detail in finding.detail
    assert advice in finding.advice
    said = str(finding.line)
    assert not [word for word in ("403", "html", "AIza", "own words") if word in said]


async def test_the_question_is_asked_like_a_readers_and_its_wait_is_told(
    services: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    chain = Chain(wait=timedelta(seconds=38))
    finding = await asked(services, chain)
    assert (finding.verdict, finding.detail) == (Condition.OK, "model-a answered")
    assert chain.urgencies == [Urgency.INTERACTIVE]
    assert "in about 40 s" in capsys.readouterr().err


async def test_each_model_says_what_is_left_of_its_day(services: Core) -> None:
    await ended(services, "model-a", "ok", times=6)
    findings = await look_at_models(services)
    assert [finding.verdict for finding in findings] == [Condition.OK, Condition.OK]
    assert findings[0].detail == (
        "model-a: 14 of 20 requests left until 16:00 (in 5 h 20 min); kept: 5 for /paper"
    )
    assert findings[1].detail.endswith("; kept: 4 for the digest, 5 for /paper")


async def test_a_model_without_requests_says_when_it_has_some_again(services: Core) -> None:
    await ended(services, "model-a", "ok", times=20)
    held = Learned(held_until=datetime(2026, 11, 23, 8, 1, tzinfo=UTC))
    account = policy_of(services).account
    await services.store.calls.learn(account, "model-b", QuotaScope.DAY, held)
    findings = await look_at_models(services)
    assert [finding.verdict for finding in findings] == [Condition.DEGRADED] * 2
    assert "16:00 (in 5 h 20 min)" in findings[0].detail
    assert "16:01 (in 5 h 21 min)" in findings[1].detail


async def test_a_model_in_trouble_says_so_instead(services: Core) -> None:
    await ended(services, "model-a", "ok")
    await ended(services, "model-b", "unknown_model")
    first, second = await look_at_models(services)
    assert first.verdict is Condition.OK
    assert second.verdict is Condition.DEGRADED
    assert "no model model-b" in second.detail
    assert "these go on: model-a" in second.advice


async def test_without_a_key_there_are_no_models_to_look_at(services: Core) -> None:
    settings = services.settings.model_copy(update={"gemini_api_key": None})
    keyless = replace(services, settings=settings, chains=None)
    assert await look_at_models(keyless) == []
    assert await ask_providers(keyless) == []
    (finding,) = unasked(settings)
    assert finding.name == "gemini"
    assert "GEMINI_API_KEY" in finding.advice


async def test_texts_that_were_given_up_of_late_have_a_line(services: Core) -> None:
    assert await stopped_lately(services) == []
    for work, age in (("parsed", 1), ("parsed", 2), ("a figure's picture", 3), ("parsed", 30)):
        at = services.now() - timedelta(days=age)
        await services.store.fetches.record_stopped(work, "it took over 20 s", at)
    [found] = await stopped_lately(services)
    assert found.detail == ("3 given up in 7 days, most often parsed: it took over 20 s")
