"""`/paper`: any paper by id, link or number in today's list; and the buttons of deep dives."""

import re
import unicodedata
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import (
    SAID,
    Caller,
    answer,
    argument,
    as_chat,
    caller_of,
    is_operator,
    listed_for,
    scored_for,
)
from bot.commands.context import BotServices, Context
from bot.commands.keyboard import Expired, Tap, on_tap, respond
from bot.features.deep_dives import DeepDiveRequest
from bot.render.buttons import opens_here, rows
from bot.render.deep_links import OPEN, PAGE, RENEW
from bot.render.message import Message
from bot.render.paper import listed as shown
from bot.render.text import Text, join, lines, plain
from bot.telegram.errors import MessageLost
from core.fetch import sources
from core.locale import Sentence
from core.models.errors import SourceError, UnknownPaper
from core.models.paper_id import PaperRef
from core.models.values import Paper, ScoredPaper

MENU = Sentence("paper.menu")
USAGE = Sentence("paper.usage")
NO_SUCH_NUMBER = Sentence("paper.no_such_number")
NO_LIST = Sentence("paper.no_list")
UNREACHABLE = Sentence("paper.unreachable")
READING = Sentence("paper.reading")
_NUMBER = re.compile(r"[#第]?\s*(?P<number>[0-9]{1,3})\s*篇?")


async def paper(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    wanted = argument(update.message)
    if not wanted and update.message.reply_to_message is not None:
        replied = update.message.reply_to_message
        wanted = replied.text or replied.caption or ""
    if not wanted:
        await answer(services, caller, USAGE(caller.language))
    elif number := _NUMBER.fullmatch(unicodedata.normalize("NFKC", wanted)):
        await _open_number(update, services, caller, int(number["number"]))
    elif reference := sources.paper_named(wanted):
        await open_paper(update, services, caller, reference, words=wanted)
    else:
        await answer(services, caller, await nearby(services, caller, None, wanted))


async def open_paper(
    update: Update, services: BotServices, caller: Caller, reference: PaperRef, *, words: str = ""
) -> None:
    """Show a paper's deep dive, or say why not. May take minutes.

    `words` are all that was said, for suggestions.
    """
    scored = await scored_for(as_chat(caller, services), reference.id, services)
    # As it was listed: that is the version the morning's reading is of.
    listed = scored.paper if scored and _is_meant(scored, reference) else None
    paper = await readable(services, caller, reference, words, listed)
    if paper is None:
        return
    if caller.is_private:  # before the minute it may take: /forget may come meanwhile
        await services.deep_dives.opened.note(caller.person, paper.id)
    await services.deep_dives.open(request_for(update, services, caller, paper, scored))


async def readable(
    services: BotServices, caller: Caller, reference: PaperRef, words: str, known: Paper | None
) -> Paper | None:
    """Return the paper meant; None when it was said why there is none to read."""
    try:
        paper = known or await services.papers.find(reference)
    except UnknownPaper:
        await answer(services, caller, await nearby(services, caller, reference, words))
        return None
    except SourceError:
        await answer(services, caller, UNREACHABLE(caller.language, id=reference.id))
        return None
    if said := await services.papers.taken_back(paper, caller.language):
        await answer(services, caller, said)
        return None
    return paper


def request_for(
    update: Update,
    services: BotServices,
    caller: Caller,
    paper: Paper,
    scored: ScoredPaper | None = None,
) -> DeepDiveRequest:
    return DeepDiveRequest(
        paper=paper,
        address=caller.address,
        person=caller.person,
        language=caller.language,
        scored=scored,
        focus=services.topics.own_focus(caller.row),
        reply_to=caller.message_id,
        is_exempt=is_operator(update, services),
    )


def _is_meant(scored: ScoredPaper, reference: PaperRef) -> bool:
    return reference.version in (None, scored.paper.version)


async def _open_number(update: Update, services: BotServices, caller: Caller, number: int) -> None:
    listed = await listed_for(as_chat(caller, services), services)
    if 0 < number <= len(listed):
        reference = PaperRef(listed[number - 1].paper.id)
        await open_paper(update, services, caller, reference)
        return
    said = NO_SUCH_NUMBER if listed else NO_LIST
    text = said(caller.language, count=len(listed), number=number)
    await answer(services, caller, text)


async def open_tapped(tap: Tap) -> None:
    """Open the paper of a button in a new message."""
    query, services, caller = tap.query, tap.services, tap.caller
    reference = tap.paper
    if services.deep_dives.is_reading(caller.address.chat_id, reference.id):
        await respond(query, READING(caller.language))
        return
    await respond(query)
    await open_paper(tap.update, services, caller, reference)


async def read_newest(tap: Tap) -> None:
    """Have the newest version of a paper read; the dive of the older one stays where it is."""
    query, services, caller = tap.query, tap.services, tap.caller
    latest = await services.papers.known(tap.paper.id)
    if latest is None:
        raise Expired
    if services.deep_dives.is_reading(caller.address.chat_id, latest.id):
        await respond(query, READING(caller.language))
        return
    await respond(query)
    scored = await scored_for(as_chat(caller, services), latest.id, services)
    is_fresh = await services.deep_dives.is_unread(latest, caller.language)
    request = request_for(tap.update, services, caller, latest, scored)
    await services.deep_dives.open(replace(request, is_fresh=is_fresh))


async def turn_page(tap: Tap) -> None:
    """Turn to another page of a deep dive, in its message."""
    query, services, caller = tap.query, tap.services, tap.caller
    reference, page = tap.paper, int(tap.match["page"])
    scored = await scored_for(as_chat(caller, services), reference.id, services)
    known = scored.paper if scored else await services.papers.known(reference.id)
    if known is None:
        raise Expired
    request = request_for(tap.update, services, caller, known, scored)
    try:
        if not await services.deep_dives.turn(request, tap.message_id, page):
            raise Expired
    except MessageLost:
        raise Expired from None
    await respond(query)


# block=False: a reading takes a minute, and its chat should not wait for it.
HANDLERS = [
    CommandHandler("paper", paper, filters=SAID, block=False),
    CallbackQueryHandler(on_tap(OPEN, open_tapped), pattern=OPEN, block=False),
    CallbackQueryHandler(on_tap(RENEW, read_newest), pattern=RENEW, block=False),
    CallbackQueryHandler(on_tap(PAGE, turn_page), pattern=PAGE),
]


MOST = 3
UNKNOWN = Sentence("suggestions.unknown")
NOT_ONE = Sentence("suggestions.not_one")
MEANT = Sentence("suggestions.meant")
TODAY = Sentence("suggestions.today")


async def nearby(
    services: BotServices, caller: Caller, reference: PaperRef | None, words: str
) -> Message:
    """Return that nothing is known of `reference` (or none was named), and what may be meant.

    Only from what is stored: who has mistyped should not wait for services to be asked again.
    """
    language = caller.language
    said = NOT_ONE(language)
    if reference is not None:
        said = UNKNOWN(language, id=plain(reference.id, 60).text)
    papers, title = await services.search.meant(reference, words, most=MOST), MEANT
    if not papers:
        listed = await listed_for(as_chat(caller, services), services)
        papers, title = [scored.paper for scored in listed[:MOST]], TODAY
    if not papers:
        return Message(said)
    named = (
        Text(f"{number}. ") + shown(paper, language, 150)
        for number, paper in enumerate(papers, start=1)
    )
    text = join("\n\n", (Text(said), lines(Text(title(language)), *named)))
    opening = (opens_here(number, paper) for number, paper in enumerate(papers, start=1))
    return Message(text.text, text.entities, rows(opening, MOST))
