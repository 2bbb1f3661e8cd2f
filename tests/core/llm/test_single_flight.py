"""One question, several who ask."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.llm import CallContext, Urgency
from core.llm.single_flight import SingleFlight, Waiters
from core.models.errors import LLMTooLate, LLMUnavailable

SOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)


class Work:
    """Something that takes until it is told to end."""

    def __init__(self) -> None:
        self.waiters_of: list[Waiters] = []
        self.may_end = asyncio.Event()
        self.ended_early = 0
        self.failure: Exception | None = None

    async def __call__(self, waiters: Waiters) -> int:
        self.waiters_of.append(waiters)
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.ended_early += 1
            raise
        if self.failure:
            raise self.failure
        return len(self.waiters_of)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def hurries() -> list[None]:
    return []


@pytest.fixture
def single_flight(hurries: list[None]) -> SingleFlight:
    return SingleFlight(
        reordered=lambda: hurries.append(None), now=lambda: SOON, sleep=asyncio.sleep
    )


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_same_question_is_asked_once_and_different_ones_each(
    single_flight: SingleFlight, work: Work
) -> None:
    tasks = [asyncio.create_task(single_flight.share(key, CallContext(), work)) for key in "aaab"]
    await settle()
    assert len(work.waiters_of) == 2
    work.may_end.set()
    assert await asyncio.gather(*tasks) == [2, 2, 2, 2]
    assert await single_flight.share("a", CallContext(), work) == 3  # a later one is a new one


async def test_it_is_as_urgent_as_the_most_urgent_who_asks(
    single_flight: SingleFlight, work: Work, hurries: list[None]
) -> None:
    batch = asyncio.create_task(single_flight.share("a", CallContext(Urgency.RETRY), work))
    await settle()
    (waiters,) = work.waiters_of
    assert (waiters.urgency, len(hurries)) == (Urgency.RETRY, 0)
    reader = asyncio.create_task(single_flight.share("a", CallContext(Urgency.INTERACTIVE), work))
    await settle()
    assert (waiters.urgency, len(hurries)) == (Urgency.INTERACTIVE, 1)
    reader.cancel()
    await settle()
    assert waiters.urgency is Urgency.RETRY
    work.may_end.set()
    assert await batch == 1


async def test_all_hear_of_a_wait_also_who_comes_later(
    single_flight: SingleFlight, work: Work
) -> None:
    heard: list[list[datetime]] = [[], []]
    first = asyncio.create_task(
        single_flight.share("a", CallContext(on_wait=heard[0].append), work)
    )
    await settle()
    work.waiters_of[0].on_wait(SOON)
    second = asyncio.create_task(
        single_flight.share("a", CallContext(on_wait=heard[1].append), work)
    )
    await settle()
    assert heard == [[SOON], [SOON]]
    work.may_end.set()
    await asyncio.gather(first, second)


async def test_it_goes_on_until_the_last_has_gone(single_flight: SingleFlight, work: Work) -> None:
    tasks = [asyncio.create_task(single_flight.share("a", CallContext(), work)) for _ in range(2)]
    await settle()
    tasks[0].cancel()
    await settle()
    assert work.ended_early == 0
    tasks[1].cancel()
    await settle()
    assert work.ended_early == 1
    again = asyncio.create_task(single_flight.share("a", CallContext(), work))
    await settle()
    work.may_end.set()
    assert await again == 2


async def test_a_failure_is_everybodys(single_flight: SingleFlight, work: Work) -> None:
    work.failure = LLMUnavailable("down")
    tasks = [asyncio.create_task(single_flight.share("a", CallContext(), work)) for _ in range(2)]
    await settle()
    work.may_end.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results == [work.failure, work.failure]


async def test_who_has_a_time_goes_then_and_the_others_wait_on(work: Work) -> None:
    time_is_up = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await time_is_up.wait()

    single_flight = SingleFlight(reordered=lambda: None, now=lambda: SOON, sleep=sleep)
    hurried = CallContext(until=SOON + timedelta(seconds=1))
    reader = asyncio.create_task(single_flight.share("a", CallContext(Urgency.INTERACTIVE), work))
    post = asyncio.create_task(single_flight.share("a", hurried, work))
    alone = asyncio.create_task(single_flight.share("b", hurried, work))
    await settle()
    time_is_up.set()
    for task in (post, alone):
        with pytest.raises(LLMTooLate):
            await task
    assert work.ended_early == 1, "what nobody waits for any more is given up"
    work.may_end.set()
    assert await reader == 2


async def test_when_the_time_is_over_nothing_is_asked(
    single_flight: SingleFlight, work: Work
) -> None:
    with pytest.raises(LLMTooLate):
        await single_flight.share("a", CallContext(until=SOON), work)
    assert work.waiters_of == []
