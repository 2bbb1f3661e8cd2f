"""`/export` and `/forget`: all that is stored of a reader, as a file, and gone.

In private only: a group's choices belong to nobody alone. The confirmation says when it was asked
for, or a button of last year would delete at a slip of the finger.
"""

import re
from datetime import UTC, datetime, timedelta

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import Caller, answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.filters import SAID
from bot.commands.keyboard import expired, respond
from bot.render.message import Button, Message
from core.models.values import Language

VALID = timedelta(minutes=10)
DATA = re.compile(r"forget:(?P<what>yes|no):(?P<at>[0-9]{9,11})")
TEXT: dict[str, dict[Language, str]] = {
    "private": {
        "zh": "请在和我的私聊里用这个命令。",
        "en": "Use this command in the private chat with me.",
    },
    "nothing": {"zh": "这里没有存任何关于你的数据。", "en": "Nothing is stored of you here."},
    "file": {
        "zh": "这是存下的关于你的全部数据（JSON）。删除用 /forget。",
        "en": "All that is stored of you, as JSON. /forget deletes it.",
    },
    "more": {"zh": "接上一个文件。", "en": "Continued from the file before."},
    "sure": {
        "zh": "要删除关于你的一切吗？订阅、设置、主题、赞踩收藏、历史列表和请求都会删除，"
        "不能恢复。只有今天用掉的次数会不带身份地留到午夜。想先存一份：/export。",
        "en": "Delete everything about you? Subscription, settings, topics, marks, lists and"
        " requests go, for good. Only how much of today's limits is used stays until midnight,"
        " without your name. To keep a copy first: /export.",
    },
    "yes": {"zh": "🗑 全部删除", "en": "🗑 Delete everything"},
    "no": {"zh": "不删", "en": "Keep it"},
    "kept": {"zh": "好的，什么都没有删。", "en": "Nothing was deleted."},
    "gone": {
        "zh": "已全部删除，也不会再推送。想重新开始，发 /start。",
        "en": "All of it is gone, and no more posts will come. /start begins anew.",
    },
}


async def export(update: Update, context: Context) -> None:
    """Send a reader's data as a file."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or not await _is_private(services, caller):
        return
    key = "file"
    async for name, content in services.personal_data.export(caller.person):
        said = TEXT[key][caller.language]
        await services.messenger.send_document(caller.address, name, content, said)
        key = "more"
    if key == "file":
        await answer(services, caller, TEXT["nothing"][caller.language])


async def forget(update: Update, context: Context) -> None:
    """Ask whether everything should go."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or not await _is_private(services, caller):
        return
    at = int(services.core.now().timestamp())
    buttons = tuple(
        (Button(TEXT[what][caller.language], data=f"forget:{what}:{at}"),) for what in ("yes", "no")
    )
    await answer(services, caller, Message(TEXT["sure"][caller.language], buttons=buttons))


async def decided(update: Update, context: Context) -> None:
    """Delete everything, or nothing."""
    query, services = update.callback_query, context.services
    caller = await caller_of(update, services)
    match = DATA.fullmatch((query.data if query else None) or "")
    if query is None or query.message is None or caller is None or match is None:
        await expired(update, context)
        return
    asked_at = datetime.fromtimestamp(int(match["at"]), UTC)
    if not caller.is_private or services.core.now() - asked_at > VALID:
        await expired(update, context)
        return
    if match["what"] == "yes":
        await services.personal_data.forget(caller.person)
    await respond(query)
    said = TEXT["gone" if match["what"] == "yes" else "kept"][caller.language]
    await services.messenger.edit(caller.address, query.message.message_id, Message(said))


async def _is_private(services: BotServices, caller: Caller) -> bool:
    if caller.is_private:
        return True
    await answer(services, caller, TEXT["private"][caller.language])
    return False


HANDLERS = [
    CommandHandler("export", export, filters=SAID),
    CommandHandler("forget", forget, filters=SAID),
    CallbackQueryHandler(decided, pattern=DATA),
]
