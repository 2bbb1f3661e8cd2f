"""The reading room: queues, promises and limits, through /paper."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.render.deep_links import page_data
from bot.telegram.errors import RecipientGone
from core.models.values import AnalysisKind
from core.store import Promise
from tests.bot.commands.conftest import (
    ADMIN,
    ANA,
    CHEN,
    OTHERS,
    PICKS,
    Stage,
    opened,
    publish,
    until,
)
from tests.bot.commands.test_paper import held, read
from tests.bot.conftest import Telegram
from tests.servers.gemini import HEADLINE
from tests.servers.papers import Services
from tests.servers.quotas import captured


def out_of_budget(sources: Services) -> None:
    """Let the provider say once that the day's requests are used up."""
    sources.gemini.faults.append((429, captured("429_per_day")))


async def test_without_budget_quotes_come_at_once_and_the_reading_by_itself_when_it_is_back(
    stage: Stage, sources: Services
) -> None:
    out_of_budget(sources)
    [message] = await stage.say(f"/paper {PICKS[1]}")
    promise = await stage.becomes(message, "恢复后自动送达")
    assert "小时后更新这条消息" in promise["text"]
    assert "原句摘录" in promise["text"]
    await until_postponed(stage)
    await stage.services.deep_dives.run_pending()  # as at every start: still too early
    assert "恢复后自动送达" in stage.shown(message)["text"]
    stage.clock.now += timedelta(days=1)
    await stage.services.deep_dives.run_pending()
    assert "⏱" in stage.shown(message)["text"]
    assert "的解读好了" in stage.telegram.world.texts(CHEN)[-1]
    assert await promised(stage) == []


async def test_the_pages_of_quotes_turn_while_the_reading_waits(
    stage: Stage, sources: Services
) -> None:
    out_of_budget(sources)
    [message] = await stage.say(f"/paper {PICKS[1]}")
    await stage.becomes(message, "恢复后自动送达")
    answered = await stage.tap_data(message, page_data(PICKS[1], 0))
    assert not answered.get("text")
    assert "原句摘录" in stage.shown(message)["text"]


async def test_a_saved_paper_that_was_read_is_listed_with_its_headline(stage: Stage) -> None:
    [message] = await stage.say(f"/paper {PICKS[0]}")
    await stage.becomes(message, f"💡 {HEADLINE}")
    await stage.tap_data(message, f"m:save:{PICKS[0]}")
    assert HEADLINE in await stage.ask("/saved")


async def test_a_wait_in_line_is_told_in_the_placeholder(
    stage: Stage, sources: Services, monkeypatch: Any
) -> None:
    release = asyncio.Event()
    dive = stage.core.deep_dives.dive

    async def slow(paper: Any, focus: Any, language: Any, context: Any) -> Any:
        context.on_wait(stage.clock.now + timedelta(seconds=5))  # not worth a word
        context.on_wait(stage.clock.now + timedelta(minutes=3))
        await release.wait()
        return await dive(paper, focus, language, context)

    monkeypatch.setattr(stage.core.deep_dives, "dive", slow)
    [message] = await stage.say(f"/paper {PICKS[0]}")
    await stage.becomes(message, "排队中，约 3 分钟后开始读")
    release.set()
    await stage.becomes(message, "⏱")


async def test_a_restart_goes_on_with_what_was_being_read(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    release = held(sources)
    async with opened(telegram, tmp_path, sources) as stage:
        await publish(stage.core)
        [message] = await stage.say(f"/paper {PICKS[0]}")
        await until(lambda: sources.gemini.requests)
    release.set()
    async with opened(telegram, tmp_path, sources) as stage:
        await stage.services.deep_dives.run_pending()
        assert "⏱" in stage.shown(message)["text"]
        assert await promised(stage) == []
        assert len(stage.telegram.world.received(CHEN)) == 1, "nobody waited long: no word of it"


async def test_an_unreachable_model_is_tried_again_later_and_later(
    stage: Stage, sources: Services
) -> None:
    sources.gemini.faults.extend([(503, captured("503_overloaded"))] * 20)
    [message] = await stage.say(f"/paper {PICKS[0]}")
    await stage.becomes(message, "模型服务暂时不可用")
    [row] = await until_postponed(stage)
    assert row.due_at == stage.clock.now + timedelta(minutes=15)
    sources.gemini.faults.clear()
    stage.clock.now = row.due_at
    await stage.services.deep_dives.run_pending()
    await stage.services.deep_dives.run_pending()
    assert "⏱" in stage.shown(message)["text"]


async def promised(stage: Stage) -> list[Any]:
    """Return what is promised but for second looks."""
    rows = await stage.core.store.requests.open()
    return [row for row in rows if row.kind is not Promise.LOOK]


async def until_postponed(stage: Stage) -> list[Any]:
    async with asyncio.timeout(10):
        rows = await stage.core.store.requests.open()
        while not all(row.tries and row.owner is None for row in rows):
            await asyncio.sleep(0.005)
            rows = await stage.core.store.requests.open()
    return list(rows)


async def test_a_promise_whose_message_was_deleted_is_kept_in_a_new_one(
    stage: Stage, sources: Services
) -> None:
    out_of_budget(sources)
    [message] = await stage.say(f"/paper {PICKS[1]}")
    await stage.becomes(message, "恢复后自动送达")
    await until_postponed(stage)
    del stage.telegram.world.chat(CHEN).messages[message["message_id"]]
    stage.clock.now += timedelta(days=1)
    await stage.services.deep_dives.run_pending()
    assert any("⏱" in text for text in stage.telegram.world.texts(CHEN)[-2:])


async def test_a_promise_to_somebody_who_is_gone_is_dropped(
    stage: Stage, sources: Services
) -> None:
    out_of_budget(sources)
    [message] = await stage.say(f"/paper {PICKS[1]}")
    await stage.becomes(message, "恢复后自动送达")
    await until_postponed(stage)

    async def gone(*_: object, **__: object) -> bool:
        raise RecipientGone("blocked")

    room = stage.services.deep_dives
    object.__setattr__(room.messenger, "edit", gone)
    stage.clock.now += timedelta(days=1)
    await room.run_pending()
    assert await promised(stage) == []


async def test_new_readings_are_limited_for_each_reader_but_known_ones_are_not(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, readings_per_user=1) as stage:
        await publish(stage.core)
        await read(stage, f"/paper {PICKS[0]}")
        refused = await stage.ask(f"/paper {PICKS[1]}")
        assert "你今天的 1 篇新解读已用完，明天 00:00（上海）恢复" in refused
        [known] = await stage.say(f"/paper {PICKS[0]}")
        assert "⏱" in known["text"]
        await read(stage, f"/paper {PICKS[1]}", by=ADMIN)
        await read(stage, f"/paper {OTHERS[0]}", by=ADMIN)
        stage.clock.now += timedelta(days=1)
        await read(stage, f"/paper {OTHERS[1]}")


async def test_new_readings_are_limited_for_all_together(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, readings_per_day=1) as stage:
        await publish(stage.core)
        await read(stage, f"/paper {PICKS[0]}")
        assert "used up for everybody" in await stage.ask(f"/paper {PICKS[1]}", by=ANA)


async def test_two_wishes_at_once_do_not_both_get_the_last_reading(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, readings_per_user=1) as stage:
        await publish(stage.core)
        for paper_id in PICKS:
            stage.people.say(CHEN, f"/paper {paper_id}")
        await stage.telegram.answers(CHEN, 2)
        assert sum("已用完" in text for text in stage.telegram.world.texts(CHEN)) == 1


async def test_without_a_key_papers_are_quoted_and_nothing_is_counted(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, gemini_api_key=None) as stage:
        await publish(stage.core)
        [message] = await stage.say(f"/paper {PICKS[0]}")
        assert "正在取" in message["text"]
        await stage.becomes(message, "原句摘录")
        [again] = await stage.say(f"/paper {PICKS[0]}")
        assert "不是模型解读" in again["text"]
        assert await stage.core.store.requests.count(stage.clock.now - timedelta(days=1)) == 0


async def test_what_the_room_shows_is_the_digests_own_reading(stage: Stage) -> None:
    await read(stage, f"/paper {PICKS[0]}")
    paper = await stage.core.store.papers.get(PICKS[0])
    assert paper is not None
    ready = await stage.core.deep_dives.ready(paper, stage.core.focus, "zh")
    assert ready is not None
    assert ready.analysis.kind is AnalysisKind.LLM
