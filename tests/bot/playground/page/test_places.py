"""Who one is, where and when: users, the clock, unread chats, a phone, a lost connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.playground.posting import Posting
from bot.playground.world import demo_world
from tests.bot.conftest import START, Telegram
from tests.bot.playground.page.acting import (
    ANA,
    CHANNEL,
    IN_A_BROWSER,
    LIN,
    Opening,
    bubble,
    keys,
    says,
    started,
)
from tests.browser import PHONE, tour, visit
from tests.servers.telegram import serve

pytestmark = IN_A_BROWSER


async def test_another_user_has_another_chat_and_another_language(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    started(here.world, ANA)
    says(here, LIN, "给小林")
    page = await opened()
    await bubble(page, "给小林")
    await page.click(f"[data-user='{ANA}']")
    await expect(page.locator(".brand")).to_contain_text("Paperboy")
    await expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    await expect(page.locator(".message")).to_have_count(0)
    says(here, LIN, "还是给小林")
    says(here, ANA, "for Ana")
    await bubble(page, "for Ana")
    await expect(page.locator(".message")).to_have_count(1)
    await page.reload()
    await bubble(page, "for Ana")


async def test_the_clock_is_turned_to_tomorrow_morning(here: Telegram, opened: Opening) -> None:
    started(here.world)
    says(here, LIN, "昨天")
    page = await opened()
    await expect(page.locator("#now")).to_contain_text("3月13日")
    await expect(page.locator("#now b")).to_have_text("08:00")
    await page.click("[data-turn=morning]")
    await expect(page.locator("#now b")).to_have_text("08:30")
    assert here.world.clock.now().isoformat() == "2026-03-14T00:30:00+00:00"
    says(here, LIN, "早报")
    await expect((await bubble(page, "早报")).locator("time")).to_have_text("08:30")
    assert await page.locator(".day").evaluate_all("all => all.map(n => n.dataset.day)") == [
        "2026-03-13",
        "2026-03-14",
    ]
    await page.click("[data-turn=night]")
    await expect(page.locator("#now b")).to_have_text("20:00")
    await expect(page.locator("[data-turn=night]")).to_have_text("明晚 20:00")


async def test_what_was_read_as_it_came_is_not_unread_afterwards(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    async with page.expect_request("**/play/messages?*"):
        says(here, LIN, "早报")
        await bubble(page, "早报")
    says(here, CHANNEL, "频道早报")
    badge = f"[data-chat='{CHANNEL}'] .badge"
    await expect(page.locator(badge)).to_have_text("1")
    assert (await page.title()).startswith("(1)")
    await page.reload()
    await expect(page.locator(badge)).to_have_text("1")
    await expect(page.locator(f"[data-chat='{LIN}'] .badge")).to_have_count(0)
    await expect(page.locator(".unread-line")).to_have_count(0)


async def test_on_a_phone_one_goes_from_the_list_to_a_chat_and_back(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    says(here, LIN, "一" * 400, reply_markup=keys([{"text": "长" * 80, "callback_data": "x"}]))
    page = await opened(size=PHONE)
    await expect(page.locator(".side")).to_be_visible()
    await expect(page.locator(".chat")).to_be_hidden()
    await page.click(f"[data-chat='{LIN}']")
    await expect(page.locator(".side")).to_be_hidden()
    await expect(page.locator(".message")).to_be_visible()
    widths = "() => [document.documentElement.scrollWidth, innerWidth]"
    wide, window = await page.evaluate(widths)
    assert wide <= window
    await page.set_viewport_size({"width": PHONE[0], "height": 480})  # the keyboard is open
    await expect(page.locator(".key")).to_be_in_viewport()
    await page.click(".back")
    await expect(page.locator(".side")).to_be_visible()
    await page.go_back()
    await expect(page.locator(".chat")).to_be_visible()


async def test_the_page_says_when_the_playground_is_gone_and_comes_back_by_itself(
    browser: Browser,
) -> None:
    world = demo_world(start=START, monotonic=lambda: 0.0, zone="Asia/Shanghai")
    started(world)
    async with AsyncExitStack() as stack:
        async with serve(world) as url:
            port = int(url.rpartition(":")[2])
            visited = await stack.enter_async_context(visit(browser, url))
            await expect(visited.page.locator("#offline")).to_be_hidden()
        await expect(visited.page.locator("#offline")).to_be_visible()
        Posting(world).send(world.chat(LIN), {"text": "错过的"})
        await stack.enter_async_context(serve(world, port=port))
        await bubble(visited.page, "错过的")
        await expect(visited.page.locator("#offline")).to_be_hidden()


@asynccontextmanager
async def playing_the_bot(here: Telegram) -> AsyncIterator[None]:
    """Answer every message and tap, as a bot would."""
    task = asyncio.create_task(_play(here))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _play(here: Telegram) -> None:
    offset = 0
    while True:
        for update in await here.world.updates.poll(offset, limit=10, seconds=10):
            offset = update["update_id"] + 1
            if "callback_query" in update:
                says(here, LIN, ("深度解读", "bold"), "\n", ("很长\n" * 9, "expandable_blockquote"))
            elif update.get("message", {}).get("text") == "/today":
                pick = {"text": "📖 1. 一篇好论文", "callback_data": "open:2602.20981"}
                says(here, LIN, ("今天的目录", "bold"), reply_markup=keys([pick]))
            elif "message" in update:
                says(here, LIN, "你好")


async def test_the_tour_takes_its_pictures(here: Telegram, opened: Opening, tmp_path: Path) -> None:
    page = await opened()
    async with playing_the_bot(here):
        taken = await tour(page, tmp_path / "tour")
    assert [path.name for path in taken] == [
        "1-welcome.png",
        "2-commands.png",
        "3-today.png",
        "4-deep-dive.png",
        "5-deep-dive-dark.png",
        "6-phone-dark.png",
        "7-phone.png",
        "8-phone-chats.png",
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in taken)
