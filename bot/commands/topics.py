"""`/topics`: what a reader wants and does not want, in any words; shown, changed, undone.

Without any of their own, readers have the digest's: adding to those makes them one's own. A
sentence gives the terms it names. Every change can be undone, and the undo as well.
"""

import re
from dataclasses import dataclass, field, replace

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import Caller, answer, argument, as_chat, caller_of, may_manage, progress
from bot.commands.context import BotServices, Context
from bot.commands.filters import SAID
from bot.commands.keyboard import expired, respond
from bot.commands.start import ADMINS_ONLY
from bot.commands.topic_changes import (
    SUBSCRIBE_FIRST,
    board_of,
    changed_to,
    glossary_of,
    own_of,
)
from bot.commands.topic_matches import Unmatched, instead_of, unmatched
from bot.commands.topics_menu import (
    fingerprint,
    nothing_matches,
    presets,
    say,
    suggested,
    wrong,
)
from bot.render.message import Message
from bot.render.text import Text, join
from bot.telegram.errors import MessageLost
from core.locale import Sentence
from core.models.chat import Chat
from core.models.values import Language
from core.score.presets import load as load_presets
from core.score.topics import (
    Mistake,
    Topics,
    checked,
    is_foreign,
    is_prose,
    onto,
    read_topics,
)
from core.text.glossary import load

MENU = Sentence("topics.menu")
_FOR_A_MODEL = frozenset({"no_terms", "foreign"})
"""What is no mistake when a model understands it."""
DATA = re.compile(r"top:(?P<name>show|presets|undo|reset|a|x|p)(?::(?P<value>[a-z0-9-]{1,30}))?")


async def topics(update: Update, context: Context) -> None:
    """Show or change the chat's topics."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language, chat = caller.language, as_chat(caller, services)
    wanted = argument(update.message)
    if not wanted:
        await answer(services, caller, await board_of(services, chat))
        return
    if not caller.is_subscribed:
        await answer(services, caller, SUBSCRIBE_FIRST(language))
        return
    if not await may_manage(update, context):
        await answer(services, caller, ADMINS_ONLY(language))
        return
    await _change(update, context, caller, chat, wanted)


@dataclass(frozen=True)
class _Asked:
    """What a text asks for, as far as it is understood here."""

    text: str
    topics: Topics | Mistake
    unknown: tuple[str, ...]
    has_prose: bool
    """It is no list, or in a language that is not understood here."""
    unmatched: Unmatched | None = None
    """All it newly wishes for, where nothing matches that; `topics` is then what else it says."""
    wished: Topics = field(default_factory=Topics)
    """What it says, matched or not."""

    @property
    def is_for_a_model(self) -> bool:
        """Whether a model could do better."""
        may_be = isinstance(self.topics, Topics) or self.topics.kind in _FOR_A_MODEL
        return may_be and (self.has_prose or bool(self.unknown))

    @property
    def said(self) -> str:
        """How the answer begins."""
        return "from_prose" if self.has_prose else "changed"


async def _change(update: Update, context: Context, caller: Caller, chat: Chat, text: str) -> None:
    """Change the topics as `text` asks: at once by what is known here, then by a model's word."""
    services = context.services
    asked = await _asked_for(services, chat, text)
    may_ask = asked.is_for_a_model and await services.understanding.may_ask(caller.person)
    if isinstance(asked.topics, Mistake) and not may_ask:
        await answer(services, caller, wrong(asked.topics, caller.language))
        return
    before = Topics(chat.interests, chat.avoided).signed
    shown = Message(say("thinking", caller.language))
    if isinstance(asked.topics, Topics):
        shown = await _answered(services, chat, asked, asked.topics)
    if not may_ask:
        await answer(services, caller, shown)
        return
    message_id = await answer(services, caller, _waiting(shown, caller.language))
    thinking = _think(services, caller, asked, before, shown, message_id)
    # The chat's next commands do not wait for it.
    context.application.create_task(thinking, update=update)


async def _answered(services: BotServices, chat: Chat, asked: _Asked, topics: Topics) -> Message:
    """Change what is to be changed, and say what nothing matches."""
    if asked.unmatched is None:
        return await changed_to(services, chat, topics.wanted, topics.avoided, said=asked.said)
    changed = None
    if topics != own_of(chat, services):
        changed = await changed_to(services, chat, topics.wanted, topics.avoided)
    return nothing_matches(asked.unmatched, chat.language, changed=changed)


async def _think(
    services: BotServices,
    caller: Caller,
    asked: _Asked,
    before: tuple[str, ...],
    shown: Message,
    message_id: int,
) -> None:
    """Have a model understand it, and put what comes of it in the answer's place."""
    otherwise = shown
    if isinstance(asked.topics, Mistake):
        otherwise = wrong(asked.topics, caller.language)
    async with progress(services, caller, message_id, otherwise):
        shown = await _understood(services, caller, asked, before, otherwise)
        await services.messenger.edit(caller.address, message_id, shown)


async def _understood(
    services: BotServices,
    caller: Caller,
    asked: _Asked,
    before: tuple[str, ...],
    shown: Message,
) -> Message:
    """Return the answer after a model's word; without it, as it is `shown`."""
    glossary = await glossary_of(services)
    heard = await services.understanding.hear(asked.text, list(asked.unknown), glossary)
    chat = await services.core.store.chats.get(caller.address.chat_id)
    better = heard.topics if heard and asked.has_prose else Topics()
    if chat is None:
        return shown  # forgotten meanwhile
    meant = onto(_before(before, services), better) if better != Topics() else None
    if isinstance(meant, Topics) and _is_as_set(chat, asked.topics, before, services):
        wanted, avoided = meant.wanted, meant.avoided
        return await changed_to(services, chat, wanted, avoided, said="understood", before=before)
    if isinstance(asked.topics, Topics) and heard and heard.has_learned:
        if asked.unmatched is not None and _is_as_set(chat, asked.topics, before, services):
            wanted, avoided = asked.wished.wanted, asked.wished.avoided
            return await changed_to(services, chat, wanted, avoided, before=before)
        await services.daily_jobs.changed(chat)
        return await board_of(services, chat, asked.said)
    return shown


def _before(signed: tuple[str, ...], services: BotServices) -> Topics:
    before = Topics.of_signed(signed)
    return replace(before, wanted=before.wanted or services.core.focus.interests)


def _is_as_set(
    chat: Chat, topics: Topics | Mistake, before: tuple[str, ...], services: BotServices
) -> bool:
    """Whether the reader has not changed the topics again while a model was thinking."""
    return own_of(chat, services) in (topics, _before(before, services))


async def _asked_for(services: BotServices, chat: Chat, text: str) -> _Asked:
    glossary = await glossary_of(services)
    own = own_of(chat, services)
    topics = read_topics(text, own, glossary)
    has_prose = is_prose(text) or is_foreign(text)
    if isinstance(topics, Mistake):
        return _Asked(text, topics, (), has_prose)
    unknown = tuple(await services.understanding.unknown(topics, glossary))
    none = await unmatched(services, topics.wanted, glossary)
    is_replaced = not set(own.wanted) & set(topics.wanted)
    rest = onto(own, Topics((), topics.avoided))
    if not none or none != topics.wanted or not is_replaced or isinstance(rest, Mistake):
        return _Asked(text, topics, unknown, has_prose)
    said = await instead_of(services, none, glossary)
    return _Asked(text, rest, unknown, has_prose, said, topics)


def _waiting(shown: Message, language: Language) -> Message:
    """Return a message that says that it will be another one soon."""
    text = say("thinking", language)
    if shown.text == text:
        return shown
    whole = join("\n\n", (Text(shown.text, shown.entities), Text(text)))
    return replace(shown, text=whole.text, entities=whole.entities)


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
        await respond(query, SUBSCRIBE_FIRST(caller.language), alert=True)
        return
    if not await may_manage(update, context):
        await respond(query, ADMINS_ONLY(caller.language), alert=True)
        return
    shown = await _after_tap(services, caller.row, match["name"], match["value"])
    if shown is None:
        await expired(update, context)
        return
    try:
        await services.messenger.edit(caller.address, message.message_id, shown)
    except MessageLost:
        await expired(update, context)
        return
    await respond(query)


async def _after_tap(
    services: BotServices, chat: Chat, name: str, value: str | None
) -> Message | None:
    """Do what a button says; return what its message shows then, None when it means nothing."""
    if name == "show":
        return await board_of(services, chat)
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
            return checked(found[0].topics_in(chat.language), chat.avoided) if found else None
        case "a" if topic := suggested(load(), value, chat.language):
            return read_topics(f"+{topic}", own_of(chat, services), load())
        case "x":
            own = own_of(chat, services)
            kept = Topics(
                tuple(topic for topic in own.wanted if fingerprint(topic) != value),
                tuple(topic for topic in own.avoided if fingerprint(topic) != value),
            )
            return kept if kept != own else None
        case _:
            return None


HANDLERS = [
    CommandHandler("topics", topics, filters=SAID),
    CallbackQueryHandler(tapped, pattern=DATA),
]
