"""Puts the morning together from what is open."""

from collections.abc import Awaitable, Callable, Sequence

from bot.alerts import budgets_now, find_alerts, sentence, told
from bot.app import Services, Sleep
from bot.delivery.courier import Courier
from bot.morning.channels import Channels, House, Resolve
from bot.morning.editions import Editions, Press
from bot.morning.morning import Morning
from bot.morning.watch import Tell, Watch
from core.llm.alerts import Alert


def assemble(
    services: Services,
    *,
    courier: Courier,
    username: str,
    resolve: Resolve,
    tell: Tell,
    sleep: Sleep,
    settle: Callable[[], Awaitable[object]] | None = None,
) -> Morning:
    """Return the morning of these services. Opens nothing.

    `resolve` finds a channel's id, `tell` brings a message to an administrator, `settle` makes the
    readings that were asked for and had to wait.
    """
    settings, store, now = services.settings, services.store, services.now
    press = Press(settings.digest_time, settings.digest_timezone)
    house = House(
        at=settings.digest_time,
        zone=settings.digest_timezone,
        language=settings.digest_language,
        tells_quiet_days=settings.telegram_quiet_days,
    )
    return Morning(
        store=store,
        editions=Editions(
            store=store,
            builder=services.builder,
            lists=services.lists,
            wish=services.wish,
            press=press,
            now=now,
        ),
        courier=courier,
        channels=Channels(
            store=store,
            names=settings.telegram_channel_ids,
            house=house,
            resolve=resolve,
            now=now,
        ),
        watch=Watch(
            store=store,
            admins=settings.telegram_admin_ids,
            tell=tell,
            models=lambda: _models(services),
            language=settings.digest_language,
            now=now,
        ),
        username=username,
        now=now,
        sleep=sleep,
        settle=settle,
    )


async def _models(services: Services) -> Sequence[tuple[Alert, str]]:
    """Return what is the matter with the models, each in a sentence of the digest's language."""
    settings = services.settings
    language, zone = settings.digest_language, settings.digest_timezone
    found = await find_alerts(services, await budgets_now(services))
    now = services.now()
    return [(alert, sentence(told(alert, language, now, zone), language)) for alert in found]
