"""What nobody else has answered: unknown commands, and buttons of an older version."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.commands.caller import SAID, answer, caller_of, is_operator
from bot.commands.context import Context
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


Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def for_admins(handler: Handler) -> Handler:
    """Return `handler` as strangers see it: an unknown command, or a button that means nothing."""

    async def guarded(update: Update, context: Context) -> None:
        if is_operator(update, context.services):
            await handler(update, context)
        elif update.callback_query is not None:
            await expired(update, context)
        else:
            await unknown(update, context)

    return guarded
