"""Whom to believe: every answer becomes a result or an error of ours, whatever its shape."""

import json
from datetime import timedelta
from typing import Any

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import ChatMigrated, RetryAfter, TelegramError

from bot.telegram.answers import LONGEST_WAIT, Unreadable, read
from bot.telegram.errors import (
    ChatMoved,
    DeliveryError,
    ForeignAnswer,
    HeldBack,
    MayBeSent,
    MessageRefused,
    NotSent,
    RecipientGone,
    RecipientRefused,
    UnknownRefusal,
)
from bot.telegram.outcomes import outcome, wait_of
from tests.bot.conftest import START
from tests.bot.telegram.odd import FOREIGN, MANGLED, MOVES, PASSING, REFUSED, UNKNOWN, WAITS

CHAT = -4001


def body(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def error_of(status: int, content: str | bytes, method: str = "sendMessage") -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        read(method, status, body(content), CHAT)
    return caught.value


def meaning(status: int, content: str | bytes) -> DeliveryError:
    return outcome(error_of(status, content), START)


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (MANGLED, MayBeSent),
        (FOREIGN, ForeignAnswer),
        (UNKNOWN, UnknownRefusal),
        (PASSING, NotSent),
        (WAITS, HeldBack),
        (MOVES, RecipientRefused),
        (REFUSED, MessageRefused),
    ],
)
def test_every_shape_has_a_meaning(
    shapes: dict[str, tuple[int, str | bytes]], expected: type[DeliveryError]
) -> None:
    found = {name: meaning(*shape) for name, shape in shapes.items()}
    assert {name: each for name, each in found.items() if not isinstance(each, expected)} == {}


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        *((name, 30) for name in ("1e18", "soon", "negative", "true", "nan", "1e400")),
        *[("no parameters", 30), ("five", 5), ("fraction", 5), ("nought", 1)],
        ("days", LONGEST_WAIT),
    ],
)
def test_waits_are_within_reason(name: str, seconds: int) -> None:
    error = error_of(*WAITS[f"wait {name}"])
    assert isinstance(error, RetryAfter)
    assert wait_of(error) == timedelta(seconds=seconds)


def test_what_a_refusal_says_is_one_line_that_every_database_takes() -> None:
    for shape in REFUSED.values():
        said = str(meaning(*shape))
        assert len(said) <= 200
        assert said.isprintable()
        said.encode()


def test_telegrams_words_are_believed_in_any_2xx_but_nobody_elses() -> None:
    said = json.dumps(
        {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    )
    for status in (403, 200):
        assert isinstance(meaning(status, said), RecipientGone)
    assert isinstance(meaning(502, said), MayBeSent)


def test_a_group_moves_to_another_supergroup_only() -> None:
    status, content = MOVES["move x"]
    there = content.replace('"x"', "-1001234567890")
    error = error_of(status, there)
    assert isinstance(error, ChatMigrated)
    assert isinstance(outcome(error, START), ChatMoved)
    with pytest.raises(TelegramError) as caught:
        read("sendMessage", status, there.encode(), -1001234567890)
    assert isinstance(outcome(caught.value, START), RecipientRefused)


def test_of_a_message_only_what_is_used_is_looked_at() -> None:
    """An odd field that nobody needs is no reason to send a message twice."""
    sent = {
        "message_id": 7,
        "date": "yesterday",
        "chat": [],
        "entities": 5,
        "from": {"id": None},
        "photo": [{"file_id": "small"}, {"file_id": "large", "width": "wide"}],
    }
    _, kept = read("sendPhoto", 200, json.dumps({"ok": True, "result": sent}).encode())
    message = telegram.Message.de_json(kept)
    assert message.message_id == 7
    assert message.photo[-1].file_id == "large"
    for photo in (None, {}, [], [1], [{"file_id": 3}]):
        body_ = json.dumps({"ok": True, "result": sent | {"photo": photo}}).encode()
        assert not telegram.Message.de_json(read("sendPhoto", 200, body_)[1]).photo


@pytest.mark.parametrize(
    ("method", "result"),
    [
        ("getMe", {"id": 5, "first_name": "x", "username": None}),
        ("getMe", {"id": "5", "first_name": "x", "username": "x"}),
        ("getMe", []),
        ("getUpdates", {}),
        ("getUpdates", None),
        ("getChat", {"id": "@name"}),
        ("getChatMember", {"status": None}),
        ("editMessageText", False),
    ],
)
def test_each_method_has_its_shape(method: str, result: object) -> None:
    assert isinstance(error_of(200, json.dumps({"ok": True, "result": result}), method), Unreadable)


def test_an_edit_may_be_answered_with_true() -> None:
    assert read("editMessageText", 200, b'{"ok":true,"result":true}')[1] is True


NAMES = ["ok", "result", "error_code", "description", "parameters", "retry_after"]
NAMES += ["migrate_to_chat_id", "message_id", "photo", "file_id"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from([200, 201, 302, 400, 401, 403, 404, 409, 429, 500, 502, 504]), JSON)
def test_nothing_else_is_ever_raised(status: int, value: Any) -> None:
    content = json.dumps(value).encode()
    try:
        _, result = read("sendMessage", status, content, CHAT)
    except TelegramError:
        result = {"message_id": 1, "date": 0, "chat": {"id": 0, "type": "private"}}
        assert isinstance(meaning(status, content), DeliveryError)
    assert telegram.Message.de_json(result).message_id > 0


@given(st.binary(max_size=40), st.sampled_from([200, 400, 403, 500]))
def test_bytes_that_are_no_answer_are_none(content: bytes, status: int) -> None:
    assert isinstance(meaning(status, content), DeliveryError)
