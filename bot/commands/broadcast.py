"""`/broadcast text`, for administrators: a preview, and after a confirmation it goes to everybody.

Its formatting (bold, links, ...) is kept as it was typed.
"""

import re

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.admins import for_admins
from bot.commands.caller import answer, argument, caller_of, progress
from bot.commands.context import Context
from bot.commands.filters import TO_ME
from bot.commands.keyboard import expired, respond
from bot.render.message import Button, Entity, Message, units
from core.models.values import Language

MENU: dict[Language, str] = {"zh": "群发：先预览，再确认", "en": "Tell everybody: preview, confirm"}
DATA = re.compile(r"cast:(?P<what>send|drop):(?P<number>[0-9]{1,12})")
_KINDS = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link"}
    | {"blockquote", "expandable_blockquote"}
)
TEXT: dict[str, dict[Language, str]] = {
    "usage": {
        "zh": "写上要群发的话，例如：/broadcast 今晚 22:00 维护十分钟，日报不受影响。",
        "en": "Write what to tell everybody: /broadcast Maintenance tonight, ten minutes.",
    },
    "ask": {
        "zh": "以上是预览。发给全部 {count} 个订阅者、群和频道？",
        "en": "Above is the preview. Send it to all {count} subscribers, groups and channels?",
    },
    "send": {"zh": "📣 发送", "en": "📣 Send"},
    "drop": {"zh": "取消", "en": "Cancel"},
    "sending": {"zh": "📣 正在群发……", "en": "📣 Sending…"},
    "sent": {
        "zh": "📣 群发：送达 {sent}，放弃 {given_up}，稍后再试 {held}，离开 {gone}。",
        "en": "📣 Broadcast: {sent} sent, {given_up} given up, {held} to be tried later,"
        " {gone} gone.",
    },
    "waits": {
        "zh": "📣 已排队，马上由后台发出。",
        "en": "📣 Queued; it goes out in a moment.",
    },
    "refused": {
        "zh": "没有发送：这条已发过或已取消，或上一条群发还没结束。",
        "en": "Not sent: it was sent or cancelled before, or another one is still going out.",
    },
    "dropped": {"zh": "已取消，没有发送。", "en": "Cancelled; nothing was sent."},
}


async def broadcast(update: Update, context: Context) -> None:
    """Show the administrator what everybody would get."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language, message = caller.language, typed(update.message)
    if not message.text:
        await answer(services, caller, _say("usage", language))
        return
    number = update.update_id
    await services.broadcasts.keep(number, message)
    counts = await services.core.store.chats.counts()
    buttons = tuple(
        Button(_say(what, language), data=f"cast:{what}:{number}") for what in ("send", "drop")
    )
    ask = _say("ask", language, count=sum(active for active, _ in counts.values()))
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


async def decided(update: Update, context: Context) -> None:
    """Send the draft, or forget it."""
    query, services = update.callback_query, context.services
    caller = await caller_of(update, services)
    match = DATA.fullmatch((query.data if query else None) or "")
    if query is None or query.message is None or caller is None or match is None:
        await expired(update, context)
        return
    await respond(query)
    number, language, at = int(match["number"]), caller.language, query.message.message_id
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


def _say(key: str, language: Language, **values: object) -> str:
    return TEXT[key][language].format(**values)


# block=False: telling everybody takes minutes.
HANDLERS = [
    CommandHandler("broadcast", for_admins(broadcast), filters=TO_ME),
    CallbackQueryHandler(for_admins(decided), pattern=DATA, block=False),
]
