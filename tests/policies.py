"""A provider of the tests: its days end at midnight Pacific, and its limits are given."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from core.llm.policy import ProviderPolicy
from core.llm.quota_limits import QuotaDay, QuotaLimits
from core.models.options import Options

PACIFIC = QuotaDay(ZoneInfo("America/Los_Angeles"))


def policy(limits: QuotaLimits = QuotaLimits(), account: str = "account") -> ProviderPolicy:  # noqa: B008 - frozen
    """Return a policy whose every model allows `limits`."""
    return ProviderPolicy(
        name="testing",
        prefix="",
        options=Options,
        key_setting="TESTING_API_KEY",
        url_setting="TESTING_BASE_URL",
        url="https://models.example",
        label="Testing",
        key_page="models.example/keys",
        day=PACIFIC,
        limits=lambda _model: limits,
        account=account,
    )


def one_policy(
    limits: QuotaLimits = QuotaLimits(),  # noqa: B008 - frozen
    account: str = "account",
) -> Callable[[str], ProviderPolicy]:
    """Return what gives every model the same policy."""
    only = policy(limits, account)
    return lambda _model: only
