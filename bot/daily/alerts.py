"""What the operator must know, as sentences: what happened, and what to do about it.

Printed by the commands; whoever sends them to the administrators takes them from here. They are
built from facts of our own ledger and never hold a provider's text.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.chains import Chains
from bot.render.operator_time import moment, until
from bot.settings import MODEL_LISTS
from core.llm.alerts import MEMORY, Alert, AlertKind, alerts
from core.locale import Sentence, Sentences
from core.models.values import Language
from core.store.llm_usage.calls import Calls


@dataclass(frozen=True)
class AlertText:
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


@dataclass(frozen=True, eq=False, repr=False)
class ModelAlerts:
    """What the operator must know of the models at this moment; nothing without any.

    `language` and `zone` are the digest's.
    """

    chains: Chains | None
    calls: Calls
    _: KW_ONLY
    language: Language
    zone: ZoneInfo
    now: Callable[[], datetime]

    async def find(self) -> list[Alert]:
        if self.chains is None:
            return []
        now, accounts = self.now(), [policy.account for policy in self.chains.providers]
        calls = await self.calls.last_calls(accounts, now - MEMORY)
        return alerts(calls, await self.chains.budgets(), now)

    async def worded(self, language: Language | None = None) -> list[tuple[Alert, str]]:
        """Return each with its sentence, in the digest's language if in no other."""
        language, now = language or self.language, self.now()
        return [
            (alert, sentence(alert_text(alert, language, now, self.zone), language))
            for alert in await self.find()
        ]

    async def sentences(self, language: Language | None = None) -> list[str]:
        return [said for _, said in await self.worded(language)]


def sentence(words: AlertText, language: Language) -> str:
    what = words.what[:1].upper() + words.what[1:]
    return _LINE(language, what=what, advice=words.advice)
