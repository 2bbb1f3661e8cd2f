"""Everything open that Telegram needs, on top of `bot.app`'s services.

`paperboy run` serves with it, `push` delivers with it, the playground shows it.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    stop_never,
    wait_exponential,
)

from bot.app import ARXIV_INTERVAL, Services, Sleep, open_services, utc_now
from bot.commands import add_handlers
from bot.commands.context import SERVICES, BotServices, Context
from bot.daily.assembly import assemble
from bot.delivery.courier import Courier
from bot.features.access import Access
from bot.features.administrators import Administrators
from bot.features.broadcasts import Broadcasts
from bot.features.deep_dives import DeepDiveService
from bot.features.feedback import ReaderFeedback
from bot.features.feedback_counts import Attempt, FeedbackCounts
from bot.features.first_post import FirstPost
from bot.features.personal_data import PersonalData
from bot.features.subscriptions import ChatDefaults, Subscriptions
from bot.features.topic_meanings import TopicUnderstanding
from bot.logs import redact, secrets_of
from bot.process.chat_order import ChatOrder
from bot.process.database_outage import DatabaseOutage
from bot.process.error_handler import on_error
from bot.process.supervisor import Supervisor
from bot.process.task_errors import reading_an_answer
from bot.process.update_queue import UpdateQueue
from bot.render.message import Message
from bot.settings import Settings
from bot.telegram.errors import MayBeSent, NotSent
from bot.telegram.messenger import ChatAddress, Messenger
from bot.telegram.outcomes import wait_of
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.request import AiohttpRequest
from core.models.errors import ConfigError, PaperboyError
from core.sandbox.offload import Offload

logger = logging.getLogger(__name__)

CONNECTIONS = 64
"""To Telegram, at the same time."""
KEEP_ALIVE = 25.0
"""Seconds an idle connection is used again: less than servers keep it, or a message would be sent
into a connection that is being closed, and nobody would know what became of it."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between tries to reach Telegram at start."""
REFUSALS = 3
"""How often Telegram must refuse the token at start until it is believed."""
Bot = Application[Any, Context, Any, Any, Any, Any]


@dataclass(frozen=True)
class Office:
    """Everything open."""

    application: Bot
    services: BotServices
    supervisor: Supervisor
    outage: DatabaseOutage


class TelegramUnreachable(PaperboyError):
    """Telegram did not answer at start."""


def token_of(settings: Settings, command: str) -> str:
    """Return the bot's token; raise `ConfigError` that says what works without."""
    if settings.telegram_bot_token is None:
        raise ConfigError(
            f"TELEGRAM_BOT_TOKEN: `paperboy {command}` needs one (ask @BotFather on Telegram);"
            " `paperboy demo` and `paperboy digest` work without"
        )
    return settings.telegram_bot_token.get_secret_value()


@asynccontextmanager
async def open_office(
    settings: Settings,
    command: str,
    *,
    patience: timedelta | None = None,
    stop: asyncio.Event | None = None,
    now: Callable[[], datetime] = utc_now,
    sleep: Sleep = asyncio.sleep,
    arxiv_interval: timedelta = ARXIV_INTERVAL,
    first_day: date = date.min,
    last_day: date = date.max,
    offload: Offload | None = None,
) -> AsyncIterator[Office]:
    """Open everything, and get to know Telegram's side of it.

    Raise `ConfigError` for a wrong token, `TelegramUnreachable` after `patience` (None: never) or
    when `stop` is set before.
    """
    token = token_of(settings, command)
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(
            open_services(
                settings,
                now=now,
                sleep=sleep,
                arxiv_interval=arxiv_interval,
                first_day=first_day,
                last_day=last_day,
                offload=offload,
            )
        )
        session = await stack.enter_async_context(
            core.outbound.open_session(
                settings.telegram_api_url, limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE
            )
        )
        application = _application(core, session, token)
        stack.push_async_callback(application.shutdown)
        await _reach(application, patience, stop or asyncio.Event())
        messenger = Messenger(application.bot, now=core.now)
        administrators = _administrators(core, messenger)
        supervisor = Supervisor(
            administrators=administrators,
            language=settings.digest_language,
            now=now,
            clean=partial(redact, secrets=secrets_of(settings)),
        )
        services = bot_services(
            core,
            application,
            messenger=messenger,
            administrators=administrators,
            attempt=supervisor.attempt,
            sleep=sleep,
        )
        stack.push_async_callback(services.counting.close)
        application.bot_data[SERVICES] = services
        add_handlers(application)
        outage = DatabaseOutage(
            application, store=core.store, messenger=messenger, supervisor=supervisor
        )
        outage.attach()
        application.add_error_handler(on_error)
        yield Office(application, services, supervisor, outage)


def _application(core: Services, session: aiohttp.ClientSession, token: str) -> Bot:
    settings = core.settings
    pace = RateLimiter(
        rate=settings.telegram_rate, bans=core.store.bans, now=core.now, clock=time.monotonic
    )
    updates = UpdateQueue()
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(AiohttpRequest(session))
        .get_updates_request(AiohttpRequest(session))
        .updater(None)  # updates come in by `polling` or `webhook`
        .rate_limiter(pace)
        .context_types(ContextTypes(context=Context))
        .concurrent_updates(ChatOrder(aside=updates.aside))
        .update_queue(updates)
        .job_queue(None)  # the supervisor repeats what is to be repeated
        .build()
    )


def _administrators(core: Services, messenger: Messenger) -> Administrators:
    is_unsure = False

    async def tell(admin: int, message: Message) -> object:
        nonlocal is_unsure
        if is_unsure and not await messenger.is_answering():
            raise NotSent("Telegram takes no messages yet")
        try:
            message_id = await messenger.send(ChatAddress(admin), message)
        except MayBeSent:
            is_unsure = True
            raise
        is_unsure = False
        return message_id

    return Administrators(core.store, core.settings.telegram_admin_ids, tell, core.now)


def bot_services(
    core: Services,
    application: Bot,
    *,
    messenger: Messenger,
    administrators: Administrators,
    attempt: Attempt,
    sleep: Sleep,
) -> BotServices:
    """Return what commands may use."""
    bot, store = application.bot, core.store
    courier = Courier(store=store, messenger=messenger, now=core.now)
    reading = DeepDiveService(core, messenger)
    broadcasts = Broadcasts(store=store, courier=courier, now=core.now)

    daily_jobs = assemble(
        core,
        courier=courier,
        username=bot.username,
        resolve=messenger.find,
        administrators=administrators,
        sleep=sleep,
        run_pending=reading.run_pending,
    )
    settings = core.settings
    return BotServices(
        core=core,
        messenger=messenger,
        daily_jobs=daily_jobs,
        reading=reading,
        access=Access(
            admins=settings.telegram_admin_ids,
            allowed=settings.telegram_allowed_user_ids,
            notices=store.notices,
            now=core.now,
        ),
        subscriptions=Subscriptions(
            chats=store.chats,
            notices=store.notices,
            defaults=ChatDefaults(
                language=settings.digest_language,
                at=settings.digest_time,
                zone=settings.digest_timezone,
                tells_quiet_days=settings.telegram_quiet_days,
                top_n=settings.digest_top_n,
                threshold=settings.digest_min_score,
                interests=settings.digest_interests,
            ),
            newcomer=daily_jobs.newcomer,
            now=core.now,
        ),
        first_post=FirstPost(deliveries=store.deliveries, now=core.now),
        broadcasts=broadcasts,
        feedback=ReaderFeedback(feedback=store.feedback, papers=store.papers, now=core.now),
        counting=FeedbackCounts(sleep, attempt),
        personal_data=PersonalData(
            personal=store.personal, forget_unwritten=reading.opened.forget, now=core.now
        ),
        administrators=administrators,
        understanding=TopicUnderstanding(core),
        username=bot.username,
    )


async def _reach(application: Bot, patience: timedelta | None, stop: asyncio.Event) -> None:
    """Ask Telegram who we are, again and again while it cannot be reached."""
    is_too_long = stop_never if patience is None else stop_after_delay(patience)
    refusals = itertools.count(1)

    def is_refused(state: RetryCallState) -> bool:
        return isinstance(_error_of(state), InvalidToken) and next(refusals) >= REFUSALS

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(TelegramError),
        wait=_pause,
        stop=lambda state: stop.is_set() or is_refused(state) or is_too_long(state),
        sleep=lambda seconds: _rest(seconds, stop),
        before_sleep=_say_once,
        reraise=True,
    )
    try:
        await retrying(_begin, application, stop)
    except InvalidToken:
        raise ConfigError(
            "TELEGRAM_BOT_TOKEN: Telegram does not know this token (any more);"
            " @BotFather gives a new one"
        ) from None
    except TelegramError as error:
        raise TelegramUnreachable(
            f"Telegram cannot be reached ({error.message}); check the network and TELEGRAM_API_URL"
        ) from None


def _pause(state: RetryCallState) -> float:
    """Return the seconds to the next try: what Telegram asks for, else more each time."""
    error = _error_of(state)
    if isinstance(error, RetryAfter):
        return wait_of(error).total_seconds()
    return wait_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE)(state)


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _say_once(state: RetryCallState) -> None:
    if state.attempt_number == 1:
        logger.warning("Telegram cannot be reached; tried again until it can")


async def _begin(application: Bot, stop: asyncio.Event) -> None:
    """Ask once; a server that does not answer keeps nobody from stopping."""
    question_answerer = asyncio.ensure_future(application.initialize())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({question_answerer, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not question_answerer.done():
            raise NetworkError("told to stop")
    finally:
        question_answerer.cancel()
        stopping.cancel()
        await asyncio.wait({question_answerer, stopping})
    with reading_an_answer():
        question_answerer.result()


async def _rest(seconds: float, stop: asyncio.Event) -> None:
    """Sleep, but wake up when told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
