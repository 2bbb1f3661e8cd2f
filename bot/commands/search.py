"""`/search`: papers by words, in titles, abstracts and readings; paged in one message."""

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import SAID, answer, argument, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.keyboard import Expired, Tap, on_tap, respond
from bot.features.search import parted
from bot.render import search_results as results
from bot.render.message import Message as Shown
from bot.render.words import say
from bot.telegram.errors import MessageLost
from core.locale import Sentence
from core.models.values import Language

MENU = Sentence("search.menu")
USAGE = Sentence("search.usage")


async def search(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    words = results.query_of(argument(update.message))
    if not words:
        await answer(services, caller, USAGE(caller.language))
        return
    await answer(services, caller, await _page(services, words, 0, caller.language))


async def turn(tap: Tap) -> None:
    services, caller, message = tap.services, tap.caller, tap.query.message
    # Of a message too old to be looked into only the id is known.
    words = results.words_of(message.text or "") if isinstance(message, Message) else None
    if words is None:
        raise Expired
    page = await _page(services, words, int(tap.match["page"]), caller.language)
    try:
        await services.messenger.edit(caller.address, tap.message_id, page)
    except MessageLost:
        raise Expired from None
    await respond(tap.query)


async def _page(services: BotServices, words: str, page: int, language: Language) -> Shown:
    size = results.PAGE_SIZE
    wanted, left_out = parted(words)
    if left_out and not wanted:
        return Shown(say("only_left_out", language, words=left_out[0]))
    hits = await services.search.page(words, language, limit=size, offset=page * size)
    return results.found(
        words,
        hits.found,
        page,
        language,
        instead=hits.instead,
        left_out=hits.left_out,
        headlines=hits.headlines,
    )


HANDLERS = [
    CommandHandler("search", search, filters=SAID),
    CallbackQueryHandler(on_tap(results.FIND, turn), pattern=results.FIND),
]
