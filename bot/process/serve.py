"""`paperboy run`: receiving, the morning's steps and answers, until told to stop.

Started in the order in which things need each other, stopped in the reverse order, within
`GRACE`: first nothing new comes in, then what is under way is finished or handed back (the ledger
and the readings asked for are in the database), then everything is closed.
"""

import asyncio
import gc
import logging
import secrets
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.commands.context import BotApplication, BotServices
from bot.daily.jobs import TICK, schedule, steps_of
from bot.process.bot_profile import set_up
from bot.process.chat_order import ChatOrder
from bot.process.database_outage import DatabaseOutage
from bot.process.polling import LIMIT as POLLING_LIMIT
from bot.process.polling import Polling
from bot.process.supervisor import Supervisor
from bot.process.update_queue import Intake, UpdateQueue
from bot.process.webhook import EVERY, WebhookServer
from bot.settings import Settings, listen_address
from core.fetch import sources
from core.store import Store

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=6)
"""For all that is under way when told to stop: systemd and Docker kill after 10 s."""
STEP_LIMIT = timedelta(hours=1)
"""For one of the morning's steps: each may be broken off anywhere, and goes on the next time."""
CONFIRM_WITHIN = timedelta(seconds=2)
ANSWERING = 0.75
"""The share of `GRACE` in which what came in is answered; then it is broken off."""
Task = asyncio.Task[None]


@dataclass(frozen=True)
class Bot:
    settings: Settings
    store: Store
    application: BotApplication
    services: BotServices
    supervisor: Supervisor
    outage: DatabaseOutage


async def serve(bot: Bot, stop: asyncio.Event, *, tick: timedelta = TICK) -> None:
    """Serve until `stop` is set. `tick` is how often the morning looks what is due."""
    receiver = receiver_of(bot)
    if isinstance(receiver, WebhookServer):
        await receiver.open()
    await bot.application.start()
    receiving = asyncio.create_task(receive(bot, receiver))
    others = [asyncio.create_task(work) for work in _works(bot)]
    scheduler = _scheduler(bot, tick)
    scheduler.start()
    try:
        # What was loaded stays: without it to look through, the garbage collector's longest pause
        # is a fraction, and nobody's answer waits for it.
        gc.collect()
        gc.freeze()
        logger.info("serving as @%s", bot.services.username)
        await stop.wait()
        logger.info("stopping")
    finally:
        scheduler.shutdown()  # cancels its running steps
        await _stop(bot, receiver, receiving, others)


def receiver_of(bot: Bot) -> Polling | WebhookServer:
    application, settings = bot.application, bot.settings
    backlog = application.update_queue
    assert isinstance(backlog, UpdateQueue)
    intake = Intake(application.bot, backlog)
    if settings.webhook_url is None:
        return Polling(application.bot, intake)
    secret = settings.webhook_secret
    return WebhookServer(
        application.bot,
        intake,
        url=settings.webhook_url,
        listen=listen_address(settings.webhook_listen or "127.0.0.1:8443"),
        # Without one anybody who finds the address could play Telegram; a new one each start does.
        secret=secret.get_secret_value() if secret else secrets.token_urlsafe(32),
        now=bot.services.now,
    )


async def receive(bot: Bot, receiver: Polling | WebhookServer) -> None:
    """Let updates come in, until cancelled."""
    repeat = bot.supervisor.repeat
    if isinstance(receiver, Polling):
        await repeat("polling", receiver.round, every=timedelta(0), limit=POLLING_LIMIT)
    else:
        await repeat("webhook", receiver.register, every=EVERY)


def _scheduler(bot: Bot, tick: timedelta) -> AsyncIOScheduler:
    """Return what does the morning's steps, each watched by the supervisor."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    steps = steps_of(bot.services.daily_jobs, bot.services.broadcasts)
    attempt = partial(bot.supervisor.attempt, limit=STEP_LIMIT)
    schedule(scheduler, steps, attempt, tick=tick)
    return scheduler


def _works(bot: Bot) -> list[Coroutine[Any, Any, None]]:
    """Return what else goes on beside receiving."""
    repeat, memory = bot.supervisor.repeat, bot.store.key_values
    admins, read = bot.settings.telegram_admin_ids, sources.titles(bot.settings.sources)
    set_up_all = partial(set_up, bot.application.bot, memory, admins, read)
    return [
        repeat("telling", bot.supervisor.tell, every=timedelta(0)),
        repeat("database", bot.outage.look, every=timedelta(0)),
        repeat("introduction", set_up_all, every=None),
    ]


async def _stop(
    bot: Bot, receiver: Polling | WebhookServer, receiving: Task, others: list[Task]
) -> None:
    """Take nothing new, finish what is under way; what takes longer is in the database."""
    services = bot.services
    services.daily_jobs.stop()
    for task in (receiving, *others):
        task.cancel()
    try:
        async with asyncio.timeout(GRACE.total_seconds()), asyncio.TaskGroup() as group:
            group.create_task(services.daily_jobs.settled())
            group.create_task(services.deep_dives.hand_back())
            group.create_task(_end(bot, receiver, receiving))
            await asyncio.wait(others)
    except TimeoutError:
        logger.warning("not everything was finished in %g s", GRACE.total_seconds())
    if isinstance(receiver, Polling):
        confirm = partial(receiver.confirm, _processor(bot).unanswered)
        await bot.supervisor.attempt("polling", confirm, limit=CONFIRM_WITHIN)


async def _end(bot: Bot, receiver: Polling | WebhookServer, receiving: Task) -> None:
    """Stop hearing, then stop answering."""
    deadline = asyncio.get_running_loop().time() + ANSWERING * GRACE.total_seconds()
    await asyncio.wait({receiving})
    if isinstance(receiver, WebhookServer):
        await receiver.close()
    await bot.outage.close()
    try:
        async with asyncio.timeout_at(deadline):
            # While the application runs: later it would not wait for handlers that do not block.
            await bot.application.update_queue.join()
    except TimeoutError:
        logger.warning(
            "not everything was finished in %g s: what came in is broken off",
            GRACE.total_seconds() * ANSWERING,
        )
        await _processor(bot).break_off()
    await bot.application.stop()


def _processor(bot: Bot) -> ChatOrder:
    processor = bot.application.update_processor
    assert isinstance(processor, ChatOrder)
    return processor


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
