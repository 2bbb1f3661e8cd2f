"""Who goes first, and who is told what."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm import CallContext, Urgency
from core.llm.ledger import CallRequest, Start, UsageSnapshot
from core.llm.quota.admission import AdmissionRules
from core.llm.quota.queue import CallQueue, QueuedCall, next_turn, turns
from core.llm.quota.shares import Shares
from core.llm.quota.windows import SPAN
from core.llm.quota_limits import QuotaLimits
from tests.policies import PACIFIC

NOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)
ASKED, MADE, MENDED = Urgency.INTERACTIVE, Urgency.DIGEST, Urgency.RETRY


def ticket(
    urgency: Urgency, minutes: float = 0, *, tokens: int = 1, heard: list[datetime] | None = None
) -> QueuedCall:
    request = CallRequest("account", "model", "read", urgency, tokens, tokens)
    waiter = CallContext(urgency, (heard if heard is not None else []).append)
    return QueuedCall(request, waiter, NOON + timedelta(minutes=minutes), turn=NOON)


@pytest.mark.parametrize(
    ("joined", "order"),
    [
        ([(MENDED, 0), (MADE, 1), (ASKED, 2)], [ASKED, MADE, MENDED]),
        ([(MADE, 0), (ASKED, 9)], [ASKED, MADE]),
        ([(MADE, 0), (ASKED, 11)], [MADE, ASKED]),  # nobody waits for ever
        ([(MENDED, 0), (MADE, 59)], [MADE, MENDED]),
        ([(MENDED, 0), (MADE, 61)], [MENDED, MADE]),
    ],
)
def test_urgent_work_has_a_head_start(
    joined: Sequence[tuple[Urgency, float]], order: list[Urgency]
) -> None:
    line = CallQueue()
    for urgency, minutes in joined:
        line.join(ticket(urgency, minutes))
    found = []
    while len(found) < len(joined):
        first = line.first
        found.append(first.waiter.urgency)
        line.leave(first)
    assert found == order


def test_equals_keep_their_order_of_coming() -> None:
    line = CallQueue()
    tickets = [ticket(MADE) for _ in range(5)]
    for one in tickets:
        line.join(one)
    for one in tickets:
        assert line.first is one
        line.leave(one)


def test_turns_come_as_the_minute_allows() -> None:
    rules = AdmissionRules(QuotaLimits(rpm=2, tpm=100), Shares(), PACIFIC)
    book = UsageSnapshot(starts=(Start(NOON - timedelta(seconds=30), 0),))
    found = list(turns(book, rules, [10, 10, 10, 90, 20], NOON))
    half = NOON - timedelta(seconds=30) + SPAN
    assert found == [NOON, half, NOON + SPAN, half + SPAN, half + 2 * SPAN]


def test_everybody_hears_of_their_turn_once_and_again_when_it_moves() -> None:
    rules, line = AdmissionRules(QuotaLimits(rpm=1), Shares(), PACIFIC), CallQueue()
    heard: list[list[datetime]] = [[], [], []]
    for mine in heard:
        line.join(ticket(MADE, heard=mine))
    line.reorder()
    line.tell(UsageSnapshot(), rules, NOON)
    line.tell(UsageSnapshot(), rules, NOON)
    assert heard == [[], [NOON + SPAN], [NOON + 2 * SPAN]]
    line.join(ticket(ASKED))  # it goes first: everybody a minute later
    line.tell(UsageSnapshot(), rules, NOON)
    assert [mine[-1] for mine in heard] == [NOON + number * SPAN for number in (1, 2, 3)]


def test_one_who_asks_as_a_reader_stands_before_the_batch_when_told_of_the_wait() -> None:
    line = CallQueue()
    for _ in range(3):
        line.join(ticket(MADE))
    assert line.ahead_of(ticket(ASKED).place) == []
    assert len(line.ahead_of(ticket(MADE).place)) == 3


@given(st.lists(st.integers(1, 100), max_size=12), st.integers(0, 3), st.sampled_from([0, 100]))
def test_the_turn_behind_a_line_is_the_one_after_all_of_theirs(
    sizes: list[int], rpm: int, tpm: int
) -> None:
    """What is worked out from the end of the line is what the whole of it comes to."""
    rules = AdmissionRules(QuotaLimits(rpm=rpm, tpm=tpm), Shares(), PACIFIC)
    book = UsageSnapshot(starts=(Start(NOON - timedelta(seconds=30), 50),))
    *before, last = turns(book, rules, [*sizes, 40], NOON)
    ahead = [ticket(MADE, tokens=tokens) for tokens in sizes]
    for one, turn in zip(ahead, before, strict=True):
        one.turn = turn
    assert next_turn(book, rules, ahead, 40, NOON) == last
