"""`/export` and `/forget`: all that is stored of a reader, as a file, and gone.

In private only: a group's choices belong to nobody alone. The confirmation says when it was asked
for, or a button of last year would delete at a slip of the finger.
"""

import re
from datetime import UTC, datetime, timedelta

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import SAID, Caller, answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.keyboard import Expired, Tap, on_tap, respond
from bot.render.message import Button, Message
from core.locale import Sentences

VALID = timedelta(minutes=10)
DATA = re.compile(r"forget:(?P<what>yes|no):(?P<at>[0-9]{9,11})")
TEXT = Sentences("privacy")


async def export(update: Update, context: Context) -> None:
    """Send a reader's data as a file."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or not await _is_private(services, caller):
        return
    key = "file"
    async for name, content in services.personal_data.export(caller.person):
        said = TEXT[key](caller.language)
        await services.messenger.send_document(caller.address, name, content, said)
        key = "more"
    if key == "file":
        await answer(services, caller, TEXT["nothing"](caller.language))


async def forget(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or not await _is_private(services, caller):
        return
    at = int(services.now().timestamp())
    buttons = tuple(
        (Button(TEXT[what](caller.language), data=f"forget:{what}:{at}"),) for what in ("yes", "no")
    )
    await answer(services, caller, Message(TEXT["sure"](caller.language), buttons=buttons))


async def decided(tap: Tap) -> None:
    services, caller, match = tap.services, tap.caller, tap.match
    asked_at = datetime.fromtimestamp(int(match["at"]), UTC)
    if not caller.is_private or services.now() - asked_at > VALID:
        raise Expired
    if match["what"] == "yes":
        await services.personal_data.forget(caller.person)
    await respond(tap.query)
    said = TEXT["gone" if match["what"] == "yes" else "kept"](caller.language)
    await services.messenger.edit(caller.address, tap.message_id, Message(said))


async def _is_private(services: BotServices, caller: Caller) -> bool:
    if caller.is_private:
        return True
    await answer(services, caller, TEXT["private"](caller.language))
    return False


HANDLERS = [
    CommandHandler("export", export, filters=SAID),
    CommandHandler("forget", forget, filters=SAID),
    CallbackQueryHandler(on_tap(DATA, decided), pattern=DATA),
]
