"""Bans: kept by all, remembered over a restart, and waited for where somebody waits."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.telegram.errors import HeldBack, NotOurs
from bot.telegram.rate_limiter import PATIENCE, Bulk, RateLimiter
from tests.bot.conftest import START

ANN, BOB = 11, 12


class Bans:
    """Remembers, as the store does."""

    def __init__(self) -> None:
        self.kept: dict[str, datetime] = {}

    async def put(self, scope: str, until: datetime) -> None:
        self.kept[scope] = until

    async def all(self, now: datetime) -> dict[str, datetime]:
        return {scope: until for scope, until in self.kept.items() if until > now}


class Line:
    """A pace over a fake line: what was called, and the answers to come."""

    def __init__(self, bans: Bans | None = None) -> None:
        self.now = START
        self.bans = bans or Bans()
        self.called: list[int | None] = []
        self.refusals: list[int] = []
        self.slept: list[float] = []
        self.pace = RateLimiter(
            rate=1000, bans=self.bans, now=lambda: self.now, clock=self._clock, sleep=self._sleep
        )
        self._looks = 0

    async def call(
        self, chat: int | None, bulk: Bulk | None = None, endpoint: str = "sendMessage"
    ) -> Any:
        async def callback() -> bool:
            self.called.append(chat)
            if self.refusals:
                raise RetryAfter(timedelta(seconds=self.refusals.pop(0)))
            return True

        data = {} if chat is None else {"chat_id": chat}
        return await self.pace.process_request(callback, (), {}, endpoint, data, bulk)

    def _clock(self) -> float:
        self._looks += 1
        return self._looks * 60.0

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def line() -> Line:
    return Line()


async def yes() -> bool:
    return True


async def banned(line: Line, chat: int | None, seconds: int) -> None:
    line.refusals.append(seconds)
    with pytest.raises(RetryAfter):
        await line.call(chat, Bulk(yes))


async def test_a_banned_chat_is_not_tried_and_others_go_on(line: Line) -> None:
    await banned(line, ANN, 90)
    with pytest.raises(HeldBack) as held:
        await line.call(ANN, Bulk())
    assert held.value.until == START + timedelta(seconds=90)
    await line.call(BOB, Bulk())
    assert line.called == [ANN, BOB]


async def test_a_second_chat_refused_means_all_of_them(line: Line) -> None:
    await banned(line, ANN, 90)
    await banned(line, BOB, 70)
    with pytest.raises(HeldBack):
        await line.call(13, Bulk())
    assert set(line.bans.kept) == {f"chat:{ANN}", "all"}
    line.now += timedelta(seconds=71)
    await line.call(13, Bulk())


async def test_bulk_waits_out_a_short_ban_in_line(line: Line) -> None:
    await banned(line, ANN, 1)
    assert await line.call(ANN, Bulk(yes))
    assert line.slept == [1.0]


async def test_what_has_begun_is_handed_back_when_it_is_refused(line: Line) -> None:
    """Its lease may be shorter than the wait."""
    line.refusals.append(1)
    with pytest.raises(RetryAfter):
        await line.call(ANN, Bulk(yes))
    line.refusals.append(1)
    assert await line.call(BOB, Bulk()), "an edit has no lease"
    assert line.called == [ANN, BOB, BOB]


async def test_a_refused_call_that_sends_nothing_holds_no_message(line: Line) -> None:
    line.refusals.append(80_000)
    with pytest.raises(RetryAfter):
        await line.call(None, endpoint="setMyDescription")
    assert await line.call(ANN)
    assert not line.bans.kept


async def test_a_restart_remembers(line: Line) -> None:
    await banned(line, ANN, 90)
    later = Line(line.bans)
    await later.pace.initialize()
    with pytest.raises(HeldBack):
        await later.call(ANN, Bulk())
    later.now += timedelta(seconds=91)
    assert await later.call(ANN, Bulk())


async def test_somebody_who_waits_is_answered_after_a_short_ban(line: Line) -> None:
    await banned(line, ANN, 5)
    assert await line.call(ANN)
    assert line.slept == [5.0]


async def test_an_answer_that_is_refused_is_given_once_more_in_time(line: Line) -> None:
    line.refusals.append(5)
    assert await line.call(ANN)
    assert line.called == [ANN, ANN]


async def test_and_is_not_kept_waiting_for_a_long_one(line: Line) -> None:
    await banned(line, ANN, int(PATIENCE.total_seconds()) + 5)
    with pytest.raises(HeldBack):
        await line.call(ANN)
    assert not line.slept


async def test_a_tap_is_acknowledged_at_once_whatever_is_banned(line: Line) -> None:
    await banned(line, ANN, 600)
    await line.call(None, endpoint="answerCallbackQuery")
    await line.call(ANN, endpoint="getChatMember")
    assert line.called[1:] == [None, ANN]


async def test_what_begins_is_asked_when_its_turn_has_come_and_not_before(line: Line) -> None:
    asked: list[str] = []

    async def begin() -> bool:
        asked.append("begun")
        return False

    with pytest.raises(NotOurs):
        await line.call(ANN, Bulk(begin))
    assert asked == ["begun"]
    assert not line.called, "sent although it is somebody else's"

    await banned(line, ANN, 600)
    with pytest.raises(HeldBack):
        await line.call(ANN, Bulk(begin))
    assert asked == ["begun"], "noted as on its way during a ban"


async def test_who_gives_up_in_the_queue_leaves_no_trace() -> None:
    line = Line()
    pace = RateLimiter(rate=1, bans=line.bans, now=lambda: START, clock=lambda: 0.0)
    line.pace = pace
    await line.call(ANN)
    waiting = asyncio.create_task(line.call(BOB))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert len(pace._schedule) == 0
    assert not pace._doors
    await pace.shutdown()
