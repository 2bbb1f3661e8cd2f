"""What an error of a long-lived task is: its kind, what to say of it, and how soon (pure).

A kind is what stays the same from try to try, so that one state is told once. What passes by
itself every other day (the network) is told only when it lasts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.process.error_handler import place_of
from bot.telegram.answers import NotTelegram, Unreadable
from core.models.errors import (
    PaperboyError,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreUnavailable,
    StoreUnwritable,
)
from core.models.values import Language

LASTING = timedelta(minutes=10)
"""How long the network may be away before it is worth a word."""
PASSING = timedelta(seconds=10)
"""How long another process may hold the database before that is."""
LONGEST_SENTENCE = 200


UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    TelegramError,
)
"""What the library may raise while it makes something of what is not Telegram's."""


class Hung(Exception):
    """An action did not end in its time, and was broken off."""


class Undelivered(Exception):
    """Telegram says that it cannot bring updates to our webhook; the text is its own."""


@dataclass(frozen=True)
class TaskError:
    """What is the matter with a task."""

    kind: str
    words: dict[Language, str]
    patience: timedelta = timedelta(0)
    is_bug: bool = False


CONFLICT: dict[Language, str] = {
    "zh": "另有程序在用同一个 token 收消息（或设了 webhook），两者会互相打断；只留一个",
    "en": "another process receives this bot's messages (or set a webhook); stop one of the two",
}
TOKEN: dict[Language, str] = {
    "zh": "token 被拒绝（401 或 404）；若在 @BotFather 换过，请更新 TELEGRAM_BOT_TOKEN 并重启",
    "en": "the token is refused (401 or 404); if @BotFather gave you a new one, set"
    " TELEGRAM_BOT_TOKEN and restart",
}
NETWORK: dict[Language, str] = {
    "zh": "连不上 Telegram；检查网络、代理和 TELEGRAM_API_URL",
    "en": "Telegram cannot be reached; check the network, the proxy and TELEGRAM_API_URL",
}
ANSWER: dict[Language, str] = {
    "zh": "收到的回答不像 Telegram 的；检查代理和 TELEGRAM_API_URL",
    "en": "what answers is not like Telegram; check the proxy and TELEGRAM_API_URL",
}
REFUSED: dict[Language, str] = {"zh": "请求被拒绝：{said}", "en": "it is refused: {said}"}
UNDELIVERED: dict[Language, str] = {
    "zh": "Telegram 送不到 WEBHOOK_URL：{said}",
    "en": "Telegram cannot deliver to WEBHOOK_URL: {said}",
}
FAILED: dict[Language, str] = {"zh": "失败：{said}", "en": "it failed: {said}"}
HUNG: dict[Language, str] = {
    "zh": "超时未完成，已中断（{said}）",
    "en": "did not end in time and was broken off ({said})",
}
STORE: dict[type[StoreUnavailable], dict[Language, str]] = {
    StoreBusy: {
        "zh": "被另一个程序锁住，或服务器不可达；请停掉那个程序或检查服务器",
        "en": "another process holds it, or its server is away; stop the one, look at the other",
    },
    StoreFull: {
        "zh": "磁盘已满，无法写入；请腾出空间",
        "en": "the disk is full; make room",
    },
    StoreUnwritable: {
        "zh": "文件被移走、只读或磁盘出错；检查 DATABASE_URL 所指的文件、权限和磁盘",
        "en": "its file is gone or read-only, or the disk fails; look at the file of DATABASE_URL,"
        " its permissions and the disk",
    },
    StoreDamaged: {
        "zh": "文件已损坏；停止程序，用备份恢复",
        "en": "its file is damaged; stop the program and restore a copy",
    },
    StoreUnavailable: {
        "zh": "部分内容无法写入；详情见 paperboy doctor",
        "en": "some of it cannot be written; `paperboy doctor` says more",
    },
}
"""While it lasts, commands that show something work, what needs writing waits."""
BUG: dict[Language, str] = {
    "zh": "程序出错：{said}，详情见日志",
    "en": "a bug: {said}; the log has the details",
}


@contextmanager
def reading_an_answer() -> Iterator[None]:
    """Let the library's stumbling over an answer of any shape be `Unreadable`."""
    try:
        yield
    except (TelegramError, TimeoutError):
        raise
    except UNREADABLE as error:
        raise Unreadable(type(error).__name__) from None


def trouble_of(error: BaseException) -> TaskError:
    """Return what `error` means for the task it ended."""
    match error:
        case Unreadable() | NotTelegram():
            return TaskError("answer", ANSWER)
        case Conflict():
            return TaskError("conflict", CONFLICT)
        case InvalidToken():
            return TaskError("token", TOKEN)
        case BadRequest() | Forbidden():
            return TaskError("refused", _filled(REFUSED, error.message))
        case NetworkError() | RetryAfter() | TimeoutError():
            return TaskError("network", NETWORK, LASTING)
        case TelegramError():
            return TaskError("answer", ANSWER)
        case Undelivered():
            return TaskError("undelivered", _filled(UNDELIVERED, str(error)))
        case StoreUnavailable():
            patience = PASSING if isinstance(error, StoreBusy) else timedelta(0)
            return TaskError(f"store:{type(error).__name__}", STORE[type(error)], patience)
        case Hung():
            return TaskError("hung", _filled(HUNG, str(error)))
        case PaperboyError():
            return TaskError(f"failed:{type(error).__name__}", _filled(FAILED, str(error)))
        case _:
            said = f"{type(error).__name__}, {place_of(error)}"
            return TaskError(f"bug:{said}", _filled(BUG, said), is_bug=True)


def _filled(words: dict[Language, str], said: str) -> dict[Language, str]:
    return {language: text.format(said=said[:LONGEST_SENTENCE]) for language, text in words.items()}
