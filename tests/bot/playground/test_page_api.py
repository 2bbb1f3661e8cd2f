"""What the chat page asks for, over HTTP."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.bot.conftest import Telegram
from tests.bot.playground.requests import Caller

LIN, ANA, CHANNEL, GROUP = 1001, 1002, -1001000000001, -1001000000002


@pytest.fixture
async def page(telegram: Telegram, session: aiohttp.ClientSession) -> "Page":
    async with session.get(telegram.url):  # which leaves the key in the session
        return Page(telegram.url, session)


class Page:
    """Asks as the page does; a refusal is a string."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session

    async def get(self, name: str, **query: int) -> Any:
        async with self._session.get(f"{self._url}/play/{name}", params=query) as response:
            return await _read(response)

    async def post(self, name: str, **body: Any) -> Any:
        async with self._session.post(f"{self._url}/play/{name}", json=body) as response:
            return await _read(response)


async def _read(response: aiohttp.ClientResponse) -> Any:
    if response.status == 200:
        return await response.json()
    assert response.status == 400
    return await response.text()


async def test_the_state_is_one_users_view(page: Page, call: Caller, telegram: Telegram) -> None:
    await call("setMyCommands", commands=[{"command": "today", "description": "今日"}])
    english = [{"command": "today", "description": "Today"}]
    await call("setMyCommands", commands=english, language_code="en")
    telegram.people.start(ANA)
    sent = await call.sent(ANA, "welcome")
    state = await page.get("state", user=ANA)
    assert (state["now"], state["zone"]) == ("2026-03-13T00:00:00+00:00", "Asia/Shanghai")
    assert state["bot"]["commands"] == english
    assert [user["name"] for user in state["users"]] == ["小林", "Ana", "陈老师"]
    chats = {chat["id"]: chat for chat in state["chats"]}
    assert set(chats) == {CHANNEL, GROUP, ANA}  # nobody else's
    mine = chats[ANA]
    assert (mine["title"], mine["unread"], mine["blocked"]) == ("论文日报", 1, False)
    assert mine["last"]["message_id"] == sent
    assert mine["last"]["play_id"] == f"{ANA}:{sent}"
    assert chats[GROUP]["topics"] == [{"id": 2, "name": "每日论文"}, {"id": 3, "name": "闲聊"}]
    assert not chats[CHANNEL]["can_write"]
    assert (await page.get("state"))["user"] == LIN


async def test_looking_at_messages_makes_them_read(
    page: Page, call: Caller, telegram: Telegram
) -> None:
    telegram.people.start(LIN)
    await call.sent(LIN, "hello")
    shown = await page.get("messages", user=LIN, chat=LIN)
    assert [message["text"] for message in shown["messages"]] == ["/start", "hello"]
    chats = (await page.get("state", user=LIN))["chats"]
    assert [chat["unread"] for chat in chats if chat["id"] == LIN] == [0]
    assert await page.get("messages", user=ANA, chat=LIN) == "no such chat"


async def test_a_message_is_sent_with_what_telegrams_apps_find_in_it(
    page: Page, telegram: Telegram
) -> None:
    sent = await page.post("send", user=LIN, chat=LIN, text="/paper https://arxiv.org/abs/1")
    message = telegram.world.chat(LIN).messages[sent["message_id"]]
    assert [entity["type"] for entity in message["entities"]] == ["bot_command", "url"]
    replied = await page.post("send", user=LIN, chat=LIN, text="?", reply_to=sent["message_id"])
    reply = telegram.world.chat(LIN).messages[replied["message_id"]]
    assert reply["reply_to_message"] == message
    topical = await page.post("send", user=LIN, chat=GROUP, text="/today", topic=2)
    assert telegram.world.chat(GROUP).messages[topical["message_id"]]["message_thread_id"] == 2
    assert await page.post("send", user=LIN, chat=LIN, text="") == "an empty message"


async def test_events_reach_those_who_see_the_chat(
    page: Page, call: Caller, telegram: Telegram
) -> None:
    before = (await page.get("state", user=LIN))["seq"]
    waiting = asyncio.create_task(page.get("events", user=LIN, after=before))
    await call.sent(CHANNEL, "今日论文")
    first = await waiting
    assert [(event["kind"], event["chat"]) for event in first["events"]] == [("message", CHANNEL)]
    assert first["events"][0]["message"]["play_id"] == f"{CHANNEL}:1"
    telegram.people.start(LIN)
    await page.post("tap", user=LIN, chat=CHANNEL, message_id=1, data="open:1")
    query = telegram.world.updates.queue[-1]["callback_query"]["id"]
    await call("answerCallbackQuery", callback_query_id=query, text="好", show_alert=True)
    await call("sendChatAction", chat_id=LIN, action="typing")
    await call("editMessageText", chat_id=CHANNEL, message_id=1, text="新")
    await call("deleteMessage", chat_id=CHANNEL, message_id=1)
    mine = (await page.get("events", user=LIN, after=first["seq"]))["events"]
    assert [event["kind"] for event in mine] == ["message", "answer", "action", "edit", "delete"]
    assert (mine[1]["text"], mine[1]["alert"]) == ("好", True)
    assert mine[4]["message_id"] == 1
    others = (await page.get("events", user=ANA, after=first["seq"]))["events"]
    assert [event["kind"] for event in others] == ["edit", "delete"]


async def test_links_to_the_bot_open_it_and_others_are_handed_back(
    page: Page, telegram: Telegram
) -> None:
    opened = await page.post("open", user=LIN, url="https://t.me/paperboy_bot?start=paper_1")
    assert opened == {"chat": LIN}
    assert telegram.world.texts(LIN) == ["/start paper_1"]
    url = "https://arxiv.org/abs/2602.20981"
    assert await page.post("open", user=LIN, url=url) == {"url": url}


async def test_the_bot_can_be_blocked_and_thrown_out(page: Page, telegram: Telegram) -> None:
    await page.post("block", user=LIN, blocked=True)
    await page.post("group", user=LIN, chat=GROUP, member=False)
    chats = {chat["id"]: chat for chat in (await page.get("state", user=LIN))["chats"]}
    assert chats[LIN]["blocked"]
    assert not chats[GROUP]["member"]
    await page.post("group", user=LIN, chat=GROUP, member=True)
    standings = [
        update["my_chat_member"]["new_chat_member"]["status"]
        for update in telegram.world.updates.queue
    ]
    assert standings == ["kicked", "left", "member"]


async def test_the_clock_can_be_moved_in_three_ways_but_not_back(
    page: Page, telegram: Telegram
) -> None:
    assert await page.post("clock", advance=60) == {"now": "2026-03-13T00:01:00+00:00"}
    assert await page.post("clock", at="08:30", days=1) == {"now": "2026-03-14T00:30:00+00:00"}
    moved = await page.post("clock", to="2026-03-15T08:30:00")  # the world's zone, if none is named
    assert moved == {"now": "2026-03-15T00:30:00+00:00"}
    assert await page.post("clock", to="2026-03-14T00:00:00Z") == "the clock does not go back"
    events = telegram.world.events_for(ANA, 0)
    assert [event["now"] for event in events][-1] == "2026-03-15T00:30:00+00:00"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("send", {"user": LIN}),
        ("send", {"user": "x", "chat": LIN, "text": "x"}),
        ("send", {"user": LIN, "chat": 4711, "text": "x"}),
        ("send", {"user": ANA, "chat": CHANNEL, "text": "x"}),
        ("tap", {"user": 4711, "chat": GROUP, "message_id": 1, "data": "x"}),
        ("group", {"user": LIN, "chat": LIN, "member": True}),
        ("clock", {"at": "25:00"}),
        ("clock", {"advance": 1e300}),
        ("clock", {}),
    ],
)
async def test_what_makes_no_sense_is_refused_in_a_line(
    name: str, body: dict[str, Any], page: Page
) -> None:
    refusal = await page.post(name, **body)
    assert isinstance(refusal, str)
    assert refusal
    assert "\n" not in refusal


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ('{"advance":60}', "text/plain", 415),
        ('{"advance":' + "[" * 60_000, "application/json", 400),
        ('{"advance":' + " " * 70_000 + "60}", "application/json", 413),
    ],
    ids=["not JSON", "nested", "large"],
)
async def test_what_no_page_of_ours_sends_is_refused(
    body: str,
    kind: str,
    status: int,
    page: Page,
    telegram: Telegram,
    session: aiohttp.ClientSession,
) -> None:
    url, headers = f"{telegram.url}/play/clock", {"Content-Type": kind}
    async with session.post(url, data=body, headers=headers) as response:
        assert response.status == status
    assert (await page.get("state"))["now"] == "2026-03-13T00:00:00+00:00"


async def test_the_page_and_its_files_are_served_and_nothing_else(
    telegram: Telegram, session: aiohttp.ClientSession
) -> None:
    async with session.get(telegram.url) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert response.headers["Cache-Control"] == "no-store"
    async with session.get(f"{telegram.url}/page/app.js") as response:
        assert (response.status, response.content_type) == (200, "text/javascript")
    for path in ["page/none.js", "page/__init__.py", "page/..%2fworld.py", "page/%2e%2e/world.py"]:
        async with session.get(f"{telegram.url}/{path}") as response:
            assert response.status == 404
