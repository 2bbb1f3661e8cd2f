"""What differs between providers beside the call.

Chain, planner, health, alerts, doctor and statistics ask a `ProviderPolicy`; none of them knows a
provider's name. Which refusals mean the key, the budget or the model is said by a provider's own
`errors`, in the words of `core.models.errors`.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pydantic import SecretStr
from yarl import URL

from core.llm.ledger import Call
from core.llm.quota_limits import QuotaDay, QuotaLimits
from core.models.options import Options


def _nothing_said(_model: str) -> QuotaLimits:
    return QuotaLimits()


def _unknown(_call: Call) -> float | None:
    return None


@dataclass(frozen=True, eq=False)
class ProviderPolicy:
    """One provider; after `of`, one account there."""

    name: str
    """The operator's word for it: its settings begin so, and its line of the doctor."""
    prefix: str
    """How its models' names begin in the settings; "" for at most one provider."""
    options: type[Options]
    """What can be set for it: its key, its address, and budgets named after `QuotaLimits`."""
    key_setting: str
    url_setting: str
    url: str
    """Its address, unless the settings say another."""
    written: tuple[str, ...] = ()
    """What else its models' names may begin with, up to a slash."""
    label: str = ""
    """What sentences call it; its host when empty."""
    key_page: str = ""
    """Where a key comes from; its host when empty."""
    timeout: timedelta = timedelta(minutes=2)
    """How long an answer may take."""
    needs_key: bool = True
    """Whether an address without a key is of no use."""
    day: QuotaDay = QuotaDay()  # noqa: RUF009 - frozen
    limits: Callable[[str], QuotaLimits] = _nothing_said
    """What a model allows, as far as that is known."""
    price: Callable[[Call], float | None] = _unknown
    """In USD; None when unknown."""
    account: str = ""
    """Tells one key's quotas from another's: a fingerprint, for it stands in the database."""
    own_limits: Mapping[str, int] = field(default_factory=dict)
    """Fields of `QuotaLimits` that are set for all its models."""

    def of(
        self, key: SecretStr | None, url: str, own_limits: Mapping[str, int]
    ) -> "ProviderPolicy":
        host = URL(url).host_port_subcomponent or url
        secret = key.get_secret_value() if key else url
        return replace(
            self,
            url=url,
            label=self.label or host,
            key_page=self.key_page or host,
            account=hashlib.sha256(secret.encode()).hexdigest()[:12],
            own_limits=own_limits,
        )

    def limits_of(self, model: str) -> QuotaLimits:
        return replace(self.limits(model), **self.own_limits)
