"""The real python-telegram-bot against the playground, as the product uses it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import telegram as ptb
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.playground.flood import FloodLimits
from bot.playground.people import Chat
from tests.bot.conftest import Telegram
from tests.servers.telegram_faults import Fault, FaultKind

LIN, ANA, CHANNEL, GROUP = 1001, 1002, -1001000000001, -1001000000002
App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE


@asynccontextmanager
async def polling(telegram: Telegram, add: Callable[[App], None]) -> AsyncIterator[App]:
    """Run an application with the handlers `add` adds."""
    app = Application.builder().token(telegram.token).base_url(telegram.base_url).build()
    add(app)
    async with app:
        assert app.updater is not None
        await app.updater.start_polling()
        await app.start()
        yield app
        await app.updater.stop()
        await app.stop()


@asynccontextmanager
async def library(telegram: Telegram) -> AsyncIterator[ptb.Bot]:
    async with ptb.Bot(telegram.token, base_url=telegram.base_url) as bot:
        yield bot


async def _greet(update: Update, context: Context) -> None:
    assert update.message is not None
    button = InlineKeyboardButton("第 2 页", callback_data="page:1:2602.20981")
    await update.message.reply_text(
        f"你好 {context.args}", reply_markup=InlineKeyboardMarkup([[button]])
    )


async def _turn(update: Update, _context: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("翻页")
    await update.callback_query.edit_message_text(f"{update.callback_query.data} https://a.org")


def _talks(app: App) -> None:
    app.add_handler(CommandHandler("start", _greet))
    app.add_handler(CallbackQueryHandler(_turn))


async def test_a_deep_link_a_button_and_an_edit_go_all_the_way(telegram: Telegram) -> None:
    async with polling(telegram, _talks):
        chat = telegram.people.follow(LIN, "https://t.me/paperboy_bot?start=paper_2602_20981")
        assert chat == LIN
        [greeting] = await telegram.answers(LIN)
        assert greeting["text"] == "你好 ['paper_2602_20981']"
        telegram.people.tap(LIN, LIN, greeting["message_id"], "page:1:2602.20981")
        shown = telegram.world.chat(LIN).messages
        await telegram.until(lambda: "edit_date" in shown[greeting["message_id"]])
    edited = shown[greeting["message_id"]]
    assert edited["text"] == "page:1:2602.20981 https://a.org"
    assert edited["entities"] == [{"type": "url", "offset": 18, "length": 13}]
    assert "reply_markup" not in edited
    kinds = [event["kind"] for event in telegram.world.events_for(LIN, 0)]
    assert kinds == ["message", "message", "answer", "edit"]
    assert telegram.world.received(LIN) == [greeting]


async def test_every_kind_of_update_reads_well(telegram: Telegram) -> None:
    seen: asyncio.Queue[Update] = asyncio.Queue()

    async def note(update: Update, _context: Context) -> None:
        seen.put_nowait(update)

    def add(app: App) -> None:
        app.add_handler(MessageHandler(filters.ALL, note))
        app.add_handler(CallbackQueryHandler(note))
        app.add_handler(ChatMemberHandler(note))

    people = telegram.people
    async with polling(telegram, add):
        told = people.say(LIN, "/paper 2")
        people.edit(LIN, LIN, told, "/paper 3")
        people.say(LIN, "今天的", chat_id=CHANNEL)
        people.say(LIN, "/today", chat_id=GROUP, topic=2, sender_chat=GROUP)
        people.say(ANA, "/today", chat_id=GROUP, sender_chat=CHANNEL)
        people.tap(LIN, LIN, told, "open:1", is_lost=True)
        people.block(LIN, blocked=True)
        people.stand(LIN, GROUP, "administrator")
        async with asyncio.timeout(5):
            updates = [await seen.get() for _ in range(8)]
    said, edited, post, anonymous, as_channel, tapped, blocked, promoted = updates
    assert said.message is not None
    assert edited.edited_message is not None
    assert edited.edited_message.text == "/paper 3"
    assert post.channel_post is not None
    assert anonymous.message is not None
    assert anonymous.message.sender_chat == anonymous.effective_chat
    assert anonymous.message.message_thread_id == 2
    assert as_channel.message is not None
    assert as_channel.message.sender_chat == post.effective_chat
    assert tapped.callback_query is not None
    assert tapped.callback_query.message is not None
    assert not tapped.callback_query.message.is_accessible
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert promoted.my_chat_member is not None
    assert promoted.my_chat_member.new_chat_member.status == "administrator"


async def test_refusals_arrive_as_the_librarys_errors(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without it the library warns at every 429.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    world, people = telegram.world, telegram.people
    people.start(LIN)
    async with library(telegram) as bot:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(4711, "x")
        with pytest.raises(Forbidden, match="initiate"):
            await bot.send_message(ANA, "x")
        world.add(Chat(-55, "group", "小组", members={LIN}))
        world.migrate(-55, -10055)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(-55, "x")
        assert moved.value.new_chat_id == -10055
        world.flood.limits = FloodLimits(chat_burst=1)
        await bot.send_message(LIN, "x")
        with pytest.raises(RetryAfter) as held:
            await bot.send_message(LIN, "x")
        assert held.value.retry_after == timedelta(seconds=3)
        people.block(LIN, blocked=True)
        with pytest.raises(Forbidden, match="blocked"):
            await bot.send_message(LIN, "x")


async def test_a_wrong_token_is_found_out_at_the_start(telegram: Telegram) -> None:
    bot = ptb.Bot("1:wrong", base_url=telegram.base_url)
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_faults_arrive_as_network_errors(telegram: Telegram) -> None:
    telegram.people.start(LIN)
    faults = telegram.faults
    async with library(telegram) as bot:
        faults.add(Fault(FaultKind.ANSWER, "sendMessage"))
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(LIN, "never")
        faults.add(Fault(FaultKind.DROP, "sendMessage"))
        with pytest.raises(NetworkError):
            await bot.send_message(LIN, "never")
        faults.add(Fault(FaultKind.DROP_AFTER, "sendMessage"))
        with pytest.raises(NetworkError):
            await bot.send_message(LIN, "perhaps")
        faults.add(Fault(FaultKind.HANG_AFTER, "sendMessage"))
        with pytest.raises(TimedOut):
            await bot.send_message(LIN, "late", read_timeout=0.05)
        await bot.send_message(LIN, "fine")
    assert [sent["text"] for sent in telegram.world.received(LIN)] == ["perhaps", "late", "fine"]


async def test_the_bot_can_set_itself_up(telegram: Telegram) -> None:
    async with library(telegram) as bot:
        admin = ptb.BotCommandScopeChat(LIN)
        await bot.set_my_commands([("today", "Today's papers")])
        await bot.set_my_commands([("today", "今日论文")], language_code="zh")
        await bot.set_my_commands([("stats", "统计")], scope=admin)
        assert [c.command for c in await bot.get_my_commands(scope=admin)] == ["stats"]
        assert (await bot.get_my_commands(language_code="zh"))[0].description == "今日论文"
        await bot.set_my_description("每天几篇论文", language_code="zh")
        assert (await bot.get_my_description("zh")).description == "每天几篇论文"
        await bot.set_my_short_description("papers")
        assert (await bot.get_my_short_description("en")).short_description == "papers"
        await bot.set_my_name("Paperboy")
        assert (await bot.get_me()).first_name == "Paperboy"
        await bot.set_chat_menu_button(menu_button=ptb.MenuButtonCommands())
        assert isinstance(await bot.get_chat_menu_button(), ptb.MenuButtonCommands)
        await bot.delete_my_commands(scope=admin)
        assert await bot.get_my_commands(scope=admin) == ()


async def test_chats_and_members_can_be_looked_at(telegram: Telegram) -> None:
    async with library(telegram) as bot:
        channel = await bot.get_chat("@cv_daily")
        assert (channel.id, channel.type, channel.username) == (CHANNEL, "channel", "cv_daily")
        assert (await bot.get_chat(GROUP)).is_forum
        owner = await bot.get_chat_member(GROUP, LIN)
        assert owner.status == "creator"
        assert (await bot.get_chat_member(GROUP, ANA)).status == "member"
        itself = await bot.get_chat_member(CHANNEL, bot.id)
        assert isinstance(itself, ptb.ChatMemberAdministrator)
        assert itself.can_post_messages
        admins = await bot.get_chat_administrators(CHANNEL)
        assert [admin.user.id for admin in admins] == [LIN, bot.id]
        await bot.leave_chat(GROUP)
        with pytest.raises(Forbidden):
            await bot.get_chat(GROUP)


async def test_messages_can_be_copied_passed_on_and_deleted(telegram: Telegram) -> None:
    telegram.people.start(LIN)
    async with library(telegram) as bot:
        post = await bot.send_message("@cv_daily", "今日论文")
        assert post.sender_chat is not None
        forwarded = await bot.forward_message(LIN, CHANNEL, post.message_id)
        assert isinstance(forwarded.forward_origin, ptb.MessageOriginChannel)
        await bot.copy_message(LIN, CHANNEL, post.message_id)
        assert await bot.delete_message(LIN, forwarded.message_id)
        assert await bot.delete_messages(CHANNEL, [post.message_id, 99])
    assert telegram.world.texts(LIN) == ["/start", "今日论文"]
    assert telegram.world.texts(CHANNEL) == []


async def test_a_second_poller_ends_the_first(telegram: Telegram) -> None:
    async with library(telegram) as first, library(telegram) as second:
        begun = asyncio.create_task(telegram.world.updates.bell.wait(5))
        polls = asyncio.create_task(first.get_updates(timeout=30))
        assert await begun
        assert await second.get_updates(timeout=0) == ()
        with pytest.raises(Conflict, match="only one bot instance"):
            await polls
