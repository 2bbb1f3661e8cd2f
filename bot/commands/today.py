"""`/today`: the newest list, or a named day's; where there is none, why and when it comes."""

from datetime import date

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import (
    Caller,
    answer,
    answer_all,
    argument,
    as_chat,
    caller_of,
    view_of,
)
from bot.commands.context import BotServices, Context
from bot.commands.current_edition import newest_for
from bot.commands.filters import SAID
from bot.render import words
from bot.render.contents import contents
from bot.render.reader_time import moment, named_day
from core.models.chat import Chat
from core.models.values import Language

MENU: dict[Language, str] = {"zh": "今天的论文目录", "en": "Today's papers"}
NONE_YET: dict[Language, str] = {
    "zh": "还没有做好的日报，下一份 {when} 送出。现在就可以发 /paper 加 arXiv 编号读任意论文。",
    "en": "There is no digest yet; the next one comes {when}. Until then /paper with an arXiv id"
    " reads any paper.",
}
IN_WORK: dict[bool, dict[Language, str]] = {
    True: {
        "zh": "⏳ 今天的名单正在整理，有结果就发到这里。",
        "en": "⏳ Today's list is being put together; what comes of it is sent here.",
    },
    False: {
        "zh": "⏳ 今天的名单正在整理，过几分钟再发 /today 看。",
        "en": "⏳ Today's list is being put together; send /today again in a few minutes.",
    },
}
"""True: it comes here by itself."""
NOT_OUT: dict[Language, str] = {
    "zh": "⏳ 今天的日报还没有出来。",
    "en": "⏳ Today's digest is not out yet.",
}
NOTHING: dict[Language, str] = {"zh": "☕ 今天没有日报。", "en": "☕ There is no digest today."}
BEFORE: dict[Language, str] = {"zh": "最近一期：", "en": " The latest one:"}
WHICH_DAY: dict[Language, str] = {
    "zh": "没看出是哪一天。/today 看最新的；看某一天写 /today {example}、03-10 或 昨天。",
    "en": "Which day is that? /today shows the newest list; a day is written /today {example},"
    " 03-10 or yesterday.",
}
NOT_YET: dict[Language, str] = {
    "zh": "{day} 的日报还没有出，下一份 {when} 送出。最新的发 /today。",
    "en": "The digest of {day} is not out yet; the next one comes {when}. /today shows the newest.",
}
NONE_THAT_DAY: dict[Language, str] = {
    "zh": "这里没有 {day} 的日报：那天没有新的论文名单，或者这个机器人还没开始做。",
    "en": "There is no digest of {day} here: no new list came that day, or this bot had not begun.",
}
THERE_ARE: dict[Language, str] = {
    "zh": "\n能看的最近几天：{days}，例如 /today {last}",
    "en": "\nThe last days there are: {days}; for example /today {last}",
}
MOST_DAYS = 5
WAITING: dict[Language, str] = {
    "zh": "今天名单出来后",
    "en": "today, once its list is out",
}
"""Instead of an hour, where the day's lists are late or cannot be read."""
OVER: dict[Language, str] = {
    "zh": "重新启动演示后",
    "en": "when the demo is started again",
}
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
        if edition.digest.day < services.daily_jobs.newest_day():
            said = await _why_not_todays(chat, services)
            await answer(services, caller, f"{said}{BEFORE[chat.language]}")
        await answer_all(services, caller, contents([edition], view_of(chat, services)))


async def _of_day(services: BotServices, caller: Caller, chat: Chat, text: str) -> None:
    """Answer with the list of a day that somebody wrote, or why there is none."""
    language, newest = chat.language, services.daily_jobs.newest_day()
    zone = services.core.settings.digest_timezone
    day = named_day(text, services.core.now().astimezone(zone).date())
    if day is None:
        await answer(services, caller, WHICH_DAY[language].format(example=newest))
    elif day > newest:
        said = NOT_YET[language].format(
            day=words.named_day(day, language), when=await next_time(chat, services)
        )
        await answer(services, caller, said)
    elif (edition := await services.daily_jobs.edition_of(day, chat)) is not None:
        await answer_all(services, caller, contents([edition], view_of(chat, services)))
    else:
        await answer(services, caller, await _none_that_day(services, day, language))


async def _none_that_day(services: BotServices, day: date, language: Language) -> str:
    stored = await services.core.store.digests.recent(MOST_DAYS * 4)
    days = sorted({digest.day for digest in stored if digest.candidates}, reverse=True)[:MOST_DAYS]
    said = NONE_THAT_DAY[language].format(day=words.named_day(day, language))
    if not days:
        return said
    listed = ("、" if language == "zh" else ", ").join(map(words.short_day, days))
    return said + THERE_ARE[language].format(days=listed, last=days[0])


async def _why_not_todays(chat: Chat, services: BotServices) -> str:
    daily_jobs, language = services.daily_jobs, chat.language
    if await daily_jobs.is_making():
        return IN_WORK[await daily_jobs.is_waiting(chat)][language]
    return (NOT_OUT if await daily_jobs.is_open(daily_jobs.newest_day()) else NOTHING)[language]


async def none_yet(chat: Chat, services: BotServices) -> str:
    """Return that nothing is there, and when there will be."""
    daily_jobs = services.daily_jobs
    if await daily_jobs.is_making():
        return IN_WORK[await daily_jobs.is_waiting(chat)][chat.language]
    return NONE_YET[chat.language].format(when=await next_time(chat, services))


async def next_time(chat: Chat, services: BotServices) -> str:
    """Return when the next post to `chat` comes, on its own clock."""
    coming = services.daily_jobs.next_post(chat)
    if await services.daily_jobs.is_waiting(chat):
        return WAITING[chat.language]
    if services.daily_jobs.is_over(coming):
        return OVER[chat.language]
    return moment(coming, services.core.now(), chat.zone, chat.language)


HANDLERS = [CommandHandler("today", today, filters=SAID)]
