"""The buttons under the news that many chats refuse: administrators know what a program cannot.

Without a word the push goes on by itself and ends nobody's subscription.
"""

import re

from telegram.ext import CallbackQueryHandler

from bot.commands.fallback import for_admins
from bot.commands.keyboard import Tap, on_tap, respond
from core.locale import Sentences

DATA = re.compile(r"push:(?P<what>resume|believe)")
SAID = Sentences("push_pause.said")


async def decided(tap: Tap) -> None:
    services, what = tap.services, tap.match["what"]
    await services.daily_jobs.resume(believes=what == "believe")
    await respond(tap.query, SAID[what](services.subscriptions.defaults.language), alert=True)


HANDLERS = [CallbackQueryHandler(for_admins(on_tap(DATA, decided)), pattern=DATA)]
