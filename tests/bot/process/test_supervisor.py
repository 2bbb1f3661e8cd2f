"""Long-lived tasks: tried again with growing pauses, told once, and once more when well."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter

from bot.features.administrators import Administrators
from bot.process.supervisor import LONGEST_ASKED, Supervisor

START = datetime(2026, 3, 13, tzinfo=UTC)


class Enough(BaseException):
    """The test has seen enough rounds."""


@dataclass
class Told:
    """Administrators who can be reached, or not."""

    texts: list[str] = field(default_factory=list)
    is_reachable: bool = True

    async def say_once(self, _key: str, text: str, *, again_after: timedelta | None) -> bool:
        if self.is_reachable:
            self.texts.append(text)
        return self.is_reachable


@dataclass
class Scene:
    """A supervisor whose pauses take no time."""

    told: Told = field(default_factory=Told)
    now: datetime = START
    pauses: list[float] = field(default_factory=list)
    rounds: int = 100

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(
            administrators=cast("Administrators", self.told),
            language="en",
            now=lambda: self.now,
            clean=lambda text: text.replace("hunter2", "[secret]"),
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)
        await self.tell()
        if len(self.pauses) >= self.rounds:
            raise Enough

    async def tell(self) -> None:
        """Tell what there is to tell."""
        self.supervisor._news.set()
        await self.supervisor.tell()

    async def go(self, action: Callable[[], Awaitable[object]], rounds: int) -> None:
        """Have a task repeat `action`."""
        self.rounds = rounds
        with pytest.raises(Enough):
            await self.supervisor.repeat("polling", action, every=timedelta(0))


def failing(error: BaseException, times: int | None = None) -> Callable[[], Awaitable[None]]:
    """Return what fails so often (None: always), then succeeds."""
    left = [times]

    async def action() -> None:
        if left[0] is None or left[0] > 0:
            left[0] = None if left[0] is None else left[0] - 1
            raise error

    return action


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InvalidToken("Unauthorized"), "the token is refused"),
        (Conflict("terminated by other getUpdates request"), "another process"),
        (BadRequest("bad webhook: hunter2"), "bad webhook: [secret]"),
        (ZeroDivisionError("secret words"), "ZeroDivisionError, test_supervisor.py"),
        (KeyError("result"), "KeyError"),
    ],
)
async def test_one_failure_is_told_and_its_end_too(
    error: BaseException, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    scene = Scene()
    await scene.go(failing(error, times=1), rounds=5)
    began, over = scene.told.texts
    assert said in began
    assert "well again" in over
    assert "secret words" not in began + over
    assert scene.pauses == [1, 0, 0, 0, 0]
    assert len([record for record in caplog.records if record.name.endswith("supervisor")]) == 2


async def test_pauses_grow_and_hundred_failures_are_one_state(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    await scene.go(failing(InvalidToken()), rounds=100)
    assert scene.pauses[:7] == [1, 2, 4, 8, 16, 30, 30]
    assert max(scene.pauses) == 30
    assert len(scene.told.texts) == 1
    assert len(caplog.records) == 1


async def test_after_it_was_well_pauses_begin_anew() -> None:
    scene = Scene()
    errors = iter([KeyError(), KeyError(), None, KeyError(), None])

    async def action() -> None:
        if error := next(errors):
            raise error

    await scene.go(action, rounds=5)
    assert scene.pauses == [1, 2, 0, 1, 0]


async def test_the_network_is_told_only_when_it_stays_away() -> None:
    blip, outage = Scene(), Scene()
    await blip.go(failing(NetworkError("away"), times=5), rounds=8)
    assert blip.told.texts == []
    outage.told.is_reachable = False

    async def action() -> None:
        if outage.now - START < timedelta(minutes=20):
            raise TimeoutError
        outage.told.is_reachable = True

    await outage.go(action, rounds=60)
    [over] = outage.told.texts
    assert "00:00 UTC to 03-13 00:2" in over


async def test_what_comes_and_goes_is_told_once_an_hour() -> None:
    scene = Scene()
    rounds = [0]

    async def action() -> None:
        rounds[0] += 1
        if rounds[0] % 2:
            raise Conflict("terminated by other getUpdates request")

    await scene.go(action, rounds=300)  # five minutes
    assert len(scene.told.texts) <= 2


async def test_who_cannot_be_reached_is_told_later() -> None:
    scene = Scene()
    scene.told.is_reachable = False
    await scene.go(failing(InvalidToken()), rounds=5)
    scene.told.is_reachable = True
    await scene.tell()
    assert len(scene.told.texts) == 1


@pytest.mark.parametrize(("asked", "waited"), [(7, 7.0), (10**9, LONGEST_ASKED.total_seconds())])
async def test_it_waits_as_long_as_telegram_asks(asked: int, waited: float) -> None:
    scene = Scene()
    await scene.go(failing(RetryAfter(asked)), rounds=1)
    assert scene.pauses == [waited]


async def test_what_hangs_is_broken_off_told_and_tried_again() -> None:
    scene, begun, ended = Scene(rounds=2), 0, 0

    async def action() -> None:
        nonlocal begun, ended
        begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            ended += 1

    with pytest.raises(Enough):
        await scene.supervisor.repeat(
            "build", action, every=timedelta(0), limit=timedelta(milliseconds=1)
        )
    assert (begun, ended) == (2, 2)
    [told] = scene.told.texts
    assert "did not end in time" in told


async def test_until_it_succeeds_once() -> None:
    scene = Scene()
    await scene.supervisor.repeat("introduction", failing(KeyError(), times=3), every=None)
    assert scene.pauses == [1, 2, 4]


async def test_told_to_stop_it_ends_its_action_first() -> None:
    scene, ended = Scene(), []
    started = asyncio.Event()

    async def action() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    task = asyncio.create_task(scene.supervisor.repeat("deliver", action, every=timedelta(0)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]
    assert scene.told.texts == []
