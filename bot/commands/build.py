"""`/build [date]`, for administrators: the digest as a preview, and buttons that publish it."""

import re
from datetime import date

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.commands.admins import for_admins
from bot.commands.caller import answer, answer_all, argument, as_chat, caller_of, progress, view_of
from bot.commands.context import Context
from bot.commands.filters import TO_ME
from bot.commands.keyboard import expired, respond
from bot.render.contents import contents
from bot.render.message import Button, Message
from core.models.values import Language

MENU: dict[Language, str] = {
    "zh": "做好日报先预览，再发布：/build 2026-03-13",
    "en": "Preview the digest, then publish it: /build 2026-03-13",
}
OLDEST_DAYS = 30
DATA = re.compile(r"build:(?P<what>publish|drop):(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
TEXT: dict[str, dict[Language, str]] = {
    "usage": {
        "zh": "日期写成 2026-03-13，不晚于今天，最多 30 天前；不写就是今天。",
        "en": "A date looks like 2026-03-13, is not after today and at most 30 days ago; none is"
        " today.",
    },
    "building": {"zh": "🛠 正在做 {day} 的日报……", "en": "🛠 Building the digest of {day}…"},
    "ask": {
        "zh": "以上是 {day} 的预览，只有你能看到。发布给频道和到点的订阅者？已收到的不会重发。",
        "en": "Above is the preview of {day}; only you see it. Publish it to the channels and to"
        " whoever is due? Nobody gets it twice.",
    },
    "publish": {"zh": "✅ 发布", "en": "✅ Publish"},
    "drop": {"zh": "取消", "en": "Cancel"},
    "publishing": {"zh": "📤 正在发布 {day}……", "en": "📤 Publishing {day}…"},
    "published": {
        "zh": "✅ {day} 已发布：送达 {sent}，放弃 {given_up}，稍后再试 {held}，离开 {gone}。",
        "en": "✅ {day} is published: {sent} sent, {given_up} given up, {held} to be tried later,"
        " {gone} gone.",
    },
    "broken_off": {
        "zh": "🛠 {day} 的日报没有做完：机器人中途停了。再发一次 /build {day}。",
        "en": "🛠 The digest of {day} was not finished: the bot was stopped. Send /build {day} once"
        " more.",
    },
    "half_published": {
        "zh": "📤 {day} 的发布中途停了，其余的会按各自的时间送到。要现在继续，再点一次发布；"
        "已收到的不会重发。",
        "en": "📤 Publishing {day} was broken off; the rest goes out at its hours. To go on now,"
        " publish again: nobody gets it twice.",
    },
    "dropped": {"zh": "没有发布 {day}。", "en": "{day} was not published."},
}


async def build(update: Update, context: Context) -> None:
    """Build a day's digest and show it to the administrator alone."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language = caller.language
    today = services.core.now().astimezone(services.core.settings.digest_timezone).date()
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


async def decided(update: Update, context: Context) -> None:
    """Publish the previewed digest, or do not."""
    query, services = update.callback_query, context.services
    caller = await caller_of(update, services)
    match = DATA.fullmatch((query.data if query else None) or "")
    today = services.core.now().astimezone(services.core.settings.digest_timezone).date()
    day = day_of(match["day"], today) if match else None
    if query is None or query.message is None or caller is None or match is None or day is None:
        await expired(update, context)
        return
    await respond(query)
    language, messenger, at = caller.language, services.messenger, query.message.message_id
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


def _say(key: str, language: Language, **values: object) -> str:
    return TEXT[key][language].format(**values)


# block=False: building and publishing take minutes.
HANDLERS = [
    CommandHandler("build", for_admins(build), filters=TO_ME, block=False),
    CallbackQueryHandler(for_admins(decided), pattern=DATA, block=False),
]
