import asyncio
from datetime import timedelta

import pytest

from core.fetch.gate import Gate


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def test_starts_are_an_interval_apart_and_one_is_inside_at_a_time() -> None:
    clock = Clock()
    gate = Gate(timedelta(seconds=3), clock=clock, sleep=clock.sleep)
    starts: list[float] = []
    inside = 0

    async def request() -> None:
        nonlocal inside
        async with gate:
            inside += 1
            assert inside == 1
            starts.append(clock.now)
            await clock.sleep(1)
            inside -= 1

    await asyncio.gather(*(request() for _ in range(4)))
    assert starts == [100, 103, 106, 109]


async def test_a_long_request_delays_the_next_no_further() -> None:
    clock = Clock()
    gate = Gate(timedelta(seconds=3), clock=clock, sleep=clock.sleep)
    async with gate:
        clock.now += 10
    async with gate:
        assert clock.now == 110


async def test_an_interval_of_zero_only_serialises() -> None:
    async def no_sleep(seconds: float) -> None:
        raise AssertionError(seconds)

    gate = Gate(timedelta(0), clock=lambda: 5.0, sleep=no_sleep)
    for _ in range(3):
        async with gate:
            pass


async def test_a_failed_request_opens_the_gate_again() -> None:
    gate = Gate(timedelta(0))
    with pytest.raises(ZeroDivisionError):
        async with gate:
            raise ZeroDivisionError
    async with asyncio.timeout(1), gate:
        pass


async def test_who_is_cancelled_while_waiting_does_not_block_the_next() -> None:
    clock = Clock()
    forever = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await forever.wait()

    async def wait() -> None:
        async with gate:
            raise AssertionError("never let in")

    gate = Gate(timedelta(seconds=3), clock=clock, sleep=sleep)
    async with gate:
        pass
    sleeping, queued = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0.01)
    for task in (queued, sleeping):
        task.cancel()
    results = await asyncio.gather(sleeping, queued, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    clock.now += 3
    async with asyncio.timeout(1), gate:
        pass
