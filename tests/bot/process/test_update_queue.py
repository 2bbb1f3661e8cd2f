"""Updates of any shape: read, or skipped and counted; each once."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update
from telegram.ext import ApplicationBuilder

from bot.process.update_queue import REMEMBERED, Intake, UpdateQueue, update_id

BOT = ApplicationBuilder().token("1:x").updater(None).build().bot
USER = {"id": 7, "is_bot": False, "first_name": "Ana"}
CHAT = {"id": 7, "type": "private"}
MESSAGE: dict[str, Any] = {"message_id": 1, "date": 1773361800, "chat": CHAT, "from": USER}
TAP = {"id": "1", "from": USER, "chat_instance": "x", "data": "a", "message": MESSAGE}
MEMBER = {"user": USER, "status": "member"}
GONE = {"user": USER, "status": "kicked", "until_date": 0}
CHANGE = {"chat": CHAT, "from": USER, "date": 1, "old_chat_member": MEMBER, "new_chat_member": GONE}


def deep(depth: int) -> dict[str, Any]:
    """Return a message that answers a message that answers ..."""
    message = MESSAGE
    for _ in range(depth):
        message = MESSAGE | {"reply_to_message": message}
    return message


def message(**changes: object) -> dict[str, object]:
    return {"update_id": 5, "message": MESSAGE | changes}


UNREADABLE: list[object] = [
    None, 5, "x", [], [[]], {}, {"update_id": None}, {"update_id": "x"}, {"update_id": True},
    {"update_id": -1, "message": MESSAGE}, {"update_id": 10**30, "message": MESSAGE},
    {"update_id": "5", "message": MESSAGE}, {"update_id": 5.5, "message": MESSAGE},
    {"update_id": 1, "message": {"message_id": 1}},
    {"update_id": 5, "message": []}, {"update_id": 5, "message": "hello"},
    {"update_id": 5, "callback_query": {"id": "1"}}, {"update_id": 5, "callback_query": 7},
    {"update_id": 5, "callback_query": TAP | {"data": {"a": 1}}},
    {"update_id": 5, "my_chat_member": CHANGE | {"new_chat_member": {"status": 5}}},
    message(chat={"id": [], "type": "private"}), message(chat={"id": "7", "type": "private"}),
    message(chat=None), message(chat={"id": 10**30, "type": "private"}), message(text=5),
    message(text=["/start"]), message(text="\ud800"), message(date="now"), message(date=10**18),
    message(date=-1), message(entities={"type": "bold"}), message(entities=[5]),
    message(entities=[{"type": "bot_command", "offset": "0", "length": 6}]),
    {"update_id": 5, "message": MESSAGE | {"from": {"id": 7}}},
    {"update_id": 5, "message": deep(900)},
    message(photo=5), message(photo=[{"width": 1}]), message(document="x"), message(sticker=[1]),
]  # fmt: skip


@pytest.fixture
def intake() -> Intake:
    return Intake(BOT, UpdateQueue())


@pytest.mark.parametrize("raw", UNREADABLE, ids=lambda raw: repr(raw)[:60])
async def test_an_odd_update_is_skipped_and_counted(intake: Intake, raw: object) -> None:
    await intake.take(raw)
    assert intake.skipped == 1
    assert intake._queue.empty()


@pytest.mark.parametrize(
    "raw",
    [
        message(text="/start"),
        message(text="/a", entities=[{"type": "bot_command", "offset": 0, "length": 2}]),
        message(reply_to_message=MESSAGE, is_topic_message=True, message_thread_id=3),
        message(something_new={"of": "next year"}),
        {"update_id": 0, "callback_query": TAP},
        {"update_id": 5, "callback_query": TAP | {"message": MESSAGE | {"date": 0}}},
        {"update_id": 5, "my_chat_member": CHANGE},
        {"update_id": 2**40, "channel_post": {**MESSAGE, "chat": {"id": -1001, "type": "channel"}}},
    ],
    ids=repr,
)
async def test_a_good_update_is_queued_once(intake: Intake, raw: dict[str, Any]) -> None:
    assert [await intake.take(raw) for _ in range(3)] == [True, False, False]
    update = intake._queue.get_nowait()
    assert isinstance(update, Update)
    assert update.update_id == raw["update_id"]
    assert intake._queue.empty()
    assert intake.skipped == 0


async def test_a_kind_nobody_asked_for_is_passed_over(intake: Intake) -> None:
    assert await intake.take({"update_id": 5, "poll": {"junk": 1}})
    assert intake._queue.empty()
    assert intake.skipped == 0


async def test_what_is_remembered_is_bounded_and_the_log_too(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(REMEMBERED + 500):
        await intake.take({"update_id": number, "message": {"message_id": 1}})
    assert intake.skipped == REMEMBERED + 500
    assert len(intake._seen) == REMEMBERED
    assert len(caplog.records) < 20


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
FIELDS = [*sorted(Update.ALL_TYPES), "date", "chat", "from", "photo", "entities", "reply_markup"]


@settings(deadline=None, max_examples=80)
@given(
    kind=st.sampled_from(FIELDS),
    body=json_values,
    spoilt=st.dictionaries(st.sampled_from([*MESSAGE, "text", "photo", "entities"]), json_values),
)
def test_no_shape_raises(kind: str, body: object, spoilt: dict[str, Any]) -> None:
    async def run() -> None:
        intake = Intake(BOT, UpdateQueue())
        await intake.take({"update_id": 1, kind: body})
        await intake.take({"update_id": 2, "message": MESSAGE | spoilt})
        await intake.take({"update_id": 3, "callback_query": TAP | {"message": MESSAGE | spoilt}})

    asyncio.run(run())


@pytest.mark.parametrize(
    ("raw", "number"),
    [({"update_id": 7}, 7), ({"update_id": "7"}, 7), ({"update_id": "٧"}, None), (json, None)],
)
def test_by_which_id_it_is_confirmed(raw: object, number: int | None) -> None:
    assert update_id(raw) == number
