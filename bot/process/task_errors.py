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
from bot.telegram.answers import UnknownCode, Unreadable
from core.locale import Sentence
from core.models.errors import (
    PaperboyError,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreUnavailable,
    StoreUnwritable,
)

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
    kind: str
    words: Sentence
    patience: timedelta = timedelta(0)
    is_bug: bool = False


CONFLICT = Sentence("task_errors.conflict")
TOKEN = Sentence("task_errors.token")
NETWORK = Sentence("task_errors.network")
ANSWER = Sentence("task_errors.answer")
REFUSED = Sentence("task_errors.refused")
UNDELIVERED = Sentence("task_errors.undelivered")
FAILED = Sentence("task_errors.failed")
HUNG = Sentence("task_errors.hung")
STORE = {
    StoreBusy: Sentence("task_errors.store.store_busy"),
    StoreFull: Sentence("task_errors.store.store_full"),
    StoreUnwritable: Sentence("task_errors.store.store_unwritable"),
    StoreDamaged: Sentence("task_errors.store.store_damaged"),
    StoreUnavailable: Sentence("task_errors.store.store_unavailable"),
}
"""While it lasts, commands that show something work, what needs writing waits."""
BUG = Sentence("task_errors.bug")


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
        case Unreadable() | UnknownCode():
            return TaskError("answer", ANSWER)
        case Conflict():
            return TaskError("conflict", CONFLICT)
        case InvalidToken():
            return TaskError("token", TOKEN)
        case BadRequest() | Forbidden():
            return TaskError("refused", REFUSED.filled(said=error.message[:LONGEST_SENTENCE]))
        case NetworkError() | RetryAfter() | TimeoutError():
            return TaskError("network", NETWORK, LASTING)
        case TelegramError():
            return TaskError("answer", ANSWER)
        case Undelivered():
            return TaskError("undelivered", UNDELIVERED.filled(said=str(error)[:LONGEST_SENTENCE]))
        case StoreUnavailable():
            patience = PASSING if isinstance(error, StoreBusy) else timedelta(0)
            return TaskError(f"store:{type(error).__name__}", STORE[type(error)], patience)
        case Hung():
            return TaskError("hung", HUNG.filled(said=str(error)[:LONGEST_SENTENCE]))
        case PaperboyError():
            return TaskError(
                f"failed:{type(error).__name__}", FAILED.filled(said=str(error)[:LONGEST_SENTENCE])
            )
        case _:
            said = f"{type(error).__name__}, {place_of(error)}"
            return TaskError(f"bug:{said}", BUG.filled(said=said[:LONGEST_SENTENCE]), is_bug=True)
