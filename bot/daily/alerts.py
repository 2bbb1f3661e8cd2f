"""What the operator must know, as sentences: what happened, and what to do about it.

Printed by the commands; whoever sends them to the administrators takes them from here. They are
built from facts of our own ledger and never hold a provider's text.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.app import Services
from bot.render.operator_time import moment, until
from bot.settings import MODEL_LISTS
from core.llm.alerts import MEMORY, Alert, AlertKind, alerts
from core.locale import Sentence, Sentences
from core.models.values import Language


@dataclass(frozen=True)
class AlertText:
    """An alert in words."""

    what: str
    """What happened."""
    advice: str
    """What to do."""


_NEW_KEY = Sentence("alerts.new_key")
_OTHERS = Sentence("alerts.others")
_NO_OTHER = Sentence("alerts.no_other")
_LINE = Sentence("alerts.line")
_WHAT = Sentences("alerts.what", AlertKind)
_ADVICE = {
    AlertKind.KEY_INVALID: _NEW_KEY,
    AlertKind.KEY_EXPIRED: _NEW_KEY,
    AlertKind.KEY_LEAKED: Sentence("alerts.advice.key_leaked"),
    AlertKind.KEY_DENIED: Sentence("alerts.advice.key_denied"),
    AlertKind.NO_CREDIT: Sentence("alerts.advice.no_credit"),
    AlertKind.MODEL_GONE: Sentence("alerts.advice.model_gone"),
    AlertKind.MODEL_DENIED: Sentence("alerts.advice.model_denied"),
    AlertKind.MODEL_NO_QUOTA: Sentence("alerts.advice.model_no_quota"),
    AlertKind.MODEL_UNAVAILABLE: Sentence("alerts.advice.model_unavailable"),
    AlertKind.SERVICE_UNAVAILABLE: Sentence("alerts.advice.service_unavailable"),
    AlertKind.DAY_USED_UP: Sentence("alerts.advice.day_used_up"),
}


def alert_text(alert: Alert, language: Language, now: datetime, zone: tzinfo) -> AlertText:
    """Return an alert in words; times are `zone`'s."""
    values = {
        "model": alert.model,
        "at": moment(alert.at, now, zone),
        "until": until(alert.until, now, zone, language) if alert.until else "",
        "others": _OTHERS.filled(left=", ".join(alert.left)) if alert.left else _NO_OTHER,
        "model_lists": MODEL_LISTS,
    }
    if (policy := alert.provider) is not None:
        names = ("label", "key_setting", "key_page", "url_setting")
        values |= {name: getattr(policy, name) for name in names}
    values["new_key"] = _NEW_KEY.filled(**values)
    return AlertText(
        what=_WHAT[alert.kind](language, **values),
        advice=_ADVICE[alert.kind](language, **values),
    )


async def find_alerts(services: Services) -> list[Alert]:
    """Return what the operator must know at this moment; nothing without a key."""
    if (chains := services.chains) is None:
        return []
    now, accounts = services.now(), [policy.account for policy in chains.providers]
    calls = await services.store.calls.last_calls(accounts, now - MEMORY)
    return alerts(calls, await chains.budgets(), now)


async def alerts_now(services: Services, language: Language | None = None) -> list[str]:
    """Return what the operator must know, one sentence each, in the digest's language."""
    found = await find_alerts(services)
    language = language or services.settings.digest_language
    now, zone = services.now(), services.settings.digest_timezone
    return [sentence(alert_text(alert, language, now, zone), language) for alert in found]


def sentence(words: AlertText, language: Language) -> str:
    """Return an alert as one line."""
    what = words.what[:1].upper() + words.what[1:]
    return _LINE(language, what=what, advice=words.advice)
