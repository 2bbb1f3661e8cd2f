"""Editions in time: one audience's bug is not another's."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.daily.building import Building
from bot.daily.due import Hours
from bot.daily.editions import ReleaseTime
from core.llm import CallContext
from core.models.digest_spec import DigestSpec
from core.models.errors import StoreUnwritable
from core.models.values import Digest, Edition, Focus
from core.store import Store
from tests.bot.daily.world import World, at
from tests.databases import NAME, failing

MAIN = DigestSpec("main", Focus(interests=("x",)), "zh", threshold=60, top_n=2)
ENGLISH = DigestSpec("main:en", MAIN.focus, "en", threshold=60, top_n=2)


class Broken:
    """Editions that cannot be built for the first audience."""

    press = ReleaseTime(time(8, 30), ZoneInfo("Asia/Shanghai"))
    main = MAIN

    def __init__(self) -> None:
        self.built: list[str] = []

    async def wishes(self) -> list[DigestSpec]:
        return [MAIN, ENGLISH]

    async def get(self, day: date, audience: str) -> Edition | None:
        return None

    def keep(self, edition: Edition) -> None:
        pass

    def meanwhile(self, day: date, audience: str) -> Edition | None:
        return None

    async def build(self, day: date, spec: DigestSpec, *, context: CallContext) -> Edition:
        if spec is MAIN:
            raise ZeroDivisionError("a bug")
        self.built.append(spec.audience)
        return Edition(
            digest=Digest(
                day=day,
                audience=spec.audience,
                language=spec.language,
                focus=spec.focus,
                threshold=60,
                scanned=(),
                candidates=3,
                picks=(),
                others=(),
                created_at=datetime(2026, 3, 13, tzinfo=UTC),
            )
        )


async def test_a_bug_met_by_one_audience_keeps_nobody_else_waiting(world: World) -> None:
    store: Store = world.store
    await world.subscribe(11)
    world.clock.now = at("2026-03-13 08:20")
    editions = Broken()
    hours = Hours(chats=store.chats, press=editions.press, now=world.clock)
    building = Building(
        builder=editions,  # type: ignore[arg-type]
        editions=editions,  # type: ignore[arg-type]
        hours=hours,
        chats=store.chats,
        now=world.clock,
    )

    changed, failed = await building.build_due()

    assert editions.built == ["main:en"]
    assert [type(error) for error in failed] == [ZeroDivisionError]
    assert changed == []


async def test_what_cannot_be_stored_is_not_asked_for(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk over night must not have the sources asked every minute, nor a traceback each."""
    await world.subscribe(11)
    world.clock.now = at("2026-03-13 08:20")
    daily_jobs = world.start()
    async with failing(world.store, tmp_path / NAME, "readonly"):
        for _ in range(3):
            with pytest.raises(StoreUnwritable):
                await daily_jobs.build()
            world.clock.now += timedelta(minutes=1)
    assert world.arxiv.fetches == world.huggingface.fetches == 0
    assert [record for record in caplog.records if record.exc_info] == []
    await daily_jobs.build()
    assert world.arxiv.fetches == 1
