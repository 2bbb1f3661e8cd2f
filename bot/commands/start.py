"""`/start`: subscribe, and see at once what comes every morning; `/start paper_...` opens a paper.

The list shown at once is a delivery like any other. It is entered in the ledger, so that the
morning does not send it again, and a reading that arrives late still edits it.
"""

from contextlib import suppress
from datetime import date, timedelta

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import Caller, answer, argument, as_chat, caller_of, may_manage, view_of
from bot.commands.context import BotServices, Context
from bot.commands.current_edition import newest_for
from bot.commands.filters import SAID
from bot.commands.paper import open_paper
from bot.commands.today import next_time
from bot.render.contents import contents
from bot.render.deep_links import paper_of_start
from bot.render.message import Message
from bot.telegram.errors import DeliveryError, MayBeSent
from core.locale import Sentence
from core.models.chat import Chat
from core.models.errors import StoreUnavailable
from core.models.paper_id import PaperRef
from core.store.delivery_changes import Begin, Finish, Release

MENU = Sentence("start.menu")
LEASE = timedelta(minutes=2)
"""For the list shown at once; the morning takes it over should this process die."""
GREETING = Sentence("start.greeting")
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
    if caller.is_private and not caller.is_subscribed:
        # Who came from a channel for one paper has not asked for a post a day.
        now = services.core.now()
        if await services.core.store.notices.first(f"hint:{caller.address.chat_id}", at=now):
            await answer(services, caller, HINT(caller.language))


async def _subscribe(services: BotServices, caller: Caller) -> None:
    newcomer = await services.daily_jobs.newcomer(as_chat(caller, services))
    chat, is_new = await services.core.store.chats.join(newcomer)
    if chat.paused_at is not None:
        await answer(services, caller, PAUSED(chat.language))
        return
    said = KNOWN if not is_new else GREETING if caller.row is None else BACK
    newest = await newest_for(chat, services) if is_new else None
    if newest is not None and newest.digest.day == services.daily_jobs.owed(chat):
        newest = None  # it came out this second, and the morning brings it
    # What is shown in a moment will not come again.
    soon = chat if newest is None else Chat(**vars(chat) | {"had_day": newest.digest.day})
    when = await next_time(soon, services)
    await answer(services, caller, said(chat.language, when=when))
    if newest is not None:
        await show_newest(services, caller, chat)


async def _subscribe_group(services: BotServices, caller: Caller) -> None:
    chats, address = services.core.store.chats, caller.address
    newcomer = await services.daily_jobs.newcomer(as_chat(caller, services))
    chat, _ = await chats.join(newcomer)
    if chat.paused_at is not None:
        await answer(services, caller, PAUSED(chat.language))
        return
    if chat.thread_id != address.thread_id:  # said in another topic: that is where it belongs now
        chat = await chats.change(chat.chat_id, thread_id=address.thread_id) or chat
    place = PLACE[address.thread_id is not None](chat.language)
    said = GROUP(chat.language, place=place, when=await next_time(chat, services))
    await answer(services, caller, said)


async def show_newest(services: BotServices, caller: Caller, chat: Chat) -> None:
    """Send the newest list, as the delivery it is."""
    edition = await newest_for(chat, services)
    if edition is None:
        return
    messages = contents([edition], view_of(chat, services))
    for part, message in enumerate(messages):
        had_day = edition.digest.day if part == len(messages) - 1 else None
        await _deliver(services, caller, f"day:{edition.digest.day}", part, message, had_day)


async def _deliver(
    services: BotServices,
    caller: Caller,
    post: str,
    part: int,
    message: Message,
    had_day: date | None,
) -> None:
    ledger, now, chat_id = (
        services.core.store.deliveries,
        services.core.now(),
        caller.address.chat_id,
    )
    begin = Begin(chat_id, post, part, at=now, lease_until=now + LEASE)
    may_go = (await ledger.apply([begin]))[0]
    try:
        message_id = await answer(services, caller, message)
    except DeliveryError as error:
        if may_go:
            is_unsure = isinstance(error, MayBeSent)
            await ledger.apply([Release(chat_id, post, part, not_before=now, unsure=is_unsure)])
        raise
    if may_go:  # else it had been sent before, and is shown once more because they asked
        at = services.core.now()
        finish = Finish(chat_id, post, part, at, message_id, message.fingerprint, had_day)
        with suppress(StoreUnavailable):  # noted by the ledger as soon as it can
            await ledger.apply([finish])


HANDLERS = [CommandHandler("start", start, filters=SAID)]
