"""Changing what a chat wants: by words, by buttons, by what a paper was about."""

import asyncio

from bot.commands.context import BotServices
from bot.commands.today import next_time
from bot.commands.topic_matches import unmatched
from bot.commands.topics_menu import board, say
from bot.render.message import Message
from bot.render.text import Text, bold
from core.locale import Sentence
from core.models.chat import Chat
from core.models.values import Focus
from core.score.topics import Topics
from core.text.glossary import Glossary, load

SUBSCRIBE_FIRST = Sentence("topic_changes.subscribe_first")


async def changed_to(
    services: BotServices,
    chat: Chat,
    wanted: tuple[str, ...],
    avoided: tuple[str, ...],
    *,
    said: str = "changed",
    before: tuple[str, ...] | None = None,
) -> Message:
    """Change a chat's topics; return the board that says so, with an undo to `before`."""
    usual = services.core.focus.interests
    new = [topic for topic in wanted if topic not in (chat.interests or usual)]
    if _folded(wanted) == _folded(usual):
        wanted = ()
    undo = Topics(chat.interests, chat.avoided).signed if before is None else before
    changed = await services.core.store.chats.change(
        chat.chat_id, interests=wanted, avoided=avoided, topics_before=undo
    )
    chat = changed or chat
    await services.daily_jobs.changed(chat)
    if new and new == list(await unmatched(services, new, await glossary_of(services))):
        said = "pending"
    return await board_of(services, chat, said)


async def board_of(services: BotServices, chat: Chat, said: str | None = None) -> Message:
    language = chat.language
    news = Text()
    if said is not None:
        when = say("from", language, when=await next_time(chat, services))
        news = bold(Text(say(said, language))) + Text(f"\n{when}")
    glossary = await glossary_of(services)
    return board(
        Topics(chat.interests, chat.avoided),
        services.core.focus.interests,
        language,
        glossary,
        has_undo=chat.topics_before is not None,
        unmatched=await unmatched(services, chat.interests, glossary),
        said=news,
    )


def focus_of(chat: Chat, services: BotServices) -> Focus:
    """Return what a chat wants: without topics of its own, the digest's."""
    return Focus(interests=chat.interests or services.core.focus.interests, avoid=chat.avoided)


async def glossary_of(services: BotServices) -> Glossary:
    """Return the glossary with what has been learned since."""
    glossary = await asyncio.to_thread(load)  # read once, but that takes a fifth of a second
    meanings = await services.core.store.meanings.all()
    return glossary.with_meanings(meanings) if meanings else glossary


def own_of(chat: Chat, services: BotServices) -> Topics:
    """Return a chat's topics; without wishes of its own, the digest's are what it changes."""
    return Topics(chat.interests or services.core.focus.interests, chat.avoided)


def _folded(topics: tuple[str, ...]) -> list[str]:
    return [topic.casefold() for topic in topics]
