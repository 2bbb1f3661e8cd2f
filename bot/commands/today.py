"""`/today`: the newest list, or a named day's; where there is none, why and when it comes."""

from datetime import date

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import (
    SAID,
    Caller,
    answer,
    answer_all,
    argument,
    as_chat,
    caller_of,
    newest_for,
    view_of,
)
from bot.commands.context import BotServices, Context
from bot.render import words
from bot.render.contents import bundle_over, contents
from bot.render.reader_time import moment, named_day
from core.locale import Sentence
from core.locale.phrases import listed_in
from core.models.chat import Chat
from core.models.values import Language

MENU = Sentence("today.menu")
NONE_YET = Sentence("today.none_yet")
IN_WORK = {
    True: Sentence("today.in_work.comes_by_itself"),
    False: Sentence("today.in_work.is_made"),
}
"""True: it comes here by itself."""
NOT_OUT = Sentence("today.not_out")
NOTHING = Sentence("today.nothing")
BEFORE = Sentence("today.before")
WHICH_DAY = Sentence("today.which_day")
NOT_YET = Sentence("today.not_yet")
NONE_THAT_DAY = Sentence("today.none_that_day")
THERE_ARE = Sentence("today.there_are")
MOST_DAYS = 5
WAITING = Sentence("today.waiting")
"""Instead of an hour, where the day's lists are late or cannot be read."""
OVER = Sentence("today.over")
"""Instead of an hour, where the bundled days are over."""


async def today(update: Update, context: Context) -> None:
    """Answer with the newest list, or that of the day that is named."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    chat = as_chat(caller, services)
    if update.message is not None and (text := argument(update.message)):
        await _of_day(services, caller, chat, text)
        return
    edition = await newest_for(chat, services)
    if edition is None:
        await answer(services, caller, await none_yet(chat, services))
    else:
        if edition.digest.day < services.daily_jobs.hours.newest_day():
            said = await _why_not_todays(chat, services)
            await answer(services, caller, f"{said}{BEFORE(chat.language)}")
        await answer_all(services, caller, contents([edition], view_of(chat, services)))


async def _of_day(services: BotServices, caller: Caller, chat: Chat, text: str) -> None:
    """Answer with the list of a day that somebody wrote, or why there is none."""
    language, newest = chat.language, services.daily_jobs.hours.newest_day()
    day = named_day(text, services.daily_jobs.hours.today())
    if day is None:
        await answer(services, caller, WHICH_DAY(language, example=newest))
    elif day > newest and day > services.daily_jobs.last_day:
        last = services.daily_jobs.last_day
        await answer(services, caller, bundle_over(day, last, language).text)
    elif day > newest:
        said = NOT_YET(
            language, day=words.named_day(day, language), when=await next_time(chat, services)
        )
        await answer(services, caller, said)
    elif (edition := await services.daily_jobs.edition_of(day, chat)) is not None:
        await answer_all(services, caller, contents([edition], view_of(chat, services)))
    else:
        await answer(services, caller, await _none_that_day(services, day, language))


async def _none_that_day(services: BotServices, day: date, language: Language) -> str:
    days = await services.daily_jobs.editions.recent_days(MOST_DAYS)
    said = NONE_THAT_DAY(language, day=words.named_day(day, language))
    if not days:
        return said
    listed = listed_in(language, map(words.short_day, days))
    return f"{said}\n" + THERE_ARE(language, days=listed, last=days[0])


async def _why_not_todays(chat: Chat, services: BotServices) -> str:
    daily_jobs, language = services.daily_jobs, chat.language
    if await daily_jobs.is_making():
        return IN_WORK[await daily_jobs.is_waiting(chat)](language)
    return (NOT_OUT if await daily_jobs.is_open(daily_jobs.hours.newest_day()) else NOTHING)(
        language
    )


async def none_yet(chat: Chat, services: BotServices) -> str:
    daily_jobs = services.daily_jobs
    if await daily_jobs.is_making():
        return IN_WORK[await daily_jobs.is_waiting(chat)](chat.language)
    return NONE_YET(chat.language, when=await next_time(chat, services))


async def next_time(chat: Chat, services: BotServices) -> str:
    """Return when the next post to `chat` comes, on its own clock."""
    coming = services.daily_jobs.hours.next_post(chat)
    if await services.daily_jobs.is_waiting(chat):
        return WAITING(chat.language)
    if services.daily_jobs.is_over(coming):
        return OVER(chat.language)
    return moment(coming, services.now(), chat.zone, chat.language)


HANDLERS = [CommandHandler("today", today, filters=SAID)]
