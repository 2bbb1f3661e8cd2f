"""Being blocked, unblocked, added to groups, removed from them, and groups that become another."""

import logging

from telegram import Chat as TelegramChat
from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.commands.caller import Caller, answer, caller_of
from bot.commands.context import BotServices, Context
from bot.telegram.errors import DeliveryError
from core.locale import Sentence
from core.models.chat import ChatKind

logger = logging.getLogger(__name__)

_GONE = (ChatMember.LEFT, ChatMember.BANNED)
HELLO = Sentence("membership.hello")
BACK = Sentence("membership.back")


async def membership(update: Update, context: Context) -> None:
    """Follow a change of the bot's own membership in a chat."""
    change, services = update.my_chat_member, context.services
    caller = await caller_of(update, services)
    if change is None or caller is None:
        return
    was_gone = _is_gone(change.old_chat_member)
    is_gone = _is_gone(change.new_chat_member)
    if is_gone:
        is_private = caller.is_private
        await services.subscriptions.shut_out(caller.address.chat_id, is_private=is_private)
    elif was_gone:
        await _returned(change, services, caller)
    elif _may_write(change.new_chat_member):
        await services.subscriptions.may_write(caller.address.chat_id)
    if caller.kind is ChatKind.CHANNEL:
        await services.daily_jobs.look_at_channels()


async def hear(update: Update, services: BotServices) -> None:
    """Take back what was only concluded: whoever says something in a chat can be written to there.

    A farewell says nothing, and neither does anything about those who wanted it to end.
    """
    change, chat = update.my_chat_member, update.effective_chat
    if chat is None or (change is not None and _is_gone(change.new_chat_member)):
        return
    is_private = chat.type == TelegramChat.PRIVATE
    await services.subscriptions.hear(chat.id, is_said=change is None, is_private=is_private)


async def _returned(change: ChatMemberUpdated, services: BotServices, caller: Caller) -> None:
    """Give a chat back what it had; greet a group."""
    if not services.access.is_allowed(change.from_user.id):
        return
    is_back = await services.subscriptions.let_in(caller.row)
    if change.chat.type not in (TelegramChat.GROUP, TelegramChat.SUPERGROUP):
        return  # in private, Telegram's own start button speaks; channels belong to the settings
    said = (BACK if is_back else HELLO)(caller.language, name=services.username)
    try:
        await answer(services, caller, said)
    except DeliveryError as error:  # added, but not allowed to write
        logger.info("a group could not be greeted: %s", error)


def _is_gone(member: ChatMember) -> bool:
    if member.status == ChatMember.RESTRICTED:
        return not getattr(member, "is_member", True)
    return member.status in _GONE


def _may_write(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.can_send_messages
    return getattr(member, "can_post_messages", None) is not False


async def moved(update: Update, context: Context) -> None:
    """Let what is known of a group follow it to its new id."""
    message = update.message
    if message is None:
        return
    chats = context.services.subscriptions
    if message.migrate_to_chat_id is not None:
        await chats.move(message.chat_id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await chats.move(message.migrate_from_chat_id, message.chat_id)


HANDLERS = [
    ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER),
    MessageHandler(filters.StatusUpdate.MIGRATE, moved),
]
