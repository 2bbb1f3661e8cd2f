"""What the operator hears of, and what not: old news, weather of yesterday, models not in use."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from core.llm import Urgency
from core.llm.alerts import Alert, AlertKind, alerts
from core.llm.outcomes import Outcome
from core.llm.policy import ProviderPolicy
from core.llm.quota.planner import Budget
from core.llm.quota_limits import QuotaLimits
from core.models.errors import QuotaScope
from tests.policies import policy

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RESET = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BEFORE, EARLIER = NOW - timedelta(hours=1), NOW - timedelta(hours=2)


@dataclass(frozen=True)
class Last:
    """A model's last call."""

    model: str
    outcome: str
    at: datetime = BEFORE
    account: str = "account"


POLICY, OTHER = policy(), policy(account="another")


def budget(model: str, used: int = 3, rpd: int = 20, of: ProviderPolicy = POLICY) -> Budget:
    limits = QuotaLimits(5, 250_000, rpd)
    return Budget(
        model=model,
        policy=of,
        limits=limits,
        configured=limits,
        used={Urgency.DIGEST: used},
        kept={},
        minute_requests=0,
        minute_tokens=0,
        held_until=None,
        held_by=None,
        resets_at=RESET,
    )


def mine(kind: AlertKind, model: str | None, at: datetime, left: tuple[str, ...] = ()) -> Alert:
    return Alert(kind, model, at, left, provider=POLICY)


PAIR = (budget("a"), budget("b"))


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.OK,
        Outcome.CUT_OFF,
        Outcome.BAD_ANSWER,
        Outcome.REFUSED,
        Outcome.RATE_LIMITED_MINUTE,
        Outcome.RATE_LIMITED_DAY,
        "a word of a later version",
    ],
)
def test_what_passes_by_itself_or_is_the_questions_is_no_alert(outcome: str) -> None:
    assert alerts([Last("a", outcome), Last("b", Outcome.OK)], PAIR, NOW) == []


def test_without_any_call_there_is_nothing_to_say() -> None:
    assert alerts([], PAIR, NOW) == []
    assert alerts([], [], NOW) == []


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.KEY_INVALID, AlertKind.KEY_INVALID),
        (Outcome.KEY_EXPIRED, AlertKind.KEY_EXPIRED),
        (Outcome.KEY_LEAKED, AlertKind.KEY_LEAKED),
        (Outcome.KEY_DENIED, AlertKind.KEY_DENIED),
        (Outcome.NO_CREDIT, AlertKind.NO_CREDIT),
    ],
)
def test_a_bad_key_is_all_there_is_to_say(outcome: Outcome, kind: AlertKind) -> None:
    calls = [Last("a", outcome), Last("b", Outcome.UNKNOWN_MODEL, EARLIER)]
    assert alerts(calls, PAIR, NOW) == [Alert(kind, None, BEFORE, provider=POLICY)]


def test_a_key_that_has_worked_since_is_good() -> None:
    calls = [Last("a", Outcome.KEY_INVALID, EARLIER), Last("b", Outcome.OK)]
    assert alerts(calls, PAIR, NOW) == []


def test_a_model_that_did_not_answer_says_nothing_of_the_key() -> None:
    calls = [Last("a", Outcome.KEY_LEAKED, EARLIER), Last("b", Outcome.UNAVAILABLE)]
    assert [alert.kind for alert in alerts(calls, PAIR, NOW)] == [AlertKind.KEY_LEAKED]


def test_a_bad_key_counts_even_when_it_was_a_model_no_longer_in_use() -> None:
    assert [alert.kind for alert in alerts([Last("old", Outcome.KEY_EXPIRED)], PAIR, NOW)] == [
        AlertKind.KEY_EXPIRED
    ]


def test_a_model_the_key_is_not_for_is_named_when_another_works() -> None:
    calls = [Last("a", Outcome.KEY_DENIED, EARLIER), Last("b", Outcome.OK)]
    assert alerts(calls, PAIR, NOW) == [
        Alert(AlertKind.MODEL_DENIED, "a", EARLIER, ("b",), provider=POLICY)
    ]


def test_a_retired_model_is_named_with_those_that_are_left() -> None:
    calls = [Last("a", Outcome.UNKNOWN_MODEL), Last("b", Outcome.OK)]
    assert alerts(calls, PAIR, NOW) == [
        Alert(AlertKind.MODEL_GONE, "a", BEFORE, ("b",), provider=POLICY)
    ]
    both = [Last("a", Outcome.UNKNOWN_MODEL), Last("b", Outcome.UNKNOWN_MODEL)]
    assert [alert.left for alert in alerts(both, PAIR, NOW)] == [(), ()]


def test_a_model_without_quota_is_named_and_no_day_that_is_used_up() -> None:
    calls = [Last("a", Outcome.NO_QUOTA), Last("b", Outcome.OK)]
    assert alerts(calls, PAIR, NOW) == [
        Alert(AlertKind.MODEL_NO_QUOTA, "a", BEFORE, ("b",), provider=POLICY)
    ]
    both = [Last("a", Outcome.NO_QUOTA), Last("b", Outcome.NO_QUOTA)]
    found = alerts(both, PAIR, NOW)
    assert [(alert.kind, alert.left) for alert in found] == [(AlertKind.MODEL_NO_QUOTA, ())] * 2


def test_a_retired_model_that_is_no_longer_set_is_no_alert() -> None:
    assert alerts([Last("a", Outcome.UNKNOWN_MODEL)], [budget("b")], NOW) == []


def test_a_day_is_used_up_when_no_model_has_a_request_left() -> None:
    spent = (budget("a", used=20), budget("b", used=21))
    assert alerts([], spent, NOW) == [Alert(AlertKind.DAY_USED_UP, None, NOW, until=RESET)]
    assert alerts([], (spent[0], budget("b", used=19)), NOW) == []
    assert alerts([], (spent[0], budget("b", used=999, rpd=0)), NOW) == []


def test_a_day_that_the_provider_closed_is_used_up_until_it_opens() -> None:
    until = RESET + timedelta(minutes=1)
    closed = replace(budget("a", used=2), held_until=until, held_by=QuotaScope.DAY)
    assert alerts([], [closed], NOW) == [Alert(AlertKind.DAY_USED_UP, None, NOW, until=until)]
    one_minute = replace(closed, held_until=NOW, held_by=QuotaScope.MINUTE)
    assert alerts([], [one_minute], NOW) == []


def test_a_retired_model_has_no_say_in_whether_the_day_is_used_up() -> None:
    found = alerts([Last("a", Outcome.UNKNOWN_MODEL)], (PAIR[0], budget("b", used=20)), NOW)
    assert [alert.kind for alert in found] == [AlertKind.MODEL_GONE, AlertKind.DAY_USED_UP]


@pytest.mark.parametrize("outcome", [Outcome.UNAVAILABLE, Outcome.TIMED_OUT])
def test_a_model_that_was_down_is_named_for_a_day(outcome: Outcome) -> None:
    calls = [Last("a", outcome), Last("b", Outcome.OK)]
    assert alerts(calls, PAIR, NOW) == [
        Alert(AlertKind.MODEL_UNAVAILABLE, "a", BEFORE, ("b",), provider=POLICY)
    ]
    assert alerts(calls, PAIR, BEFORE + timedelta(hours=24, seconds=1)) == []


def test_when_all_models_were_down_it_is_the_service() -> None:
    calls = [Last("a", Outcome.UNAVAILABLE, EARLIER), Last("b", Outcome.TIMED_OUT)]
    assert alerts(calls, PAIR, NOW) == [
        Alert(AlertKind.SERVICE_UNAVAILABLE, None, BEFORE, provider=POLICY)
    ]
    assert alerts([calls[1]], [budget("b")], NOW) == [
        Alert(AlertKind.SERVICE_UNAVAILABLE, None, BEFORE, provider=POLICY)
    ]


MIXED = (budget("a"), budget("b", rpd=0, of=OTHER))


def test_one_providers_key_is_its_own_and_the_others_models_go_on() -> None:
    calls = [Last("a", Outcome.KEY_INVALID), Last("b", Outcome.OK, account="another")]
    found = alerts(calls, MIXED, NOW)
    assert found == [mine(AlertKind.KEY_INVALID, None, BEFORE, ("b",))]


def test_each_provider_has_its_own_key_its_own_money_and_its_own_weather() -> None:
    calls = [Last("a", Outcome.KEY_LEAKED), Last("b", Outcome.NO_CREDIT, account="another")]
    assert [(alert.kind, alert.provider, alert.left) for alert in alerts(calls, MIXED, NOW)] == [
        (AlertKind.KEY_LEAKED, POLICY, ()),
        (AlertKind.NO_CREDIT, OTHER, ()),
    ]
    calls = [Last("a", Outcome.OK), Last("b", Outcome.TIMED_OUT, account="another")]
    assert alerts(calls, MIXED, NOW) == [
        Alert(AlertKind.SERVICE_UNAVAILABLE, None, BEFORE, ("a",), provider=OTHER)
    ]


def test_a_day_is_not_used_up_while_another_provider_has_requests() -> None:
    spent = (budget("a", used=20), MIXED[1])
    assert alerts([], spent, NOW) == []
