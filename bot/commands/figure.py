"""The button 🖼 under a deep dive: the paper's main figure, or where to see it."""

from telegram.ext import CallbackQueryHandler

from bot.commands.caller import as_chat, scored_for
from bot.commands.keyboard import Expired, Tap, on_tap, respond, rows_of
from bot.render.deep_links import FIGURE
from bot.render.figure import replaced
from bot.telegram.errors import DeliveryError
from core.locale import Sentence

FETCHING = Sentence("commands_figure.fetching")


async def send_figure(tap: Tap) -> None:
    """Send the figure of the paper whose button was tapped. May take ten seconds."""
    query, services, caller = tap.query, tap.services, tap.caller
    reference = tap.paper
    # As it was read: the figure should be of the version the dive speaks of.
    scored = await scored_for(as_chat(caller, services), reference.id, services)
    paper = scored.paper if scored else await services.papers.known(reference.id)
    if paper is None:
        raise Expired
    figures, at = services.deep_dives.pages.figures, tap.message_id
    if figures.is_fetching(caller.address.chat_id, paper.id):
        await respond(query, FETCHING(caller.language))
        return
    await respond(query, "" if await figures.is_at_hand(paper) else FETCHING(caller.language))
    is_other, new = await figures.show(paper, caller.address, caller.language, reply_to=at)
    rows = rows_of(query)
    if not is_other or not rows:
        return
    try:
        await services.messenger.edit_buttons(caller.address, at, replaced(rows, paper.id, new))
    except DeliveryError:
        return  # the message has said it already


# block=False: arXiv is asked once in three seconds, and the chat should not wait for it.
HANDLERS = [CallbackQueryHandler(on_tap(FIGURE, send_figure), pattern=FIGURE, block=False)]
