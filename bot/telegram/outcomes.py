"""What an error of Telegram's means for the message at hand.

The Bot API has few codes and many sentences; the sentences here are the captured ones
(tests/data/telegram). Only a sentence we know ends or changes anything: an unknown 400 is a
refusal of this one message, logged, told to the administrators and tried twice more; an unknown
403 says nothing at all.
"""

import re
from datetime import datetime, timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.telegram.answers import MOVED, NoAnswer, ServerFailed, UnknownCode, Unreadable
from bot.telegram.errors import (
    ChatMoved,
    DeliveryError,
    ForeignAnswer,
    HeldBack,
    MayBeSent,
    MessageLost,
    MessageRefused,
    NotSent,
    RecipientGone,
    RecipientRefused,
    TopicGone,
    UnknownRefusal,
)
from bot.telegram.request import BrokenOff, NotArrived

_FORBIDDEN = re.compile(
    r"forbidden: (?:"
    r"(?P<blocked>bot was blocked by the user)"
    r"|(?P<deactivated>user is deactivated|the group chat was deleted)"
    r"|(?P<kicked>bot (?:was kicked from|is not a member of) the (?:\w+ )?chat)"
    r")",
    re.ASCII,
)
"""What a person did: one such sentence is a fact. The group's name is our word for it."""
_REFUSED = re.compile(
    r"(?:forbidden: )?(?:"  # the library takes "Bad Request: " away
    r"(?P<not_found>chat not found|user not found|(?:input_user|peer)_id_invalid)"
    r"|(?P<not_started>bot can't initiate conversation with a user)"
    r"|(?P<a_bot>bot can't send messages to bots)"
    r"|(?P<deactivated>group (?:chat )?(?:is|was) deactivated|input_user_deactivated)"
    r"|(?P<blocked>user_is_blocked)"
    r"|(?P<kicked>bot is not a member of the (?:\w+ )?chat)"
    r"|(?P<no_rights>not enough rights|(?:bot )?have no rights|need administrator rights"
    r"|chat_write_forbidden|chat_restricted|chat_admin_required|chat_send_\w+_forbidden)"
    r")",
    re.ASCII,
)
"""What may pass: a group is muted for a minute, a server has lost its data, Telegram errs."""
_LOST = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
    "message can't be deleted",
)
_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
_UNCHANGED = "message is not modified"


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
            return _forbidden(error)
        case InvalidToken() | EndPointNotFound() | Conflict():
            return NotSent(type(error).__name__)  # the library's text quotes the token
        case BadRequest():
            return _bad_request(error)
        case UnknownCode():
            return UnknownRefusal(error.message)
        case NotArrived():
            return NotSent(error.message)
        case Unreadable():
            return ForeignAnswer(error.message)
        case BrokenOff() | NoAnswer() | ServerFailed():
            # A 5xx, too: a gateway gives up on a server that went on, a server that restarts on
            # what it has passed on ("Internal Server Error: restart").
            return MayBeSent(error.message)
        case _:  # the library's own; its text may quote a URL
            return MayBeSent(f"nobody knows what {type(error).__name__} did")


def _forbidden(error: Forbidden) -> DeliveryError:
    said = error.message.lower()
    if why := _word(_FORBIDDEN, said):
        return RecipientGone(why)
    if why := _word(_REFUSED, said):
        return RecipientRefused(why)
    return UnknownRefusal(error.message)


def _bad_request(error: BadRequest) -> DeliveryError:
    said = error.message.lower()
    if why := _word(_REFUSED, said):
        return RecipientRefused(why)
    if any(part in said for part in _TOPIC):
        return TopicGone(error.message)
    if any(part in said for part in _LOST):
        return MessageLost(error.message)
    if any(part in said for part in MOVED):  # without the new id nobody can follow
        return RecipientRefused("moved")
    return MessageRefused(error.message)


def _word(sentences: re.Pattern[str], said: str) -> str | None:
    match = sentences.match(said)
    return match.lastgroup.replace("_", " ") if match and match.lastgroup else None
