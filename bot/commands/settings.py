"""`/settings`: hour, zone, language, length, threshold, quiet days, pause; by buttons or in words.

One message that edits itself: a board of what is set, and a board of choices for each. Buttons stay
on phones for years, so their data names the value itself and is checked like typed text.
"""

import re

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import SAID, answer, argument, caller_of, may_manage
from bot.commands.context import Context
from bot.commands.keyboard import Expired, Tap, on_tap, respond
from bot.commands.settings_menu import BOARDS, choice, overview, parsed
from bot.commands.start import ADMINS_ONLY
from bot.commands.today import next_time
from bot.telegram.errors import MessageLost
from core.locale import Sentence

MENU = Sentence("settings.menu")
SUBSCRIBE_FIRST = Sentence("settings.subscribe_first")
UNCLEAR = Sentence("settings.unclear")
SAVED = Sentence("settings.saved")
_SHOWN = 60
DATA = re.compile(r"set:(?P<name>[a-z]{1,10})(?::(?P<value>[A-Za-z0-9_+/-]{1,40}))?")


async def settings(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    if caller.row is None or not caller.is_subscribed:
        await answer(services, caller, SUBSCRIBE_FIRST(caller.language))
        return
    chat, text = caller.row, argument(update.message)
    if text:
        wanted = parsed(text)
        if wanted is None:
            said = UNCLEAR(caller.language, text=" ".join(text.split())[:_SHOWN])
            await answer(services, caller, said)
            return
        if not await may_manage(update, context):
            await answer(services, caller, ADMINS_ONLY(caller.language))
            return
        chat = await services.subscriptions.change(chat, **wanted)
    board = overview(chat, services.subscriptions.defaults, await next_time(chat, services))
    await answer(services, caller, board)


async def tapped(tap: Tap) -> None:
    """Show another board, or set what was tapped."""
    query, services, caller = tap.query, tap.services, tap.caller
    if not isinstance(query.message, Message) or caller.row is None:
        raise Expired
    if not caller.is_subscribed:
        await respond(query, SUBSCRIBE_FIRST(caller.language), alert=True)
        return
    if not await may_manage(tap.update, tap.context):
        await respond(query, ADMINS_ONLY(caller.language), alert=True)
        return
    chat, name, value = caller.row, tap.match["name"], tap.match["value"]
    said = ""
    if value is None and name in BOARDS:
        board = BOARDS[name](chat, services.subscriptions.defaults)
    else:
        wanted = choice(name, value, services.now())
        if wanted is None:
            raise Expired
        if wanted:
            chat = await services.subscriptions.change(chat, **wanted)
            said = SAVED(chat.language)
        board = overview(chat, services.subscriptions.defaults, await next_time(chat, services))
    try:
        await services.messenger.edit(caller.address, tap.message_id, board)
    except MessageLost:
        raise Expired from None
    await respond(query, said)


HANDLERS = [
    CommandHandler("settings", settings, filters=SAID),
    CallbackQueryHandler(on_tap(DATA, tapped), pattern=DATA),
]
