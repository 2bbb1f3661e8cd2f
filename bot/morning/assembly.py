"""Puts the morning together from what is open."""

from collections.abc import Awaitable, Callable, Sequence

from bot.administrators import Administrators
from bot.alerts import find_alerts, sentence, told
from bot.app import Services, Sleep
from bot.delivery.courier import Courier
from bot.morning.channels import Channels, House, Resolve
from bot.morning.editions import Editions, Press
from bot.morning.morning import Morning
from bot.morning.watch import Watch
from core.llm.alerts import Alert


def assemble(
    services: Services,
    *,
    courier: Courier,
    username: str,
    resolve: Resolve,
    administrators: Administrators,
    sleep: Sleep,
    settle: Callable[[], Awaitable[object]] | None = None,
) -> Morning:
    """Return the morning of these services. Opens nothing.

    `resolve` finds a channel's id, `settle` makes the readings that were asked for and had to wait.
    """
    return Morning(
        store=services.store,
        editions=_editions(services),
        courier=courier,
        channels=_channels(services, resolve),
        watch=Watch(
            store=services.store,
            admins=administrators,
            models=lambda: _models(services),
            language=services.settings.digest_language,
            now=services.now,
        ),
        username=username,
        now=services.now,
        sleep=sleep,
        settle=settle,
    )


def _editions(services: Services) -> Editions:
    settings = services.settings
    return Editions(
        store=services.store,
        builder=services.builder,
        lists=services.lists,
        wish=services.wish,
        press=Press(settings.digest_time, settings.digest_timezone),
        now=services.now,
    )


def _channels(services: Services, resolve: Resolve) -> Channels:
    settings = services.settings
    return Channels(
        store=services.store,
        names=settings.telegram_channel_ids,
        house=House(
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
    return [(alert, sentence(told(alert, language, now, zone), language)) for alert in found]
