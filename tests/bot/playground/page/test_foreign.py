"""Another web page, in a real browser, trying what a web page can."""

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from tests.bot.conftest import Telegram
from tests.bot.playground.page.acting import IN_A_BROWSER, LIN
from tests.browser import visit

pytestmark = IN_A_BROWSER
ATTACK = """<!doctype html><script>
const json = (name, body, mode) => fetch("$URL/play/" + name, {
  method: "POST", mode, credentials: "include", body: JSON.stringify(body),
  headers: { "Content-Type": mode === "no-cors" ? "text/plain" : "application/json" },
});
const look = (path, mode) => fetch("$URL" + path, { mode, credentials: "include" })
  .then((answer) => answer.text());
const framed = document.createElement("iframe");
framed.src = "$URL/";
document.documentElement.append(framed);
for (const path of ["$BOT/getMe", "/play/messages?user=$USER&chat=$USER"])
  new Image().src = "$URL" + path;
const tried = ["cors", "no-cors"].flatMap((mode) => [
  look("/", mode), look("/play/state", mode),
  json("clock", { advance: 86400 }, mode),
  json("send", { user: $USER, chat: $USER, text: "x" }, mode),
]);
Promise.allSettled(tried).then((ended) => {
  document.title = ended.map(({ value }) => (typeof value === "string" ? value : "")).join("");
  const form = document.createElement("form");
  Object.assign(form, { action: "$URL$BOT/getMe", method: "post" });
  document.documentElement.append(form);
  document.documentElement.dataset.tried = "yes";
});
</script>"""


async def test_another_page_neither_reads_nor_acts(browser: Browser, here: Telegram) -> None:
    """The worst place for one: on this machine, in a browser with the key, knowing the token."""
    page = ATTACK.replace("$URL", here.url).replace("$BOT", f"/bot{here.token}")

    async def show(_request: web.Request) -> web.Response:
        return web.Response(text=page.replace("$USER", str(LIN)), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    async with TestServer(app, host="127.0.0.1") as server, visit(browser, here.url) as seen:
        before, asked, got = here.world.events.seq, list[str](), list[int]()
        seen.page.on("request", lambda each: asked.append(each.url))
        seen.page.on(
            "response", lambda a: got.append(a.status) if a.url.startswith(here.url) else None
        )
        await seen.page.goto(str(server.make_url("/")))
        await seen.page.wait_for_selector("html[data-tried]", state="attached")
        assert await seen.page.title() == "", "it read an answer"
        await seen.page.evaluate("document.forms[0].submit()")
        await seen.page.wait_for_url(f"{here.url}/**")  # where its form led: to a refusal
        assert "another page" in await seen.page.inner_text("body")
    assert sum(url.startswith(here.url) for url in asked) >= 11
    assert set(got) == {403}  # of the others the browser says only that they failed
    assert here.world.events.seq == before
    assert not here.world.record.requests
