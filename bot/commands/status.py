"""`/status`: how things stand, in plain words: the next post, today's list, sources, budget."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import (
    SAID,
    Caller,
    answer,
    as_chat,
    caller_of,
    is_operator,
    newest_for,
    view_of,
)
from bot.commands.context import BotServices, Context
from bot.commands.today import next_time
from bot.render.reader_time import moment
from bot.render.view import tailored
from core.fetch.sources import label_of
from core.locale import Sentence, Sentences
from core.models.chat import Chat
from core.models.values import Language
from core.report.words import selections

MENU = Sentence("status.menu")
_say = Sentences("status")


async def status(update: Update, context: Context) -> None:
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
    said = [health(*source, language) for source in await services.status.sources()]
    listed = _say("and", language).join(said) or _say("unread", language)
    return _say("sources", language, said=listed)


def health(source: str, kind: str, language: Language) -> str:
    """Return in two words how a source behaved."""
    return _say(kind, language, name=label_of(source))


async def _budget(services: BotServices, chat: Chat, language: Language) -> str:
    budget = await services.status.models()
    if budget.resets_at is None:
        return _say(budget.kind, language, count=budget.left)
    when = moment(budget.resets_at, services.now(), chat.zone, language)
    return _say(budget.kind, language, when=when)


async def _own(services: BotServices, caller: Caller) -> str:
    """Return how many new readings somebody may still ask for; nothing where that has no limit."""
    left = await services.status.readings_left(caller.person)
    return "" if left is None else _say("own", caller.language, count=left)


HANDLERS = [CommandHandler("status", status, filters=SAID)]
