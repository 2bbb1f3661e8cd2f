"""`/stop`: the end of a subscription, and the way back."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import SAID, answer, caller_of, may_manage
from bot.commands.context import Context
from bot.commands.start import ADMINS_ONLY
from core.locale import Sentence

MENU = Sentence("stop.menu")
STOPPED = Sentence("stop.stopped")
NOT_SUBSCRIBED = Sentence("stop.not_subscribed")


async def stop(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    said = STOPPED if caller.is_subscribed else NOT_SUBSCRIBED
    if caller.is_subscribed and not await may_manage(update, context):
        said = ADMINS_ONLY
    elif caller.is_subscribed:
        await services.subscriptions.stop(caller.address.chat_id)
    await answer(services, caller, said(caller.language))


HANDLERS = [CommandHandler("stop", stop, filters=SAID)]
