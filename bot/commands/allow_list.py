"""The allow-list: who is not on it gets one polite line, and nothing of theirs is looked at."""

from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.commands.caller import answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.keyboard import respond
from bot.commands.membership import hear
from core.locale import Sentence

CLOSED = Sentence("allow_list.closed")


async def gate(update: Update, context: Context) -> None:
    """Stop here what comes from a stranger."""
    services = context.services
    if is_allowed(update, services):
        await hear(update, services)
        return
    caller = await caller_of(update, services)
    if caller is not None and caller.is_subscribed and _is_farewell(update):
        return  # taken off the list, they still have a post a day to end
    if caller is not None and await _deserves_an_answer(update, services, caller.person):
        said = CLOSED(caller.language, id=caller.person)
        if update.callback_query is not None:
            await respond(update.callback_query, said, alert=True)
        else:
            await answer(services, caller, said)
    elif update.callback_query is not None:
        await respond(update.callback_query)
    raise ApplicationHandlerStop


def is_allowed(update: Update, services: BotServices) -> bool:
    sender = update.effective_sender
    if sender is None or update.my_chat_member is not None:
        return True  # leaving is always allowed; `membership` greets only who is welcome
    return services.access.is_allowed(sender.id)


async def _deserves_an_answer(update: Update, services: BotServices, person: int) -> bool:
    """Whether it is said to the bot, for the first time in a while."""
    message, is_tap = update.message, update.callback_query is not None
    if not is_tap and (message is None or not _is_to_us(message.text, message.chat.type, services)):
        return False
    return await services.access.may_refuse(person)


def _is_farewell(update: Update) -> bool:
    text = (update.message.text if update.message is not None else None) or ""
    return text.partition("@")[0].strip().lower() == "/stop"


def _is_to_us(text: str | None, chat_type: str, services: BotServices) -> bool:
    if chat_type == "private":
        return True
    command = (text or "").split(maxsplit=1)[0] if (text or "").strip() else ""
    return command.startswith("/") and command.lower().endswith(f"@{services.username.lower()}")


HANDLERS = [TypeHandler(Update, gate)]
