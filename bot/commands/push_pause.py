"""The buttons under the news that many chats refuse: administrators know what a program cannot.

Without a word the push goes on by itself and ends nobody's subscription.
"""

import re

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.commands.admins import for_admins
from bot.commands.context import Context
from bot.commands.keyboard import respond
from core.models.values import Language

DATA = re.compile(r"push:(?P<what>resume|believe)")
SAID: dict[str, dict[Language, str]] = {
    "resume": {"zh": "继续推送。", "en": "The push goes on."},
    "believe": {
        "zh": "好的：一天之内，拒收的聊天会被退订。推送继续。",
        "en": "Noted: for a day, chats that refuse are unsubscribed. The push goes on.",
    },
}


async def decided(update: Update, context: Context) -> None:
    """Take an administrator's word."""
    query, services = update.callback_query, context.services
    match = DATA.fullmatch((query.data if query else None) or "")
    if query is None or match is None:
        return
    what = match["what"]
    await services.daily_jobs.resume(believes=what == "believe")
    await respond(query, SAID[what][services.core.settings.digest_language], alert=True)


HANDLERS = [CallbackQueryHandler(for_admins(decided), pattern=DATA)]
