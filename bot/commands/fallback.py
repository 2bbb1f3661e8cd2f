"""What nobody else has answered: unknown commands, and buttons of an older version."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.commands.caller import answer, caller_of
from bot.commands.context import Context
from bot.commands.filters import SAID
from bot.commands.keyboard import expired
from core.locale import Sentence

UNKNOWN = Sentence("fallback.unknown")


async def unknown(update: Update, context: Context) -> None:
    """Answer a command that does not exist, where it is surely meant for this bot."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    _, _, name = (update.message.text or "").split(maxsplit=1)[0].partition("@")
    if name.lower() == services.username.lower() or (caller.is_private and not name):
        await answer(services, caller, UNKNOWN(caller.language))


HANDLERS = [
    MessageHandler(SAID & filters.COMMAND & filters.TEXT, unknown),
    CallbackQueryHandler(expired),
]
