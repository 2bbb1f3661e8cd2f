"""A chat's topics as a message, with what has just become of them."""

from bot.commands.context import BotServices
from bot.commands.today import next_time
from bot.commands.topics_menu import board, say
from bot.features.topics import ChosenTopics
from bot.render.message import Message
from bot.render.text import Text, bold
from core.locale import Sentence
from core.score.topics import Topics

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
