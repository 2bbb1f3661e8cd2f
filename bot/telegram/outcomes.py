"""What an error of Telegram's means for the message at hand.

The Bot API has few codes and many sentences; the sentences here are the captured ones
(tests/data/telegram). What is not known is taken as a refusal of this one message: it is logged,
told to the administrators, and never tried again for ever.
"""

from datetime import datetime, timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import (
    ChatMoved,
    DeliveryError,
    HeldBack,
    MayBeSent,
    MessageLost,
    MessageRefused,
    NotSent,
    RecipientGone,
    TopicGone,
)
from bot.telegram.request import BrokenOff

_FORBIDDEN = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deactivated"),
    ("kicked", "kicked"),
    ("not a member", "kicked"),
    ("can't initiate", "not started"),
    ("send messages to bots", "a bot"),
)
"""Part of a 403's sentence, and our word for it."""
_GONE = (
    ("chat not found", "not found"),
    ("peer_id_invalid", "not found"),
    ("user not found", "not found"),
    ("group is deactivated", "deactivated"),
    ("group chat was deactivated", "deactivated"),
    ("not enough rights", "no rights"),
    ("have no rights", "no rights"),
    ("need administrator rights", "no rights"),
    ("chat_write_forbidden", "no rights"),
    ("bot is not a member", "kicked"),
)
_LOST = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
    "message can't be deleted",
)
_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
_UNCHANGED = "message is not modified"
_MOVED = ("upgraded to a supergroup", "migrated to a supergroup")


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit failed because there was nothing to change."""
    return isinstance(error, BadRequest) and _UNCHANGED in error.message.lower()


def wait_of(error: RetryAfter) -> timedelta:
    """Return how long Telegram asked us to wait."""
    wait = error._retry_after  # the public property warns of its own future type
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def outcome(error: TelegramError, now: datetime) -> DeliveryError:
    """Return what `error` means; its text is ours or Telegram's sentence, never a URL."""
    match error:
        case RetryAfter():
            return HeldBack(now + wait_of(error))
        case ChatMigrated():
            return ChatMoved(error.new_chat_id)
        case Forbidden():
            return RecipientGone(_word(error, _FORBIDDEN) or "forbidden")
        case InvalidToken() | Conflict():
            return NotSent(type(error).__name__)  # the library's text quotes the token
        case BadRequest():
            return _bad_request(error)
        case BrokenOff() | TimedOut():
            return MayBeSent(error.message)
        case NetworkError():
            # Not arrived, or answered with a 5xx: Telegram says itself that it did nothing. Were
            # that taken as "maybe", an outage of minutes would use up the few tries "maybe" has.
            return NotSent(error.message[:200])
        case _:
            return NotSent(error.message[:200])


def _bad_request(error: BadRequest) -> DeliveryError:
    said = error.message.lower()
    if why := _word(error, _GONE):
        return RecipientGone(why)
    if any(part in said for part in _TOPIC):
        return TopicGone(error.message)
    if any(part in said for part in _LOST):
        return MessageLost(error.message)
    if any(part in said for part in _MOVED):  # without the new id nobody can follow
        return RecipientGone("moved")
    return MessageRefused(error.message[:200])


def _word(error: TelegramError, words: tuple[tuple[str, str], ...]) -> str | None:
    said = error.message.lower()
    return next((word for part, word in words if part in said), None)
