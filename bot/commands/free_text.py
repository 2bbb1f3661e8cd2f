"""What is said in private without a command: a link to one paper is opened, the rest gets a hint.

Forwarded posts and pictures count by their caption and by the links hidden in their words.
"""

from telegram import Message, MessageEntity, Update
from telegram.ext import MessageHandler, filters

from bot.commands.caller import TO_ME, answer, caller_of
from bot.commands.context import Context
from bot.commands.paper import open_paper
from core.fetch import sources
from core.locale import Sentence

HINT = Sentence("free_text.hint")


async def chatter(update: Update, context: Context) -> None:
    """Open the one paper a message names, else say what would work."""
    services, caller = context.services, await caller_of(update, context.services)
    message = update.message
    if caller is None or message is None:
        return
    reference = sources.paper_named(words_and_links(message))
    if reference is not None:
        await open_paper(update, services, caller, reference)
    elif message.media_group_id is None or message.caption:  # an album is one thing said
        await answer(services, caller, HINT(caller.language))


def words_and_links(message: Message) -> str:
    entities = (*message.entities, *message.caption_entities)
    hidden = [entity.url for entity in entities if entity.type == MessageEntity.TEXT_LINK]
    return "\n".join(filter(None, (message.text, message.caption, *hidden)))


# block=False: a reading takes a minute.
HANDLERS = [
    MessageHandler(TO_ME & ~filters.COMMAND & ~filters.StatusUpdate.ALL, chatter, block=False)
]
