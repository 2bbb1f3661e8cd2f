"""One question, several who ask."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import LLMTooLate, LLMUnavailable
from core.llm import Errand, Urgency
from core.llm.flights import Flights, Party

SOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)


class Work:
    """Something that takes until it is told to end."""

    def __init__(self) -> None:
        self.parties: list[Party] = []
        self.may_end = asyncio.Event()
        self.ended_early = 0
        self.failure: Exception | None = None

    async def __call__(self, party: Party) -> int:
        self.parties.append(party)
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.ended_early += 1
            raise
        if self.failure:
            raise self.failure
        return len(self.parties)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def hurries() -> list[None]:
    return []


@pytest.fixture
def flights(hurries: list[None]) -> Flights:
    return Flights(reordered=lambda: hurries.append(None), now=lambda: SOON, sleep=asyncio.sleep)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_same_question_is_asked_once_and_different_ones_each(
    flights: Flights, work: Work
) -> None:
    tasks = [asyncio.create_task(flights.share(key, Errand(), work)) for key in "aaab"]
    await settle()
    assert len(work.parties) == 2
    work.may_end.set()
    assert await asyncio.gather(*tasks) == [2, 2, 2, 2]
    assert await flights.share("a", Errand(), work) == 3  # a later one is a new one


async def test_it_is_as_urgent_as_the_most_urgent_who_asks(
    flights: Flights, work: Work, hurries: list[None]
) -> None:
    batch = asyncio.create_task(flights.share("a", Errand(Urgency.RETRY), work))
    await settle()
    (party,) = work.parties
    assert (party.urgency, len(hurries)) == (Urgency.RETRY, 0)
    reader = asyncio.create_task(flights.share("a", Errand(Urgency.INTERACTIVE), work))
    await settle()
    assert (party.urgency, len(hurries)) == (Urgency.INTERACTIVE, 1)
    reader.cancel()
    await settle()
    assert party.urgency is Urgency.RETRY
    work.may_end.set()
    assert await batch == 1


async def test_all_hear_of_a_wait_also_who_comes_later(flights: Flights, work: Work) -> None:
    heard: list[list[datetime]] = [[], []]
    first = asyncio.create_task(flights.share("a", Errand(told=heard[0].append), work))
    await settle()
    work.parties[0].told(SOON)
    second = asyncio.create_task(flights.share("a", Errand(told=heard[1].append), work))
    await settle()
    assert heard == [[SOON], [SOON]]
    work.may_end.set()
    await asyncio.gather(first, second)


async def test_it_goes_on_until_the_last_has_gone(flights: Flights, work: Work) -> None:
    tasks = [asyncio.create_task(flights.share("a", Errand(), work)) for _ in range(2)]
    await settle()
    tasks[0].cancel()
    await settle()
    assert work.ended_early == 0
    tasks[1].cancel()
    await settle()
    assert work.ended_early == 1
    again = asyncio.create_task(flights.share("a", Errand(), work))
    await settle()
    work.may_end.set()
    assert await again == 2


async def test_a_failure_is_everybodys(flights: Flights, work: Work) -> None:
    work.failure = LLMUnavailable("down")
    tasks = [asyncio.create_task(flights.share("a", Errand(), work)) for _ in range(2)]
    await settle()
    work.may_end.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results == [work.failure, work.failure]


async def test_who_has_a_time_goes_then_and_the_others_wait_on(work: Work) -> None:
    time_is_up = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await time_is_up.wait()

    flights = Flights(reordered=lambda: None, now=lambda: SOON, sleep=sleep)
    hurried = Errand(until=SOON + timedelta(seconds=1))
    reader = asyncio.create_task(flights.share("a", Errand(Urgency.INTERACTIVE), work))
    post = asyncio.create_task(flights.share("a", hurried, work))
    alone = asyncio.create_task(flights.share("b", hurried, work))
    await settle()
    time_is_up.set()
    for task in (post, alone):
        with pytest.raises(LLMTooLate):
            await task
    assert work.ended_early == 1, "what nobody waits for any more is given up"
    work.may_end.set()
    assert await reader == 2


async def test_when_the_time_is_over_nothing_is_asked(flights: Flights, work: Work) -> None:
    with pytest.raises(LLMTooLate):
        await flights.share("a", Errand(until=SOON), work)
    assert work.parties == []
