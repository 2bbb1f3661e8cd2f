"""`/export` and `/forget`: all that is stored of a reader, as a file, and gone.

In private only: a group's choices belong to nobody alone. The confirmation says when it was asked
for, or a button of last year would delete at a slip of the finger.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import Caller, answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.filters import SAID
from bot.commands.keyboard import expired, respond
from bot.render.message import Button, Message
from core.models.values import Language
from core.store.audience.personal_data import Rows

MAX_FILE = 8 * 2**20
"""Bytes: Telegram takes 50 MB, and all of it is in memory while it is sent."""
VALID = timedelta(minutes=10)
DATA = re.compile(r"forget:(?P<what>yes|no):(?P<at>[0-9]{9,11})")
ABOUT = {
    "chats": "your subscription: hour and zone, language, topics (interests, avoided), and so on",
    "marks": "what you said of papers: like, dislike, more, off (not this topic), save, open",
    "lists": "what your own lists showed, by day",
    "deliveries": "messages to you: what was sent, when, message ids",
    "asked": "readings and questions you asked for",
    "notices": "what you were told once",
    "facts": "drafts and the like",
    "floods": "how long Telegram asked to wait before writing to you",
}
"""What the file's keys mean."""
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
    now = services.core.now()
    head = {"exported_at": now.isoformat(), "about": ABOUT}
    number = 0
    async for content in files(services.core.store.personal.pages(caller.person), head):
        number += 1
        name = f"paperboy-{now:%Y-%m-%d}{'' if number == 1 else f'-{number}'}.json"
        said = TEXT["file" if number == 1 else "more"][caller.language]
        await services.messenger.send_document(caller.address, name, content, said)
    if not number:
        await answer(services, caller, TEXT["nothing"][caller.language])


async def files(
    pages: AsyncIterator[tuple[str, Rows]], head: Mapping[str, object], *, most: int = MAX_FILE
) -> AsyncIterator[bytes]:
    """Yield the rows as JSON files of about `most` bytes each; none without rows."""
    tables: dict[str, list[bytes]] = {}
    size = 0
    async for table, rows in pages:
        lines = tables.setdefault(table, [])
        for row in rows:
            line = _json(row)
            if size and size + len(line) > most:
                yield _file(head, tables)
                tables, size = {table: (lines := [])}, 0
            lines.append(line)
            size += len(line)
    if size:
        yield _file(head, tables)


def _file(head: Mapping[str, object], tables: dict[str, list[bytes]]) -> bytes:
    """Return one JSON object, a row a line."""
    values = {name: _json(value) for name, value in head.items()}
    values |= {name: b"[\n" + b",\n".join(lines) + b"\n]" for name, lines in tables.items()}
    return b"{" + b",\n".join(_json(name) + b": " + values[name] for name in values) + b"}\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


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
        services.reading.opened.forget(caller.person)
        await services.core.store.personal.forget(caller.person)
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
