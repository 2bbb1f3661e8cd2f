"""`/build [date]`, for administrators: the digest as a preview, and buttons that publish it."""

import re
from datetime import date

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.caller import (
    TO_ME,
    answer,
    answer_all,
    argument,
    as_chat,
    caller_of,
    progress,
    view_of,
)
from bot.commands.context import Context
from bot.commands.fallback import for_admins
from bot.commands.keyboard import Expired, Tap, on_tap, respond
from bot.render.contents import contents
from bot.render.message import Button, Message
from core.locale import Sentence, Sentences
from core.models.values import Language

MENU = Sentence("build.menu")
OLDEST_DAYS = 30
DATA = re.compile(r"build:(?P<what>publish|drop):(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
_say = Sentences("build")


async def build(update: Update, context: Context) -> None:
    """Build a day's digest and show it to the administrator alone."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language = caller.language
    today = services.daily_jobs.hours.today()
    day = day_of(argument(update.message), today)
    if day is None:
        await answer(services, caller, _say("usage", language))
        return
    message_id = await answer(services, caller, _say("building", language, day=day))
    otherwise = Message(_say("broken_off", language, day=day))
    async with progress(services, caller, message_id, otherwise):
        edition = await services.daily_jobs.preview(day)
        view = view_of(as_chat(caller, services), services)
        await answer_all(services, caller, contents([edition], view))
        await answer(services, caller, _choice("ask", language, day))


def day_of(text: str, today: date) -> date | None:
    """Return the day that was asked for; None when it is none, or out of reach."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 0 <= (today - day).days <= OLDEST_DAYS else None


async def decided(tap: Tap) -> None:
    services, caller, match = tap.services, tap.caller, tap.match
    day = day_of(match["day"], services.daily_jobs.hours.today())
    if day is None:
        raise Expired
    await respond(tap.query)
    language, messenger, at = caller.language, services.messenger, tap.message_id
    if match["what"] == "drop":
        await messenger.edit(caller.address, at, Message(_say("dropped", language, day=day)))
        return
    await messenger.edit(caller.address, at, Message(_say("publishing", language, day=day)))
    async with progress(services, caller, at, _choice("half_published", language, day)):
        tally = await services.daily_jobs.publish(day)
        said = _say("published", language, day=day, **vars(tally))
        await messenger.edit(caller.address, at, Message(said))


def _choice(key: str, language: Language, day: date) -> Message:
    buttons = tuple(
        Button(_say(what, language), data=f"build:{what}:{day}") for what in ("publish", "drop")
    )
    return Message(_say(key, language, day=day), buttons=(buttons,))


# block=False: building and publishing take minutes.
HANDLERS = [
    CommandHandler("build", for_admins(build), filters=TO_ME, block=False),
    CallbackQueryHandler(for_admins(on_tap(DATA, decided)), pattern=DATA, block=False),
]
