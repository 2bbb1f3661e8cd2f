"""Groups, forum topics, administrators of all kinds, and being added and removed."""

from datetime import time, timedelta
from typing import Any

import pytest
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.commands.context import Context
from bot.process.error_handler import on_error
from core.models.chat import Chat, ChatKind
from core.store import Begin, Release
from tests.bot.commands.conftest import ADMIN, ANA, CHANNEL, CHEN, GROUP, Stage

START = "/start@paperboy_bot"


async def test_an_administrator_subscribes_a_group_and_a_topic_of_a_forum(stage: Stage) -> None:
    assert "下一份 明天 08:30" in await stage.ask(START, chat_id=GROUP)
    [message] = await stage.say(START, chat_id=GROUP, topic=2)
    assert "送到这个话题" in message["text"]
    assert message["message_thread_id"] == 2
    chat = await stage.core.store.chats.get(GROUP)
    assert chat is not None
    assert (chat.kind, chat.thread_id) == (ChatKind.GROUP, 2)


async def test_others_are_told_politely_that_it_is_for_administrators(stage: Stage) -> None:
    assert "administrators" in await stage.ask(START, chat_id=GROUP, by=ANA)
    assert await stage.core.store.chats.get(GROUP) is None
    await stage.ask(START, chat_id=GROUP, by=CHEN)
    assert "管理员" in await stage.ask("/stop@paperboy_bot", chat_id=GROUP, by=ANA)
    assert "管理员" in await stage.ask("/topics@paperboy_bot +x", chat_id=GROUP, by=ANA)
    assert "管理员" in await stage.ask("/settings@paperboy_bot 09:00", chat_id=GROUP, by=ANA)
    assert "已退订" in await stage.ask("/stop@paperboy_bot", chat_id=GROUP, by=CHEN)


async def test_an_anonymous_administrator_is_one_and_a_channel_is_none(stage: Stage) -> None:
    assert "管理员" in await stage.ask(START, chat_id=GROUP, sender_chat=CHANNEL)
    assert "送到这里" in await stage.ask(START, chat_id=GROUP, sender_chat=GROUP)


async def test_answers_in_a_group_refer_to_what_was_said(stage: Stage) -> None:
    said = stage.people.say(CHEN, "/help@paperboy_bot", chat_id=GROUP)
    [message] = await stage.telegram.answers(GROUP)
    assert message["reply_to_message"]["message_id"] == said


async def test_commands_to_another_bot_and_unknown_ones_to_nobody_are_passed_over(
    stage: Stage,
) -> None:
    stage.telegram.world.bot.reads_all = True
    for text in ("/today@other_bot", "/nonsense", "hello"):
        stage.people.say(CHEN, text, chat_id=GROUP)
    assert await stage.silence(GROUP) == []
    assert "没有这个命令" in await stage.ask("/nonsense@paperboy_bot", chat_id=GROUP)


async def test_being_added_is_answered_with_one_line_and_being_removed_ends_it(
    stage: Stage,
) -> None:
    stage.people.stand(CHEN, GROUP, "kicked")
    await stage.silence(GROUP)
    stage.people.stand(CHEN, GROUP, "member")
    [hello] = await stage.telegram.answers(GROUP)
    assert "/start@paperboy_bot" in hello["text"]
    await stage.ask(START, chat_id=GROUP)
    stage.people.stand(CHEN, GROUP, "kicked")
    await stage.silence(GROUP)
    gone = await stage.core.store.chats.get(GROUP)
    assert gone is not None
    assert gone.left_why == "kicked"
    stage.people.stand(CHEN, GROUP, "administrator")
    await stage.telegram.answers(GROUP, 3)
    assert "我回来了" in stage.telegram.world.texts(GROUP)[-1]
    back = await stage.core.store.chats.get(GROUP)
    assert back is not None
    assert back.left_at is None


async def test_a_paused_group_is_told_so(stage: Stage) -> None:
    await stage.ask(START, chat_id=GROUP)
    await stage.core.store.chats.change(GROUP, paused_at=stage.clock())
    assert "暂停" in await stage.ask(START, chat_id=GROUP)


async def test_a_channel_that_left_the_settings_does_not_come_back_by_itself(
    stage: Stage,
) -> None:
    chats, now = stage.core.store.chats, stage.clock()
    row = Chat(CHANNEL, ChatKind.CHANNEL, "zh", time(8, 30), "Asia/Shanghai", joined_at=now)
    await chats.join(row)
    await chats.leave(CHANNEL, at=now, why="removed")
    stage.people.stand(ADMIN, CHANNEL, "kicked")
    stage.people.stand(ADMIN, CHANNEL, "administrator")
    await stage.silence(CHANNEL)
    found = await chats.get(CHANNEL)
    assert found is not None
    assert found.left_why == "removed"


async def test_an_apology_comes_to_the_topic_it_is_about(stage: Stage) -> None:
    async def broken(_update: Update, _context: Context) -> None:
        raise ZeroDivisionError

    application = stage.application
    application.add_handler(MessageHandler(filters.Text(["/break"]), broken), group=-9)
    application.add_error_handler(on_error)
    stage.telegram.world.bot.reads_all = True
    [sorry] = await stage.say("/break", chat_id=GROUP, topic=2)
    assert sorry["message_thread_id"] == 2
    assert [type(problem) for problem in stage.problems] == [ZeroDivisionError]
    stage.problems.clear()


async def test_a_group_that_becomes_a_supergroup_keeps_its_subscription(stage: Stage) -> None:
    await stage.ask(START, chat_id=GROUP)
    stage.telegram.world.bot.reads_all = True  # as it is for what Telegram itself says
    service = {"migrate_to_chat_id": -100777}
    stage.people.say(CHEN, "", chat_id=GROUP, extra=service)
    await stage.silence(GROUP)
    assert await stage.core.store.chats.get(GROUP) is None
    moved = await stage.core.store.chats.get(-100777)
    assert moved is not None
    assert moved.left_at is None


async def test_a_channels_posts_are_no_commands(stage: Stage) -> None:
    stage.people.say(ADMIN, "/start", chat_id=CHANNEL)
    assert await stage.silence(CHANNEL) == []
    assert await stage.core.store.chats.get(CHANNEL) is None


@pytest.mark.parametrize("text", ["/paper@paperboy_bot 1", "/search@paperboy_bot image"])
async def test_readers_commands_work_for_everybody_in_a_group(stage: Stage, text: str) -> None:
    [message] = await stage.say(text, chat_id=GROUP, by=CHEN, topic=3)
    assert message["message_thread_id"] == 3
    shown: Any = stage.shown(message)["text"]
    assert "image" in shown.lower() or "正在读" in shown or "⏱" in shown


async def refused(stage: Stage, chat_id: int) -> None:
    """Let a morning's message be refused in a chat, and be held for hours."""
    store, now = stage.core.store, stage.clock()
    later = now + timedelta(hours=6)
    await store.deliveries.apply(
        [
            Begin(chat_id, "day:2026-03-13", 0, now, later),
            Release(chat_id, "day:2026-03-13", 0, later),
        ]
    )
    await store.chats.refused(chat_id, at=now)


async def trouble(stage: Stage, chat_id: int) -> tuple[object, object]:
    """Return since when a chat refuses, and when what it is owed is tried again."""
    chat = await stage.core.store.chats.get(chat_id)
    [row] = await stage.core.store.deliveries.of(chat_id, "day:2026-03-13")
    assert chat is not None
    return chat.refused_at, row.not_before


async def test_a_group_that_is_unmuted_has_its_digest_at_once(stage: Stage) -> None:
    await stage.ask(START, chat_id=GROUP)
    stage.people.stand(CHEN, GROUP, "restricted")
    await stage.silence(GROUP)
    await refused(stage, GROUP)
    stage.telegram.world.bot.reads_all = True
    stage.people.say(CHEN, "hello", chat_id=GROUP)
    await stage.silence(GROUP)
    since, held = await trouble(stage, GROUP)
    assert (since, held is None) == (None, False), "a muted group that talks is no open one"
    await refused(stage, GROUP)
    stage.people.stand(CHEN, GROUP, "member")
    await stage.silence(GROUP)
    assert await trouble(stage, GROUP) == (None, None)
    chat = await stage.core.store.chats.get(GROUP)
    assert chat is not None
    assert chat.left_at is None


async def test_who_is_heard_is_there_and_who_said_stop_is_left_alone(stage: Stage) -> None:
    chats = stage.core.store.chats
    for why, is_back in (("not found", True), ("blocked", True), ("stopped", False)):
        stage.people.say(ANA, "/start")
        await stage.silence(ANA)
        await chats.leave(ANA, at=stage.clock(), why=why)
        stage.people.say(ANA, "/help")
        await stage.silence(ANA)
        chat = await chats.get(ANA)
        assert chat is not None
        assert (chat.left_at is None) is is_back, why
