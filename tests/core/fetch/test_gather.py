import asyncio
import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from aiohttp import web
from yarl import URL

from core.fetch import Listing
from core.fetch.gather import fetch_all
from core.fetch.http import Http
from core.fetch.outbound import Outbound
from core.models.errors import SourceBusy, SourceError, SourceOff
from tests.conftest import Serve

DAY = date(2026, 3, 13)
SOON = timedelta(seconds=5)


def soon(_: object) -> timedelta:
    """Wait a few seconds for every source."""
    return SOON


class FakeSource:
    """Answers with a listing, or raises, after its turn on the loop."""

    def __init__(self, name: str, outcome: Listing | Exception) -> None:
        self.name = name
        self.asked: list[Sequence[date]] = []
        self._outcome = outcome

    async def fetch(self, days: Sequence[date]) -> Listing:
        self.asked.append(days)
        await asyncio.sleep(0)
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def is_settled(self, day: date, at: datetime) -> bool:
        return True


class SilentSource(FakeSource):
    """Waits for ever for a server that never answers."""

    def __init__(self, http: Http, url: str) -> None:
        super().__init__("silent", Listing())
        self._http = http
        self._url = url

    async def fetch(self, days: Sequence[date]) -> Listing:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(self._http.get(self._url))
        return Listing()


class MeetingSource(FakeSource):
    """Answers only when all the others are being asked at the same time."""

    def __init__(self, name: str, barrier: asyncio.Barrier) -> None:
        super().__init__(name, Listing())
        self._barrier = barrier

    async def fetch(self, days: Sequence[date]) -> Listing:
        await self._barrier.wait()
        return Listing()


ticking = itertools.count(0.0, 0.5).__next__  # a clock: half a second per look


@pytest.mark.parametrize(
    "failure",
    [
        SourceError("bad", "down"),
        SourceOff("bad", "no account"),
        SourceBusy("bad", "429", timedelta(minutes=1)),
    ],
)
async def test_a_source_that_fails_costs_the_others_nothing(failure: SourceError) -> None:
    good, bad = FakeSource("good", Listing(read=(DAY,))), FakeSource("bad", failure)

    reports = await fetch_all([(bad, [DAY]), (good, [DAY])], timeout=soon, clock=ticking)

    assert [report.source for report in reports] == ["bad", "good"]
    assert reports[0].error is failure
    assert reports[0].listing is None
    assert reports[1].listing == Listing(read=(DAY,))
    assert reports[1].error is None
    assert all(report.latency > timedelta(0) for report in reports)


async def test_sources_are_asked_at_the_same_time_each_for_its_days() -> None:
    barrier = asyncio.Barrier(3)
    sources = [MeetingSource(str(n), barrier) for n in range(3)]
    reports = await fetch_all([(s, [DAY]) for s in sources], timeout=soon, clock=ticking)
    assert all(report.error is None for report in reports)

    one, two = FakeSource("one", Listing()), FakeSource("two", Listing())
    other_day = DAY + timedelta(days=1)
    await fetch_all([(one, [DAY]), (two, [DAY, other_day])], timeout=soon, clock=ticking)
    assert (one.asked, two.asked) == ([[DAY]], [[DAY, other_day]])


async def test_a_source_that_is_too_slow_is_cut_off_and_leaves_nothing_behind(
    http: Http, outbound: Outbound, serve: Serve
) -> None:
    open_requests = 0
    asked = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        nonlocal open_requests
        open_requests += 1
        asked.set()
        try:
            await asyncio.sleep(60)
        finally:
            open_requests -= 1
        return web.Response()

    base = await serve({"/": never})
    good = FakeSource("good", Listing(read=(DAY,)))
    before = asyncio.all_tasks()

    reports = await fetch_all(
        [(SilentSource(http, f"{base}/"), [DAY]), (good, [DAY])],
        timeout=lambda _: timedelta(milliseconds=200),
        clock=ticking,
    )

    assert asked.is_set()
    assert isinstance(reports[0].error, SourceError)
    assert "did not answer within 0.2 s" in reports[0].error.reason
    assert reports[1].listing is not None
    ours = [task for task in asyncio.all_tasks() - before if "fetch" in repr(task.get_coro())]
    assert ours == []
    session = await outbound.session_to(URL(base))
    assert not session.connector._acquired  # type: ignore[union-attr]


@pytest.mark.parametrize("bug", [KeyError("x"), TimeoutError("not ours")])
async def test_a_bug_is_not_taken_for_a_failed_source(bug: Exception) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await fetch_all([(FakeSource("bad", bug), [DAY])], timeout=soon, clock=ticking)
    assert caught.value.exceptions == (bug,)


async def test_each_report_is_told_as_it_arrives() -> None:
    told: list[str] = []
    sources = [FakeSource("good", Listing()), FakeSource("bad", SourceError("bad", "down"))]
    await fetch_all(
        [(source, [DAY]) for source in sources],
        timeout=soon,
        clock=ticking,
        arrived=lambda report: told.append(report.source),
    )
    assert sorted(told) == ["bad", "good"]


async def test_nothing_to_ask_is_nothing_to_report() -> None:
    assert await fetch_all([], timeout=soon, clock=ticking) == ()
