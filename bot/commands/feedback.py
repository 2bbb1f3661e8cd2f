"""Taps under papers: 👍 👎 🔖, more like this, not this topic. A second tap takes back.

In private the buttons show the reader's own marks, in groups and channels everybody's count.
Whoever taps is the reader, wherever the button stands; and a tap needs no subscription.
"""

from functools import partial

from telegram import CallbackQuery
from telegram.ext import CallbackQueryHandler

from bot.commands.caller import Caller, answer, as_chat, may_manage
from bot.commands.context import BotServices
from bot.commands.keyboard import Expired, Tap, on_tap, respond, rows_of
from bot.commands.topics import SUBSCRIBE_FIRST, board_of
from bot.render.deep_links import AVOID, MARK, avoid_data
from bot.render.feedback_buttons import chosen, counted, relabelled
from bot.render.message import Button, Message
from bot.render.text import tex
from bot.telegram.errors import DeliveryError
from core.locale import Sentence, Sentences
from core.models.feedback import FeedbackKind
from core.models.values import Paper
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


async def mark(tap: Tap) -> None:
    """Set a mark, or take it back."""
    query, services, caller = tap.query, tap.services, tap.caller
    if tap.match["kind"] not in TAPPABLE:
        raise Expired
    kind = FeedbackKind(tap.match["kind"])
    tapped = await services.feedback.toggle(query.from_user.id, tap.paper.id, kind)
    if tapped is None:
        raise Expired
    paper, is_set = tapped
    await respond(query, (SAID[kind] if is_set else TAKEN_BACK)(caller.language))
    await _show(query, services, caller, paper)
    if is_set and kind is FeedbackKind.OFF_TOPIC and caller.is_private:
        await _offer(services, caller, paper)


async def _show(query: CallbackQuery, services: BotServices, caller: Caller, paper: Paper) -> None:
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

        services.feedback_counts.changed((caller.address.chat_id, message_id), count)


async def _offer(services: BotServices, caller: Caller, paper: Paper) -> None:
    chat = as_chat(caller, services)
    topics = await services.topics.of_paper(chat, paper, caller.language)
    if not topics:
        return
    title = tex(paper.title, _TITLE).text
    rows = tuple(
        (Button(f"🚫 {topic}", data=avoid_data(number, paper.id)),)
        for number, topic in enumerate(topics)
    )
    await answer(services, caller, Message(WHICH(caller.language, title=title), buttons=rows))


async def avoid(tap: Tap) -> None:
    query, services, caller = tap.query, tap.services, tap.caller
    paper_id = tap.paper.id
    if not caller.is_subscribed or not await may_manage(tap.update, tap.context):
        await respond(query, SUBSCRIBE_FIRST(caller.language), alert=True)
        return
    paper, chat = await services.papers.known(paper_id), as_chat(caller, services)
    topics = await services.topics.of_paper(chat, paper, caller.language) if paper else ()
    number = int(tap.match["number"])
    if number >= len(topics):
        raise Expired
    wanted = Topics(chat.interests, (*chat.avoided, topics[number]))
    said = await board_of(services, await services.topics.change(chat, wanted))
    await respond(query)
    await services.messenger.edit(caller.address, tap.message_id, said)


HANDLERS = [
    CallbackQueryHandler(on_tap(MARK, mark), pattern=MARK),
    CallbackQueryHandler(on_tap(AVOID, avoid), pattern=AVOID),
]
