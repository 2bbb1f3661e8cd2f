"""`/status`: how things stand, in plain words: the next post, today's list, sources, budget."""

from collections.abc import Sequence
from datetime import timedelta

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import Caller, answer, as_chat, caller_of, is_operator, view_of
from bot.commands.context import BotServices, Context
from bot.commands.current_edition import newest_for
from bot.commands.filters import SAID
from bot.commands.today import next_time
from bot.render.reader_time import moment
from bot.render.view import tailored
from core.fetch import sources
from core.llm.quota.planner import Budget
from core.locale import Sentence, Sentences
from core.models.chat import Chat
from core.models.values import Language
from core.report.words import selections
from core.store import FetchSummary

MENU = Sentence("status.menu")
RECENTLY = timedelta(hours=24)
SCARCE = 0.25
"""The share of a day's requests from which on they are called scarce."""
_say = Sentences("status")


async def status(update: Update, context: Context) -> None:
    """Answer with how things stand."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    chat = as_chat(caller, services)
    parts = [
        await _post(caller, chat, services),
        await _list(caller, chat, services),
        await _sources(services, caller.language),
        await _budget(services, chat, caller.language),
    ]
    if not is_operator(update, services):
        parts.append(await _own(services, caller))
    await answer(services, caller, "\n".join(filter(None, parts)))


async def _post(caller: Caller, chat: Chat, services: BotServices) -> str:
    if not caller.is_subscribed:
        return _say("none", caller.language)
    if chat.paused_at is not None:
        return _say("paused", caller.language)
    return _say("next", caller.language, when=await next_time(chat, services))


async def _list(caller: Caller, chat: Chat, services: BotServices) -> str:
    edition = await newest_for(chat, services)
    if edition is None:
        return _say("no_list", caller.language)
    digest = tailored(edition, view_of(chat, services)).digest
    return _say(
        "list",
        caller.language,
        day=digest.day,
        count=digest.papers,
        sources=selections(digest.scanned, caller.language),
        picks=len(digest.picks),
    )


async def _sources(services: BotServices, language: Language) -> str:
    since = services.core.now() - RECENTLY
    summaries = await services.core.store.fetches.summary(since)
    said = [health(summary, language) for summary in summaries]
    listed = _say("and", language).join(said) or _say("unread", language)
    return _say("sources", language, said=listed)


def health(summary: FetchSummary, language: Language) -> str:
    """Return in two words how a source behaved."""
    if summary.failed == 0:
        kind = "fine"
    else:
        kind = "down" if summary.failed == summary.fetches else "shaky"
    return _say(kind, language, name=sources.label_of(summary.source))


async def _budget(services: BotServices, chat: Chat, language: Language) -> str:
    if services.core.chains is None:
        return _say("no_model", language)
    budgets = await services.core.chains.budgets()
    left = calls_left(budgets)
    if left is None:
        return _say("plenty", language)
    if left == 0:
        resets = min(budget.resets_at for budget in budgets)
        when = moment(resets, services.core.now(), chat.zone, language)
        return _say("gone", language, when=when)
    allowed = sum(budget.limits.rpd for budget in budgets)
    return _say("scarce" if left < SCARCE * allowed else "plenty", language, count=left)


def calls_left(budgets: Sequence[Budget]) -> int | None:
    """Return how many calls today's budgets of all models still allow; None: without end."""
    if any(not budget.limits.rpd for budget in budgets):
        return None
    left = (budget.limits.rpd - sum(budget.used.values()) for budget in budgets)
    return sum(max(number, 0) for number in left)


async def _own(services: BotServices, caller: Caller) -> str:
    """Return how many new readings somebody may still ask for; nothing where that has no limit."""
    if services.core.chains is None:
        return ""
    left = await services.reading.limits.readings_left(caller.person)
    return "" if left is None else _say("own", caller.language, count=left)


HANDLERS = [CommandHandler("status", status, filters=SAID)]
