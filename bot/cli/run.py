"""`paperboy run`: the bot process, until SIGTERM or SIGINT."""

import asyncio

from bot.app.bot import build, token_of
from bot.cli.running import run_fast, tell_unknown
from bot.logs import configure_logs, secrets_of
from bot.process.reach import TelegramUnreachable
from bot.process.serve import serve, stop_on_signals
from bot.settings import Settings, load_settings


def run() -> None:
    settings = load_settings()
    # Nobody watches this process: its log tells the day's story, unlike other commands'.
    configure_logs(level=settings.log_level, form=settings.log_format, secrets=secrets_of(settings))
    tell_unknown(settings)
    token_of(settings, "run")
    run_fast(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    forget = stop_on_signals(stop)
    try:
        async with build(settings, "run", stop=stop) as bot:
            await serve(bot, stop)
    except TelegramUnreachable:
        if not stop.is_set():  # else it was told to, and nothing is wrong
            raise
    finally:
        forget()
