import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st

from core.llm import Question
from core.llm.ping import Pong
from core.models.errors import LLMTimedOut
from core.store import open_store
from tests.core.store.samples import NOON
from tests.databases import fresh
from tests.fakes import FakeLLM
from tests.simulation import SimClock, Stuck, WorkingModel

MIDNIGHT = datetime(2026, 3, 8, 8, 0, tzinfo=UTC)
QUESTION = Question(purpose="doctor", system="", text="Are you there?", max_output_tokens=9)


@pytest.fixture
def clock() -> SimClock:
    return SimClock(MIDNIGHT)


def after(**span: float) -> datetime:
    return MIDNIGHT + timedelta(**span)


async def test_a_day_of_sleep_takes_no_time(clock: SimClock) -> None:
    async def work() -> str:
        await clock.sleep(86_400)
        return "done"

    assert await clock.run(work()) == "done"
    assert clock.now() == after(days=1)


@given(st.lists(st.integers(0, 50), max_size=30))
def test_sleepers_wake_in_order_of_time_and_then_of_arrival(spans: list[int]) -> None:
    woken: list[tuple[int, int]] = []
    clock = SimClock(MIDNIGHT)

    async def sleeper(number: int, seconds: int) -> None:
        await clock.sleep(seconds)
        assert clock.now() == after(seconds=seconds)
        woken.append((seconds, number))

    async def all_of_them() -> None:
        await asyncio.gather(*(sleeper(*item) for item in enumerate(spans)))

    asyncio.run(clock.run(all_of_them()))

    assert woken == sorted((seconds, number) for number, seconds in enumerate(spans))


async def test_time_stands_still_while_anybody_can_run(clock: SimClock) -> None:
    async def busy() -> datetime:
        for _ in range(500):  # far more steps of the loop than count as quiet
            await asyncio.sleep(0)
        return clock.now()

    async def both() -> datetime:
        sleeper = asyncio.ensure_future(clock.sleep(10))
        seen = await busy()
        await sleeper
        return seen

    assert await clock.run(both()) == MIDNIGHT
    assert clock.now() == after(seconds=10)


async def test_a_cancelled_sleeper_does_not_move_time(clock: SimClock) -> None:
    async def work() -> None:
        sleeper = asyncio.ensure_future(clock.sleep(1_000))
        await clock.sleep(5)
        sleeper.cancel()
        await clock.sleep(5)

    await clock.run(work())

    assert clock.now() == after(seconds=10)


async def test_a_time_that_has_passed_is_not_waited_for(clock: SimClock) -> None:
    async def work() -> None:
        await clock.until(after(minutes=1))
        await clock.until(after(seconds=30))

    await clock.run(work())

    assert clock.now() == after(minutes=1)


async def test_who_waits_for_nothing_is_named(clock: SimClock) -> None:
    async def waits_for_godot() -> None:
        await clock.sleep(3)
        await asyncio.Event().wait()

    with pytest.raises(Stuck, match=r"(?s)08:00:03.*waits_for_godot:\d+ > Event\.wait"):
        await clock.run(waits_for_godot())


async def test_an_error_comes_out_as_it_is(clock: SimClock) -> None:
    async def fails() -> None:
        await clock.sleep(1)
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await clock.run(fails())


async def test_an_interrupted_run_leaves_nothing_running(clock: SimClock) -> None:
    ended = asyncio.Event()
    begun = asyncio.Event()

    async def endless() -> None:
        try:
            with clock.working():
                begun.set()
                await asyncio.Event().wait()
        finally:
            ended.set()

    run = asyncio.ensure_future(clock.run(endless()))
    await begun.wait()
    run.cancel()
    await asyncio.wait({run})

    assert ended.is_set()


async def test_time_waits_for_work_in_a_thread(clock: SimClock) -> None:
    async def work() -> datetime:
        alarm = asyncio.ensure_future(clock.sleep(1))
        with clock.working():
            await asyncio.to_thread(sum, range(300_000))
            seen = clock.now()
        await alarm
        return seen

    assert await clock.run(work()) == MIDNIGHT


async def test_time_waits_for_a_real_database(clock: SimClock, tmp_path: Path) -> None:
    async def work() -> list[datetime]:
        seen = []
        alarm = asyncio.ensure_future(clock.sleep(1))
        with clock.working():
            async with open_store(fresh(tmp_path), now=clock.now) as store:
                for day in range(5):
                    await store.coverage.record("arxiv", [NOON.date()], at=NOON, settled=[])
                    seen.append(clock.now() + timedelta(days=day))
        await alarm
        return seen

    assert await clock.run(work()) == [after(days=day) for day in range(5)]


class Slow(FakeLLM):
    """A model that rests on behalf of its question before it answers."""

    def __init__(self, clock: SimClock, seconds: float) -> None:
        super().__init__({"ok": True}, {"ok": True})
        self._rest: Callable[[], Awaitable[None]] = lambda: clock.rest_for_question(
            f"a system text\n{QUESTION.text}", seconds
        )

    async def ask(self, *arguments: object, **named: object):  # type: ignore[no-untyped-def]
        await self._rest()
        return await super().ask(*arguments, **named)  # type: ignore[arg-type]


async def test_time_moves_while_a_server_sleeps_for_its_client(clock: SimClock) -> None:
    model = WorkingModel(Slow(clock, 40), clock)

    reply = await clock.run(model.ask(QUESTION, Pong))

    assert reply.answer == Pong(ok=True)
    assert clock.now() == after(seconds=40)


async def test_a_client_loses_patience_in_simulated_time(clock: SimClock) -> None:
    model = WorkingModel(Slow(clock, 3_600), clock, patience=60)

    with pytest.raises(LLMTimedOut):
        await clock.run(model.ask(QUESTION, Pong))

    assert clock.now() == after(seconds=60)


async def test_time_waits_for_one_client_while_the_server_sleeps_for_another(
    clock: SimClock,
) -> None:
    """Counts alone would cancel each other out: one rests without a client, one client works."""

    async def work() -> datetime:
        orphan = asyncio.ensure_future(clock.rest("given up", 5))
        with clock.working("mine"):
            await asyncio.to_thread(sum, range(300_000))
            seen = clock.now()
        await orphan
        return seen

    assert await clock.run(work()) == MIDNIGHT


async def test_a_real_server_and_a_real_client_meet_on_simulated_time(
    clock: SimClock, session: ClientSession, serve: Callable[..., Awaitable[str]]
) -> None:
    async def slow(request: web.Request) -> web.Response:
        seconds = float((await request.read()).partition(b" ")[0])
        await clock.rest(seconds, seconds)
        return web.Response(text=f"{clock.now():%H:%M:%S}")

    url = await serve({"/": slow})

    async def ask(seconds: float) -> str:
        with clock.working(seconds):
            body = f"{seconds} {'x' * 300_000}"  # more than fits into a socket at once
            async with session.post(url, data=body) as answer:
                return await answer.text()

    async def all_of_them() -> list[str]:
        return list(await asyncio.gather(*(ask(seconds) for seconds in (50.0, 7.0, 20.0))))

    assert await clock.run(all_of_them()) == ["08:00:50", "08:00:07", "08:00:20"]
