"""What the operator must know of the models, and can do something about. Pure.

It is worked out anew from the ledger's facts each time, so it outlives a restart, and is gone by
itself when the next call succeeds. A day's requests are used up without any refusal, because the
planner stops in time; budgets tell that, not calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.llm.ledger import LastCall
from core.llm.outcomes import Outcome
from core.llm.policy import ProviderPolicy
from core.llm.quota.planner import Budget
from core.models.errors import QuotaScope

MEMORY = timedelta(days=7)
"""How far back a model's last call says something of the key and of names."""
WEATHER = timedelta(days=1)
"""How far back it says something of the service: what was down yesterday may be up again."""


class AlertKind(StrEnum):
    KEY_INVALID = "key_invalid"
    KEY_EXPIRED = "key_expired"
    KEY_LEAKED = "key_leaked"
    KEY_DENIED = "key_denied"
    NO_CREDIT = "no_credit"
    """The account has no money left."""
    MODEL_GONE = "model_gone"
    MODEL_DENIED = "model_denied"
    """The key is good, but not for this model."""
    MODEL_NO_QUOTA = "model_no_quota"
    """The key's plan gives this model no request at all."""
    MODEL_UNAVAILABLE = "model_unavailable"
    SERVICE_UNAVAILABLE = "service_unavailable"
    """None of a provider's models was available."""
    DAY_USED_UP = "day_used_up"
    """On all models."""


@dataclass(frozen=True)
class Alert:
    kind: AlertKind
    model: str | None
    """None: it is about all of the provider's."""
    at: datetime
    """When it was last seen."""
    left: tuple[str, ...] = ()
    """The other models that may answer."""
    until: datetime | None = None
    """When it will have passed by itself, where that is known."""
    provider: ProviderPolicy | None = None
    """None: it is about all of them."""

    @property
    def key(self) -> str:
        """What it is known by while it lasts."""
        # A model's name says whose it is.
        about = self.model or (self.provider.name if self.provider else "")
        return f"{self.kind}:{about}"


KEY_ALERTS: Mapping[str, AlertKind] = {
    kind.value: kind for kind in AlertKind if kind.startswith("key_") or kind == "no_credit"
}
"""By outcome: those that are about an account have its word."""
_NAME: Mapping[str, AlertKind] = {
    Outcome.UNKNOWN_MODEL: AlertKind.MODEL_GONE,
    Outcome.KEY_DENIED: AlertKind.MODEL_DENIED,
    Outcome.NO_QUOTA: AlertKind.MODEL_NO_QUOTA,
}
_DOWN = {Outcome.UNAVAILABLE, Outcome.TIMED_OUT}


def alerts(calls: Iterable[LastCall], budgets: Sequence[Budget], now: datetime) -> list[Alert]:
    """Return what the operator must know, worst first.

    `calls` is each model's latest finished call with the present keys, of the last `MEMORY`;
    `budgets` are those of the models that are set, in their order.
    """
    latest = sorted(calls, key=lambda call: call.at)
    policies = list(dict.fromkeys(budget.policy for budget in budgets))
    keys = {policy: alert for policy in policies if (alert := _key_alert(policy, latest))}
    of_model = {call.model: call for call in latest}
    useless = {
        budget.model: budget.policy
        for budget in budgets
        if budget.model in of_model and of_model[budget.model].outcome in _NAME
    }
    well = [b for b in budgets if b.policy not in keys and b.model not in useless]
    left = tuple(budget.model for budget in well)
    named = [
        Alert(_NAME[call.outcome], model, call.at, left, provider=useless[model])
        for model, call in of_model.items()
        if model in useless and useless[model] not in keys  # else it is old news
    ]
    found = [replace(alert, left=left) for alert in keys.values()] + named
    found += _used_up(well, now)
    for policy in policies:
        found += _unavailable(of_model, policy, well, now)
    return found


def is_used_up(budget: Budget) -> bool:
    """Whether a model has no request left today."""
    rpd = budget.limits.rpd
    return budget.held_by is QuotaScope.DAY or bool(rpd and sum(budget.used.values()) >= rpd)


def used_up_until(budget: Budget) -> datetime:
    """Return when a model without requests has some again."""
    if budget.held_by is QuotaScope.DAY and budget.held_until is not None:
        return budget.held_until
    return budget.resets_at


def _key_alert(policy: ProviderPolicy, latest: Iterable[LastCall]) -> Alert | None:
    """Return what is wrong with an account, unless a later call shows that it is good."""
    # Who does not answer has not looked at the key either.
    telling = [c for c in latest if c.account == policy.account and c.outcome not in _DOWN]
    if telling and (kind := KEY_ALERTS.get(telling[-1].outcome)) is not None:
        return Alert(kind, None, telling[-1].at, provider=policy)
    return None


def _used_up(budgets: Sequence[Budget], now: datetime) -> list[Alert]:
    if not budgets or not all(is_used_up(budget) for budget in budgets):
        return []
    return [Alert(AlertKind.DAY_USED_UP, None, now, until=min(map(used_up_until, budgets)))]


def _unavailable(
    of_model: Mapping[str, LastCall],
    policy: ProviderPolicy,
    budgets: Sequence[Budget],
    now: datetime,
) -> list[Alert]:
    """Return which of a provider's models were not available; `budgets` are all that are left."""
    own = [budget.model for budget in budgets if budget.policy is policy]
    down = {
        model: of_model[model].at
        for model in own
        if model in of_model
        and of_model[model].outcome in _DOWN
        and now - of_model[model].at <= WEATHER
    }
    left = tuple(budget.model for budget in budgets if budget.model not in down)
    if down and len(down) == len(own):
        last = max(down.values())
        return [Alert(AlertKind.SERVICE_UNAVAILABLE, None, last, left, provider=policy)]
    return [
        Alert(AlertKind.MODEL_UNAVAILABLE, model, at, left, provider=policy)
        for model, at in down.items()
    ]
