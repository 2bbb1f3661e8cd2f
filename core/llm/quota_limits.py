"""How much is allowed: the settings, tightened by what the provider itself has said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

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


SLACK = timedelta(minutes=1)
"""Their clock is not ours: what started this shortly before midnight counts for the new day too,
and nothing is put off to a moment nearer to midnight than this."""


@dataclass(frozen=True)
class QuotaDay:
    zone: tzinfo = UTC

    def bounds(self, now: datetime) -> tuple[datetime, datetime]:
        """Return when the present day began and when it ends, in UTC."""
        today = now.astimezone(self.zone).date()
        begin, end = (
            datetime.combine(day, time(), self.zone).astimezone(UTC)
            for day in (today, today + timedelta(days=1))
        )
        return begin, end

    def reset_after(self, now: datetime) -> datetime:
        """Return when the next day's requests can be counted on."""
        return self.bounds(now)[1] + SLACK
