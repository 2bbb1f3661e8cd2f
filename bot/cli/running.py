"""What every command does around its work: settings, logs, services, one event loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.app.core import Core, build_core
from bot.logs import configure_logs, secrets_of
from bot.settings import Settings, load_settings

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


def settled() -> Settings:
    """Read the settings and set up the logs by them; raise `ConfigError`.

    A person at the terminal has progress and a summary: at the usual level, INFO, only warnings
    are shown beside them. The day's story in the log is for the process that nobody watches.
    """
    settings = load_settings()
    level = "WARNING" if settings.log_level == "INFO" else settings.log_level
    configure_logs(level=level, form=settings.log_format, secrets=secrets_of(settings))
    tell_unknown(settings)
    return settings


def tell_unknown(settings: Settings) -> None:
    """Warn of variables that look like settings and have no effect, one a line."""
    for sentence in settings.unknown_variables:
        logger.warning("%s", sentence)


def with_core(settings: Settings, work: Callable[[Core], Awaitable[Result]]) -> Result:
    """Open what works without Telegram, do the work, close it again."""

    async def run() -> Result:
        async with build_core(settings) as core:
            return await work(core)

    return asyncio.run(run())
