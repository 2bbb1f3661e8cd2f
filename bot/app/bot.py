"""All of it: what `paperboy run` serves, `push` delivers with and the playground shows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import aiohttp
from telegram.ext import ApplicationBuilder, ContextTypes

from bot.app.core import REAL, Core, Ends, build_core
from bot.commands import add_handlers
from bot.commands.context import SERVICES, BotApplication, BotServices, Context
from bot.daily.admin_alerts import AdminAlerts
from bot.daily.channels import Channels, Resolve
from bot.daily.daily_jobs import DailyJobs
from bot.daily.editions import Editions, ReleaseTime
from bot.delivery.courier import Courier
from bot.features.administrators import Access, Administrators, telling
from bot.features.broadcasts import Broadcasts
from bot.features.deep_dives import DeepDiveService
from bot.features.deep_dives.figures import FigureService
from bot.features.deep_dives.focus_takeaways import FocusTakeaways
from bot.features.deep_dives.limits import DailyLimits
from bot.features.deep_dives.open_tracker import OpenTracker
from bot.features.deep_dives.page_cache import PageCache
from bot.features.deep_dives.promises import Promises
from bot.features.deep_dives.questions import Questions
from bot.features.feedback import ReaderFeedback
from bot.features.feedback_counts import FeedbackCounts
from bot.features.personal_data import PersonalData
from bot.features.search import PaperSearch
from bot.features.status import Statistics, Status
from bot.features.subscriptions import ChatDefaults, FirstPost, Subscriptions
from bot.features.topics import TopicService
from bot.logs import redact, secrets_of
from bot.process.chat_order import ChatOrder
from bot.process.database_outage import DatabaseOutage
from bot.process.error_handler import on_error
from bot.process.reach import reach
from bot.process.serve import Bot
from bot.process.supervisor import Supervisor
from bot.process.update_queue import UpdateQueue
from bot.settings import Settings
from bot.telegram.messenger import Messenger
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.request import AiohttpRequest
from core.fetch import sources
from core.models.errors import ConfigError
from core.store.flags import Flags

CONNECTIONS = 64
"""To Telegram, at the same time."""
KEEP_ALIVE = 25.0
"""Seconds an idle connection is used again: less than servers keep it, or a message would be sent
into a connection that is being closed, and nobody would know what became of it."""


def token_of(settings: Settings, command: str) -> str:
    """Return the bot's token; raise `ConfigError` that says what works without."""
    if settings.telegram_bot_token is None:
        raise ConfigError(
            f"TELEGRAM_BOT_TOKEN: `paperboy {command}` needs one (ask @BotFather on Telegram);"
            " `paperboy demo` and `paperboy digest` work without"
        )
    return settings.telegram_bot_token.get_secret_value()


@asynccontextmanager
async def build(
    settings: Settings,
    command: str,
    ends: Ends = REAL,
    *,
    patience: timedelta | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Bot]:
    """Open everything, and get to know Telegram's side of it, as long as `reach` says.

    Raise `ConfigError` without a token, and what `reach` raises.
    """
    token_of(settings, command)
    async with (
        build_core(settings, ends) as core,
        on_telegram(core, command, patience, stop) as bot,
    ):
        yield bot


@asynccontextmanager
async def on_telegram(
    core: Core,
    command: str,
    patience: timedelta | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Bot]:
    """Open what is Telegram's on top of what is open already."""
    settings = core.settings
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            core.outbound.open_session(
                settings.telegram_api_url, limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE
            )
        )
        application = _application(core, session, token_of(settings, command))
        stack.push_async_callback(application.shutdown)
        await reach(application, patience, stop or asyncio.Event())
        bot = _bot(core, application)
        stack.push_async_callback(bot.services.feedback_counts.close)
        yield bot


def _application(core: Core, session: aiohttp.ClientSession, token: str) -> BotApplication:
    settings = core.settings
    pace = RateLimiter(
        rate=settings.telegram_rate,
        bans=core.store.bans,
        now=core.now,
        clock=core.ends.monotonic,
        sleep=core.ends.sleep,
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


def _bot(core: Core, application: BotApplication) -> Bot:
    settings, store = core.settings, core.store
    messenger = Messenger(application.bot, now=core.now)
    administrators = Administrators(
        store.notices, settings.telegram_admin_ids, telling(messenger), core.now
    )
    supervisor = Supervisor(
        administrators=administrators,
        language=settings.digest_language,
        now=core.now,
        clean=partial(redact, secrets=secrets_of(settings)),
    )
    services = _services(core, application.bot.username, messenger, administrators, supervisor)
    application.bot_data[SERVICES] = services
    add_handlers(application)
    outage = DatabaseOutage(
        application, memory=store.key_values, messenger=messenger, supervisor=supervisor
    )
    outage.attach()
    application.add_error_handler(on_error)
    return Bot(settings, store, application, services, supervisor, outage)


def _services(
    core: Core,
    username: str,
    messenger: Messenger,
    administrators: Administrators,
    supervisor: Supervisor,
) -> BotServices:
    store, settings = core.store, core.settings
    courier = _courier(core, messenger)
    limits = _limits(core)
    deep_dives = _deep_dives(core, messenger, limits)
    jobs = daily_jobs(
        core,
        courier=courier,
        administrators=administrators,
        resolve=messenger.find,
        username=username,
        run_pending=deep_dives.run_pending,
    )
    search = PaperSearch(
        search=store.search, papers=store.papers, scores=store.scores, analyses=store.analyses
    )
    subscriptions = Subscriptions(
        chats=store.chats,
        notices=store.notices,
        defaults=_defaults(settings),
        newcomer=jobs.newcomer,
        now=core.now,
    )
    return BotServices(
        now=core.now,
        messenger=messenger,
        daily_jobs=jobs,
        deep_dives=deep_dives,
        papers=core.papers,
        alerts=core.alerts,
        access=_access(core),
        subscriptions=subscriptions,
        first_post=FirstPost(deliveries=store.deliveries, now=core.now),
        broadcasts=_broadcasts(core, courier),
        feedback=ReaderFeedback(feedback=store.feedback, papers=store.papers, now=core.now),
        feedback_counts=FeedbackCounts(core.ends.sleep, supervisor.attempt),
        personal_data=PersonalData(
            personal=store.personal, forget_unwritten=deep_dives.opened.forget, now=core.now
        ),
        administrators=administrators,
        search=search,
        topics=_topics(core, subscriptions, search, limits, jobs),
        status=Status(fetches=store.fetches, chains=core.chains, limits=limits, now=core.now),
        statistics=_statistics(core),
        sources=sources.titles(settings.sources),
        username=username,
    )


def _courier(core: Core, messenger: Messenger) -> Courier:
    store = core.store
    return Courier(
        chats=store.chats,
        deliveries=store.deliveries,
        memory=store.key_values,
        messenger=messenger,
        now=core.now,
    )


def _limits(core: Core) -> DailyLimits:
    settings = core.settings
    return DailyLimits(
        core.store.usage,
        own=settings.readings_per_user,
        for_all=settings.readings_per_day,
        zone=settings.digest_timezone,
        now=core.now,
    )


def _access(core: Core) -> Access:
    settings = core.settings
    return Access(
        admins=settings.telegram_admin_ids,
        allowed=settings.telegram_allowed_user_ids,
        notices=core.store.notices,
        now=core.now,
    )


def _broadcasts(core: Core, courier: Courier) -> Broadcasts:
    store = core.store
    return Broadcasts(
        chats=store.chats,
        deliveries=store.deliveries,
        memory=store.key_values,
        courier=courier,
        now=core.now,
    )


def _topics(
    core: Core,
    subscriptions: Subscriptions,
    search: PaperSearch,
    limits: DailyLimits,
    jobs: DailyJobs,
) -> TopicService:
    return TopicService(
        subscriptions=subscriptions,
        meanings=core.store.meanings,
        search=search,
        interpreter=core.chains.topic_interpreter(core.prompts) if core.chains else None,
        limits=limits,
        usual=core.focus,
        sources=_sources_in_words(core.settings),
        renew=jobs.editions.renew,
    )


def _statistics(core: Core) -> Statistics:
    store = core.store
    return Statistics(
        chats=store.chats,
        deliveries=store.deliveries,
        calls=store.calls,
        requests=store.requests,
        now=core.now,
    )


def _defaults(settings: Settings) -> ChatDefaults:
    return ChatDefaults(
        language=settings.digest_language,
        at=settings.digest_time,
        zone=settings.digest_timezone,
        tells_quiet_days=settings.telegram_quiet_days,
        top_n=settings.digest_top_n,
        threshold=settings.digest_min_score,
    )


def _sources_in_words(settings: Settings) -> str:
    names = [
        f"{spec.label} {spec.selection(settings.options_of(spec))}".strip()
        for spec in sources.SOURCES
        if spec.name in settings.sources
    ]
    return " + ".join(names)


def _deep_dives(core: Core, messenger: Messenger, limits: DailyLimits) -> DeepDiveService:
    store = core.store
    promises = Promises(store.requests, store.chats, messenger, core.now)
    return DeepDiveService(
        core.deep_dives,
        papers=store.papers,
        chats=store.chats,
        pages=PageCache(
            core.deep_dives,
            store.papers,
            FocusTakeaways(core.deep_dives, core.takeaways, limits, core.focus),
            store.feedback,
            FigureService(core.figures, store.texts, messenger, core.stopped),
        ),
        opened=OpenTracker(store.feedback, core.now),
        questions=Questions(
            core.question_answerer,
            core.deep_dives,
            promises=promises,
            limits=limits,
            messenger=messenger,
            now=core.now,
        ),
        promises=promises,
        limits=limits,
        messenger=messenger,
        is_rich=core.settings.telegram_rich_messages,
        now=core.now,
    )


def daily_jobs(
    core: Core,
    *,
    courier: Courier,
    administrators: Administrators,
    resolve: Resolve,
    username: str,
    run_pending: Callable[[], Awaitable[object]] | None,
) -> DailyJobs:
    """Return what happens every day by itself.

    `resolve` finds a channel's id, `run_pending` makes the deep dives that had to wait.
    """
    settings, store = core.settings, core.store
    return DailyJobs(
        chats=store.chats,
        deliveries=store.deliveries,
        pending_analyses=store.pending_analyses,
        builder=core.builder,
        editions=Editions(
            chats=store.chats,
            lists=store.lists,
            digests=store.digests,
            papers=store.papers,
            pending_analyses=store.pending_analyses,
            builder=core.builder,
            list_builder=core.lists,
            spec=core.spec,
            press=ReleaseTime(settings.digest_time, settings.digest_timezone),
            now=core.now,
        ),
        courier=courier,
        channels=Channels(
            chats=store.chats,
            names=settings.telegram_channel_ids,
            defaults=_defaults(settings),
            resolve=resolve,
            now=core.now,
        ),
        watch=AdminAlerts(
            notices=store.notices,
            key_values=store.key_values,
            fetches=store.fetches,
            flags=Flags(store.key_values),
            admins=administrators,
            models=core.alerts.worded,
            language=settings.digest_language,
            now=core.now,
        ),
        username=username,
        now=core.now,
        sleep=core.ends.sleep,
        run_pending=run_pending,
    )
