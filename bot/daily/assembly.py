"""Puts the morning together from what is open."""

from collections.abc import Awaitable, Callable, Sequence

from bot.app import Services, Sleep
from bot.daily.admin_alerts import AdminAlerts
from bot.daily.alerts import alert_text, find_alerts, sentence
from bot.daily.channels import ChannelDefaults, Channels, Resolve
from bot.daily.daily_jobs import DailyJobs
from bot.daily.editions import Editions, ReleaseTime
from bot.delivery.courier import Courier
from bot.features.administrators import Administrators
from core.llm.alerts import Alert


def assemble(
    services: Services,
    *,
    courier: Courier,
    username: str,
    resolve: Resolve,
    administrators: Administrators,
    sleep: Sleep,
    run_pending: Callable[[], Awaitable[object]] | None = None,
) -> DailyJobs:
    """Return the morning of these services. Opens nothing.

    `resolve` finds a channel's id, `run_pending` makes the deep dives that had to wait.
    """
    return DailyJobs(
        store=services.store,
        editions=_editions(services),
        courier=courier,
        channels=_channels(services, resolve),
        watch=AdminAlerts(
            store=services.store,
            admins=administrators,
            models=lambda: _models(services),
            language=services.settings.digest_language,
            now=services.now,
        ),
        username=username,
        now=services.now,
        sleep=sleep,
        run_pending=run_pending,
    )


def _editions(services: Services) -> Editions:
    settings = services.settings
    return Editions(
        store=services.store,
        builder=services.builder,
        lists=services.lists,
        spec=services.spec,
        press=ReleaseTime(settings.digest_time, settings.digest_timezone),
        now=services.now,
    )


def _channels(services: Services, resolve: Resolve) -> Channels:
    settings = services.settings
    return Channels(
        store=services.store,
        names=settings.telegram_channel_ids,
        house=ChannelDefaults(
            at=settings.digest_time,
            zone=settings.digest_timezone,
            language=settings.digest_language,
            tells_quiet_days=settings.telegram_quiet_days,
        ),
        resolve=resolve,
        now=services.now,
    )


async def _models(services: Services) -> Sequence[tuple[Alert, str]]:
    """Return what is the matter with the models, each in a sentence of the digest's language."""
    settings = services.settings
    language, zone = settings.digest_language, settings.digest_timezone
    found = await find_alerts(services)
    now = services.now()
    return [(alert, sentence(alert_text(alert, language, now, zone), language)) for alert in found]
