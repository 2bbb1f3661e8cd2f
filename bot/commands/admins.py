"""Commands of the bot's own administrators; to everybody else they do not exist."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.commands.caller import is_operator
from bot.commands.context import Context
from bot.commands.fallback import unknown
from bot.commands.keyboard import expired

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
