"""What the operator must know of the models, and can do something about. Pure.

It is worked out anew from the ledger's facts each time, so it outlives a restart, and is gone by
itself when the next call succeeds. What a newcomer would get wrong: a day's requests are used up
without any refusal, because the planner stops in time; budgets tell that, not calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from core.errors import QuotaScope
from core.llm.outcomes import Outcome
from core.llm.quota.planner import Budget

MEMORY = timedelta(days=7)
"""How far back a model's last call says something of the key and of names."""
WEATHER = timedelta(days=1)
"""How far back it says something of the service: what was down yesterday may be up again."""


class LastCall(Protocol):
    """How a model last answered, or did not."""

    @property
    def model(self) -> str:
        """Name of the model."""
        ...

    @property
    def outcome(self) -> str:
        """A word of `Outcome`."""
        ...

    @property
    def at(self) -> datetime:
        """When it was asked."""
        ...


class AlertKind(StrEnum):
    """What is the matter."""

    KEY_INVALID = "key_invalid"
    KEY_EXPIRED = "key_expired"
    KEY_LEAKED = "key_leaked"
    KEY_DENIED = "key_denied"
    MODEL_GONE = "model_gone"
    MODEL_DENIED = "model_denied"
    """The key is good, but not for this model."""
    MODEL_NO_QUOTA = "model_no_quota"
    """The key's plan gives this model no request at all."""
    MODEL_UNAVAILABLE = "model_unavailable"
    SERVICE_UNAVAILABLE = "service_unavailable"
    """None of the models was available."""
    DAY_USED_UP = "day_used_up"
    """On all models."""


@dataclass(frozen=True)
class Alert:
    """One thing the operator must know."""

    kind: AlertKind
    model: str | None
    """None: it is about all of them."""
    at: datetime
    """When it was last seen."""
    left: tuple[str, ...] = ()
    """For one model's trouble: the other models that may answer."""
    until: datetime | None = None
    """When it will have passed by itself, where that is known."""


_KEY: Mapping[str, AlertKind] = {
    Outcome.KEY_INVALID: AlertKind.KEY_INVALID,
    Outcome.KEY_EXPIRED: AlertKind.KEY_EXPIRED,
    Outcome.KEY_LEAKED: AlertKind.KEY_LEAKED,
    Outcome.KEY_DENIED: AlertKind.KEY_DENIED,
}
_NAME: Mapping[str, AlertKind] = {
    Outcome.UNKNOWN_MODEL: AlertKind.MODEL_GONE,
    Outcome.KEY_DENIED: AlertKind.MODEL_DENIED,
    Outcome.NO_QUOTA: AlertKind.MODEL_NO_QUOTA,
}
_DOWN = {Outcome.UNAVAILABLE, Outcome.TIMED_OUT}


def alerts(calls: Iterable[LastCall], budgets: Sequence[Budget], now: datetime) -> list[Alert]:
    """Return what the operator must know, worst first.

    `calls` is each model's latest finished call with the present key, of the last `MEMORY`;
    `budgets` are those of the models that are set, in their order.
    """
    latest = sorted(calls, key=lambda call: call.at)
    if (key := _key_alert(latest)) is not None:
        return [key]  # nothing is asked any more: the rest is old news
    models = [budget.model for budget in budgets]
    of_model = {call.model: call for call in latest if call.model in models}
    useless = {model for model, call in of_model.items() if call.outcome in _NAME}
    left = tuple(model for model in models if model not in useless)
    found = [
        Alert(_NAME[call.outcome], model, call.at, left)
        for model, call in of_model.items()
        if model in useless
    ]
    used_up = _used_up([budget for budget in budgets if budget.model in left], now)
    return [*found, *used_up, *_unavailable(of_model, left, now)]


def is_used_up(budget: Budget) -> bool:
    """Whether a model has no request left today."""
    rpd = budget.limits.rpd
    return budget.held_by is QuotaScope.DAY or bool(rpd and sum(budget.used.values()) >= rpd)


def used_up_until(budget: Budget) -> datetime:
    """Return when a model without requests has some again."""
    if budget.held_by is QuotaScope.DAY and budget.held_until is not None:
        return budget.held_until
    return budget.resets_at


def _key_alert(latest: Sequence[LastCall]) -> Alert | None:
    """Return what is wrong with the key, unless a later call shows that it is good."""
    # Who does not answer has not looked at the key either.
    telling = [call for call in latest if call.outcome not in _DOWN]
    if telling and (kind := _KEY.get(telling[-1].outcome)) is not None:
        return Alert(kind, None, telling[-1].at)
    return None


def _used_up(budgets: Sequence[Budget], now: datetime) -> list[Alert]:
    if not budgets or not all(is_used_up(budget) for budget in budgets):
        return []
    return [Alert(AlertKind.DAY_USED_UP, None, now, until=min(map(used_up_until, budgets)))]


def _unavailable(
    of_model: Mapping[str, LastCall], models: Sequence[str], now: datetime
) -> list[Alert]:
    down = {
        model: of_model[model].at
        for model in models
        if model in of_model
        and of_model[model].outcome in _DOWN
        and now - of_model[model].at <= WEATHER
    }
    if down and len(down) == len(models):
        return [Alert(AlertKind.SERVICE_UNAVAILABLE, None, max(down.values()))]
    left = tuple(model for model in models if model not in down)
    return [Alert(AlertKind.MODEL_UNAVAILABLE, model, at, left) for model, at in down.items()]
