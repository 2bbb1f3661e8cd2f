"""What every command does around its work: settings, logs, services, one event loop."""

import asyncio
import logging
import re
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.app.core import Core, build_core
from bot.logs import configure_logs, secrets_of
from bot.settings import Settings, load_settings
from core.models.errors import UsageError

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


FIRST_DAY = date(1991, 8, 14)
"""arXiv's first submission."""


def parse_day(text: str | None, *, now: datetime, zone: ZoneInfo) -> date:
    """Return the day meant by `--date`, today in `zone` when none is given; raise `UsageError`."""
    today = now.astimezone(zone).date()
    if text is None:
        return today
    # fromisoformat alone would take 20260313 and 2026-W11-5, too.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise UsageError(f"--date {text!r} is not a day; write it as YYYY-MM-DD, e.g. {today}")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--date {text} is not in the calendar") from None
    if day < FIRST_DAY:
        raise UsageError(f"--date {day} is before the first arXiv paper; begin at {FIRST_DAY}")
    if day > today:
        raise UsageError(f"--date {day} is in the future; today is {today} in {zone.key}")
    return day


T = TypeVar("T")
TURN = 0.0005
"""Seconds after which a thread may have its turn."""


def run_fast(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, as `asyncio.run` does, but on uvloop where there is one.

    Half of what an answer costs is the loop's own work, and a database in a thread makes a lot of
    it (`tests/bench/answers.py`). While the loop is busy, Python lets the database's thread wait
    5 ms before each of its steps, and a transaction has five of them.
    """
    sys.setswitchinterval(TURN)
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
