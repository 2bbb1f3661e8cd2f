"""/export, /forget, /saved and the feedback board; and that logs name nobody."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.features.personal_data import files
from bot.logs import who
from core.models.feedback import FeedbackKind
from core.store.audience.personal_data import Rows
from tests.bot.commands.conftest import CHEN, GROUP, PICKS, Stage
from tests.bot.commands.test_feedback import labels, now
from tests.core.store.samples import exported


async def subscribed(stage: Stage) -> None:
    await stage.say("/start", count=2)
    await stage.ask("/topics 超分 -医学影像")
    message = (await stage.say("/today"))[-1]
    await stage.tap_data(message, f"m:like:{PICKS[0]}")
    await stage.tap_data(message, f"m:save:{PICKS[1]}")


def document(stage: Stage, message: dict[str, Any]) -> dict[str, Any]:
    file = stage.telegram.world.files[message["document"]["file_id"]]
    assert file.name.endswith(".json")
    found: dict[str, Any] = json.loads(file.content)
    return found


async def test_a_reader_gets_everything_as_a_file(stage: Stage) -> None:
    await subscribed(stage)
    data = document(stage, (await stage.say("/export"))[-1])
    assert data["chats"][0]["interests"] == ["超分"]
    assert {(mark["paper_id"], mark["kind"]) for mark in data["feedback"]} == {
        (PICKS[0], "like"),
        (PICKS[1], "save"),
    }
    assert data["deliveries"]
    assert set(data["about"]) == set(data) - {"about", "exported_at"}


async def test_a_long_history_comes_in_several_whole_files() -> None:
    rows = [{"n": n, "text": "论文" * 40 + "\ud800"} for n in range(1000)]

    async def pages() -> AsyncIterator[tuple[str, Rows]]:
        for start in range(0, len(rows), 100):
            yield "lists", list(rows[start : start + 100])
        yield "marks", []
        yield "notices", [{"key": "hint"}]

    made = [part async for part in files(pages(), {"about": {"lists": "列"}}, most=20_000)]
    assert max(map(len, made)) < 21_000
    parts = [json.loads(part) for part in made]
    assert [row["n"] for part in parts for row in part.get("lists", [])] == list(range(1000))
    assert all(part["about"] == {"lists": "列"} for part in parts)
    assert parts[-1]["notices"] == [{"key": "hint"}]
    assert not [part async for part in files(_nothing(), {})]


async def _nothing() -> AsyncIterator[tuple[str, Rows]]:
    yield "lists", []


async def test_every_part_is_sent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await subscribed(stage)
    monkeypatch.setattr("bot.features.personal_data.files", partial(files, most=100))
    sent = await stage.say("/export", count=3)
    names = [message["document"]["file_name"] for message in sent]
    assert len(set(names)) == len(names)
    assert [name.removesuffix(".json")[-2:] for name in names][1:3] == ["-2", "-3"]
    whole = [document(stage, message) for message in sent]
    assert whole[0]["chats"]
    assert "chats" not in whole[1]


async def test_everything_is_deleted_once_confirmed_and_start_begins_anew(stage: Stage) -> None:
    await subscribed(stage)
    question = (await stage.say("/forget"))[-1]
    await stage.tap(question, "🗑 全部删除")
    await stage.telegram.until(lambda: "已全部删除" in now(stage, question)["text"])
    export = await exported(stage.core.store.personal, CHEN)
    assert not any(export.values())
    assert "没有存任何关于你的数据" in await stage.ask("/export")
    await stage.say("/start", count=2)
    chat = await stage.core.store.chats.get(CHEN)
    assert chat is not None
    assert not chat.is_personal


async def test_nothing_is_deleted_without_a_yes_in_time(stage: Stage) -> None:
    await subscribed(stage)
    question = (await stage.say("/forget"))[-1]
    await stage.tap(question, "不删")
    await stage.telegram.until(lambda: "什么都没有删" in now(stage, question)["text"])
    question = (await stage.say("/forget"))[-1]
    stage.clock.now += timedelta(minutes=11)
    assert "过期" in (await stage.tap(question, "🗑 全部删除"))["text"]
    assert await stage.core.store.chats.get(CHEN) is not None


async def test_in_a_group_it_says_where_to_ask(stage: Stage) -> None:
    for command in ("/export", "/forget", "/saved"):
        [said] = await stage.say(f"{command}@paperboy_bot", chat_id=GROUP)
        assert "私聊" in said["text"]


async def test_saved_papers_are_listed_and_taken_back(stage: Stage) -> None:
    assert "还没有收藏" in await stage.ask("/saved")
    await subscribed(stage)
    message = (await stage.say("/saved"))[-1]
    assert "收藏（1 篇）" in message["text"]
    assert labels(message) == [["📖 1", "✕ 1"]]
    await stage.tap(message, "✕ 1")
    await stage.telegram.until(lambda: "还没有收藏" in now(stage, message)["text"])
    assert FeedbackKind.SAVED not in await stage.core.store.feedback.on(CHEN, PICKS[1])


async def test_feedback_is_shown_in_the_settings_and_cleared_after_a_second_tap(
    stage: Stage,
) -> None:
    await subscribed(stage)
    message = (await stage.say("/settings"))[-1]
    await stage.tap(message, "👍 反馈")
    await stage.telegram.until(lambda: "赞 1，踩 0，收藏 1" in now(stage, message)["text"])
    await stage.tap(now(stage, message), "🗑 清空反馈")
    await stage.telegram.until(lambda: "确定" in str(labels(now(stage, message))))
    await stage.tap(now(stage, message), "🗑 确定清空（不能恢复）")
    await stage.telegram.until(lambda: "还没有反馈" in now(stage, message)["text"])
    assert await stage.core.store.feedback.on(CHEN, PICKS[0]) == set()
    assert await stage.core.store.feedback.on(CHEN, PICKS[1]) == {FeedbackKind.SAVED}


async def test_one_opinion_is_taken_back_from_the_board(stage: Stage) -> None:
    await subscribed(stage)
    message = (await stage.say("/settings"))[-1]
    await stage.tap(message, "👍 反馈")
    await stage.telegram.until(lambda: "✕ 1" in str(labels(now(stage, message))))
    await stage.tap(now(stage, message), "✕ 1")
    await stage.telegram.until(lambda: "还没有反馈" in now(stage, message)["text"])
    assert "过期" in (await stage.tap_data(message, f"sv:fx:{PICKS[0]}"))["text"]


@pytest.mark.parametrize("data", ["sv:page:x", "sv:x:2601.00001", "sv:sure:now", "forget:yes:0"])
async def test_buttons_that_mean_nothing_are_answered(stage: Stage, data: str) -> None:
    await subscribed(stage)
    message = (await stage.say("/saved"))[-1]
    assert "过期" in (await stage.tap_data(message, data))["text"]


async def test_logs_name_nobody(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("bot", "core"):
        caplog.set_level(logging.DEBUG, logger=name)
    await subscribed(stage)
    await stage.say("/export")
    question = (await stage.say("/forget"))[-1]
    await stage.tap(question, "🗑 全部删除")
    await stage.telegram.until(lambda: "已全部删除" in now(stage, question)["text"])
    ours = [r for r in caplog.records if r.name.partition(".")[0] in ("bot", "core")]
    said = " ".join(record.getMessage() for record in ours)
    name = stage.telegram.world.user(CHEN).name
    assert not any(word in said for word in (str(CHEN), name, "超分", "医学"))


def test_a_person_is_a_mark_that_many_share_and_a_group_is_itself() -> None:
    assert who(CHEN) == who(CHEN)
    assert str(CHEN) not in who(CHEN)
    assert who(-100123) == "chat -100123"
