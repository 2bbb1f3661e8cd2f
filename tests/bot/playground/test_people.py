"""What people do, and which updates the bot is sent for it."""

import asyncio

import pytest

from bot.playground.actions import NotAllowed, is_start_parameter
from tests.bot.conftest import Telegram
from tests.bot.playground.requests import Caller

LIN, ANA, CHEN, CHANNEL, GROUP = 1001, 1002, 1003, -1001000000001, -1001000000002


def _texts(telegram: Telegram) -> list[str]:
    """Return what the bot was sent."""
    return [
        body.get("text", kind)
        for update in telegram.world.updates.queue
        for kind, body in update.items()
        if kind != "update_id"
    ]


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(
    telegram: Telegram, call: Caller
) -> None:
    sent = await call.sent(GROUP, "今日论文")
    for text in [
        "你们看了吗",
        "/today",
        "/today@paperboy_bot",
        "/today@other_bot",
        "@paperboy_bot ?",
    ]:
        telegram.people.say(ANA, text, chat_id=GROUP)
    telegram.people.say(ANA, "好文章", chat_id=GROUP, reply_to=sent)
    assert _texts(telegram) == ["/today", "/today@paperboy_bot", "@paperboy_bot ?", "好文章"]


@pytest.mark.parametrize("by", ["admin", "privacy off"])
async def test_an_admin_hears_everything(telegram: Telegram, by: str) -> None:
    if by == "admin":
        telegram.world.chat(GROUP).bot = "administrator"
    else:
        telegram.world.bot.reads_all = True
    telegram.people.say(ANA, "/today@other_bot", chat_id=GROUP)
    assert _texts(telegram) == ["/today@other_bot"]


async def test_a_bot_that_was_thrown_out_hears_nothing(telegram: Telegram) -> None:
    telegram.people.stand(LIN, GROUP, "kicked")
    telegram.people.say(ANA, "/today", chat_id=GROUP)
    assert _texts(telegram) == ["my_chat_member"]


async def test_blocking_and_coming_back_are_told_once(telegram: Telegram) -> None:
    people = telegram.people
    people.block(LIN, blocked=True)
    people.block(LIN, blocked=True)
    with pytest.raises(NotAllowed):
        people.say(LIN, "/today")
    people.start(LIN)
    assert _texts(telegram) == ["my_chat_member", "my_chat_member", "/start"]
    assert not telegram.world.user(LIN).has_blocked


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://t.me/paperboy_bot?start=paper_2602_20981", "/start paper_2602_20981"),
        ("https://t.me/Paperboy_Bot?start=paper_2602_20981", "/start paper_2602_20981"),
        ("https://t.me/paperboy_bot", "/start"),
        ("https://t.me/paperboy_bot?start=paper_2602.20981", "/start"),
        ("https://t.me/paperboy_bot?start=" + "x" * 65, "/start"),
        ("https://t.me/another_bot?start=x", None),
        ("https://arxiv.org/abs/2602.20981", None),
    ],
)
async def test_only_a_good_link_to_the_bot_starts_it(
    telegram: Telegram, url: str, said: str | None
) -> None:
    assert telegram.people.follow(ANA, url) == (None if said is None else ANA)
    assert _texts(telegram) == ([] if said is None else [said])


def test_a_start_parameter_has_64_plain_signs_at_most() -> None:
    assert is_start_parameter("paper_or-A1b2_C3-d")
    assert is_start_parameter("x" * 64)
    for wrong in ["", "x" * 65, "a.b", "论", "a b"]:
        assert not is_start_parameter(wrong)


async def test_people_may_not_do_what_telegrams_apps_do_not_let_them_do(
    telegram: Telegram,
) -> None:
    people = telegram.people
    with pytest.raises(NotAllowed):
        people.say(ANA, "x", chat_id=CHANNEL)  # only admins post
    with pytest.raises(NotAllowed):
        people.say(4711, "x", chat_id=GROUP)  # a stranger
    with pytest.raises(NotAllowed):
        people.say(ANA, "x", chat_id=LIN)  # somebody else's chat
    with pytest.raises(NotAllowed):
        people.say(ANA, " ")
    with pytest.raises(NotAllowed):
        people.say(ANA, "𝔸" * 2049)
    with pytest.raises(NotAllowed):
        people.say(ANA, "x", chat_id=GROUP, topic=99)
    with pytest.raises(NotAllowed):
        people.edit(ANA, ANA, 1, "x")
    assert not telegram.world.updates.queue


async def test_a_message_may_carry_more_than_text(telegram: Telegram) -> None:
    extra = {"caption": "arxiv.org/abs/2602.20981", "photo": [], "forward_date": 1}
    telegram.people.say(LIN, "", extra=extra)
    [update] = telegram.world.updates.queue
    assert extra.items() <= update["message"].items()


async def test_unwanted_kinds_of_updates_are_not_queued(telegram: Telegram, call: Caller) -> None:
    await call("getUpdates", allowed_updates=["callback_query"])
    telegram.people.say(LIN, "hello")
    telegram.people.tap(LIN, LIN, 1, "x")
    assert _texts(telegram) == ["callback_query"]
    await call("getUpdates")  # says nothing about kinds: stays as it was
    telegram.people.say(LIN, "hello")
    assert _texts(telegram) == ["callback_query"]
    await call("getUpdates", allowed_updates=[])
    telegram.people.say(LIN, "hello")
    assert _texts(telegram) == ["callback_query", "hello"]


async def test_updates_stay_until_a_later_offset_confirms_them(
    telegram: Telegram, call: Caller
) -> None:
    for text in "abcd":
        telegram.people.say(LIN, text)

    async def said(**params: int) -> list[str]:
        answer = await call("getUpdates", **params)
        return [update["message"]["text"] for update in answer["result"]]

    assert await said(limit=2) == ["a", "b"]
    assert await said() == ["a", "b", "c", "d"]
    assert await said(offset=3) == ["c", "d"]
    assert await said(offset=-1) == ["d"]
    assert await said(offset=5) == []


async def test_a_long_poll_is_woken_by_the_first_update(telegram: Telegram, call: Caller) -> None:
    begun = asyncio.create_task(telegram.world.updates.bell.wait(5))
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    assert await begun
    telegram.people.say(LIN, "early")
    assert len((await poll)["result"]) == 1


async def test_a_chat_remembers_its_newest_messages_only(telegram: Telegram, call: Caller) -> None:
    chat = telegram.world.chat(LIN)
    chat.keeps = 3
    telegram.people.start(LIN)
    for number in range(5):
        await call.sent(LIN, f"{number}")
    assert telegram.world.texts(LIN) == ["2", "3", "4"]
    assert chat.by_bot == {4, 5, 6}
    answer = await call("editMessageText", chat_id=LIN, message_id=2, text="x")
    assert answer["error_code"] == 400


async def test_the_log_of_a_chat_keeps_what_was_edited_and_deleted(
    telegram: Telegram, call: Caller
) -> None:
    telegram.people.start(LIN)
    first, second = await call.sent(LIN, "one"), await call.sent(LIN, "two")
    await call("editMessageText", chat_id=LIN, message_id=first, text="eins")
    await call("deleteMessage", chat_id=LIN, message_id=second)
    assert [message["text"] for message in telegram.world.received(LIN)] == ["one", "two"]
    assert telegram.world.texts(LIN) == ["/start", "eins"]


async def test_an_edit_of_the_keyboard_keeps_the_text(telegram: Telegram, call: Caller) -> None:
    telegram.people.start(LIN)
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await call.sent(LIN, "https://a.org", reply_markup=markup)
    answer = await call("editMessageReplyMarkup", chat_id=LIN, message_id=sent)
    assert answer["result"]["entities"] == [{"type": "url", "offset": 0, "length": 13}]
    assert "reply_markup" not in answer["result"]
    again = await call("editMessageReplyMarkup", chat_id=LIN, message_id=sent)
    assert again["error_code"] == 400
