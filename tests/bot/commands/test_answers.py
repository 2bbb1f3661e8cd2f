"""/search, /status, /help, and whatever people and old versions send besides."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands.help import HELP
from bot.commands.today import IN_WORK
from bot.render.message import MAX_UNITS, units
from core.locale import LANGUAGES
from core.models.feedback import FeedbackEvent, FeedbackKind
from core.store import FetchRecord
from tests.bot.commands.conftest import (
    ANA,
    CHEN,
    GROUP,
    PICKS,
    Stage,
    buttons_of,
    opened,
    publish,
)
from tests.bot.conftest import Telegram
from tests.servers.papers import Services


async def test_before_the_first_list_everything_says_so_and_when_it_comes(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources) as empty:
        assert "下一份 明天 08:30（上海）" in await empty.ask("/today")
        assert "所以没有第 2 篇" in await empty.ask("/paper 2")
        assert "还没有做好的日报" in await empty.ask("/status")
        [greeting] = await empty.say("/start")
        assert "第一份今天名单出来后送到" in greeting["text"], (
            "the next tick builds for the first reader"
        )
        assert await empty.ask("/today") == IN_WORK[True]("zh")
        assert await empty.ask("/today", by=ANA) == IN_WORK[False]("en")


async def test_search_finds_papers_and_its_buttons_open_them(stage: Stage) -> None:
    [message] = await stage.say("/search image restoration")
    assert message["text"].startswith("🔎 image restoration")
    await stage.tap(message, "📖 1")
    [_, opened_] = await stage.telegram.answers(CHEN, 2)
    await stage.becomes(opened_, "⏱")


async def test_a_paper_that_was_withdrawn_since_is_marked_wherever_it_is_listed(
    stage: Stage,
) -> None:
    store, now = stage.core.store, stage.clock()
    paper = await store.papers.get(PICKS[1])
    assert paper is not None
    await store.feedback.put(FeedbackEvent(CHEN, paper.id, FeedbackKind.SAVED, now))
    for said in ("/search " + paper.title, "/saved", "/paper 2603.11867"):
        shown = await stage.ask(said)
        assert paper.title in shown
        assert "撤稿" not in shown
    comment = "This paper has been withdrawn by the authors"
    await store.papers.put([paper.model_copy(update={"comment": comment})])
    for said in ("/search " + paper.title, "/saved", "/paper 2603.11867"):
        assert f"{paper.title}〔已撤稿〕" in await stage.ask(said)


async def test_chinese_words_find_english_papers_and_the_answer_says_how(stage: Stage) -> None:
    [message] = await stage.say("/search 图像修复")
    [english] = await stage.say("/search image restoration")
    assert message["text"].startswith("🔎 图像修复\n按「image restoration」搜到")
    assert buttons_of(message) == buttons_of(english) != []
    assert "没有找到" in await stage.ask("/search 猫")
    assert "按「" not in await stage.ask("/search image restoration")


@pytest.mark.parametrize(
    "asked",
    [
        "/search quux -医学影像",
        "/search -医学影像 quux",
        "/search quux －medical",
        "/search quux NOT medical",
        '/search quux -"medical imaging"',
        "/search quux 不要医学影像",
        "/search quux without medical",
    ],
)
async def test_what_is_left_out_of_a_search_is_said(stage: Stage, asked: str) -> None:
    known = await stage.core.store.papers.get(PICKS[0])
    assert known is not None
    abstracts = ["Medical imaging is hard."] * 2 + ["Optical flow."] * 10
    await stage.core.store.papers.put(
        known.model_copy(update={"id": f"2601.{number:05}", "title": "Quux", "abstract": text})
        for number, text in enumerate(abstracts, start=1)
    )
    [message] = await stage.say(asked)
    assert "已排除提到「" in message["text"]
    assert "共 10 篇，第 1/2 页" in message["text"]
    await stage.tap(message, "›")
    assert "已排除提到「" in (await stage.becomes(message, "第 2/2 页"))["text"]


async def test_a_search_for_nothing_but_exclusions_asks_what_for(stage: Stage) -> None:
    assert "请再加上想找的，例如：/search 扩散 -医学" in await stage.ask("/search -医学")
    assert "已排除" not in await stage.ask("/search zero-shot image")


async def test_chinese_words_turn_their_pages_as_well(stage: Stage) -> None:
    known = await stage.core.store.papers.get(PICKS[0])
    assert known is not None
    await stage.core.store.papers.put(
        known.model_copy(update={"id": f"2601.{number:05}", "title": "Quux", "abstract": text})
        for number, text in enumerate(["Optical flow and tone mapping."] * 12, start=1)
    )
    [message] = await stage.say("/search 光流 quux")
    assert "1/2" in message["text"]
    await stage.tap(message, "›")
    assert "2/2" in stage.shown(message)["text"]


async def test_search_turns_its_pages_in_its_message(stage: Stage) -> None:
    known = await stage.core.store.papers.get(PICKS[0])
    assert known is not None
    await stage.core.store.papers.put(
        known.model_copy(update={"id": f"2601.{number:05}", "title": f"Quux {number}"})
        for number in range(1, 20)
    )
    [message] = await stage.say("/search quux")
    assert "1/3" in message["text"]
    await stage.tap(message, "›")
    assert "2/3" in stage.shown(message)["text"]
    assert "过期" in str((await stage.tap_data(message, "find:1", is_lost=True))["text"])


@pytest.mark.parametrize("words", ["", '"', "*", "NEAR(", "🙈", "\u202e", "x " * 2000])
async def test_search_answers_any_words(stage: Stage, words: str) -> None:
    assert await stage.ask(f"/search {words}")


async def test_status_says_in_plain_words_how_things_stand(stage: Stage) -> None:
    said = await stage.ask("/status")
    assert "还没有订阅" in said
    assert "2026-03-13：扫描 671 篇（HF Top 15），精选 2 篇" in said
    assert "最近一天没有读取" in said
    assert "模型额度充足" in said
    assert "你今天还能要 10 篇" in said
    await stage.say("/start", count=2)
    now = stage.clock.now
    for source, error in (("arxiv", "503"), ("huggingface", None)):
        await stage.core.store.fetches.record(
            FetchRecord(now, source, 1, 3, 0, timedelta(seconds=1), error)
        )
    said = await stage.ask("/status")
    assert "下一份日报：明天 08:30（上海）" in said
    assert "arXiv 读不到，HF 正常" in said


async def test_status_without_a_key_or_with_little_budget_left_says_that(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, gemini_api_key=None) as stage:
        assert "没有配置模型" in await stage.ask("/status")
    async with opened(telegram, tmp_path, sources, gemini_rpd=1, gemini_rpm=5) as stage:
        await publish(stage.core)
        assert "模型额度" in await stage.ask("/status")


async def test_help_fits_a_message_and_names_every_command(stage: Stage) -> None:
    from bot.commands import READERS

    said = await stage.ask("/help")
    for module in READERS:
        name = module.__name__.rpartition(".")[2]
        assert name == "help" or f"/{name}" in said
    assert "/broadcast" in await stage.ask("/help", by=1001)
    assert all(units(HELP(language)) < MAX_UNITS / 2 for language in LANGUAGES)


async def test_unknown_commands_get_one_line_in_private(stage: Stage) -> None:
    assert "没有这个命令" in await stage.ask("/subscribe")
    assert "no such command" in await stage.ask("/help_me " + "y" * 4000, by=ANA)


async def test_edited_commands_are_passed_over(stage: Stage) -> None:
    said = stage.people.say(CHEN, "hello")
    await stage.telegram.answers(CHEN)
    stage.people.edit(CHEN, CHEN, said, "/today")
    assert len(await stage.silence(CHEN)) == 1


COMMANDS = ("paper", "search", "topics", "settings", "start", "stop", "today", "status", "build")
NASTY = (
    "\x00\x01\x02",
    "\u202e2602.20981\u202c",
    "9" * 4000,
    "-" + "9" * 30,
    "2602.20981" * 300,
    "%s {0} {name} {topic}",
    "'; DROP TABLE chats; --",
    "https://arxiv.org/abs/" + "a" * 3000,
    "👩‍👩‍👧‍👦" * 300,
    "٣",
    "²",
    "--",
    "+",
)


@pytest.mark.parametrize("command", COMMANDS)
async def test_nasty_arguments_are_answered_without_an_exception(
    stage: Stage, command: str
) -> None:
    await stage.say("/start", count=2)
    for argument in NASTY:
        since = len(stage.telegram.world.received(CHEN))
        stage.people.say(CHEN, f"/{command} {argument}"[:4096])
        await stage.telegram.answers(CHEN, 1, since=since)


@pytest.mark.parametrize(
    "data",
    [
        "x",
        "open:",
        "open:2602",
        "open:////",
        "page:99:2603.11323",
        "find:9999",
        "set:",
        "🙈",
        "0" * 64,
    ],
)
async def test_every_tap_is_answered(stage: Stage, data: str) -> None:
    [message] = await stage.say("/today")
    assert await stage.tap_data(message, data)
    assert await stage.tap_data(message, data, is_lost=True)


UNASKED: tuple[dict[str, Any], ...] = (
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0}
     | dict.fromkeys(("is_closed", "is_anonymous", "allows_multiple_answers"), False)
     | dict.fromkeys(("allows_revoting", "members_only"), False)
     | {"type": "regular"}},
    {"inline_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"},
     "query": "q", "offset": ""}},
    {"edited_channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"},
     "text": "/start"}},
    {"callback_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"},
     "chat_instance": "1", "inline_message_id": "1", "data": "open:2603.11323"}},
    {"callback_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"},
     "chat_instance": "1", "game_short_name": "g"}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from":
     {"id": 5, "is_bot": False, "first_name": "x"}, "delete_chat_photo": True}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "group"},
     "text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
     "sender_chat": {"id": -6, "type": "channel"}, "is_automatic_forward": True}},
    {"my_chat_member": {"date": 1, "chat": {"id": -6, "type": "channel"},
     "from": {"id": 5, "is_bot": False, "first_name": "x"},
     "old_chat_member": {"status": "left", "user": {"id": 7, "is_bot": True, "first_name": "b"}},
     "new_chat_member": {"status": "member",
     "user": {"id": 7, "is_bot": True, "first_name": "b"}}}},
)  # fmt: skip


@pytest.mark.parametrize("update", UNASKED, ids=lambda update: next(iter(update)))
async def test_updates_nobody_asked_for_are_passed_over(
    stage: Stage, update: dict[str, Any]
) -> None:
    received = len(stage.telegram.world.record.of("sendMessage"))
    await stage.process(update)
    assert len(stage.telegram.world.record.of("sendMessage")) == received


async def test_a_members_language_is_the_chats_own_once_it_has_one(stage: Stage) -> None:
    assert "What" not in await stage.ask("/help")
    assert "Every morning" in await stage.ask("/help", by=ANA)
    await stage.ask("/start@paperboy_bot", chat_id=GROUP, by=CHEN)
    assert "每天早上" in await stage.ask("/help@paperboy_bot", chat_id=GROUP, by=ANA)
    assert buttons_of((await stage.say("/today"))[0])
