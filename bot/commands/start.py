"""`/start`: subscribe, and see what comes every morning; `/start paper_...` opens a paper."""

from dataclasses import replace
from functools import partial

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import (
    SAID,
    Caller,
    answer,
    argument,
    as_chat,
    caller_of,
    may_manage,
    newest_for,
    view_of,
)
from bot.commands.context import BotServices, Context
from bot.commands.paper import open_paper
from bot.commands.today import next_time
from bot.render.contents import contents
from bot.render.deep_links import paper_of_start
from core.locale import Sentence
from core.locale.phrases import all_of
from core.models.chat import Chat
from core.models.paper_id import PaperRef

MENU = Sentence("start.menu")
GREETING = Sentence("start.greeting")
FIRST = {
    "coming": Sentence("start.first.coming"),
    "shown": Sentence("start.first.shown"),
    "last": Sentence("start.first.last"),
}
"""When the first list comes: at an hour, or at once; "last": and it is the demo's last one."""
BACK = Sentence("start.back")
KNOWN = Sentence("start.known")
PAUSED = Sentence("start.paused")
GROUP = Sentence("start.group")
PLACE = {
    True: Sentence("start.place.topic"),
    False: Sentence("start.place.chat"),
}
"""True: a topic of a forum."""
ADMINS_ONLY = Sentence("start.admins_only")
HINT = Sentence("start.hint")


async def start(update: Update, context: Context) -> None:
    """Subscribe the chat, or open the paper of a deep link."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    paper_id = paper_of_start(argument(update.message))
    if paper_id is not None:
        # A reading takes a minute, and the chat's next commands should not wait for it.
        opening = _open(update, services, caller, PaperRef(paper_id))
        context.application.create_task(opening, update=update)
    elif caller.is_private:
        await _subscribe(services, caller)
    elif await may_manage(update, context):
        await _subscribe_group(services, caller)
    else:
        await answer(services, caller, ADMINS_ONLY(caller.language))


async def _open(update: Update, services: BotServices, caller: Caller, reference: PaperRef) -> None:
    await open_paper(update, services, caller, reference)
    # Who came from a channel for one paper has not asked for a post a day.
    is_guest = caller.is_private and not caller.is_subscribed
    if is_guest and await services.subscriptions.may_hint(caller.address.chat_id):
        await answer(services, caller, HINT(caller.language))


async def _subscribe(services: BotServices, caller: Caller) -> None:
    chat, is_new = await services.subscriptions.start(as_chat(caller, services))
    if chat.paused_at is not None:
        await answer(services, caller, PAUSED(chat.language))
        return
    said = KNOWN if not is_new else GREETING if caller.row is None else BACK
    newest = await newest_for(chat, services) if is_new else None
    if newest is not None and newest.digest.day == services.daily_jobs.hours.owed(chat):
        newest = None  # it came out this second, and the morning brings it
    # What is shown in a moment will not come again.
    soon = chat if newest is None else replace(chat, had_day=newest.digest.day)
    when = await next_time(soon, services)
    is_last = services.daily_jobs.is_over(services.daily_jobs.hours.next_post(soon))
    first = FIRST["coming" if newest is None else "last" if is_last else "shown"].filled(when=when)
    read = all_of(services.sources, chat.language)
    await answer(services, caller, said(chat.language, when=when, first=first, sources=read))
    if newest is not None:
        await show_newest(services, caller, chat)


async def _subscribe_group(services: BotServices, caller: Caller) -> None:
    thread_id = caller.address.thread_id
    chat = await services.subscriptions.start_group(as_chat(caller, services), thread_id)
    if chat.paused_at is not None:
        await answer(services, caller, PAUSED(chat.language))
        return
    place = PLACE[thread_id is not None](chat.language)
    said = GROUP(chat.language, place=place, when=await next_time(chat, services))
    await answer(services, caller, said)


async def show_newest(services: BotServices, caller: Caller, chat: Chat) -> None:
    """Send the newest list, as the delivery it is."""
    edition = await newest_for(chat, services)
    if edition is None:
        return
    chat_id, messages = caller.address.chat_id, contents([edition], view_of(chat, services))
    send = partial(answer, services, caller)
    await services.first_post.deliver(chat_id, edition.digest.day, messages, send)


HANDLERS = [CommandHandler("start", start, filters=SAID)]
