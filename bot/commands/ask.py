"""`/ask`: a question about one paper; a reply to a deep dive is one as well.

A question costs a model call and counts like a reading; a reply that is a link or an id opens that
paper instead.
"""

import re
from collections.abc import Iterable

from telegram import Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.commands.caller import SAID, Caller, answer, argument, as_chat, caller_of, listed_for
from bot.commands.context import BotServices, Context
from bot.commands.paper import open_paper, readable, request_for
from bot.render.deep_links import MARK
from core.analyze.questions import QUESTION_LIMIT
from core.fetch import sources
from core.locale import Sentence
from core.models.paper_id import PaperRef
from core.text.visible import one_line

MENU = Sentence("ask.menu")
USAGE = Sentence("ask.usage")
TOO_LONG = Sentence("ask.too_long")
_NUMBER = re.compile(r"[#第]?\s*(?P<number>[0-9]{1,2})\s*篇?")


async def ask(update: Update, context: Context) -> None:
    """Answer a question of the command. May take a minute."""
    services, caller = context.services, await caller_of(update, context.services)
    message = update.message
    if caller is None or message is None:
        return
    wanted = argument(message)
    replied = paper_of_dive(message.reply_to_message)
    if replied is not None and wanted:
        await _ask(update, services, caller, replied, wanted)
        return
    first, _, question = wanted.partition(" ")
    reference = sources.paper_named(first)
    if reference is None and (number := _NUMBER.fullmatch(first)):
        listed = await listed_for(as_chat(caller, services), services)
        place = int(number["number"])
        reference = PaperRef(listed[place - 1].paper.id) if 0 < place <= len(listed) else None
    if reference is None or not question.strip():
        await answer(services, caller, USAGE(caller.language))
        return
    await _ask(update, services, caller, reference, question)


async def ask_by_reply(update: Update, context: Context) -> None:
    """Take a reply to a deep dive for a question about its paper."""
    services, caller = context.services, await caller_of(update, context.services)
    message = update.message
    if caller is None or message is None or not message.text:
        return
    named = sources.paper_named(message.text)
    if named is not None:
        await open_paper(update, services, caller, named)
        return
    reference = paper_of_dive(message.reply_to_message)
    if reference is not None:
        await _ask(update, services, caller, reference, message.text)


def paper_of_dive(message: Message | None) -> PaperRef | None:
    """Return the one paper a message of ours is about; None for a list, or another's message."""
    if message is None or message.from_user is None or not message.from_user.is_bot:
        return None
    ids = {match["paper"] for data in _data_of(message) if (match := MARK.fullmatch(data))}
    if len(ids) != 1:
        return None
    return sources.paper_of(ids.pop())


def _data_of(message: Message) -> Iterable[str]:
    markup = message.reply_markup
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if isinstance(button.callback_data, str):
                yield button.callback_data


async def _ask(
    update: Update, services: BotServices, caller: Caller, reference: PaperRef, words: str
) -> None:
    question = one_line(words).strip()
    if len(question) > QUESTION_LIMIT:
        said = TOO_LONG(caller.language, limit=QUESTION_LIMIT)
        await answer(services, caller, said)
        return
    paper = await readable(services, caller, reference, words, None)
    if paper is not None:
        request = request_for(update, services, caller, paper)
        await services.deep_dives.questions.ask(request, question)


class _OnDive(filters.MessageFilter):
    """A reply to a deep dive of ours; in a group it has to be a question, people talk there."""

    def filter(self, message: Message) -> bool:
        if paper_of_dive(message.reply_to_message) is None:
            return False
        is_private = message.chat.type == message.chat.PRIVATE
        return is_private or any(mark in (message.text or "") for mark in "?？")


# block=False: an answer takes half a minute.
HANDLERS = [
    CommandHandler("ask", ask, filters=SAID, block=False),
    MessageHandler(SAID & filters.TEXT & ~filters.COMMAND & _OnDive(), ask_by_reply, block=False),
]
