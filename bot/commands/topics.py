"""`/topics`: what a reader wants and does not want, in any words; shown, changed, undone.

Without any of their own, readers have the digest's: adding to those makes them one's own. A
sentence gives the terms it names. Every change can be undone, and the undo as well.
"""

import re
from dataclasses import replace

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import (
    SAID,
    Caller,
    answer,
    argument,
    as_chat,
    caller_of,
    may_manage,
    progress,
)
from bot.commands.context import BotServices, Context
from bot.commands.keyboard import Expired, Tap, on_tap, respond
from bot.commands.start import ADMINS_ONLY
from bot.commands.today import next_time
from bot.commands.topics_menu import (
    board,
    fingerprint,
    nothing_matches,
    presets,
    say,
    suggested,
    wrong,
)
from bot.features.topics import ChosenTopics, TopicWish
from bot.render.message import Message
from bot.render.text import Text, bold, join
from bot.telegram.errors import MessageLost
from core.locale import Sentence
from core.models.chat import Chat
from core.models.values import Language
from core.score.presets import load as load_presets
from core.score.topics import (
    Mistake,
    Topics,
    checked,
    read_topics,
)
from core.text.glossary import load

SUBSCRIBE_FIRST = Sentence("topic_changes.subscribe_first")


async def board_of(services: BotServices, chosen: ChosenTopics) -> Message:
    """Return the board of a chat's topics, and what is new of them."""
    chat, news = chosen.chat, Text()
    if chosen.news is not None:
        when = say("from", chat.language, when=await next_time(chat, services))
        news = bold(Text(say(chosen.news, chat.language))) + Text(f"\n{when}")
    return board(
        Topics(chat.interests, chat.avoided),
        chosen.usual,
        chat.language,
        chosen.glossary,
        has_undo=chat.topics_before is not None,
        unmatched=chosen.unmatched,
        said=news,
        offered=chosen.offered,
    )


MENU = Sentence("topics.menu")
DATA = re.compile(r"top:(?P<name>show|presets|undo|reset|a|x|p)(?::(?P<value>[a-z0-9-]{1,30}))?")


async def topics(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language, chat = caller.language, as_chat(caller, services)
    wanted = argument(update.message)
    if not wanted:
        chosen = await services.topics.chosen(chat)
        await answer(services, caller, await board_of(services, chosen))
        return
    if not caller.is_subscribed:
        await answer(services, caller, SUBSCRIBE_FIRST(language))
        return
    if not await may_manage(update, context):
        await answer(services, caller, ADMINS_ONLY(language))
        return
    await _change(update, context, caller, chat, wanted)


async def _change(update: Update, context: Context, caller: Caller, chat: Chat, text: str) -> None:
    """Change the topics as `text` asks: at once by what is known here, then by a model's word."""
    services = context.services
    wish = await services.topics.read(chat, caller.person, text)
    shown = Message(say("thinking", caller.language))
    if isinstance(wish.topics, Mistake):
        otherwise = wrong(wish.topics, caller.language)
    else:
        otherwise = shown = await _answered(services, wish, wish.topics)
    if not wish.may_ask:
        await answer(services, caller, otherwise)
        return
    message_id = await answer(services, caller, _waiting(shown, caller.language))
    thinking = _think(services, caller, wish, otherwise, message_id)
    # The chat's next commands do not wait for it.
    context.application.create_task(thinking, update=update)


async def _answered(services: BotServices, wish: TopicWish, topics: Topics) -> Message:
    """Change what is to be changed, and say what nothing matches."""
    chosen = await services.topics.apply(wish, topics)
    changed = await board_of(services, chosen) if chosen is not None else None
    if wish.unmatched is not None:
        return nothing_matches(wish.unmatched, wish.chat.language, changed=changed)
    assert changed is not None, "it was changed, since everything matches"
    return changed


async def _think(
    services: BotServices, caller: Caller, wish: TopicWish, otherwise: Message, message_id: int
) -> None:
    """Have a model understand it, and put what comes of it in the answer's place."""
    async with progress(services, caller, message_id, otherwise):
        chosen = await services.topics.understand(wish)
        shown = await board_of(services, chosen) if chosen is not None else otherwise
        await services.messenger.edit(caller.address, message_id, shown)


def _waiting(shown: Message, language: Language) -> Message:
    """Return a message that says that it will be another one soon."""
    text = say("thinking", language)
    if shown.text == text:
        return shown
    whole = join("\n\n", (Text(shown.text, shown.entities), Text(text)))
    return replace(shown, text=whole.text, entities=whole.entities)


async def tapped(tap: Tap) -> None:
    query, services, caller = tap.query, tap.services, tap.caller
    if not isinstance(query.message, TelegramMessage):
        raise Expired
    if caller.row is None or not caller.is_subscribed:
        await respond(query, SUBSCRIBE_FIRST(caller.language), alert=True)
        return
    if not await may_manage(tap.update, tap.context):
        await respond(query, ADMINS_ONLY(caller.language), alert=True)
        return
    shown = await _after_tap(services, caller.row, *tap.match.group("name", "value"))
    if shown is None:
        raise Expired
    try:
        await services.messenger.edit(caller.address, tap.message_id, shown)
    except MessageLost:
        raise Expired from None
    await respond(query)


async def _after_tap(
    services: BotServices, chat: Chat, name: str, value: str | None
) -> Message | None:
    """Do what a button says; return what its message shows then, None when it means nothing."""
    if name == "show":
        return await board_of(services, await services.topics.chosen(chat))
    if name == "presets":
        return presets(load_presets(), chat.language)
    asked = _asked(services, chat, name, value)
    if not isinstance(asked, Topics):
        return None
    return await board_of(services, await services.topics.change(chat, asked))


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
            return checked(found[0].topics_in(chat.language), chat.avoided) if found else None
        case "a" if topic := suggested(load(), value, chat.language):
            return read_topics(f"+{topic}", services.topics.own(chat), load())
        case "x":
            own = services.topics.own(chat)
            kept = Topics(
                tuple(topic for topic in own.wanted if fingerprint(topic) != value),
                tuple(topic for topic in own.avoided if fingerprint(topic) != value),
            )
            return kept if kept != own else None
        case _:
            return None


HANDLERS = [
    CommandHandler("topics", topics, filters=SAID),
    CallbackQueryHandler(on_tap(DATA, tapped), pattern=DATA),
]
