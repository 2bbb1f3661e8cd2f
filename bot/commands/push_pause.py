"""The buttons under the news that many chats refuse: administrators know what a program cannot.

Without a word the push goes on by itself and ends nobody's subscription.
"""

import re

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.commands.admins import for_admins
from bot.commands.context import Context
from bot.commands.keyboard import respond
from core.locale import Sentences

DATA = re.compile(r"push:(?P<what>resume|believe)")
SAID = Sentences("push_pause.said")


async def decided(update: Update, context: Context) -> None:
    """Take an administrator's word."""
    query, services = update.callback_query, context.services
    match = DATA.fullmatch((query.data if query else None) or "")
    if query is None or match is None:
        return
    what = match["what"]
    await services.daily_jobs.resume(believes=what == "believe")
    await respond(query, SAID[what](services.subscriptions.defaults.language), alert=True)


HANDLERS = [CallbackQueryHandler(for_admins(decided), pattern=DATA)]
