"""Who may send when: limits kept in every window, answers first, nobody held up by another."""

from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.send_queue import MINUTE, SECOND, Schedule

RATE = 30
CHANNEL, GROUP = -100, -200


def run(
    schedule: Schedule, arrivals: list[tuple[float, int, bool]], *, late: float = 0.0
) -> list[tuple[float, int, bool]]:
    """Return (time, chat, is_bulk) of all grants; timers fire up to `late` seconds too late."""
    waiting = sorted(arrivals)
    owners: dict[int, tuple[int, bool]] = {}
    grants: list[tuple[float, int, bool]] = []
    now = 0.0
    while waiting or len(schedule):
        while waiting and waiting[0][0] <= now:
            _, chat, is_bulk = waiting.pop(0)
            ticket = schedule.enter(chat, is_bulk=is_bulk, is_private=chat > 0)
            owners[ticket.number] = (chat, is_bulk)
        while granted := schedule.next(now):
            grants.append((now, *owners[granted.number]))
        ready = schedule.ready_at()
        times = [time for time in (ready, waiting[0][0] if waiting else None) if time is not None]
        if times:
            now = max(now, min(times) + late)
    return grants


def most(times: list[float], seconds: float) -> int:
    """Return the largest number of `times` in any window of so many seconds."""
    return max((bisect_left(times, time + seconds) - i for i, time in enumerate(times)), default=0)


arrivals = st.lists(
    st.tuples(st.floats(0, 5), st.sampled_from([1, 2, 3, 4, CHANNEL, GROUP]), st.booleans()),
    max_size=60,
)


@given(arrivals, st.sampled_from([1, 5, 30]), st.floats(0, 0.02))
def test_no_window_ever_holds_too_many(
    wanted: list[tuple[float, int, bool]], rate: int, late: float
) -> None:
    grants = run(Schedule(rate), wanted, late=late)
    assert len(grants) == len(wanted)
    times = [time for time, _, _ in grants]
    assert times == sorted(times)
    assert most(times, 1.0) <= rate
    for chat in {chat for _, chat, _ in grants}:
        own = [time for time, whose, _ in grants if whose == chat]
        assert most(own, 1.0) <= 1
        assert chat > 0 or most(own, 60.0) <= 20


@pytest.mark.parametrize("late", [0.0, 0.001, 0.004])
def test_the_rate_is_used_up_although_timers_are_late(late: float) -> None:
    number = 900
    grants = run(Schedule(RATE), [(0.0, chat + 1, True) for chat in range(number)], late=late)
    rate = (number - 1) / (grants[-1][0] - grants[0][0])
    assert rate >= 0.98 * RATE


def test_answers_go_before_whatever_bulk_waits() -> None:
    wanted = [(0.0, chat + 1, True) for chat in range(100)]
    wanted += [(1.0, 1001, False), (1.0, 1002, False)]
    grants = run(Schedule(RATE), wanted)
    answers = [time for time, _, is_bulk in grants if not is_bulk]
    assert max(answers) <= 1.0 + 3 / RATE


def test_each_waits_its_turn_among_its_kind() -> None:
    grants = run(Schedule(RATE), [(n / 1000, n + 1, True) for n in range(50)])
    assert [chat for _, chat, _ in grants] == list(range(1, 51))


def test_a_chat_that_must_wait_holds_nobody_up() -> None:
    wanted = [(0.0, 1, False), (0.0, 1, False), (0.0, 1, False), (0.0, 2, False)]
    grants = run(Schedule(RATE), wanted)
    assert [chat for _, chat, _ in grants] == [1, 2, 1, 1]
    assert grants[1][0] < SECOND


def test_a_channel_gets_its_twenty_first_message_in_the_next_minute() -> None:
    grants = run(Schedule(RATE), [(0.0, CHANNEL, True)] * 21)
    assert grants[19][0] < MINUTE <= grants[20][0] - grants[0][0] + 1e-9


def test_who_leaves_is_not_waited_for() -> None:
    schedule = Schedule(RATE)
    first = schedule.enter(1, is_bulk=False, is_private=True)
    second = schedule.enter(2, is_bulk=False, is_private=True)
    schedule.leave(first)
    assert schedule.next(0.0) is second
    assert schedule.ready_at() is None


def test_idle_chats_are_forgotten() -> None:
    schedule = Schedule(1000)
    run(schedule, [(n * 0.1, n + 1, True) for n in range(3000)])
    assert len(schedule._chats) < 2000
