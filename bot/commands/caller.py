"""Who says something, where, and in which language they are answered.

In a group the "user" of a message may be a stand-in of Telegram's (an anonymous administrator, a
channel), the same for all of them; who it really is says `sender_chat`.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from telegram import Chat as TelegramChat
from telegram import ChatMember, MaybeInaccessibleMessage, Message, Update, User
from telegram.ext import filters

from bot.commands.context import BotServices, Context
from bot.render import message as shown
from bot.render.view import View, tailored
from bot.telegram.errors import DeliveryError
from bot.telegram.messenger import ChatAddress
from core.locale import ELSE, LANGUAGES
from core.models.chat import Chat, ChatKind
from core.models.errors import StoreUnavailable
from core.models.values import Edition, Language, ScoredPaper

SAID = filters.UpdateType.MESSAGE & ~filters.ChatType.CHANNEL & ~filters.IS_AUTOMATIC_FORWARD
"""Said to the bot: no edited message (a typo mended in a command would run it twice), no channel's
post, nothing that Telegram forwards by itself from a channel into its discussion group."""
TO_ME = SAID & filters.ChatType.PRIVATE
KINDS = {
    TelegramChat.PRIVATE: ChatKind.PRIVATE,
    TelegramChat.GROUP: ChatKind.GROUP,
    TelegramChat.SUPERGROUP: ChatKind.GROUP,
    TelegramChat.CHANNEL: ChatKind.CHANNEL,
}


@dataclass(frozen=True)
class Caller:
    """Somebody who said something in a chat, or tapped a button there."""

    address: ChatAddress
    """Where they are answered."""
    kind: ChatKind
    person: int
    """Who it is, for limits: a user, or the chat that a message was signed with."""
    language: Language
    row: Chat | None
    """The chat as a member of the audience, also one that has left."""
    message_id: int | None = None
    """What an answer in a group refers to."""

    @property
    def is_private(self) -> bool:
        return self.kind is ChatKind.PRIVATE

    @property
    def is_subscribed(self) -> bool:
        return self.row is not None and self.row.left_at is None


async def caller_of(update: Update, services: BotServices) -> Caller | None:
    """Return who caused `update`; None where there is no chat to answer in."""
    chat, message = update.effective_chat, _message_of(update)
    if chat is None:
        return None
    sender = update.effective_sender
    row = await services.subscriptions.get(chat.id)
    is_group = chat.type != TelegramChat.PRIVATE
    is_said = is_group and update.message is not None and message is not None
    return Caller(
        address=ChatAddress(chat.id, _thread_of(message)),
        kind=KINDS.get(chat.type, ChatKind.GROUP),
        person=sender.id if sender is not None else chat.id,
        language=_language(row, update.effective_user, services),
        row=row,
        message_id=message.message_id if message is not None and is_said else None,
    )


async def language_of(update: Update, services: BotServices) -> Language:
    chat = update.effective_chat
    try:
        row = await services.subscriptions.get(chat.id) if chat is not None else None
    except StoreUnavailable:
        row = None
    return _language(row, update.effective_user, services)


async def answer(services: BotServices, caller: Caller, message: shown.Message | str) -> int:
    """Send an answer to where it was asked for; return its id."""
    ready = shown.Message(message) if isinstance(message, str) else message
    return await services.messenger.send(caller.address, ready, reply_to=caller.message_id)


async def answer_all(
    services: BotServices, caller: Caller, messages: Sequence[shown.Message]
) -> None:
    for message in messages:
        await answer(services, caller, message)


def progress(
    services: BotServices, caller: Caller, message_id: int, otherwise: shown.Message
) -> AbstractAsyncContextManager[None]:
    """Promise that a message which says that work goes on will say how it ended: by what is done
    inside, or as `otherwise` when that does not come to its end."""
    about = (caller.address, caller.person, caller.language)
    return services.deep_dives.promises.progress(*about, message_id, otherwise)


def as_chat(caller: Caller, services: BotServices) -> Chat:
    """Return the chat's row, or what it would be if it subscribed now."""
    if caller.row is not None:
        return caller.row
    place = caller.address
    return services.subscriptions.new(place.chat_id, caller.kind, caller.language, place.thread_id)


def view_of(chat: Chat, services: BotServices) -> View:
    return View(
        language=chat.language,
        username=services.username,
        is_private=chat.kind is ChatKind.PRIVATE,
        top_n=chat.top_n,
        threshold=chat.threshold,
    )


def is_operator(update: Update, services: BotServices) -> bool:
    """Whether it comes from one of the bot's own administrators, in person."""
    sender = update.effective_sender
    return sender is not None and services.access.is_admin(sender.id)


async def may_manage(update: Update, context: Context) -> bool:
    """Whether the sender may decide for the chat: anybody in private, administrators elsewhere."""
    chat, sender = update.effective_chat, update.effective_sender
    if chat is None or sender is None:
        return False
    if chat.type == TelegramChat.PRIVATE or is_operator(update, context.services):
        return True
    if isinstance(sender, TelegramChat):
        return sender.id == chat.id  # an anonymous administrator speaks as the group itself
    try:
        status = await context.services.messenger.status_of(sender.id, chat.id)
    except DeliveryError:  # nobody Telegram knows there, or nobody can say
        return False
    return status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


def argument(message: Message) -> str:
    """Return what stands behind a message's command."""
    text, entities = message.text or "", message.entities
    # A command is ASCII, so that its length is the same in UTF-16 units and in characters.
    return text[entities[0].length :].strip() if entities else ""


def _message_of(update: Update) -> MaybeInaccessibleMessage | None:
    if update.callback_query is not None:
        return update.callback_query.message
    return update.message


def _thread_of(message: MaybeInaccessibleMessage | None) -> int | None:
    # Replies in groups without topics have a thread's id as well; only a topic is a place.
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id
    return None


def _language(row: Chat | None, user: User | None, services: BotServices) -> Language:
    if row is not None:
        return row.language
    code = user.language_code if user is not None else None
    if not code:
        return services.subscriptions.defaults.language
    spoken = code.lower().partition("-")[0]
    return spoken if spoken in LANGUAGES else ELSE


async def newest_for(chat: Chat, services: BotServices) -> Edition | None:
    editions = await services.daily_jobs.editions.latest_for(chat, services.now())
    return editions[-1] if editions else None


async def listed_for(chat: Chat, services: BotServices) -> tuple[ScoredPaper, ...]:
    """Return the papers of `chat`'s newest list in the order of their numbers."""
    edition = await newest_for(chat, services)
    if edition is None:
        return ()
    digest = tailored(edition, view_of(chat, services)).digest
    beside = (digest.beside,) if digest.beside else ()
    return (*digest.picks, *beside, *digest.others)


async def scored_for(chat: Chat, paper_id: str, services: BotServices) -> ScoredPaper | None:
    """Return a paper's score and reason if it is in `chat`'s newest list."""
    listed = await listed_for(chat, services)
    return next((scored for scored in listed if scored.paper.id == paper_id), None)
