"""What an error means for the task it ended."""

import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.process.task_errors import Hung, Undelivered, reading_an_answer, trouble_of
from bot.telegram.answers import ServerFailed, UnknownCode, Unreadable
from core.locale import LANGUAGES
from core.models.errors import StoreError


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Conflict("terminated by other getUpdates request"), "conflict"),
        (InvalidToken("Unauthorized"), "token"),
        (BadRequest("bad webhook"), "refused"),
        (Forbidden("Forbidden"), "refused"),
        (NetworkError("Bad Gateway"), "network"),
        (ServerFailed("status 502"), "network"),
        (TimedOut(), "network"),
        (TimeoutError(), "network"),
        (RetryAfter(5), "network"),
        (TelegramError("the answer is not JSON"), "answer"),
        (UnknownCode("refused with the unknown code 418"), "answer"),
        (Unreadable("KeyError"), "answer"),
        (Undelivered("Connection refused"), "undelivered"),
        (Hung("1:00:00"), "hung"),
        (StoreError("the disk is full"), "failed:StoreError"),
        (KeyError("x"), "bug:KeyError, ?"),
    ],
)
def test_a_kind_stays_the_same_from_try_to_try(error: Exception, kind: str) -> None:
    trouble = trouble_of(error)
    assert trouble.kind == kind
    assert trouble.is_bug == kind.startswith("bug")
    assert not any("html" in trouble.words(language) for language in LANGUAGES)


@pytest.mark.parametrize("error", [KeyError("result"), TypeError(), OverflowError()])
def test_stumbling_over_an_answer_is_no_bug_of_ours(error: Exception) -> None:
    with pytest.raises(Unreadable), reading_an_answer():
        raise error


@pytest.mark.parametrize("error", [TimeoutError(), RetryAfter(3)])
def test_what_has_a_meaning_keeps_it(error: Exception) -> None:
    with pytest.raises(type(error)), reading_an_answer():
        raise error
