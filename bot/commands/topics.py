"""`/topics`: what a reader wants and does not want, in any words; shown, changed, undone.

Without any of their own, readers have the digest's: adding to those makes them one's own. A
sentence gives the terms it names. Every change can be undone, and the undo as well.
"""

import asyncio
import re

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.filters import SAID
from bot.commands.keyboard import expired, respond
from bot.commands.people import Caller, answer, argument, as_chat, caller_of, may_manage
from bot.commands.start import ADMINS_ONLY
from bot.commands.today import next_time
from bot.commands.topic_boards import WRONG, board, fingerprint, presets, say
from bot.context import BotServices, Context
from bot.errors import MessageLost
from bot.render.message import Message
from bot.render.text import Text, bold
from core.models import Focus, Language
from core.score.expansion import Glossary, load
from core.score.presets import load as load_presets
from core.score.topics import Mistake, Topics, checked, from_prose, is_prose, read_topics
from core.store.chats import Chat

MENU: dict[Language, str] = {
    "zh": "我的主题：查看、设置、+增加、-不看",
    "en": "My topics: show, set, +add, -avoid",
}
SUBSCRIBE_FIRST: dict[Language, str] = {
    "zh": "先发 /start 订阅，再设置自己的主题。",
    "en": "Subscribe with /start first, then set topics of your own.",
}
DATA = re.compile(r"top:(?P<name>show|presets|undo|reset|x|p)(?::(?P<value>[a-z0-9-]{1,30}))?")


async def topics(update: Update, context: Context) -> None:
    """Show or change the chat's topics."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language, chat = caller.language, as_chat(caller, services)
    wanted = argument(update.message)
    if not wanted:
        await answer(services, caller, await _board(services, chat))
        return
    if not caller.is_subscribed:
        await answer(services, caller, SUBSCRIBE_FIRST[language])
        return
    if not await may_manage(update, context):
        await answer(services, caller, ADMINS_ONLY[language])
        return
    await answer(services, caller, await _changed(services, caller, chat, wanted))


async def _changed(services: BotServices, caller: Caller, chat: Chat, text: str) -> Message:
    """Change the topics as `text` asks; return what to say."""
    has_prose = is_prose(text)
    if has_prose:
        asked: Topics | Mistake = from_prose(text, await _glossary())
        if asked == Topics():
            asked = Mistake("no_terms")
    else:
        usual = services.core.focus.interests
        asked = read_topics(text, Topics(chat.interests or usual, chat.avoided))
    if isinstance(asked, Mistake):
        return Message(WRONG[asked.kind][caller.language].format(topic=asked.topic))
    said = "from_prose" if has_prose else "changed"
    return await changed_to(services, chat, asked.wanted, asked.avoided, said=said)


async def changed_to(
    services: BotServices,
    chat: Chat,
    wanted: tuple[str, ...],
    avoided: tuple[str, ...],
    *,
    said: str = "changed",
) -> Message:
    """Change a chat's topics; return the board that says so, with an undo."""
    usual = services.core.focus.interests
    if _folded(wanted) == _folded(usual):
        wanted = ()
    before = Topics(chat.interests, chat.avoided).signed
    changed = await services.core.store.chats.change(
        chat.chat_id, interests=wanted, avoided=avoided, topics_before=before
    )
    chat = changed or chat
    await services.morning.changed(chat)
    return await _board(services, chat, said)


async def _board(services: BotServices, chat: Chat, said: str | None = None) -> Message:
    language = chat.language
    news = Text()
    if said is not None:
        when = say("from", language, when=next_time(chat, services))
        news = bold(Text(say(said, language))) + Text(f"\n{when}")
    return board(
        Topics(chat.interests, chat.avoided),
        services.core.focus.interests,
        language,
        await _glossary(),
        has_undo=chat.topics_before is not None,
        said=news,
    )


async def tapped(update: Update, context: Context) -> None:
    """Change the topics by a button, in its message."""
    query, services = update.callback_query, context.services
    caller = await caller_of(update, services)
    match = DATA.fullmatch((query.data if query else None) or "")
    message = query.message if query else None
    if query is None or match is None or caller is None or not isinstance(message, TelegramMessage):
        await expired(update, context)
        return
    if caller.row is None or not caller.is_subscribed:
        await respond(query, SUBSCRIBE_FIRST[caller.language], alert=True)
        return
    if not await may_manage(update, context):
        await respond(query, ADMINS_ONLY[caller.language], alert=True)
        return
    shown = await _after_tap(services, caller.row, match["name"], match["value"])
    if shown is None:
        await expired(update, context)
        return
    try:
        await services.outbox.edit(caller.address, message.message_id, shown)
    except MessageLost:
        await expired(update, context)
        return
    await respond(query)


async def _after_tap(
    services: BotServices, chat: Chat, name: str, value: str | None
) -> Message | None:
    """Do what a button says; return what its message shows then, None when it means nothing."""
    if name == "show":
        return await _board(services, chat)
    if name == "presets":
        return presets(load_presets(), chat.language)
    asked = _asked(services, chat, name, value)
    if not isinstance(asked, Topics):
        return None
    return await changed_to(services, chat, asked.wanted, asked.avoided)


def _asked(
    services: BotServices, chat: Chat, name: str, value: str | None
) -> Topics | Mistake | None:
    """Return the topics a button asks for; None when it means nothing any more."""
    match name:
        case "reset":
            return Topics()
        case "undo" if chat.topics_before is not None:
            return Topics.of_signed(chat.topics_before)
        case "p":
            found = [preset for preset in load_presets() if preset.handle == value]
            return checked(found[0].topics[chat.language], chat.avoided) if found else None
        case "x":
            own = Topics(chat.interests or services.core.focus.interests, chat.avoided)
            kept = Topics(
                tuple(topic for topic in own.wanted if fingerprint(topic) != value),
                tuple(topic for topic in own.avoided if fingerprint(topic) != value),
            )
            return kept if kept != own else None
        case _:
            return None


def focus_of(chat: Chat, services: BotServices) -> Focus:
    """Return what a chat wants: without topics of its own, the digest's."""
    return Focus(interests=chat.interests or services.core.focus.interests, avoid=chat.avoided)


async def _glossary() -> Glossary:
    return await asyncio.to_thread(load)  # read once, but that takes a fifth of a second


def _folded(topics: tuple[str, ...]) -> list[str]:
    return [topic.casefold() for topic in topics]


HANDLERS = [
    CommandHandler("topics", topics, filters=SAID),
    CallbackQueryHandler(tapped, pattern=DATA),
]
