import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.quota_bound import bound
from tests.fakes import FakeClock
from tests.servers.quotas import Meter, Quotas

FREE = Quotas(rpm=5, tpm=250_000, rpd=20)


def least(scoring: list[int], reading: list[int], quotas: Quotas = FREE) -> float:
    return bound(scoring, reading, quotas, scoring_latency=20, reading_latency=40)


@pytest.mark.parametrize(
    ("scoring", "reading", "seconds"),
    [
        ([], [], 0),
        ([1], [], 20),
        ([], [1], 40),
        ([1], [1, 1], 60),
        ([1], [1] * 4, 60),
        ([1], [1] * 5, 100),
        ([1] * 6, [1], 120),
        ([1] * 4, [1] * 10, 160),
        ([10_000], [50_000] * 5, 100),
        ([1], [100_000] * 5, 180),
        ([20_000] * 4, [52_000] * 10, 220),
        ([20_000] * 6, [52_000] * 4, 120),
    ],
)
def test_the_bound_of_a_free_key(scoring: list[int], reading: list[int], seconds: float) -> None:
    assert least(scoring, reading) == seconds


def test_without_quotas_only_the_latencies_count() -> None:
    assert least([9] * 100, [60_000] * 100, Quotas()) == 60


@given(
    st.lists(st.integers(1, 100), max_size=8),
    st.lists(st.integers(1, 100), max_size=8),
    st.integers(0, 5),
    st.sampled_from([0, 100, 130, 250]),
)
def test_a_client_that_knows_all_is_never_faster(
    scoring: list[int], reading: list[int], rpm: int, tpm: int
) -> None:
    """Greedy in the given order is one of the plans no bound may be above."""
    quotas = Quotas(rpm=rpm, tpm=tpm)
    clock = FakeClock()
    meter = Meter(clock.now, default=quotas)
    begin = clock.now()

    def send(sizes: list[int]) -> None:
        for size in sizes:
            while (refusal := meter.knock("m", size)) is not None:
                clock.advance(refusal.wait.total_seconds())

    if scoring:
        send(scoring)
        clock.advance(20)
    if reading:
        send(reading)
        clock.advance(40)

    assert least(scoring, reading, quotas) <= (clock.now() - begin).total_seconds() + 1e-6
