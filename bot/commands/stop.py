"""`/stop`: the end of a subscription, and the way back."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import answer, caller_of, may_manage
from bot.commands.context import Context
from bot.commands.filters import SAID
from bot.commands.start import ADMINS_ONLY
from core.models.values import Language

MENU: dict[Language, str] = {"zh": "退订", "en": "Unsubscribe"}
WHY = "stopped"
"""In the ledger: they said so themselves, so nothing but /start brings them back."""
STOPPED: dict[Language, str] = {
    "zh": "已退订，不会再推送。/paper 和 /search 仍可使用；想回来时发 /start，设置都会保留。",
    "en": "Unsubscribed: there will be no more posts. /paper and /search still work, and /start"
    " brings you back with all your settings.",
}
NOT_SUBSCRIBED: dict[Language, str] = {
    "zh": "这里没有订阅，不会推送。想每天早上收到日报，发 /start。",
    "en": "There is no subscription here. /start begins one.",
}


async def stop(update: Update, context: Context) -> None:
    """End the chat's subscription."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    said = STOPPED if caller.is_subscribed else NOT_SUBSCRIBED
    if caller.is_subscribed and not await may_manage(update, context):
        said = ADMINS_ONLY
    elif caller.is_subscribed:
        chats, now = services.core.store.chats, services.core.now()
        await chats.leave(caller.address.chat_id, at=now, why=WHY)
    await answer(services, caller, said[caller.language])


HANDLERS = [CommandHandler("stop", stop, filters=SAID)]
