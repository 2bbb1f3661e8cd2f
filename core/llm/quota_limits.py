"""How much is allowed: the settings, tightened by what the provider itself has said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.llm.ledger import Learned
from core.models.errors import QuotaScope

BELIEVED = timedelta(days=7)
"""How long a limit the provider named is believed: plans are upgraded, and a day of ours is
longer than its memory of what a 429 taught. One refusal a week is the price."""


@dataclass(frozen=True)
class QuotaLimits:
    """Budgets of one model; 0 = unlimited."""

    rpm: int = 0
    """Requests in any minute."""
    tpm: int = 0
    """Input tokens in any minute."""
    rpd: int = 0
    """Requests in the provider's day."""

    def tightened(self, learned: Mapping[QuotaScope, Learned], now: datetime) -> "QuotaLimits":
        """Return the limits in force. What the provider said can only lower them."""

        def lower(own: int, scope: QuotaScope) -> int:
            said = learned.get(scope, Learned())
            if not said.limit or said.learned_at is None or now - said.learned_at > BELIEVED:
                return own
            return min(own or said.limit, said.limit)

        return QuotaLimits(
            rpm=lower(self.rpm, QuotaScope.MINUTE),
            tpm=lower(self.tpm, QuotaScope.TOKENS),
            rpd=lower(self.rpd, QuotaScope.DAY),
        )
