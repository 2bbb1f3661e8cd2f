"""Taps under papers: 👍 👎 🔖, more like this, not this topic. A second tap takes back.

In private the buttons show the reader's own marks, in groups and channels everybody's count.
Whoever taps is the reader, wherever the button stands; and a tap needs no subscription.
"""

from functools import partial

from telegram import CallbackQuery, Update
from telegram.ext import CallbackQueryHandler

from bot.commands.caller import Caller, answer, as_chat, caller_of, may_manage
from bot.commands.context import BotServices, Context
from bot.commands.keyboard import expired, paper_of, respond, rows_of
from bot.commands.topic_changes import SUBSCRIBE_FIRST, board_of
from bot.render.deep_links import AVOID, MARK, avoid_data
from bot.render.feedback_buttons import chosen, counted, relabelled
from bot.render.message import Button, Message
from bot.render.text import plain
from bot.telegram.errors import DeliveryError
from core.locale import Sentence, Sentences
from core.models.feedback import FeedbackKind
from core.models.values import Paper
from core.report.tex import readable
from core.score.topics import Topics

TAPPABLE = frozenset(set(FeedbackKind) - {FeedbackKind.OPENED})
SAID = Sentences(
    "feedback.said",
    (
        FeedbackKind.LIKE,
        FeedbackKind.DISLIKE,
        FeedbackKind.SAVED,
        FeedbackKind.MORE,
        FeedbackKind.OFF_TOPIC,
    ),
)
TAKEN_BACK = Sentence("feedback.taken_back")
WHICH = Sentence("feedback.which")
_TITLE = 100


async def mark(update: Update, context: Context) -> None:
    """Set a mark, or take it back."""
    query, services = update.callback_query, context.services
    caller = await caller_of(update, services)
    match = MARK.fullmatch((query.data if query else None) or "")
    reference = paper_of(query, MARK)
    if query is None or caller is None or match is None or reference is None:
        await expired(update, context)
        return
    kind = FeedbackKind(match["kind"]) if match["kind"] in TAPPABLE else None
    person, marks = query.from_user.id, services.feedback
    tapped = await marks.toggle(person, reference.id, kind) if kind else None
    if kind is None or tapped is None:
        await expired(update, context)
        return
    paper, is_set = tapped
    await respond(query, (SAID[kind] if is_set else TAKEN_BACK)(caller.language))
    await _show(query, services, caller, paper)
    if is_set and kind is FeedbackKind.OFF_TOPIC and caller.is_private:
        await _offer(services, caller, paper)


async def _show(query: CallbackQuery, services: BotServices, caller: Caller, paper: Paper) -> None:
    """Put what was said on the buttons of the message."""
    rows = rows_of(query)
    if query.message is None or not rows:
        return
    marks, message_id = services.feedback, query.message.message_id
    edit = partial(services.messenger.edit_buttons, caller.address, message_id)
    if caller.is_private:
        own = await marks.on(caller.person, paper.id)
        label = partial(chosen, language=caller.language, own=own)
        try:
            await edit(relabelled(rows, paper.id, label))
        except DeliveryError:
            return  # the mark counts all the same, and the toast has said so
    else:

        async def count() -> None:
            likes = await marks.likes(paper.id)
            await edit(relabelled(rows, paper.id, lambda kind: counted(kind, likes)))

        services.counting.changed((caller.address.chat_id, message_id), count)


async def _offer(services: BotServices, caller: Caller, paper: Paper) -> None:
    """Ask which of a paper's topics is meant."""
    chat = as_chat(caller, services)
    topics = await services.topics.of_paper(chat, paper, caller.language)
    if not topics:
        return
    title = plain(readable(paper.title), _TITLE).text
    rows = tuple(
        (Button(f"🚫 {topic}", data=avoid_data(number, paper.id)),)
        for number, topic in enumerate(topics)
    )
    await answer(services, caller, Message(WHICH(caller.language, title=title), buttons=rows))


async def avoid(update: Update, context: Context) -> None:
    """Avoid the topic that was tapped from now on."""
    query, services = update.callback_query, context.services
    caller = await caller_of(update, services)
    match = AVOID.fullmatch((query.data if query else None) or "")
    reference = paper_of(query, AVOID)
    if query is None or caller is None or match is None or reference is None:
        await expired(update, context)
        return
    if not caller.is_subscribed or not await may_manage(update, context):
        await respond(query, SUBSCRIBE_FIRST(caller.language), alert=True)
        return
    paper, chat = await services.lookup.known(reference.id), as_chat(caller, services)
    topics = await services.topics.of_paper(chat, paper, caller.language) if paper else ()
    number = int(match["number"])
    if number >= len(topics) or query.message is None:
        await expired(update, context)
        return
    wanted = Topics(chat.interests, (*chat.avoided, topics[number]))
    said = await board_of(services, await services.topics.change(chat, wanted))
    await respond(query)
    await services.messenger.edit(caller.address, query.message.message_id, said)


HANDLERS = [
    CallbackQueryHandler(mark, pattern=MARK),
    CallbackQueryHandler(avoid, pattern=AVOID),
]
