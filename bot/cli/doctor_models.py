"""The doctor's look at the models: do they answer, and what is left of each one's day.

What a provider said is never printed: the text may hold a key or a page of HTML. What it means is.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.app import Services
from bot.chains import is_set, named
from bot.cli.doctor_findings import Condition, Finding
from bot.cli.progress import watching
from bot.daily.alerts import alert_text, find_alerts
from bot.render.operator_time import until
from bot.settings import MODEL_LISTS
from core.llm import CallContext, Urgency
from core.llm.alerts import Alert, AlertKind, is_used_up, used_up_until
from core.llm.chain import ModelChain
from core.llm.outcomes import Outcome, outcome_of
from core.llm.ping import Pong
from core.llm.policy import ProviderPolicy
from core.llm.providers import PROVIDERS
from core.llm.quota.planner import Budget
from core.models.errors import LLMError


def checks(services: Services) -> list[Callable[[], Awaitable[Finding]]]:
    """Return a question for each provider that is set."""
    chains = services.chains.providers if services.chains else {}
    return [partial(_ask, policy, chain, services) for policy, chain in chains.items()]


def unasked(services: Services) -> Iterator[Finding]:
    """Yield a line for each provider of which a model is named, or a key given, for nothing."""
    settings = services.settings
    for policy in (provider.policy for provider in PROVIDERS):
        names = ", ".join(named(policy, settings))
        if is_set(policy, settings) and not names:
            detail = f"{policy.key_setting} or {policy.url_setting} is set, but none of its models"
            advice = f"name one, such as {policy.prefix}NAME, in {MODEL_LISTS}"
        elif names and not is_set(policy, settings):
            if services.chains is None:
                detail = "no key: local scores and quoted sentences"
            else:
                detail = f"no key: passed over are {names}"
            advice = f"set {policy.key_setting} for scores with judgement and deep dives"
        else:
            continue
        yield Finding(policy.name, Condition.DEGRADED, detail, advice)


async def _ask(policy: ProviderPolicy, chain: ModelChain, services: Services) -> Finding:
    """Return whether a provider's model answers a tiny question, and what to do if not."""
    try:
        with watching("en", services.now) as watcher:
            context = CallContext(Urgency.INTERACTIVE, watcher.on_wait)
            reply = await chain.ask(services.prompts["ping"].fill(), Pong, context)
    except LLMError as error:
        return _trouble(error, policy, chain.models, services)
    return Finding(policy.name, Condition.OK, f"{reply.model} answered")


_LATER = "try again in some minutes; until then scores are local"
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
_ALERTS: Mapping[Outcome, AlertKind] = {
    Outcome.KEY_INVALID: AlertKind.KEY_INVALID,
    Outcome.KEY_EXPIRED: AlertKind.KEY_EXPIRED,
    Outcome.KEY_LEAKED: AlertKind.KEY_LEAKED,
    Outcome.KEY_DENIED: AlertKind.KEY_DENIED,
    Outcome.NO_CREDIT: AlertKind.NO_CREDIT,
    Outcome.RATE_LIMITED_DAY: AlertKind.DAY_USED_UP,
}


def _trouble(
    error: LLMError, policy: ProviderPolicy, models: Sequence[str], services: Services
) -> Finding:
    outcome, now, names = outcome_of(error), services.now(), ", ".join(models)
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
    until = now + _patience(error, policy, now)
    alert = Alert(_ALERTS[outcome], None, now, until=until, provider=policy)
    is_day = outcome is Outcome.RATE_LIMITED_DAY
    return _finding(
        policy.name, Condition.DEGRADED if is_day else Condition.BROKEN, alert, services
    )


def _patience(error: LLMError, policy: ProviderPolicy, now: datetime) -> timedelta:
    """Return for how long the day's quota is used up."""
    wait: timedelta | None = getattr(error, "retry_after", None)
    return policy.day.reset_after(now) - now if wait is None else wait


def _finding(name: str, verdict: Condition, alert: Alert, services: Services) -> Finding:
    words = alert_text(alert, "en", services.now(), services.settings.digest_timezone)
    return Finding(name, verdict, words.what, words.advice)


async def look_at_models(services: Services, passing: Collection[str] = ()) -> list[Finding]:
    """Return a line for each model: what is wrong with it, and the requests it has left today.

    Those of the providers `passing` are passed over.
    """
    budgets = await services.chains.budgets() if services.chains else []
    budgets = [budget for budget in budgets if budget.policy.name not in passing]
    found = {alert.model: alert for alert in await find_alerts(services)}
    return [
        _finding("model", Condition.DEGRADED, found[budget.model], services)
        if budget.model in found
        else _budget(budget, services)
        for budget in budgets
    ]


def _budget(budget: Budget, services: Services) -> Finding:
    used, rpd, now = sum(budget.used.values()), budget.limits.rpd, services.now()
    zone = services.settings.digest_timezone
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
