"""`paperboy run`: polling or webhook and the scheduler, until told to stop.

Started in the order in which things need each other, stopped in the reverse order, within
`GRACE`: first nothing new comes in, then what is under way is finished or handed back (the ledger
and the readings asked for are in the database), then everything is closed.
"""

import asyncio
import gc
import logging
import secrets
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram import Update
from telegram.error import Conflict, TelegramError
from telegram.ext import Updater

from bot.morning.jobs import schedule
from bot.process.office import Bot, Office
from bot.process.setup import set_up
from bot.settings import Settings
from core.errors import ConfigError

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=6)
"""For all that is under way when told to stop: systemd and Docker kill after 10 s."""
TICK = timedelta(minutes=1)
UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHANNEL_POST,
)
"""What Telegram is asked to send; edited messages and channel posts are passed over by design."""


async def serve(office: Office, stop: asyncio.Event, *, tick: timedelta = TICK) -> None:
    """Serve until `stop` is set. `tick` is how often the morning looks what is due."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    schedule(scheduler, office.services.morning, tick=tick)
    starting = asyncio.create_task(_start(office, scheduler))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await stopping
        logger.info("stopping")
    finally:
        starting.cancel()
        stopping.cancel()
        await asyncio.wait({starting, stopping})
        await _stop(office, scheduler)


async def _start(office: Office, scheduler: AsyncIOScheduler) -> None:
    """Let updates come in, be handled, and the morning begin."""
    application, core = office.application, office.services.core
    assert application.updater is not None, "built with one"
    await application.start()
    scheduler.start()
    await _listen(application.updater, core.settings)
    await set_up(application.bot, core.store, core.settings.telegram_admin_ids)
    # What was loaded stays: without it to look through, the garbage collector's longest pause is a
    # fraction, and nobody's answer waits for it.
    gc.collect()
    gc.freeze()
    logger.info("serving as @%s", office.services.username)


async def _stop(office: Office, scheduler: AsyncIOScheduler) -> None:
    """Take nothing new, finish what is under way; what takes longer is in the database."""
    application, services = office.application, office.services
    services.morning.stop()
    if scheduler.running:
        scheduler.shutdown()  # cancels its running steps
    try:
        async with asyncio.timeout(GRACE.total_seconds()), asyncio.TaskGroup() as group:
            group.create_task(services.morning.settled())
            group.create_task(services.reading.hand_back())
            group.create_task(_end(application))
    except TimeoutError:
        logger.warning("not everything was finished in %g s", GRACE.total_seconds())


async def _end(application: Bot) -> None:
    """Stop hearing, then stop answering."""
    if application.updater is not None and application.updater.running:
        await application.updater.stop()
    if application.running:
        await application.stop()


async def _listen(updater: "Updater", settings: Settings) -> None:
    if settings.webhook_url is None:
        await updater.start_polling(
            allowed_updates=UPDATES, bootstrap_retries=-1, error_callback=_Polling()
        )
        return
    host, port = listen_address(settings.webhook_listen)
    secret = settings.webhook_secret
    await updater.start_webhook(
        listen=host,
        port=port,
        url_path=urlsplit(settings.webhook_url).path.lstrip("/"),
        webhook_url=settings.webhook_url,
        allowed_updates=UPDATES,
        bootstrap_retries=-1,
        # Without one anybody who finds the address could play Telegram; a new one each start does.
        secret_token=secret.get_secret_value() if secret else secrets.token_urlsafe(32),
    )


class _Polling:
    """Says what keeps the bot from hearing its users: once when it begins, not at every try."""

    def __init__(self) -> None:
        self._said: type[TelegramError] | None = None

    def __call__(self, error: TelegramError) -> None:
        if type(error) is self._said:
            return
        self._said = type(error)
        if isinstance(error, Conflict):
            logger.error("another process reads this bot's messages: stop one of the two")
        else:
            logger.warning("Telegram cannot be reached: %s", error)


def listen_address(text: str | None) -> tuple[str, int]:
    """Return host and port of `WEBHOOK_LISTEN`: "0.0.0.0:8443", ":8443", "8443".

    Raise `ConfigError`.
    """
    host, _, port = (text or "127.0.0.1:8443").rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigError("WEBHOOK_LISTEN: should be host:port, such as 127.0.0.1:8443")
    return host or "0.0.0.0", int(port)


def stop_on_signals(stop: asyncio.Event) -> Callable[[], None]:
    """Set `stop` on SIGTERM and SIGINT; return what takes that back.

    A second signal ends the process the hard way: the handlers are gone by then.
    """
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def forget() -> None:
        for each in signals:
            with suppress(NotImplementedError):
                loop.remove_signal_handler(each)

    def requested() -> None:
        stop.set()
        forget()

    for each in signals:
        with suppress(NotImplementedError):  # Windows: Ctrl+C raises KeyboardInterrupt
            loop.add_signal_handler(each, requested)
    return forget
