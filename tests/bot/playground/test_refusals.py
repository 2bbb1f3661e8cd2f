"""What Telegram refuses, compared with what it really answered (`tests/data/telegram`)."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.flood import FloodLimits
from bot.playground.people import Chat
from tests.bot.conftest import Telegram
from tests.bot.playground.requests import Caller

CAPTURED = Path(__file__).parents[2] / "data" / "telegram"
LIN, ANA, CHANNEL, GROUP = 1001, 1002, -1001000000001, -1001000000002
Answer = dict[str, Any]
Provoke = Callable[[Caller, Telegram], Awaitable[Answer]]


def captured(name: str) -> Answer:
    body: Answer = json.loads((CAPTURED / f"{name}.json").read_text(encoding="utf-8"))
    return body


def _says(text: str = "hello", chat_id: int | str = LIN, **params: Any) -> Provoke:
    async def provoke(call: Caller, telegram: Telegram) -> Answer:
        telegram.people.start(LIN)
        return await call("sendMessage", chat_id=chat_id, text=text, **params)

    return provoke


def _after(change: Callable[[Telegram], None], chat_id: int) -> Provoke:
    async def provoke(call: Caller, telegram: Telegram) -> Answer:
        telegram.people.start(LIN)
        change(telegram)
        return await call("sendMessage", chat_id=chat_id, text="hello")

    return provoke


def _blocks(telegram: Telegram) -> None:
    telegram.people.block(LIN, blocked=True)


def _deactivates(telegram: Telegram) -> None:
    telegram.world.user(LIN).is_deactivated = True


def _leaves_channel(telegram: Telegram) -> None:
    telegram.people.stand(LIN, CHANNEL, "left")


def _leaves_group(telegram: Telegram) -> None:
    telegram.people.stand(LIN, GROUP, "left")


def _is_kicked(telegram: Telegram) -> None:
    telegram.people.stand(LIN, GROUP, "kicked")


def _is_kicked_from_a_basic_group(telegram: Telegram) -> None:
    telegram.world.add(Chat(-55, "group", "小组", members={LIN}))
    telegram.people.stand(LIN, -55, "kicked")


def _is_restricted(telegram: Telegram) -> None:
    telegram.people.stand(LIN, GROUP, "restricted")


def _grows(telegram: Telegram) -> None:
    telegram.world.add(Chat(-55, "group", "小组", members={LIN}))
    telegram.world.migrate(-55, -1001234567890)


async def _edits_what_is_not_there(call: Caller, telegram: Telegram) -> Answer:
    telegram.people.start(LIN)
    return await call("editMessageText", chat_id=LIN, message_id=99, text="x")


async def _edits_the_users_words(call: Caller, telegram: Telegram) -> Answer:
    told = telegram.people.say(LIN, "mine")
    return await call("editMessageText", chat_id=LIN, message_id=told, text="x")


async def _edits_without_a_change(call: Caller, telegram: Telegram) -> Answer:
    telegram.people.start(LIN)
    sent = await call.sent(LIN, "same ")
    return await call("editMessageText", chat_id=LIN, message_id=sent, text=" same")


async def _deletes_what_is_not_there(call: Caller, telegram: Telegram) -> Answer:
    telegram.people.start(LIN)
    return await call("deleteMessage", chat_id=LIN, message_id=99)


async def _deletes_after_three_days(call: Caller, telegram: Telegram) -> Answer:
    telegram.people.start(LIN)
    sent = await call.sent(LIN, "old")
    telegram.world.clock.advance(timedelta(days=3))
    return await call("deleteMessage", chat_id=LIN, message_id=sent)


async def _answers_a_minute_late(call: Caller, telegram: Telegram) -> Answer:
    query = telegram.people.tap(LIN, CHANNEL, 1, "data")
    telegram.world.clock.advance(timedelta(minutes=2))
    return await call("answerCallbackQuery", callback_query_id=query)


async def _acts_strangely(call: Caller, telegram: Telegram) -> Answer:
    telegram.people.start(LIN)
    return await call("sendChatAction", chat_id=LIN, action="thinking")


async def _polls_beside_a_webhook(call: Caller, telegram: Telegram) -> Answer:
    await call("setWebhook", url="http://127.0.0.1:9/")
    return await call("getUpdates")


async def _floods(call: Caller, telegram: Telegram) -> Answer:
    telegram.people.start(LIN)
    telegram.world.flood.limits = FloodLimits(chat_burst=1, ban=14)
    await call.sent(LIN, "one")
    return await call("sendMessage", chat_id=LIN, text="two")


async def _asks_for_the_unknown(call: Caller, telegram: Telegram) -> Answer:
    return await call("sendTelepathy", chat_id=LIN)


BAD_URL = {"inline_keyboard": [[{"text": "x", "url": "javascript:alert(1)"}]]}
PROVOKED: dict[str, Provoke] = {
    "400_chat_not_found": _says(chat_id=4711),
    "400_message_text_is_empty": _says(" \n\u200b"),
    "400_message_too_long": _says("𝔸" * 2049),
    "400_thread_not_found": _says(chat_id=GROUP, message_thread_id=77),
    "400_button_url_invalid": _says(reply_markup=BAD_URL),
    "400_cant_parse_entities_mdv2_reserved": _says("v1.5", parse_mode="MarkdownV2"),
    "400_not_enough_rights_text": _after(_is_restricted, GROUP),
    "400_upgraded_supergroup": _after(_grows, -55),
    "400_message_to_edit_not_found": _edits_what_is_not_there,
    "400_message_cant_be_edited": _edits_the_users_words,
    "400_message_not_modified_long": _edits_without_a_change,
    "400_message_to_delete_not_found": _deletes_what_is_not_there,
    "400_message_cant_be_deleted": _deletes_after_three_days,
    "400_query_too_old": _answers_a_minute_late,
    "400_wrong_parameter_action_in_request": _acts_strangely,
    "403_bot_blocked_by_user": _after(_blocks, LIN),
    "403_user_is_deactivated": _after(_deactivates, LIN),
    "403_cant_initiate_conversation": _says(chat_id=ANA),
    "403_bot_cant_send_messages_to_bots": _says(chat_id=7000000001),
    "403_bot_not_member_channel": _after(_leaves_channel, CHANNEL),
    "403_bot_not_member_supergroup": _after(_leaves_group, GROUP),
    "403_bot_was_kicked": _after(_is_kicked_from_a_basic_group, -55),
    "403_kicked_supergroup": _after(_is_kicked, GROUP),
    "404_not_found": _asks_for_the_unknown,
    "409_webhook_is_active": _polls_beside_a_webhook,
    "429_retry_after": _floods,
}


@pytest.mark.parametrize("name", PROVOKED)
async def test_it_refuses_in_telegrams_own_words(
    name: str, call: Caller, telegram: Telegram
) -> None:
    answer = await PROVOKED[name](call, telegram)
    assert answer == captured(name)
    assert telegram.world.record.refused == {answer["error_code"]: 1}


async def test_a_wrong_token_is_unauthorized(
    telegram: Telegram, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{telegram.url}/bot1:wrong/getMe") as response:
        assert response.status == 401
        assert await response.json() == captured("401_unauthorized")


async def test_an_older_server_has_no_rich_messages(call: Caller, telegram: Telegram) -> None:
    telegram.people.start(LIN)
    rich = {"html": "<h1>论文</h1>"}
    telegram.world.takes_rich = False
    assert await call("sendRichMessage", chat_id=LIN, rich_message=rich) == captured(
        "404_not_found"
    )
    telegram.world.takes_rich = True
    answer = await call("sendRichMessage", chat_id=LIN, rich_message=rich)
    assert answer["result"]["rich_message"] == rich


KEYBOARDS = {
    "no text": [[{"text": " ", "callback_data": "x"}]],
    "no action": [[{"text": "x"}]],
    "two actions": [[{"text": "x", "callback_data": "x", "url": "https://a.org"}]],
    "empty data": [[{"text": "x", "callback_data": ""}]],
    "65 bytes of data": [[{"text": "x", "callback_data": "论" * 21 + "xx"}]],
    "101 buttons": [[{"text": "x", "callback_data": "x"}] * 8] * 12
    + [[{"text": "x", "callback_data": "x"}] * 5],
    "a button for a row": [{"text": "x", "callback_data": "x"}],
}


@pytest.mark.parametrize("name", KEYBOARDS)
async def test_a_wrong_keyboard_is_refused(name: str, call: Caller, telegram: Telegram) -> None:
    telegram.people.start(LIN)
    markup = {"inline_keyboard": KEYBOARDS[name]}
    answer = await call("sendMessage", chat_id=LIN, text="x", reply_markup=markup)
    assert answer["error_code"] == 400
    assert telegram.world.received(LIN) == []


async def test_a_keyboard_at_the_limit_is_taken(call: Caller, telegram: Telegram) -> None:
    telegram.people.start(LIN)
    rows = [[{"text": "x", "callback_data": "论" * 21 + "x"}] * 5] * 20
    await call.sent(LIN, "x", reply_markup={"inline_keyboard": rows})
    assert telegram.world.received(LIN)[0]["reply_markup"] == {"inline_keyboard": rows}


async def test_a_closed_topic_takes_no_message(call: Caller, telegram: Telegram) -> None:
    telegram.world.chat(GROUP).topics[3].is_closed = True
    answer = await call("sendMessage", chat_id=GROUP, text="x", message_thread_id=3)
    assert answer["description"] == "Bad Request: TOPIC_CLOSED"
    assert await call.sent(GROUP, "x", message_thread_id=2)


async def test_a_lost_message_can_only_be_replied_to_if_that_does_not_matter(
    call: Caller, telegram: Telegram
) -> None:
    telegram.people.start(LIN)
    reply = {"message_id": 99}
    answer = await call("sendMessage", chat_id=LIN, text="x", reply_parameters=reply)
    assert answer["error_code"] == 400
    reply["allow_sending_without_reply"] = True
    assert await call.sent(LIN, "x", reply_parameters=reply)
