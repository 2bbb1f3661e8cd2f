"""`/broadcast text`, for administrators: a preview, and after a confirmation it goes to everybody.

Its formatting (bold, links, ...) is kept as it was typed.
"""

import re

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import TO_ME, answer, argument, caller_of, progress
from bot.commands.context import Context
from bot.commands.fallback import for_admins
from bot.commands.keyboard import Tap, on_tap, respond
from bot.render.message import Button, Entity, Message, units
from core.locale import Sentence, Sentences

MENU = Sentence("broadcast.menu")
DATA = re.compile(r"cast:(?P<what>send|drop):(?P<number>[0-9]{1,12})")
_KINDS = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link"}
    | {"blockquote", "expandable_blockquote"}
)
_say = Sentences("broadcast")


async def broadcast(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language, message = caller.language, typed(update.message)
    if not message.text:
        await answer(services, caller, _say("usage", language))
        return
    number = update.update_id
    await services.broadcasts.keep(number, message)
    buttons = tuple(
        Button(_say(what, language), data=f"cast:{what}:{number}") for what in ("send", "drop")
    )
    ask = _say("ask", language, count=await services.subscriptions.count())
    await answer(services, caller, message)
    await answer(services, caller, Message(ask, buttons=(buttons,)))


def typed(message: TelegramMessage) -> Message:
    """Return what stands behind the command, with its formatting."""
    text = argument(message)
    before = units((message.text or "").partition(text)[0]) if text else 0
    end = units(text)
    kept = []
    for entity in message.entities:
        first = max(entity.offset - before, 0)
        last = min(entity.offset + entity.length - before, end)
        if entity.type in _KINDS and first < last:
            kept.append(Entity(entity.type, first, last - first, entity.url, entity.language))
    return Message(text, tuple(kept))


async def decided(tap: Tap) -> None:
    services, caller, match = tap.services, tap.caller, tap.match
    await respond(tap.query)
    number, language, at = int(match["number"]), caller.language, tap.message_id
    casts, messenger = services.broadcasts, services.messenger
    if match["what"] == "drop":
        said = "dropped" if await casts.drop(number) else "refused"
        await messenger.edit(caller.address, at, Message(_say(said, language)))
        return
    if not await casts.confirm(number):
        await messenger.edit(caller.address, at, Message(_say("refused", language)))
        return
    await messenger.edit(caller.address, at, Message(_say("sending", language)))
    waits = Message(_say("waits", language))
    async with progress(services, caller, at, waits):
        tally = await casts.run_pending()  # None: the minute's round was quicker
        sent = Message(_say("sent", language, **vars(tally))) if tally else waits
        await messenger.edit(caller.address, at, sent)


# block=False: telling everybody takes minutes.
HANDLERS = [
    CommandHandler("broadcast", for_admins(broadcast), filters=TO_ME),
    CallbackQueryHandler(for_admins(on_tap(DATA, decided)), pattern=DATA, block=False),
]
