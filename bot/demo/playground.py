"""The playground: the real bot, on bundled real days, talking to a Telegram on this machine.

Only the two ends are replaced: a loopback server answers for Hugging Face and arXiv, another for
Telegram, with a chat page. Between them runs what `paperboy run` runs. Keys and settings of the
real bot are ignored, and everything is in a folder that is thrown away.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.app.bot import build
from bot.app.core import Ends
from bot.demo.offline import NO_COURTESY, offline
from bot.demo.replay import FIRST_READ, LAST_DAY, THE_EVENING_BEFORE, load_days, serve_days
from bot.playground.server import application
from bot.playground.server import serve as serve_app
from bot.playground.world import World, demo_world
from bot.process.serve import serve
from bot.settings import Settings

TICK = timedelta(seconds=1)
"""How often the morning looks what is due: the clock of the page may jump."""


@dataclass(frozen=True)
class Playground:
    """Where it is, and the world behind it."""

    url: str
    world: World


@asynccontextmanager
async def playing(
    settings: Settings, *, port: int, stop: asyncio.Event
) -> AsyncIterator["Playground"]:
    """Serve the chat page and the bot behind it until `stop` is set.

    Raise `OSError` for a port that is taken.
    """
    world = demo_world(
        start=THE_EVENING_BEFORE, monotonic=time.monotonic, zone=settings.digest_timezone.key
    )
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="paperboy-playground-")))
        telegram = await stack.enter_async_context(serve_app(application(world), port=port))
        papers = await stack.enter_async_context(serve_days(load_days(), world.clock.now))
        ends = Ends(
            now=world.clock.now,
            sleep=world.clock.sleep,
            arxiv_interval=NO_COURTESY,
            first_day=FIRST_READ,
            last_day=LAST_DAY,
        )
        bot = await stack.enter_async_context(
            build(_settings(settings, telegram, papers, folder, world), "demo", ends)
        )
        serving = asyncio.create_task(serve(bot, stop, tick=TICK))
        serving.add_done_callback(lambda _: stop.set())  # a page without a bot is no demo
        try:
            yield Playground(telegram, world)
        finally:
            stop.set()
            await serving


def _settings(
    settings: Settings, telegram: str, papers: str, folder: Path, world: World
) -> Settings:
    return offline(settings, papers, folder / "playground.db").model_copy(
        update={
            "telegram_bot_token": SecretStr(world.bot.token),
            "telegram_api_url": telegram,
            "telegram_channel_ids": ("@cv_daily",),
            "telegram_admin_ids": tuple(u.id for u in world.users.values() if u.is_admin),
            "telegram_allowed_user_ids": (),
            "webhook_url": None,
        }
    )
