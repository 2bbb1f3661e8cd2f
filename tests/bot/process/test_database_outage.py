"""The whole bot while its database cannot be written: who wants to see something is answered."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands import READERS
from bot.process import polling, supervisor
from bot.process.database_outage import KEPT, LOST, MOST_OF_ONE, NOT_KEPT
from bot.process.error_handler import SORRY
from bot.process.serve import Bot
from core.models.errors import StoreBusy
from core.store import Store
from tests.bot.process.conftest import MORNING, Site
from tests.databases import NAME, failing, fresh, small_disk

LIN, ANA, CHEN = 1001, 1002, 1003
CHANNEL = -1001000000001
PAPER = "2603.11866"
SHOWING = {
    "today": "/today",
    "paper": f"/paper {PAPER}",
    "search": "/search diffusion",
    "saved": "/saved",
    "topics": "/topics",
    "settings": "/settings",
    "status": "/status",
    "help": "/help",
    "start": f"/start paper_{PAPER}",
}
"""What every command can show without a write."""
WRITING = {"ask", "stop"}
"""What these do has to be written down."""


class Talk:
    """What somebody says, and what they are answered."""

    def __init__(self, site: Site, person: int) -> None:
        self.telegram = site.telegram
        self.person = person

    async def ask(self, text: str, count: int = 1) -> list[str]:
        since = len(self.telegram.world.received(self.person))
        self.telegram.people.say(self.person, text)
        sent = await self.telegram.answers(self.person, count, since=since)
        return [str(message.get("text", "")) for message in sent]

    @property
    def heard(self) -> list[str]:
        return [
            str(message.get("text", "")) for message in self.telegram.world.received(self.person)
        ]


def hurried(store: Store) -> None:
    """Let nobody be patient with a lock."""
    store.key_values._database._waits._patience = timedelta(milliseconds=50)


async def prepared(site: Site, bot: Bot) -> Talk:
    """Let the day be built, and somebody be a reader who has opened and saved a paper."""
    hurried(bot.store)
    ana = Talk(site, ANA)
    await Talk(site, LIN).ask("/help")
    await ana.ask("/start")
    async with asyncio.timeout(20):
        while await bot.store.digests.get(MORNING.date(), "main") is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await ana.ask(f"/paper {PAPER}")
    shown = ana.telegram.world.chat(ANA).messages
    await eventually(
        lambda: any("Key Contribution" in message.get("text", "") for message in shown.values())
    )
    await ana.ask("/search diffusion")
    await eventually(lambda: any(text.startswith("🔎 diffusion") for text in ana.heard))
    return ana


async def eventually(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(15):
        while not (value := condition()):  # noqa: ASYNC110 -- nothing rings when these change
            await asyncio.sleep(0.01)
    return value


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no second be waited for."""
    monkeypatch.setattr(polling, "SHORTEST", 0.02)
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", timedelta(milliseconds=50))


@pytest.fixture
def disk() -> Iterator[ExitStack]:
    """What is to be taken down when the bot has ended."""
    with ExitStack() as stack:
        yield stack


def test_the_table_names_every_command() -> None:
    names = {module.__name__.rpartition(".")[2] for module in READERS}
    assert SHOWING.keys() | WRITING == names
    assert not SHOWING.keys() & WRITING


async def test_what_only_shows_something_needs_no_write(
    site: Site, tmp_path: Path, disk: ExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    folder = disk.enter_context(small_disk(tmp_path / "disk"))
    how = "full" if folder.is_mount() else "readonly"  # without the right to mount a small disk
    async with site.serving(database_url=fresh(folder)) as bot:
        ana, store = await prepared(site, bot), bot.store
        lin = Talk(site, LIN)
        async with failing(store, folder / NAME, how):
            since = len(ana.heard)
            for text in SHOWING.values():
                ana.telegram.people.say(ANA, text)
            await ana.telegram.answers(ANA, len(SHOWING), since=since)
            await ana.ask("/export")
            assert not {KEPT("en"), SORRY("en")} & set(ana.heard)
            assert len(bot.outage) == 0

            assert (await ana.ask("/topics +video"))[0] == KEPT("en")
            ana.telegram.people.say(ANA, "/topics -video +3d")
            await eventually(lambda: len(bot.outage) == 2)
            assert ana.heard.count(KEPT("en")) == 1, "said once"
            await eventually(lambda: any(text.startswith("⚠️ 数据库") for text in lin.heard))
        await eventually(lambda: not len(bot.outage))
        chat = await eventually_topics(store)
        assert [topic for topic in chat if topic in ("video", "3d")] == ["3d"], "in their order"
        await eventually(lambda: any(text.startswith("✅ 数据库恢复") for text in lin.heard))
        assert sum(text.startswith("⚠️") for text in lin.heard) == 1
    assert SORRY("en") not in ana.heard
    bad = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record for record in bad if record.exc_info] == []
    lines = [record.getMessage() for record in bad if record.name == "bot.process.supervisor"]
    assert len(lines) == 1, "one line for the state"


async def eventually_topics(store: Store) -> list[str]:
    async with asyncio.timeout(10):
        while True:
            chat = await store.chats.get(ANA)
            assert chat is not None
            if chat.interests and "3d" in " ".join(chat.interests).lower():
                return [topic.lower() for topic in chat.interests]
            await asyncio.sleep(0.01)


async def test_told_to_stop_meanwhile_it_says_what_was_lost(site: Site, tmp_path: Path) -> None:
    """The file is gone, so that not even a reader's language can be looked up."""
    async with site.serving() as bot:
        ana, store = await prepared(site, bot), bot.store
        failure = failing(store, tmp_path / NAME, "deleted")
        await failure.__aenter__()
        since = len(ana.heard)
        for _ in range(MOST_OF_ONE + 2):
            ana.telegram.people.say(ANA, "/help")
        await eventually(lambda: len(ana.heard) >= since + 3)
        assert len(bot.outage) == MOST_OF_ONE
    assert ana.heard[since] == KEPT("en")
    assert set(ana.heard[since + 1 : -1]) == {NOT_KEPT("en")}
    assert ana.heard[-1] == LOST("en")
    await failure.__aexit__(None, None, None)


async def test_the_morning_goes_on_when_it_is_back_and_nothing_comes_twice(
    site: Site, tmp_path: Path
) -> None:
    async with site.opened(telegram_channel_ids=("@cv_daily",)) as bot:
        daily_jobs, store = bot.services.daily_jobs, bot.store
        received = site.telegram.world.received
        hurried(store)
        async with failing(store, tmp_path / NAME, "locked"):
            with pytest.raises(StoreBusy):
                await daily_jobs.tick()
        await daily_jobs.build()
        async with failing(store, tmp_path / NAME, "locked"):
            with pytest.raises(StoreBusy):
                await daily_jobs.deliver()
            assert received(CHANNEL) == [], "what cannot be noted is not sent"

        posting = bot.services.messenger.post
        async with AsyncExitStack() as stack:

            async def post(*args: Any) -> int:
                number = await posting(*args)
                await stack.enter_async_context(failing(store, tmp_path / NAME, "locked"))
                return number

            bot.services.messenger.post = post  # type: ignore[method-assign]
            with pytest.raises(StoreBusy):
                await daily_jobs.deliver()
        bot.services.messenger.post = posting  # type: ignore[method-assign]
        site.telegram.world.clock.advance(timedelta(minutes=5))
        for _ in range(2):
            await daily_jobs.deliver()
        assert len(received(CHANNEL)) == 1, "it had arrived before the lock"
        (row,) = await store.deliveries.sent("day:2026-03-13")
        assert row.message_id == received(CHANNEL)[0]["message_id"]
