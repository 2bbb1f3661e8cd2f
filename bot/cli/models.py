"""The doctor's look at Gemini: does it answer, and what is left of each model's day.

What Gemini said is never printed: the text may hold a key or a page of HTML. What it means is.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.alerts import budgets_now, find_alerts, told
from bot.app import Services
from bot.cli.findings import Finding, Verdict
from bot.cli.watch import watching
from bot.times import until
from core.errors import LLMError
from core.llm import Errand, Urgency
from core.llm.alerts import Alert, AlertKind, is_used_up, used_up_until
from core.llm.outcomes import Outcome, outcome_of
from core.llm.ping import Pong
from core.llm.quota.day import reset_after
from core.llm.quota.planner import Budget


async def ask_gemini(services: Services) -> Finding:
    """Return whether a model for scoring answers a tiny question, and what to do if not."""
    if services.chain is None:
        return Finding(
            "gemini",
            Verdict.DEGRADED,
            "no key: local scores and quoted sentences",
            "set GEMINI_API_KEY for scores with judgement and deep dives in your language",
        )
    try:
        with watching("en", services.now) as watcher:
            errand = Errand(Urgency.INTERACTIVE, watcher.told)
            reply = await services.chain.ask(services.prompts["ping"].fill(), Pong, errand)
    except LLMError as error:
        return _gemini_trouble(error, services)
    return Finding("gemini", Verdict.OK, f"{reply.model} answered")


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
    Outcome.TOO_LONG: ("GEMINI_TPM leaves no room for any question", "raise it, or set it to 0"),
}
"""What a failed question means, and what to do; `bot.alerts` knows the rest."""
_ALERTS: Mapping[Outcome, AlertKind] = {
    Outcome.KEY_INVALID: AlertKind.KEY_INVALID,
    Outcome.KEY_EXPIRED: AlertKind.KEY_EXPIRED,
    Outcome.KEY_LEAKED: AlertKind.KEY_LEAKED,
    Outcome.KEY_DENIED: AlertKind.KEY_DENIED,
    Outcome.RATE_LIMITED_DAY: AlertKind.DAY_USED_UP,
}


def _gemini_trouble(error: LLMError, services: Services) -> Finding:
    outcome, now = outcome_of(error), services.now()
    if outcome is Outcome.UNKNOWN_MODEL:
        what = f"no such model (any more): {', '.join(services.settings.gemini_score_models)}"
        advice = "set GEMINI_SCORE_MODELS to models that exist"
        return Finding("gemini", Verdict.BROKEN, what, advice)
    if outcome is Outcome.NO_QUOTA:
        names = ", ".join(services.settings.gemini_score_models)
        what = f"the key has no free quota (a limit of 0) for: {names}"
        advice = "set GEMINI_SCORE_MODELS to models it has, or turn on billing for its project"
        return Finding("gemini", Verdict.BROKEN, what, advice)
    if outcome in _TROUBLES:
        return Finding("gemini", Verdict.DEGRADED, *_TROUBLES[outcome])
    alert = Alert(_ALERTS[outcome], None, now, until=now + _patience(error, now))
    is_day = outcome is Outcome.RATE_LIMITED_DAY
    return _finding("gemini", Verdict.DEGRADED if is_day else Verdict.BROKEN, alert, services)


def _patience(error: LLMError, now: datetime) -> timedelta:
    """Return for how long the day's quota is used up."""
    wait: timedelta | None = getattr(error, "retry_after", None)
    return reset_after(now) - now if wait is None else wait


def _finding(name: str, verdict: Verdict, alert: Alert, services: Services) -> Finding:
    words = told(alert, "en", services.now(), services.settings.digest_timezone)
    return Finding(name, verdict, words.what, words.advice)


async def look_at_models(services: Services) -> list[Finding]:
    """Return a line for each model: what is wrong with it, and the requests it has left today."""
    budgets = await budgets_now(services)
    found = {alert.model: alert for alert in await find_alerts(services, budgets)}
    return [
        _finding("model", Verdict.DEGRADED, found[budget.model], services)
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
            Verdict.DEGRADED,
            detail,
            "nothing to do; other models answer until then, or scores are local",
        )
    if not rpd:
        return Finding("model", Verdict.OK, f"{budget.model}: {used} requests today, no limit set")
    resets = until(budget.resets_at, now, zone)
    detail = f"{budget.model}: {rpd - used} of {rpd} requests left until {resets}"
    return Finding("model", Verdict.OK, detail + _kept(budget))


def _kept(budget: Budget) -> str:
    """Return what of the rest is set aside; the doctor is served like a reader."""
    digest, readers = (budget.kept.get(u, 0) for u in (Urgency.DIGEST, Urgency.INTERACTIVE))
    kept = ", ".join(
        f"{count} for {whom}"
        for count, whom in ((digest, "the digest"), (readers, "/paper"))
        if count
    )
    return f"; kept: {kept}" if kept else ""
