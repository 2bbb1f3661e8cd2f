"""How messages look: entities, quotes, foreign HTML, edits that move nothing."""

from playwright.async_api import expect

from bot.playground.posting import Posting
from bot.render.message import units
from tests.bot.conftest import Telegram
from tests.bot.playground.page.acting import (
    ANA,
    IN_A_BROWSER,
    LIN,
    Json,
    Opening,
    bubble,
    keys,
    says,
    started,
)

pytestmark = IN_A_BROWSER


async def test_every_kind_of_entity_is_shown_as_telegram_shows_it(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    says(
        here,
        LIN,
        "👩‍🔬 ",  # five UTF-16 units in front: offsets are not characters
        ("粗体", "bold"),
        ("斜体", "italic"),
        ("下划", "underline"),
        ("删除", "strikethrough"),
        ("both", "bold", "italic"),
        ("x = 1", "code"),
        ("print()\n", {"type": "pre", "language": "python"}),
        ("遮住", "spoiler"),
        ("论文", {"type": "text_link", "url": "https://arxiv.org/abs/2602.20981"}),
        " ",
        ("arxiv.org/list/cs.CV", "url"),
        ("短引文", "blockquote"),
        ("\n"),
        ("#CV", "hashtag"),
    )
    text = (await bubble(page, "粗体")).locator(".text")
    shown = {
        "strong": "粗体",
        "em": "斜体",
        "u": "下划",
        "s": "删除",
        "code.code": "x = 1",
        ".pre pre": "print()",
        ".quote": "短引文",
        ".tag": "#CV",
    }
    for selector, expected in shown.items():
        await expect(text.locator(selector).first).to_have_text(expected)
    await expect(text.locator("strong em, em strong")).to_have_text("both")
    await expect(text.locator(".pre-copy")).to_have_text("python")
    links = text.locator("a")
    assert await links.evaluate_all("all => all.map(a => [a.textContent, a.href, a.rel])") == [
        ["论文", "https://arxiv.org/abs/2602.20981", "noopener noreferrer"],
        ["arxiv.org/list/cs.CV", "https://arxiv.org/list/cs.CV", "noopener noreferrer"],
    ]


async def test_a_spoiler_is_read_only_after_a_tap(here: Telegram, opened: Opening) -> None:
    started(here.world)
    page = await opened()
    says(here, LIN, "结局：", ("它收敛了", "spoiler"))
    hidden = page.locator(".spoiler")
    await expect(hidden.locator(".spoiler-text")).to_have_css("opacity", "0")
    await hidden.press("Enter")
    await expect(hidden.locator(".spoiler-text")).to_have_css("opacity", "1")


async def test_an_expandable_quote_shows_three_lines_until_it_is_opened(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    lines = "\n".join(f"第 {number} 行" for number in range(12))
    says(here, LIN, (lines, "expandable_blockquote"), "\n", ("一行", "expandable_blockquote"))
    long, short = page.locator(".fold").nth(0), page.locator(".fold").nth(1)
    body, toggle = long.locator(".fold-body"), long.locator(".fold-toggle")
    await expect(short.locator(".fold-toggle")).to_be_hidden()
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    closed = await body.evaluate(
        "node => node.clientHeight / parseFloat(getComputedStyle(node).lineHeight)"
    )
    assert round(closed) == 3
    await toggle.click()
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    assert await body.evaluate("node => node.clientHeight == node.scrollHeight")
    await long.click()
    await expect(toggle).to_have_attribute("aria-expanded", "false")


async def test_a_quote_stays_open_and_a_message_stays_put_when_it_is_edited(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    quote = "\n".join("一行" for _ in range(9))
    first = says(here, LIN, "旧 ", (quote, "expandable_blockquote"))
    for number in range(40):
        says(here, LIN, f"消息 {number}")
    await bubble(page, "消息 39")
    await page.locator(".fold-toggle").evaluate("node => node.click()")
    await page.locator("#scroll").evaluate("node => { node.scrollTop = node.scrollHeight / 2; }")
    watched = page.locator(".message", has_text="消息 25")
    before = await watched.bounding_box()
    fold = {"type": "expandable_blockquote", "offset": 2, "length": units(quote)}
    longer: Json = {"text": "新 " + quote + "\n再多些" * 5, "entities": [fold]}
    Posting(here.world).edit(here.world.chat(LIN), first["message_id"], longer)
    edited = await bubble(page, "再多些")
    await expect(edited.locator(".edited")).to_have_text("已编辑")
    await expect(edited.locator(".fold-toggle")).to_have_attribute("aria-expanded", "true")
    after = await watched.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) <= 1


NASTY = [
    "<script>document.title='bad'</script>",
    "<img src=x onerror=\"document.title='bad'\">",
    "</textarea><svg onload=document.title='bad'>",
    "&lt;b&gt; & \u202e gnp.exe",
]


async def test_html_in_texts_names_and_buttons_stays_text(here: Telegram, opened: Opening) -> None:
    started(here.world)
    here.world.user(ANA).name = NASTY[1]
    page = await opened()
    for text in NASTY:
        button = {"text": text, "callback_data": text[:30]}
        says(here, LIN, (text, "bold"), reply_markup=keys([button]))
    says(here, LIN, ("按我", {"type": "text_link", "url": "javascript:document.title='bad'"}))
    await bubble(page, "按我")
    bold = page.locator(".message.in .text strong")
    assert await bold.all_text_contents() == NASTY
    assert await page.locator(".key .label").all_text_contents() == NASTY
    assert await page.locator(".message a").count() == 0
    assert await page.locator(".message script, .message img, .message svg").count() == 0
    await expect(page.locator(f"[data-user='{ANA}'] .name")).to_have_text(NASTY[1])
    assert "bad" not in await page.title()


async def test_a_rich_message_shows_its_parts_and_runs_nothing(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    html = (
        "<h2>方法</h2><p onclick='bad()'>一 <b>二</b></p><script>bad()</script>"
        "<table><tr><td>AP</td><td>52.1</td></tr></table><iframe src='//example.org'></iframe>"
        "<details><summary>细节</summary><p>里面</p></details><a href='javascript:bad()'>坏链接</a>"
        "<img src='https://example.org/x.png'>"
    )
    Posting(here.world).send(here.world.chat(LIN), {"rich_message": {"html": html}})
    rich = page.locator(".rich")
    await expect(rich.locator("h2")).to_have_text("方法")
    await expect(rich.locator("td").nth(1)).to_have_text("52.1")
    assert await rich.locator("script, iframe, a, img, [onclick]").count() == 0
    await expect(rich.get_by_text("里面")).to_be_hidden()
    await rich.locator("summary").click()
    await expect(rich.get_by_text("里面")).to_be_visible()


CROSSING = r"""async () => {
  const { rendered } = await import("/page/entities.js");
  const acts = { words: { spoiler: "", expand: "", collapse: "" }, isOurs: () => false };
  const kinds = ["bold", "italic", "code", "spoiler", "text_link", "hashtag", "strange", "url"];
  const text = "论文 👩‍🔬 paper\nline 𝒳²".repeat(3);
  let seed = 7;
  const random = (end) => (seed = (seed * 48271) % 2147483647) % end;
  for (let round = 0; round < 500; round += 1) {
    const entities = Array.from({ length: random(9) }, () => ({
      type: kinds[random(kinds.length)],
      offset: random(text.length + 4) - 2,
      length: random(text.length) - 1,
      url: "https://arxiv.org",
    }));
    const node = document.createElement("div");
    node.append(...rendered(text, entities, acts));
    if (node.textContent !== text) return JSON.stringify(entities);
  }
  return "";
}"""


async def test_entities_that_cross_or_overrun_lose_no_letter(opened: Opening) -> None:
    page = await opened()
    assert await page.evaluate(CROSSING) == ""


async def test_entities_that_cross_are_cut_and_a_line_break_after_a_block_is_not_doubled(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    page = await opened()
    crossing = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 2, "length": 4},
        {"type": "blockquote", "offset": 7, "length": 2},
    ]
    content = {"text": "甲乙丙丁戊己\n引文\n\n完", "entities": crossing}
    Posting(here.world).send(here.world.chat(LIN), content)
    text = (await bubble(page, "甲乙")).locator(".text")
    assert await text.evaluate("node => node.innerHTML") == (
        "<strong>甲乙<em>丙丁</em></strong><em>戊己</em>\n"
        '<blockquote class="quote">引文</blockquote>\n完'
    )


async def test_who_reads_above_is_told_of_new_messages_and_not_moved(
    here: Telegram, opened: Opening
) -> None:
    started(here.world)
    for number in range(40):
        says(here, LIN, f"消息 {number}")
    page = await opened()
    await bubble(page, "消息 39")
    await page.locator("#scroll").evaluate("node => { node.scrollTop = 0; }")
    says(here, LIN, "新的")
    await expect(page.locator("#jump .badge")).to_have_text("1")
    assert await page.locator("#scroll").evaluate("node => node.scrollTop") == 0
    await page.click("#jump")
    await expect(page.locator("#jump")).to_be_hidden()
    await expect(await bubble(page, "新的")).to_be_in_viewport()
