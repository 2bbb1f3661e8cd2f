"""What people do on the page reaches the bot, and what it does is seen."""

from playwright.async_api import expect

from bot.playground.posting import Posting
from tests.bot.conftest import Telegram
from tests.bot.playground.page.acting import (
    ANA,
    CHANNEL,
    COMMANDS,
    GROUP,
    IN_A_BROWSER,
    LIN,
    Opening,
    bubble,
    keys,
    says,
    started,
)

pytestmark = IN_A_BROWSER


async def test_a_tap_reaches_the_bot_and_its_answer_is_shown(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    says(
        here, LIN, "目录", reply_markup=keys([{"text": "📖 1", "callback_data": "open:2602.20981"}])
    )
    await page.click(".key")
    await expect(page.locator(".key.waiting")).to_have_count(1)
    await here.until(lambda: len(here.world.updates.queue) == 1)
    query = here.world.updates.queue[0]["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("open:2602.20981", LIN)
    here.world.events.tell("answer", LIN, user_id=LIN, text="马上就好", alert=False)
    await expect(page.locator(".toast", has_text="马上就好")).to_be_visible()
    await expect(page.locator(".key.waiting")).to_have_count(0)
    here.world.events.tell("answer", LIN, user_id=LIN, text="额度用完了", alert=True)
    await expect(page.locator("dialog")).to_contain_text("额度用完了")
    await page.click("dialog .big")
    await expect(page.locator("dialog")).to_be_hidden()


async def test_a_deep_link_in_the_channel_opens_the_private_chat(
    here: Telegram, opened: Opening
) -> None:
    link = f"https://t.me/{here.world.bot.username}?start=paper_2602_20981"
    says(here, CHANNEL, "目录", reply_markup=keys([{"text": "📖 1", "url": link}]))
    page = await opened()
    entry = page.locator(f"[data-chat='{CHANNEL}']")
    await expect(entry.locator(".badge")).to_have_text("1")
    await entry.click()
    await expect(entry.locator(".badge")).to_have_count(0)
    await page.click(".key")
    await expect(page.locator("#head h1")).to_have_text("论文日报")
    await expect((await bubble(page, "/start paper_2602_20981")).locator(".command")).to_have_text(
        "/start"
    )


async def test_a_chat_begins_with_start_and_can_be_stopped_and_begun_again(
    here: Telegram, opened: Opening
) -> None:
    page = await opened()
    await expect(page.locator(".welcome")).to_contain_text("每天早上，值得读的几篇论文。")
    await page.click("[data-act=start]")
    await bubble(page, "/start")
    await expect(page.locator(".welcome")).to_have_count(0)
    await page.click("[data-act=block]")
    await expect(page.locator("[data-act=restart]")).to_be_visible()
    assert here.world.user(LIN).has_blocked
    await page.click("[data-act=restart]")
    await expect(page.locator("textarea")).to_be_visible()
    assert not here.world.user(LIN).has_blocked
    assert here.world.texts(LIN) == ["/start", "/start"]


async def test_commands_are_offered_and_sent(here: Telegram, opened: Opening) -> None:
    started(here.world)
    says(here, LIN, "你好")
    page = await opened()
    await page.fill("textarea", "/")
    offered = await page.locator(".option b").all_text_contents()
    assert offered == [f"/{each['command']}" for each in COMMANDS]
    await page.fill("textarea", "/to")
    await page.press("textarea", "Enter")
    await bubble(page, "/today")
    await page.fill("textarea", "/pa")
    await page.press("textarea", "Tab")
    await expect(page.locator("textarea")).to_have_value("/paper ")
    await page.locator("textarea").press_sequentially("2602.20981")
    await page.press("textarea", "Shift+Enter")
    await page.press("textarea", "Enter")
    await bubble(page, "/paper 2602.20981")
    assert here.world.texts(LIN)[1:] == ["/today", "/paper 2602.20981\n"]
    await expect(page.locator("textarea")).to_have_value("")


async def test_a_command_in_a_topic_of_a_group_names_the_bot(
    here: Telegram, opened: Opening
) -> None:
    here.people.say(ANA, "看这篇", chat_id=GROUP, topic=3)
    page = await opened(f"#/{LIN}/{GROUP}")
    await expect(page.locator(".message .author")).to_have_text("Ana")
    await page.click(".topic:has-text('每日论文')")
    await expect(page.locator(".message")).to_have_count(0)
    await page.click(".menu")
    await page.click(".option[data-command=today]")
    sent = await bubble(page, "/today@")
    await expect(sent).to_have_class("message out head tail")
    last = list(here.world.chat(GROUP).messages.values())[-1]
    assert last["text"] == f"/today@{here.world.bot.username}"
    assert last["message_thread_id"] == 2
    await page.click("[data-act=removeBot]")
    await expect(page.locator("[data-act=addBot]")).to_be_visible()
    assert here.world.chat(GROUP).bot == "left"


async def test_commands_and_names_in_a_text_can_be_tapped(here: Telegram, opened: Opening) -> None:
    started(here.world)
    page = await opened()
    says(here, LIN, "看 ", ("/today", "bot_command"), " 或 ", ("@cv_daily", "mention"))
    await page.click(".message.in .command")
    await bubble(page, "/today")
    await page.wait_for_selector(".message.out .command")
    assert here.world.texts(LIN)[-1] == "/today"
    await page.click(".message.in .mention")
    await expect(page.locator("#head .status")).to_contain_text("@cv_daily")
    await expect(page.locator(".menu")).to_be_hidden()


async def test_a_message_is_replied_to_and_another_one_deleted(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    kept = says(here, LIN, "第一条")
    gone = says(here, LIN, "第二条")
    first = await bubble(page, "第一条")
    await first.hover()
    await first.locator(".reply-to").click()
    await page.fill("textarea", "讲讲")
    await page.press("textarea", "Enter")
    await expect((await bubble(page, "讲讲")).locator(".replied")).to_contain_text("第一条")
    answer = list(here.world.chat(LIN).messages.values())[-1]
    assert answer["reply_to_message"]["message_id"] == kept["message_id"]
    Posting(here.world).delete(here.world.chat(LIN), gone["message_id"])
    await expect(page.locator(".message", has_text="第二条")).to_have_count(0)
    await expect(page.locator(".message")).to_have_count(2)


async def test_the_bot_is_seen_typing_until_its_message_comes(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    here.world.events.tell("action", LIN, text="typing")
    await expect(page.locator("#head .status")).to_have_text("正在输入…")
    says(here, LIN, "好了")
    await expect(page.locator("#head .status")).to_contain_text("机器人")


async def test_a_keyboard_alone_is_enough_and_keeps_its_place(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    turn = page.locator("[data-turn=hour]")
    await turn.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#now b")).to_have_text("09:00")
    await expect(turn).to_be_focused()
    pages = keys([{"text": "›", "callback_data": "page:1:2602.20981"}])
    sent = says(here, LIN, "第一页", reply_markup=pages)
    await bubble(page, "第一页")
    await page.locator(".key").focus()
    content = {"text": "第二页", "reply_markup": pages}
    Posting(here.world).edit(here.world.chat(LIN), sent["message_id"], content)
    await bubble(page, "第二页")
    await expect(page.locator(".key")).to_be_focused()
