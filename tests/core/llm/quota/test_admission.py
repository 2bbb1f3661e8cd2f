"""May this call start now, when, or not today."""

from datetime import UTC, datetime, timedelta

import pytest

from core.llm import Urgency
from core.llm.ledger import Learned, Start, UsageSnapshot
from core.llm.quota.admission import AdmissionRules, Open, Oversized, Shut, Verdict, consider
from core.llm.quota.shares import Shares
from core.llm.quota_limits import QuotaLimits
from core.models.errors import QuotaScope
from tests.policies import PACIFIC

NOW = datetime(2026, 3, 13, 0, 30, tzinfo=UTC)
RESET = datetime(2026, 3, 13, 7, 0, tzinfo=UTC)
RULES = AdmissionRules(QuotaLimits(rpm=2, tpm=1000, rpd=20), Shares(digest=4), PACIFIC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def holding(scope: QuotaScope, until: datetime) -> UsageSnapshot:
    return UsageSnapshot(learned={scope: Learned(held_until=until)})


@pytest.mark.parametrize(
    ("book", "verdict"),
    [
        (UsageSnapshot(), Open(NOW)),
        (UsageSnapshot(starts=(Start(after(-20), 0),) * 2), Open(after(41), QuotaScope.MINUTE)),
        (UsageSnapshot(starts=(Start(after(-20), 950),)), Open(after(41), QuotaScope.TOKENS)),
        (holding(QuotaScope.MINUTE, after(48)), Open(after(48), QuotaScope.MINUTE)),
        (holding(QuotaScope.UNKNOWN, after(15)), Open(after(15), QuotaScope.UNKNOWN)),
        (holding(QuotaScope.TOKENS, after(-1)), Open(NOW)),
        (holding(QuotaScope.DAY, RESET), Shut(RESET)),
        (holding(QuotaScope.DAY, NOW), Open(NOW)),
        (UsageSnapshot(used={Urgency.DIGEST: 15}), Shut(RESET - timedelta(hours=1))),
        (UsageSnapshot(used={Urgency.DIGEST: 20}), Shut(RESET + timedelta(minutes=1))),
        (
            UsageSnapshot(learned={QuotaScope.TOKENS: Learned(limit=90, learned_at=NOW)}),
            Oversized(90),
        ),
        (
            UsageSnapshot(
                used={Urgency.DIGEST: 8},
                learned={QuotaScope.DAY: Learned(limit=10, learned_at=NOW)},
            ),
            Shut(RESET - timedelta(hours=1)),
        ),
    ],
)
def test_the_verdict_on_a_digest_call_of_a_hundred_tokens(
    book: UsageSnapshot, verdict: Verdict
) -> None:
    assert consider(book, RULES, Urgency.DIGEST, 100, NOW) == verdict


def test_a_hold_and_a_full_minute_are_waited_out_together() -> None:
    book = UsageSnapshot(
        starts=(Start(after(-20), 0),) * 2,
        learned={QuotaScope.MINUTE: Learned(held_until=after(30))},
    )
    assert consider(book, RULES, Urgency.DIGEST, 1, NOW) == Open(after(41), QuotaScope.MINUTE)


def test_without_limits_everything_may_start() -> None:
    book = UsageSnapshot(starts=(Start(NOW, 10**9),) * 50, used={Urgency.RETRY: 10**6})
    rules = AdmissionRules(QuotaLimits(), Shares(4), PACIFIC)
    assert consider(book, rules, Urgency.RETRY, 10**9, NOW) == Open(NOW)
