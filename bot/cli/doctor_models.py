"""The doctor's look at the models: do they answer, and what is left of each one's day.

What a provider said is never printed: the text may hold a key or a page of HTML. What it means is.
"""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.app.core import Core
from bot.chains import passed_over
from bot.cli.doctor_findings import Condition, Finding
from bot.cli.progress import watching
from bot.daily.alerts import alert_text
from bot.render.operator_time import until
from bot.settings import MODEL_LISTS, Settings
from core.llm import CallContext, Urgency
from core.llm.alerts import KEY_ALERTS, Alert, AlertKind, is_used_up, used_up_until
from core.llm.chain import ModelChain
from core.llm.outcomes import Outcome, outcome_of
from core.llm.ping import Pong
from core.llm.policy import ProviderPolicy
from core.llm.quota.planner import Budget
from core.models.errors import LLMError


async def ask_providers(core: Core) -> list[Finding]:
    """Return of each provider that is set whether it answers a tiny question, and what to do."""
    providers = core.chains.providers if core.chains else {}
    asked = await asyncio.gather(*(_ask(chain, core) for chain in providers.values()))
    answers = dict(zip(providers, asked, strict=True))
    left = [
        model
        for policy, chain in providers.items()
        if isinstance(answers[policy][0], str)
        for model in chain.models
    ]
    return [
        replace(_finding_of(answer, policy, tuple(left), core), latency=latency)
        for policy, (answer, latency) in answers.items()
    ]


def unasked(settings: Settings) -> list[Finding]:
    """Return a line for each provider that is set, or of which a model is named, for nothing."""
    return [
        Finding(policy.name, Condition.DEGRADED, what, advice)
        for policy, what, advice in passed_over(settings)
    ]


async def _ask(chain: ModelChain, core: Core) -> tuple[str | LLMError, timedelta]:
    """Return which model answered, or why none did, and how long it took."""
    start = time.monotonic()
    answer: str | LLMError
    try:
        with watching("en", core.now) as watcher:
            context = CallContext(Urgency.INTERACTIVE, watcher.on_wait)
            reply = await chain.ask(core.prompts["ping"].fill(), Pong, context)
        answer = reply.model
    except LLMError as error:
        answer = error
    return answer, timedelta(seconds=time.monotonic() - start)


_LATER = "try again in some minutes; until then others answer, or scores are local"
_TROUBLES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.RATE_LIMITED_MINUTE: ("this minute's requests are used up", _LATER),
    Outcome.RATE_LIMITED_TOKENS: ("this minute's input tokens are used up", _LATER),
    Outcome.RATE_LIMITED_UNKNOWN: ("it asks us to slow down", _LATER),
    Outcome.UNAVAILABLE: ("it cannot be reached, or is overloaded", _LATER),
    Outcome.TIMED_OUT: ("no answer in time", _LATER),
    Outcome.REFUSED: ("it will not take the question", "try other models, or another time"),
    Outcome.BAD_ANSWER: ("it answered, but not what was asked", "try other models"),
    Outcome.CUT_OFF: ("its answer ended before it was complete", "try other models"),
    Outcome.ASKED_WRONGLY: ("it does not take questions as they are asked", "try other models"),
    Outcome.TOO_LONG: ("a minute's tokens leave no room for any question", "raise them, or set 0"),
}
"""What a failed question means, and what to do; `bot.daily.alerts` knows the rest."""
_ALERTS = {**KEY_ALERTS, Outcome.RATE_LIMITED_DAY: AlertKind.DAY_USED_UP}


def _finding_of(
    answer: str | LLMError,
    policy: ProviderPolicy,
    left: tuple[str, ...],
    core: Core,
) -> Finding:
    """Return what an answer, or a failure, means; `left` are the models that answer."""
    if isinstance(answer, str):
        return Finding(policy.name, Condition.OK, f"{answer} answered")
    outcome, now = outcome_of(answer), core.now()
    assert core.chains is not None, "it was asked"
    names = ", ".join(core.chains.providers[policy].models)
    if outcome is Outcome.UNKNOWN_MODEL:
        what = f"no such model (any more): {names}"
        advice = f"set {MODEL_LISTS} to models that exist"
        return Finding(policy.name, Condition.BROKEN, what, advice)
    if outcome is Outcome.NO_QUOTA:
        what = f"the key has no free quota (a limit of 0) for: {names}"
        advice = f"set {MODEL_LISTS} to models it has, or turn on billing for its project"
        return Finding(policy.name, Condition.BROKEN, what, advice)
    if outcome in _TROUBLES:
        return Finding(policy.name, Condition.DEGRADED, *_TROUBLES[outcome])
    until = now + _patience(answer, policy, now)
    alert = Alert(_ALERTS[outcome], None, now, left, until, provider=policy)
    is_day = outcome is Outcome.RATE_LIMITED_DAY
    return _finding(policy.name, Condition.DEGRADED if is_day else Condition.BROKEN, alert, core)


def _patience(error: LLMError, policy: ProviderPolicy, now: datetime) -> timedelta:
    """Return for how long the day's quota is used up."""
    wait: timedelta | None = getattr(error, "retry_after", None)
    return policy.day.reset_after(now) - now if wait is None else wait


def _finding(name: str, verdict: Condition, alert: Alert, core: Core) -> Finding:
    words = alert_text(alert, "en", core.now(), core.settings.digest_timezone)
    return Finding(name, verdict, words.what, words.advice)


async def look_at_models(core: Core, passing: Collection[str] = ()) -> list[Finding]:
    """Return a line for each model: what is wrong with it, and the requests it has left today.

    Those of the providers `passing` are passed over.
    """
    budgets = await core.chains.budgets() if core.chains else []
    budgets = [budget for budget in budgets if budget.policy.name not in passing]
    found = {alert.model: alert for alert in await core.alerts.find()}
    return [
        _finding("model", Condition.DEGRADED, found[budget.model], core)
        if budget.model in found
        else _budget(budget, core)
        for budget in budgets
    ]


def _budget(budget: Budget, core: Core) -> Finding:
    used, rpd, now = sum(budget.used.values()), budget.limits.rpd, core.now()
    zone = core.settings.digest_timezone
    if is_used_up(budget):
        back = until(used_up_until(budget), now, zone)
        detail = f"{budget.model}: no requests left today; they are back {back}"
        return Finding(
            "model",
            Condition.DEGRADED,
            detail,
            "nothing to do; other models answer until then, or scores are local",
        )
    if not rpd:
        return Finding(
            "model", Condition.OK, f"{budget.model}: {used} requests today, no limit set"
        )
    resets = until(budget.resets_at, now, zone)
    detail = f"{budget.model}: {rpd - used} of {rpd} requests left until {resets}"
    return Finding("model", Condition.OK, detail + _kept(budget))


def _kept(budget: Budget) -> str:
    """Return what of the rest is set aside; the doctor is served like a reader."""
    digest, readers = (budget.kept.get(u, 0) for u in (Urgency.DIGEST, Urgency.INTERACTIVE))
    kept = ", ".join(
        f"{count} for {whom}"
        for count, whom in ((digest, "the digest"), (readers, "/paper"))
        if count
    )
    return f"; kept: {kept}" if kept else ""
