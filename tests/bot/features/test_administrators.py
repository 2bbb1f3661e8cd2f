"""Administrators hear of a thing once, or nobody knows: then a few times."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.administrators import Administrators
from bot.render.message import Message
from bot.telegram.errors import DeliveryError, MayBeSent, NotSent
from core.store import Store, open_store
from tests.bot.conftest import START
from tests.databases import fresh

ADMIN, SECOND = 7, 8


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(fresh(tmp_path), now=lambda: START) as opened:
        yield opened


class Line:
    """Tells nobody, and counts."""

    def __init__(self, error: DeliveryError | None, reaches: tuple[int, ...] = ()) -> None:
        self.error = error
        self.reaches = reaches
        self.tried: list[int] = []

    async def __call__(self, admin: int, message: Message) -> None:
        self.tried.append(admin)
        if self.error is not None and admin not in self.reaches:
            raise self.error


@pytest.mark.parametrize(
    ("line", "tries"),
    [
        (Line(None), 1),
        (Line(MayBeSent("no answer")), 3),
        (Line(NotSent("503")), 9),
        (Line(NotSent("503"), reaches=(SECOND,)), 1),
    ],
    ids=["told", "nobody knows", "not told", "one of two"],
)
async def test_what_may_have_been_told_is_told_three_times_at_most(
    store: Store, line: Line, tries: int
) -> None:
    moment = START

    def now() -> object:
        return moment

    admins = Administrators(store.notices, (ADMIN, SECOND), line, now)  # type: ignore[arg-type]
    for _ in range(9):
        await admins.say_once("behind:2026-03-13", "⚠️ late")
        moment += timedelta(minutes=1)
    assert line.tried == [ADMIN, SECOND] * tries
