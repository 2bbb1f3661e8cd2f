"""A whole bot on loopback: the real Application polls the playground, the real core reads papers.

Only the digest is put into the store ready made: choosing one has tests of its own.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Update

from bot.app.bot import on_telegram
from bot.app.core import Core, Ends, build_core
from bot.commands.context import BotApplication, BotServices, Context
from bot.demo.replay import LAST_DAY, load_days
from bot.features.deep_dives import DeepDiveService
from bot.process.chat_order import ChatOrder
from bot.process.serve import receive, receiver_of
from bot.settings import Settings
from core.models.values import (
    Digest,
    Focus,
    Paper,
    ScoredPaper,
    ScoreKind,
    SourceCount,
)
from core.sandbox.offload import Offload
from tests.aside import without_a_process
from tests.bot.conftest import PATIENCE, Telegram
from tests.databases import fresh
from tests.servers import papers as doubles
from tests.servers.gemini import KEY

DAYS = load_days()
NOW = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, half an hour after the day's edition came out."""
PICKS = ("2603.11323", "2603.11866")
OTHERS = ("2603.07406", "2603.12255")
ADMIN, ANA, CHEN = 1001, 1002, 1003
CHANNEL, GROUP = -1001000000001, -1001000000002


class Clock:
    """Stands still, but for those who wait: a model's minute passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Stage:
    """The bot, its Telegram, and the services it reads from."""

    telegram: Telegram
    clock: Clock
    sources: doubles.Services
    core: Core
    services: BotServices
    application: BotApplication
    problems: list[BaseException] = field(default_factory=list)
    """What handlers raised: must stay empty."""
    speaker: int = CHEN
    """Who says and taps what nobody else is named for."""

    @property
    def people(self) -> Any:
        return self.telegram.people

    async def say(
        self, text: str, *, by: int | None = None, count: int = 1, **where: Any
    ) -> list[dict[str, Any]]:
        """Let somebody say something; return the `count` messages the bot sends in answer."""
        by = by or self.speaker
        chat = where.get("chat_id") or by
        since = len(self.telegram.world.received(chat))
        self.people.say(by, text, **where)
        return await self.telegram.answers(chat, count, since=since)

    async def ask(self, text: str, **where: Any) -> str:
        """Return the text of the one answer."""
        return str((await self.say(text, **where))[-1]["text"])

    async def tap(
        self, message: dict[str, Any], label: str, *, by: int | None = None
    ) -> dict[str, Any]:
        """Tap the button with a label; return the answer to the tap."""
        return await self.tap_data(message, data_of(message, label), by=by)

    async def tap_data(
        self, message: dict[str, Any], data: str, *, by: int | None = None, is_lost: bool = False
    ) -> dict[str, Any]:
        by = by or self.speaker
        chat_id = message["chat"]["id"]
        query = self.people.tap(by, chat_id, message["message_id"], data, is_lost=is_lost)

        def answered() -> list[dict[str, Any]]:
            calls = self.telegram.world.record.of("answerCallbackQuery")
            return [call for call in calls if str(call["callback_query_id"]) == query]

        return (await until(answered))[0]

    def shown(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a message as the chat shows it now."""
        chat = self.telegram.world.chat(message["chat"]["id"])
        return dict(chat.messages[message["message_id"]])

    async def becomes(self, message: dict[str, Any], words: str) -> dict[str, Any]:
        """Return a message once it has been edited to hold some words."""
        return await until(lambda: words in self.shown(message)["text"] and self.shown(message))

    async def process(self, update: dict[str, Any]) -> None:
        """Let the bot deal with an update the playground does not make."""
        parsed = Update.de_json({"update_id": 10**9, **update}, self.application.bot)
        await self.application.process_update(parsed)

    async def silence(self, chat_id: int) -> list[str]:
        """Return what the bot has sent to a chat, once it has dealt with everything so far."""
        # An update of somebody else's, sent later and answered, is behind all before it.
        await self.say("/help", by=4242)
        processor = self.application.update_processor
        assert isinstance(processor, ChatOrder)
        await until(lambda: processor.idle)
        await asyncio.sleep(0.02)
        return [str(message.get("text", "")) for message in self.telegram.world.received(chat_id)]


async def until(condition: Callable[[], Any]) -> Any:
    """Return what `condition` returns as soon as it is something."""
    async with asyncio.timeout(PATIENCE):
        while not (value := condition()):  # noqa: ASYNC110 -- nothing rings when these change
            await asyncio.sleep(0.005)
    return value


def data_of(message: dict[str, Any], label: str) -> str:
    """Return the data of the button with a label."""
    rows = message["reply_markup"]["inline_keyboard"]
    found = [button for row in rows for button in row if label in button["text"]]
    assert found, f"no button {label!r} in {rows}"
    return str(found[0]["callback_data"])


def buttons_of(message: dict[str, Any]) -> list[str]:
    """Return the labels of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def papers() -> dict[str, Paper]:
    """Return the papers of the digest."""
    records = {record["id"]: record for _, record in DAYS.announced()}
    return {
        paper_id: Paper(
            id=paper_id,
            title=records[paper_id]["title"],
            abstract=records[paper_id]["abstract"],
            listed=LAST_DAY,
            sources=("huggingface", "arxiv"),
        )
        for paper_id in (*PICKS, *OTHERS)
    }


def digest(day: date = LAST_DAY, *, audience: str = "main", focus: Focus) -> Digest:
    """Return a day's digest."""
    known = papers()
    scored = [
        ScoredPaper(paper=known[paper_id], score=score, kind=ScoreKind.LLM, reason=f"理由 {score}")
        for paper_id, score in zip((*PICKS, *OTHERS), (93, 81, 58, 41), strict=True)
    ]
    return Digest(
        day=day,
        audience=audience,
        language="zh",
        focus=focus,
        threshold=60,
        scanned=(SourceCount(source="huggingface", papers=15, label="Top 15"),),
        candidates=671,
        picks=tuple(scored[:2]),
        others=tuple(scored[2:]),
        created_at=NOW,
    )


@asynccontextmanager
async def opened(
    telegram: Telegram,
    folder: Path,
    sources: doubles.Services,
    offload: Offload | None = without_a_process,
    **changes: object,
) -> AsyncIterator[Stage]:
    """Open a bot; a second one on the same folder is the same bot restarted."""
    clock = Clock()
    values: dict[str, object] = {
        "telegram_bot_token": SecretStr(telegram.token),
        "telegram_api_url": telegram.url,
        "telegram_admin_ids": (ADMIN,),
        "hf_endpoint": f"{sources.url}/hf",
        "arxiv_endpoint": f"{sources.url}/arxiv",
        "google_gemini_base_url": f"{sources.url}/gemini",
        "gemini_api_key": SecretStr(KEY),
        "gemini_score_models": ("model-a",),
        "gemini_analyze_models": ("model-a",),
        "gemini_rpm": 0,
        "gemini_rpd": 0,
        "database_url": fresh(folder),
        "data_dir": folder,
    }
    settings = Settings(_env_file=None).model_copy(update=values | changes)
    ends = Ends(
        now=clock,
        sleep=clock.sleep,
        monotonic=_pace(),
        arxiv_interval=timedelta(0),
        offload=offload,
    )
    async with build_core(settings, ends) as core, on_telegram(core, "run") as bot:
        stage = Stage(telegram, clock, sources, core, bot.services, bot.application)
        _note_problems(stage)
        await bot.application.start()
        receiving = asyncio.create_task(receive(bot, receiver_of(bot)))
        try:
            yield stage
        finally:
            receiving.cancel()
            await asyncio.wait({receiving})
            await bot.services.deep_dives.hand_back()
            await bot.services.feedback_counts.close()
            await bot.application.stop()
        assert stage.problems == []


def _pace() -> Callable[[], float]:
    """Return a clock for the pace by which every message is a minute after the last one."""
    minutes = itertools.count()
    return lambda: 60.0 * next(minutes)


def _note_problems(stage: Stage) -> None:
    """Hear of what handlers raise before anybody sees to it."""

    async def noted(_update: object, context: Context) -> None:
        if context.error is not None:
            stage.problems.append(context.error)

    others = list(stage.application.error_handlers)
    stage.application.error_handlers.clear()
    for handler in (noted, *others):
        stage.application.add_error_handler(handler)


@asynccontextmanager
async def beside(stage: Stage) -> AsyncIterator[DeepDiveService]:
    """Give the readings of another process on the same database, which hears no updates."""
    async with (
        build_core(stage.core.settings, stage.core.ends) as own,
        on_telegram(own, "run") as bot,
    ):
        yield bot.services.deep_dives
        await bot.services.deep_dives.hand_back()


async def publish(core: Core, day: date = LAST_DAY) -> None:
    """Put a day's digest into the store."""
    await core.store.papers.put(papers().values())
    await core.store.digests.put_first(digest(day, focus=core.focus), shown=[*PICKS, *OTHERS])


@pytest.fixture
async def sources() -> AsyncIterator[doubles.Services]:
    async with doubles.serving(doubles.Services(DAYS)) as services:
        yield services


Opener = Callable[..., Any]


@pytest.fixture
async def stage(
    telegram: Telegram, tmp_path: Path, sources: doubles.Services
) -> AsyncIterator[Stage]:
    """A bot on the morning of `LAST_DAY`, with that day's digest."""
    async with opened(telegram, tmp_path, sources) as stage:
        await publish(stage.core)
        yield stage
