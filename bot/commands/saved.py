"""`/saved` and the feedback board: what a reader said of papers, listed and taken back."""

import re
from collections.abc import Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import SAID, Caller, answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.keyboard import Expired, Tap, on_tap, respond
from bot.commands.privacy import TEXT as PRIVACY
from bot.features.feedback import Marked
from bot.render.deep_links import open_data
from bot.render.feedback_buttons import LABELS
from bot.render.message import Button, Message
from bot.render.paper import headline, listed
from bot.render.text import Text, bold, join, lines
from core.locale import Sentence, Sentences
from core.models.values import Language

MENU = Sentence("saved.menu")
_TITLE = 120
DATA = re.compile(r"sv:(?P<what>page|x|fb|fx|clear|sure):(?P<value>[A-Za-z0-9_./:-]{0,53})")
_say = Sentences("saved")
Rows = tuple[tuple[Button, ...], ...]


async def saved(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    if not caller.is_private:
        await answer(services, caller, PRIVACY["private"](caller.language))
        return
    await answer(services, caller, await _saved_page(services, caller, 0))


async def tapped(tap: Tap) -> None:
    """Turn a page, take something back, show the board of feedback."""
    services, caller = tap.services, tap.caller
    shown = None
    if caller.is_private:
        shown = await _after_tap(services, caller, *tap.match.group("what", "value"))
    if shown is None:
        raise Expired
    await services.messenger.edit(caller.address, tap.message_id, shown)
    await respond(tap.query)


async def _after_tap(
    services: BotServices, caller: Caller, what: str, value: str
) -> Message | None:
    """Do what a button says; return what its message shows then, None when it means nothing."""
    marks, person = services.feedback, caller.person
    match what:
        case "page" if value.isdigit() and len(value) < 4:
            return await _saved_page(services, caller, int(value))
        case "x" if await marks.unsave(person, value):
            return await _saved_page(services, caller, 0)
        case "fb" if not value:
            return await board(services, caller)
        case "clear" if not value:
            return await board(services, caller, is_sure=True)
        case "sure" if not value:
            await marks.clear(person)
            return await board(services, caller)
        case "fx" if await marks.take_back(person, value):
            return await board(services, caller)
    return None


async def _saved_page(services: BotServices, caller: Caller, number: int) -> Message:
    language, page = caller.language, await services.feedback.saved(caller.person, number)
    if page is None:
        return Message(_say("none", language))
    title = bold(Text(_say("title", language, count=page.count)))
    text, rows = await _listed(services, page.papers, "x", language)
    turning = (
        Button("‹", data=f"sv:page:{number - 1}") if number else None,
        None if page.is_last else Button("›", data=f"sv:page:{number + 1}"),
    )
    pages = tuple(button for button in turning if button)
    whole = join("\n\n", (title, text))
    return Message(whole.text, whole.entities, (*rows, pages) if pages else rows)


async def board(services: BotServices, caller: Caller, *, is_sure: bool = False) -> Message:
    """Return a reader's feedback, with buttons to take it back."""
    language, said = caller.language, await services.feedback.opinions(caller.person)
    back = Button("‹", data="set:back")
    if said is None:
        return Message(_say("no_opinion", language), buttons=((back,),))
    head = _say("board", language, likes=said.likes, dislikes=said.dislikes, saved=said.saved)
    text, rows = await _listed(services, said.latest, "fx", language)
    step = "sure" if is_sure else "clear"
    clear = Button(_say(step, language), data=f"sv:{step}:")
    whole = join("\n\n", (Text(head), text))
    return Message(whole.text, whole.entities, (*rows, (clear,), (back,)))


async def _listed(
    services: BotServices, papers: Sequence[Marked], taking_back: str, language: Language
) -> tuple[Text, Rows]:
    """Return papers with what was said of each, what they did, and their buttons."""
    told = await services.search.headlines([paper.id for _, paper in papers], language)
    said = (
        lines(
            Text(f"{number}. {LABELS[kind]('en').split()[0]} ") + listed(paper, language, _TITLE),
            headline(told.get(paper.id, "")),
        )
        for number, (kind, paper) in enumerate(papers, start=1)
    )
    rows = tuple(
        (
            Button(f"📖 {number}", data=open_data(paper.id)),
            Button(f"✕ {number}", data=f"sv:{taking_back}:{paper.id}"),
        )
        for number, (_, paper) in enumerate(papers, start=1)
    )
    return lines(*said), rows


HANDLERS = [
    CommandHandler("saved", saved, filters=SAID),
    CallbackQueryHandler(on_tap(DATA, tapped), pattern=DATA),
]
