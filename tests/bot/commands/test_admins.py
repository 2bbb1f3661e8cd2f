"""Administrators' commands, and the allow-list."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.commands import menu
from bot.commands.build import day_of
from tests.bot.commands.conftest import ADMIN, ANA, CHEN, GROUP, Stage, opened, publish
from tests.bot.conftest import Telegram
from tests.servers.papers import Services
from tests.servers.telegram_faults import Fault, FaultKind


async def test_to_everybody_else_these_commands_do_not_exist(stage: Stage) -> None:
    for command in ("/stats", "/build", "/broadcast hi"):
        assert "没有这个命令" in await stage.ask(command)
    [message] = await stage.say("/help")
    for data in ("cast:send:1", "build:publish:2026-03-13"):
        assert "过期" in str((await stage.tap_data(message, data))["text"])


async def test_the_menu_shows_them_to_administrators_only() -> None:
    readers = [name for name, _ in menu("zh", is_admin=False)]
    assert readers[0] == "today"
    assert [name for name, _ in menu("en", is_admin=True)] == [
        *readers,
        "stats",
        "build",
        "broadcast",
    ]
    for language in ("zh", "en"):
        assert all(0 < len(words) <= 80 for _, words in menu(language, is_admin=True))  # type: ignore[arg-type]


async def test_stats_say_how_the_day_went(stage: Stage) -> None:
    await stage.say("/start", count=2)
    await stage.silence(CHEN)  # until the ledger has it
    said = await stage.ask("/stats", by=ADMIN)
    assert "订阅者 1（已离开 0）" in said
    assert "送达 1，放弃 0" in said
    assert "模型调用 0 次" in said


async def test_a_build_is_previewed_privately_and_then_published(stage: Stage) -> None:
    await stage.say("/start", count=2)
    [_, preview, ask] = await stage.say("/build 2026-03-13", by=ADMIN, count=3)
    assert "论文日报 | 2026-03-13" in preview["text"]
    assert "发布给频道" in ask["text"]
    await stage.tap(ask, "发布", by=ADMIN)
    await stage.becomes(ask, "已发布")
    assert len(await stage.silence(CHEN)) == 2, "who had it does not get it twice"


async def test_a_build_may_be_dropped(stage: Stage) -> None:
    [_, _, ask] = await stage.say("/build 2026-03-13", by=ADMIN, count=3)
    await stage.tap(ask, "取消", by=ADMIN)
    await stage.becomes(ask, "没有发布")


async def test_a_build_of_no_day_explains_what_a_day_looks_like(stage: Stage) -> None:
    for text in ("tomorrow", "2026-13-01", "2999-01-01", "2020-01-01", "9" * 4000):
        assert "2026-03-13" in await stage.ask(f"/build {text}", by=ADMIN)


def test_a_day_is_today_or_one_of_the_last_thirty() -> None:
    today = date(2026, 3, 13)
    assert day_of("", today) == today
    assert day_of("2026-03-01", today) == date(2026, 3, 1)
    assert day_of("2026-03-14", today) is None
    assert day_of("2026-01-01", today) is None


async def test_a_broadcast_is_previewed_confirmed_and_sent_once_with_its_formatting(
    stage: Stage,
) -> None:
    await stage.say("/start", count=2)
    await stage.ask("/start@paperboy_bot", chat_id=GROUP)
    text = "/broadcast 今晚 😀 维护"
    extra = {
        "entities": [
            {"type": "bot_command", "offset": 0, "length": 10},
            {"type": "bold", "offset": 14, "length": 5},
        ]
    }
    [preview, ask] = await stage.say(text, by=ADMIN, count=2, extra=extra)
    assert preview["text"] == "今晚 😀 维护"
    assert [(e["offset"], e["length"]) for e in preview["entities"]] == [(3, 5)]
    assert "全部 2 个" in ask["text"]
    await stage.tap(ask, "发送", by=ADMIN)
    await stage.becomes(ask, "送达 2")
    assert stage.telegram.world.texts(CHEN)[-1] == "今晚 😀 维护"
    assert stage.telegram.world.texts(GROUP)[-1] == "今晚 😀 维护"
    await stage.tap_data(ask, data_again(ask), by=ADMIN)
    await stage.becomes(ask, "没有发送")
    assert (await stage.silence(CHEN)).count("今晚 😀 维护") == 1


def data_again(ask: dict[str, object]) -> str:
    markup = ask["reply_markup"]
    assert isinstance(markup, dict)
    return str(markup["inline_keyboard"][0][0]["callback_data"])


async def test_a_broadcast_goes_on_after_a_restart(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources) as stage:
        await publish(stage.core)
        await stage.say("/start", count=2)
        [_, ask] = await stage.say("/broadcast hello", by=ADMIN, count=2)
        number = int(data_again(ask).rpartition(":")[2])
        assert await stage.services.broadcasts.confirm(number)
        assert not await stage.services.broadcasts.confirm(number)
    async with opened(telegram, tmp_path, sources) as stage:
        await stage.services.broadcasts.run_pending()
        assert await stage.services.broadcasts.run_pending() is None
        assert stage.telegram.world.texts(CHEN)[-1] == "hello"


async def test_a_broadcast_is_kept_while_telegram_holds_it_back(stage: Stage) -> None:
    await stage.say("/start", count=2)
    [_, ask] = await stage.say("/broadcast hello", by=ADMIN, count=2)
    number = int(data_again(ask).rpartition(":")[2])
    assert await stage.services.broadcasts.confirm(number)
    body = '{"ok":false,"error_code":429,"description":"","parameters":{"retry_after":600}}'
    stage.telegram.faults.add(Fault(FaultKind.ANSWER, "sendMessage", CHEN, status=429, body=body))
    tally = await stage.services.broadcasts.run_pending()
    assert tally is not None
    assert tally.sent == 0
    stage.clock.now += timedelta(minutes=11)
    tally = await stage.services.broadcasts.run_pending()
    assert tally is not None
    assert tally.sent == 1
    assert stage.telegram.world.texts(CHEN)[-1] == "hello"
    assert await stage.services.broadcasts.run_pending() is None


async def test_a_dropped_broadcast_is_sent_to_nobody(stage: Stage) -> None:
    await stage.say("/start", count=2)
    [_, ask] = await stage.say("/broadcast hello", by=ADMIN, count=2)
    await stage.tap(ask, "取消", by=ADMIN)
    await stage.becomes(ask, "已取消")
    assert "hello" not in await stage.silence(CHEN)
    assert "写上要群发的话" in await stage.ask("/broadcast", by=ADMIN)


async def test_strangers_get_one_polite_line_and_nothing_else(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, telegram_allowed_user_ids=(ANA, 4242)) as stage:
        await publish(stage.core)
        assert "编号是 1003" in await stage.ask("/start", by=CHEN)
        stage.people.say(CHEN, "/today")
        stage.people.say(CHEN, "/start@paperboy_bot", chat_id=GROUP)
        assert len(await stage.silence(CHEN)) == 1
        assert await stage.silence(GROUP) == []
        assert "2026-03-13" in await stage.ask("/today", by=ANA)
        await stage.ask("/stats", by=ADMIN)
        assert await stage.core.store.chats.get(CHEN) is None


async def test_who_was_taken_off_the_list_can_still_stop(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources) as stage:
        await stage.say("/start")
    async with opened(telegram, tmp_path, sources, telegram_allowed_user_ids=(ANA, 4242)) as stage:
        assert "受邀" in await stage.ask("/today")
        assert "已退订" in await stage.ask("/stop")
        chat = await stage.core.store.chats.get(CHEN)
        assert chat is not None
        assert chat.left_at is not None
        stage.people.say(CHEN, "/stop")
        assert len(await stage.silence(CHEN)) == 3, "not a word more to a stranger"


@pytest.mark.parametrize(("what", "said"), [("resume", "继续"), ("believe", "退订")])
async def test_a_paused_push_goes_on_by_an_administrators_word_alone(
    stage: Stage, what: str, said: str
) -> None:
    facts = stage.core.store.key_values
    later = (stage.clock() + timedelta(minutes=30)).isoformat()
    await facts.put("push:paused", later)
    [message] = await stage.say("/help", by=ADMIN)
    [other] = await stage.say("/help", by=CHEN)
    await stage.tap_data(other, f"push:{what}", by=CHEN)
    assert await facts.get("push:paused") == later
    answer = await stage.tap_data(message, f"push:{what}", by=ADMIN)
    assert said in answer["text"]
    assert await facts.get("push:paused") is None
    assert (await facts.get("push:believed") is not None) is (what == "believe")
