"""What handlers are given besides the update: everything open, typed.

`context.services` instead of `context.application.bot_data["services"]`, which mypy cannot check.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from telegram.ext import Application, CallbackContext, ExtBot

if TYPE_CHECKING:
    from bot.daily.alerts import ModelAlerts
    from bot.daily.daily_jobs import DailyJobs
    from bot.features.administrators import Access, Administrators
    from bot.features.broadcasts import Broadcasts
    from bot.features.deep_dives import DeepDiveService
    from bot.features.feedback import ReaderFeedback
    from bot.features.feedback_counts import FeedbackCounts
    from bot.features.paper_lookup import PaperLookup
    from bot.features.personal_data import PersonalData
    from bot.features.search import PaperSearch
    from bot.features.status import Statistics, Status
    from bot.features.subscriptions import FirstPost, Subscriptions
    from bot.features.topics import TopicService
    from bot.telegram.messenger import Messenger

SERVICES = "services"
"""Their place in `application.bot_data`."""


@dataclass(frozen=True)
class BotServices:
    """The features a handler may use."""

    now: Callable[[], datetime]
    messenger: "Messenger"
    daily_jobs: "DailyJobs"
    deep_dives: "DeepDiveService"
    access: "Access"
    subscriptions: "Subscriptions"
    first_post: "FirstPost"
    papers: "PaperLookup"
    alerts: "ModelAlerts"
    broadcasts: "Broadcasts"
    feedback: "ReaderFeedback"
    feedback_counts: "FeedbackCounts"
    personal_data: "PersonalData"
    administrators: "Administrators"
    search: "PaperSearch"
    topics: "TopicService"
    status: "Status"
    statistics: "Statistics"
    sources: Sequence[str]
    """Where papers come from, by their full names."""
    username: str
    """The bot's own, without "@"."""


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    @property
    def services(self) -> BotServices:
        services = self.bot_data[SERVICES]
        assert isinstance(services, BotServices)
        return services


BotApplication = Application[Any, Context, Any, Any, Any, Any]
