"""`/today`: the newest list, dated; or, before the first one, when it comes."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.clocks import moment
from bot.commands.filters import SAID
from bot.commands.ours import newest_for
from bot.commands.people import answer, answer_all, as_chat, caller_of, view_of
from bot.context import BotServices, Context
from bot.render.contents import contents
from core.models import Language
from core.store.chats import Chat

MENU: dict[Language, str] = {"zh": "今天的论文目录", "en": "Today's papers"}
NONE_YET: dict[Language, str] = {
    "zh": "还没有做好的日报，下一份 {when} 送出。现在就可以发 /paper 加 arXiv 编号读任意论文。",
    "en": "There is no digest yet; the next one comes {when}. Until then /paper with an arXiv id"
    " reads any paper.",
}


async def today(update: Update, context: Context) -> None:
    """Answer with the newest list."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    chat = as_chat(caller, services)
    edition = await newest_for(chat, services)
    if edition is None:
        await answer(services, caller, none_yet(chat, services))
    else:
        await answer_all(services, caller, contents([edition], view_of(chat, services)))


def none_yet(chat: Chat, services: BotServices) -> str:
    """Return that nothing is there, and when there will be."""
    return NONE_YET[chat.language].format(when=next_time(chat, services))


def next_time(chat: Chat, services: BotServices) -> str:
    """Return when the next post to `chat` comes, on its own clock."""
    coming = services.morning.next_post(chat)
    return moment(coming, services.core.now(), chat.zone, chat.language)


HANDLERS = [CommandHandler("today", today, filters=SAID)]
