"""What an answer is: a result, a refusal in Telegram's own words, or nobody's. Pure.

Between the bot and Telegram may stand a proxy, a firewall, a login page, a mirror with a bug; here
alone is decided whom to believe, before python-telegram-bot looks at the answer, which takes
anything for Telegram's and raises whatever a wrong shape makes Python raise. Of a message's
answer only what we use is handed on, so that no other field of it can be odd.
"""

import json
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

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

LONGEST_WAIT = 86_400
"""Seconds; Telegram's longest are near. What asks for more than a week means nothing by it."""
_ODD_WAIT = 30
_WEEK = 7 * LONGEST_WAIT
_GATEWAY_TIMEOUTS = frozenset({504, 524})
"""The gateway handed the request on and got no answer: just as if we had not."""
_MOST_SAID = 200
"""Characters of a description that are kept."""
_SAFE = 2**53
"""Ids are below it (https://core.telegram.org/bots/api), and fit into a database."""
_SUPERGROUPS = -1_000_000_000_000
"""The ids of supergroups are below it."""
MOVED = ("upgraded to a supergroup", "migrated to a supergroup")


class Unreadable(NetworkError):
    """Answered, but not as Telegram answers: what was asked for may have been done.

    A proxy's page, too, whatever its status: it may have handed the request on before.
    """


class UnknownCode(NetworkError):
    """Refused as Telegram refuses, with a code nobody knows: nothing was done."""


class ServerFailed(NetworkError):
    """A 5xx of Telegram, or of a gateway before it: what was asked for may have been done."""


class NoAnswer(TimedOut):
    """No answer in time, though the request was sent."""


def read(method: str, status: int, body: bytes, chat_id: object = None) -> tuple[Any, Any]:
    """Return a call's answer as it came, and its result as far as it is to be believed.

    Raise one of the library's errors for a refusal of Telegram's, else one of those above.
    `chat_id` is the chat that was asked for.
    """
    if status in _GATEWAY_TIMEOUTS:
        raise NoAnswer(f"no answer in time ({status})")
    answer = _parsed(body)
    is_fine = 200 <= status <= 299
    if isinstance(answer, dict):
        if answer.get("ok") is True and is_fine:
            return answer, _result(method, answer, chat_id)
        if (refusal := _refusal(answer, status, chat_id)) is not None:
            raise refusal
    if status >= 500:
        raise ServerFailed(f"status {status}")
    raise Unreadable(f"an answer that is not Telegram's (status {status})")


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_said_once)
    except (ValueError, RecursionError):  # also what is nested too deeply
        return None


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object without what it says twice: neither is to be believed."""
    found = dict(pairs)
    if len(found) < len(pairs):
        said = Counter(name for name, _ in pairs)
        found = {name: value for name, value in pairs if said[name] == 1}
    return found


def _result(method: str, answer: dict[str, Any], chat_id: object) -> Any:
    result, shape = answer.get("result"), _SHAPES.get(method)
    kept = result if shape is None else shape(result)
    if kept is None or (shape in (_message, _edited) and _is_of_another(result, chat_id)):
        raise Unreadable(f"an answer to {method} that is none")
    return kept


def _is_of_another(message: Any, chat_id: object) -> bool:
    """Whether a message is another chat's: no proof that ours has arrived."""
    chat = message.get("chat") if isinstance(message, dict) else None
    found = chat.get("id") if isinstance(chat, dict) else None
    return _is_id(found) and _is_id(chat_id) and found != chat_id


def _message(result: Any) -> Any:
    """Return a message as bare as the library takes it, with what the outbox looks at."""
    if not isinstance(result, dict) or not _is_id(result.get("message_id")):
        return None
    if result["message_id"] < 1:
        return None
    kept = {
        "message_id": result["message_id"],
        "date": 0,
        "chat": {"id": 0, "type": "private"},
    }
    if (file_id := _file_id(result.get("photo"))) is not None:
        size = {"file_id": file_id, "file_unique_id": "", "width": 0, "height": 0}
        kept["photo"] = [size]
    return kept


def _file_id(photo: Any) -> str | None:
    """Return what names the largest size of a photo from now on."""
    largest = photo[-1] if isinstance(photo, list) and photo else None
    file_id = largest.get("file_id") if isinstance(largest, dict) else None
    return file_id if isinstance(file_id, str) and file_id else None


def _edited(result: Any) -> Any:
    return True if result is True else _message(result)


def _updates(result: Any) -> Any:
    return result if isinstance(result, list) else None


def _bot(result: Any) -> Any:
    """Return who we are: without a name no command could be told from another bot's."""
    if not isinstance(result, dict) or not _is_id(result.get("id")):
        return None
    names = {name: result.get(name) for name in ("first_name", "username")}
    if not all(isinstance(name, str) and name for name in names.values()):
        return None
    return {"id": result["id"], "is_bot": True, **names}


def _chat(result: Any) -> Any:
    return result if isinstance(result, dict) and _is_id(result.get("id")) else None


def _member(result: Any) -> Any:
    return result if isinstance(result, dict) and isinstance(result.get("status"), str) else None


_SHAPES: dict[str, Callable[[Any], Any]] = {
    "sendMessage": _message,
    "sendRichMessage": _message,
    "sendPhoto": _message,
    "sendDocument": _message,
    "editMessageText": _edited,
    "editMessageReplyMarkup": _edited,
    "getUpdates": _updates,
    "getMe": _bot,
    "getChat": _chat,
    "getChatMember": _member,
}
"""By method, what makes of a result what we use of it: None when it is no such thing."""


def _refusal(answer: dict[str, Any], status: int, chat_id: object) -> TelegramError | None:
    code: Any = answer.get("error_code")
    said = answer.get("description")
    if answer.get("ok") is not False or not _is_id(code) or not isinstance(said, str) or not said:
        return None
    if status != code and not 200 <= status <= 299:
        return None
    said = _clean(said)
    parameters = answer.get("parameters")
    about = parameters if isinstance(parameters, dict) else {}
    match code:
        case 429:
            return RetryAfter(_wait(about.get("retry_after")))
        case 400:
            return _bad_request(said, about.get("migrate_to_chat_id"), chat_id)
        case 401 | 404:
            return InvalidToken(said)
        case 403:
            return Forbidden(said)
        case 409:
            return Conflict(said)
    if 500 <= code <= 599:
        return ServerFailed(said)
    return UnknownCode(f"refused with the unknown code {code}")


def _bad_request(said: str, new_id: Any, chat_id: object) -> TelegramError:
    if not any(part in said.lower() for part in MOVED):
        return BadRequest(said)
    is_other = _is_id(new_id) and -_SAFE < new_id < _SUPERGROUPS and new_id != chat_id
    return ChatMigrated(new_id) if is_other else BadRequest(said)


def _wait(asked: Any) -> int:
    """Return the seconds to wait: what is asked for, within reason."""
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        return _ODD_WAIT
    if not 0 <= asked <= _WEEK:  # true also of what is no number
        return _ODD_WAIT
    return max(1, min(math.ceil(asked), LONGEST_WAIT))


def _clean(said: str) -> str:
    """Return a description as one line that every log and database takes."""
    line = "".join(sign if sign.isprintable() else " " for sign in said[: 4 * _MOST_SAID])
    return line.encode("utf-8", "replace").decode()[:_MOST_SAID]


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_SAFE < value < _SAFE
