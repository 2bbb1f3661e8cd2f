"""A real browser for the tests of the playground's page, and the tour whose pictures we show.

Playwright drives the machine's own Chromium and brings none; where there is none, tests are
skipped and say so. `--disable-...` keep it from calling home: a test's browser talks to
127.0.0.1 only, and `Visit` writes down whatever else it tries.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NO_CHROMIUM = "no chromium on this machine (Debian: apt-get install chromium)"
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP = (1200, 800)
PHONE = (390, 844)
PATIENCE = 15_000
"""Milliseconds for what takes a few on an idle machine."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visit:
    """A page that was opened, and what it should not have done."""

    page: Page
    errors: list[str] = field(default_factory=list)
    """Errors and warnings of the console, and exceptions."""
    strangers: list[str] = field(default_factory=list)
    """Addresses outside the playground it asked for."""

    def watch(self) -> None:
        """Write down errors and requests from now on."""
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)
        self.page.on("request", self._requested)

    def _said(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.errors.append(said.text)

    def _requested(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            self.strangers.append(request.url)


@asynccontextmanager
async def visit(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
) -> AsyncIterator[Visit]:
    """Open the playground in a fresh profile and wait until it shows its chats."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="zh-CN",
        timezone_id="America/New_York",  # not the playground's: hours must not come from here
        permissions=["clipboard-write"],
    )
    try:
        visited = Visit(await context.new_page())
        visited.watch()
        await visited.page.goto(url)
        await visited.page.wait_for_selector("body[data-ready]")
        yield visited
    finally:
        await context.close()


async def tour(page: Page, folder: Path) -> list[Path]:
    """Walk through the playground as a newcomer would, taking pictures; return them in order.

    `page` has just been opened, for a user who has not started the bot. It waits for what the
    bot does by what is on the page: any bot with `/start`, `/today` and buttons on picks will do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []

    async def picture(name: str) -> None:
        taken.append(folder / f"{len(taken) + 1}-{name}.png")
        await page.screenshot(path=taken[-1])

    await _resize(page, DESKTOP)
    await picture("welcome")
    await page.click("[data-act=start]")
    await page.wait_for_selector(".message.in")
    await page.fill("textarea", "/")
    await page.wait_for_selector(".commands .option")
    await picture("commands")
    await page.fill("textarea", "/today")
    await page.press("textarea", "Escape")
    await page.press("textarea", "Enter")
    await page.wait_for_selector(".message.in .key:has-text('📖')")
    await picture("today")
    await _open_first(page)
    await picture("deep-dive")
    await page.emulate_media(color_scheme="dark")
    await picture("deep-dive-dark")
    await _resize(page, PHONE)
    await page.locator(".message").last.evaluate("node => node.scrollIntoView()")
    await picture("phone-dark")
    await page.emulate_media(color_scheme="light")
    await picture("phone")
    await page.click(".chat-head .back")
    await page.wait_for_selector(".entry")
    await picture("phone-chats")
    return taken


async def _open_first(page: Page) -> None:
    """Tap the first pick and wait for the deep dive: the last message, with sections."""
    await page.click(".message.in .key:has-text('📖')")
    await page.wait_for_function(
        """() => {
          const last = [...document.querySelectorAll(".message")].at(-1);
          const whole = last.querySelector(".quote, .pre, .rich, .keyboard");
          return whole && !last.innerText.includes("/today")
            && !last.querySelector(".key")?.innerText.includes("📖");
        }"""
    )


async def _resize(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
