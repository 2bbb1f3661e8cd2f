"""What handlers are given besides the update: everything open, typed.

`context.services` instead of `context.application.bot_data["services"]`, which mypy cannot check.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram.ext import CallbackContext, ExtBot

if TYPE_CHECKING:
    from bot.administrators import Administrators
    from bot.app import Services
    from bot.broadcasts import Broadcasts
    from bot.counting import Counting
    from bot.morning.morning import Morning
    from bot.reading import ReadingRoom
    from bot.telegram.outbox import Outbox
    from bot.understanding import Understanding

SERVICES = "services"
"""Their place in `application.bot_data`."""


@dataclass(frozen=True)
class BotServices:
    """Everything a handler may use."""

    core: "Services"
    outbox: "Outbox"
    morning: "Morning"
    reading: "ReadingRoom"
    broadcasts: "Broadcasts"
    counting: "Counting"
    administrators: "Administrators"
    understanding: "Understanding"
    username: str
    """The bot's own, without "@"."""


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """A handler's second argument."""

    @property
    def services(self) -> BotServices:
        """Everything open."""
        services = self.bot_data[SERVICES]
        assert isinstance(services, BotServices)
        return services
