"""Being blocked, unblocked, added to groups, removed from them, and groups that become another.

Whoever blocks the bot ends the subscription, and has it back by unblocking; whoever said /stop
before stays away until /start.
"""

import logging

from telegram import Chat as TelegramChat
from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.commands.caller import Caller, answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.stop import WHY as STOPPED
from bot.daily.channels import REMOVED as OUT_OF_SETTINGS
from bot.telegram.errors import DeliveryError
from core.locale import Sentence
from core.models.chat import ChatKind

logger = logging.getLogger(__name__)

BLOCKED, REMOVED = "blocked", "kicked"
"""In the ledger; also what a refused message is entered as."""
STAYS_AWAY = (STOPPED, OUT_OF_SETTINGS)
"""Why somebody left who comes back by their own word alone."""
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
        why = BLOCKED if caller.is_private else REMOVED
        chats, now = services.core.store.chats, services.core.now()
        await chats.leave(caller.address.chat_id, at=now, why=why)
    elif was_gone:
        await _returned(change, services, caller)
    elif _may_write(change.new_chat_member):
        await services.core.store.chats.reached(caller.address.chat_id, is_retried=True)
    if caller.kind is ChatKind.CHANNEL:
        await services.daily_jobs.look_at_channels()


async def hear(update: Update, services: BotServices) -> None:
    """Take back what was only concluded: whoever says something in a chat can be written to there.

    A farewell says nothing, and neither does anything about those who wanted it to end.
    """
    change, chat = update.my_chat_member, update.effective_chat
    if chat is None or (change is not None and _is_gone(change.new_chat_member)):
        return
    chats = services.core.store.chats
    row = await chats.get(chat.id)
    if row is None:
        return
    if row.left_at is not None and row.left_why not in STAYS_AWAY and change is None:
        await chats.restore(chat.id, unless=STAYS_AWAY)
    elif row.refused_at is not None:
        # A group that is muted talks on; only in private is it the same as being reachable.
        await chats.reached(chat.id, is_retried=chat.type == TelegramChat.PRIVATE)


async def _returned(change: ChatMemberUpdated, services: BotServices, caller: Caller) -> None:
    """Give a chat back what it had; greet a group."""
    if not is_welcome(change, services):
        return
    row, store = caller.row, services.core.store
    is_back = row is not None and row.left_at is not None and row.left_why not in STAYS_AWAY
    if row is not None and is_back:
        await store.chats.join(type(row)(**vars(row) | {"joined_at": services.core.now()}))
    if change.chat.type not in (TelegramChat.GROUP, TelegramChat.SUPERGROUP):
        return  # in private, Telegram's own start button speaks; channels belong to the settings
    said = (BACK if is_back else HELLO)(caller.language, name=services.username)
    try:
        await answer(services, caller, said)
    except DeliveryError as error:  # added, but not allowed to write
        logger.info("a group could not be greeted: %s", error)


def is_welcome(change: ChatMemberUpdated, services: BotServices) -> bool:
    """Whether who added the bot may use it."""
    settings = services.core.settings
    allowed = settings.telegram_allowed_user_ids
    return not allowed or change.from_user.id in (*allowed, *settings.telegram_admin_ids)


def _is_gone(member: ChatMember) -> bool:
    if member.status == ChatMember.RESTRICTED:
        return not getattr(member, "is_member", True)
    return member.status in _GONE


def _may_write(member: ChatMember) -> bool:
    """Whether the bot may write, as far as its membership says."""
    if isinstance(member, ChatMemberRestricted):
        return member.can_send_messages
    return getattr(member, "can_post_messages", None) is not False


async def moved(update: Update, context: Context) -> None:
    """Let what is known of a group follow it to its new id."""
    message = update.message
    if message is None:
        return
    chats = context.services.core.store.chats
    if message.migrate_to_chat_id is not None:
        await chats.move(message.chat_id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await chats.move(message.migrate_from_chat_id, message.chat_id)


HANDLERS = [
    ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER),
    MessageHandler(filters.StatusUpdate.MIGRATE, moved),
]
