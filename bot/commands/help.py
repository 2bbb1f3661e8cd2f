"""`/help`: everything the bot can do, on one screen."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import SAID, answer, caller_of, is_operator
from bot.commands.context import Context
from core.locale import Sentence

MENU = Sentence("help.menu")
HELP = Sentence("help.help")
FOR_ADMINS = Sentence("help.for_admins")


async def help_(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    more = FOR_ADMINS(caller.language) if is_operator(update, services) else ""
    await answer(services, caller, f"{HELP(caller.language)}\n\n{more}".rstrip())


HANDLERS = [CommandHandler("help", help_, filters=SAID)]
