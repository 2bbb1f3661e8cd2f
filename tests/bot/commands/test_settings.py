"""/settings: the board, its buttons, and settings in words."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.settings import DATA
from bot.commands.settings_menu import BOARDS, choice, parsed
from bot.render.reader_time import moment, zone_name, zone_of
from tests.bot.commands.conftest import ANA, CHEN, GROUP, Stage, buttons_of

NOW = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Asia/Tokyo 07:30", {"zone": "Asia/Tokyo", "at": time(7, 30)}),
        ("07:30", {"at": time(7, 30)}),
        ("7：05 东京", {"zone": "Asia/Tokyo", "at": time(7, 5)}),
        ("上海 8点", {"zone": "Asia/Shanghai", "at": time(8)}),
        ("北京", {"zone": "Asia/Shanghai"}),
        ("new york 0645", {"zone": "America/New_York", "at": time(6, 45)}),
        ("america/los_angeles", {"zone": "America/Los_Angeles"}),
        ("Europe/Madrid", {"zone": "Europe/Madrid"}),
        ("UTC, 23:59", {"zone": "UTC", "at": time(23, 59)}),
        ("en 9:00", {"language": "en", "at": time(9)}),
        ("24:00", None),
        ("07:60", None),
        ("Mars/Olympus 07:30", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
        ("Asia", None),
        ("noon please", None),
        ("\u202e07:30", None),
        ("x" * 4000, None),
    ],
)
def test_settings_in_words(text: str, wanted: object) -> None:
    assert parsed(text) == wanted


@given(st.text(max_size=80))
def test_any_words_are_understood_or_not(text: str) -> None:
    wanted = parsed(text)
    assert wanted is None or wanted


@given(st.from_regex(DATA, fullmatch=True))
def test_any_data_of_that_shape_sets_something_valid_or_nothing(data: str) -> None:
    match = DATA.fullmatch(data)
    assert match is not None
    wanted = choice(match["name"], match["value"], NOW)
    assert wanted is None or len(wanted) <= 1


def test_zones_have_names_people_use() -> None:
    assert zone_name("Asia/Shanghai", "zh") == "上海"
    assert zone_name("Europe/Isle_of_Man", "en") == "Isle of Man"
    assert zone_of("los angeles") == "America/Los_Angeles"


def test_a_moment_is_told_on_the_readers_clock() -> None:
    at = datetime(2026, 3, 13, 23, 30, tzinfo=UTC)
    assert moment(at, NOW, "Asia/Shanghai", "zh") == "明天 07:30（上海）"
    assert moment(at, NOW, "UTC", "en") == "today 23:30 (UTC)"
    assert moment(at, datetime(2026, 3, 10, tzinfo=UTC), "UTC", "en") == "03-13 Fri 23:30 (UTC)"


async def test_the_board_sets_everything_in_its_own_message(stage: Stage) -> None:
    await stage.say("/start", count=2)
    [board] = await stage.say("/settings")
    assert "日报 08:30（上海）出刊；选更早的时间，也要等出刊时才送到。" in board["text"]
    taps = [
        ("时间", "07:30", "时间：07:30"),
        ("时区", "东京", "东京（Asia/Tokyo）"),
        ("篇数", "5", "最多 5 篇"),
        ("门槛", "75", "至少 75 分"),
    ]
    for opens, sets, shown in taps:
        await stage.tap(stage.shown(board), opens)
        answered = await stage.tap(stage.shown(board), sets)
        assert answered["text"] == "已保存"
        assert shown in stage.shown(board)["text"]
    await stage.tap(stage.shown(board), "没有日报的日子")
    await stage.tap(stage.shown(board), "暂停推送")
    assert "推送已暂停" in stage.shown(board)["text"]
    chat = await stage.core.store.chats.get(CHEN)
    assert chat is not None
    assert (chat.at, chat.zone, chat.top_n, chat.threshold) == (time(7, 30), "Asia/Tokyo", 5, 75)
    assert not chat.tells_quiet_days
    assert chat.paused_at == stage.clock.now
    await stage.tap(stage.shown(board), "恢复推送")
    await stage.tap(stage.shown(board), "English")
    assert "Settings" in stage.shown(board)["text"]
    await stage.tap(stage.shown(board), "How many")
    await stage.tap(stage.shown(board), "usual")
    assert "at most 2" in stage.shown(board)["text"]
    await stage.tap(stage.shown(board), "Hour")
    await stage.tap(stage.shown(board), "Back")
    assert "Settings" in stage.shown(board)["text"]
    assert len(await stage.silence(CHEN)) == 3


async def test_how_many_holds_for_the_list_at_once(stage: Stage) -> None:
    await stage.say("/start", count=2)
    [board] = await stage.say("/settings")
    await stage.tap_data(board, "set:number:1")
    [today] = await stage.say("/today")
    assert buttons_of(today) == ["📖 1", "👍", "👎"]


async def test_what_is_not_understood_is_said_with_an_example(stage: Stage) -> None:
    assert "先发 /start" in await stage.ask("/settings")
    await stage.say("/start", count=2)
    assert "没看懂“when I wake”" in await stage.ask("/settings when I wake")
    assert "07:45" in await stage.ask("/settings 07:45")


@pytest.mark.parametrize("data", ["set:zone:Mars", "set:hour:9999", "set:nothing", "set:number:99"])
async def test_a_button_of_another_version_says_it_expired(stage: Stage, data: str) -> None:
    await stage.say("/start", count=2)
    [board] = await stage.say("/settings")
    assert "过期" in str((await stage.tap_data(board, data))["text"])
    assert stage.shown(board)["text"] == board["text"]


async def test_a_groups_settings_are_its_administrators(stage: Stage) -> None:
    await stage.say("/start@paperboy_bot", chat_id=GROUP, by=CHEN)
    [board] = await stage.say("/settings@paperboy_bot", chat_id=GROUP, by=CHEN)
    refused = await stage.tap_data(board, "set:hour:0900", by=ANA)
    assert "管理员" in str(refused["text"])
    await stage.tap_data(board, "set:hour:0900", by=CHEN)
    chat = await stage.core.store.chats.get(GROUP)
    assert chat is not None
    assert chat.at == time(9)


def test_every_board_offers_only_choices_that_count() -> None:
    from bot.features.subscriptions import ChatDefaults
    from core.models.chat import Chat, ChatKind

    chat = Chat(1, ChatKind.PRIVATE, "zh", time(8), "Asia/Shanghai", NOW)
    defaults = ChatDefaults("zh", time(8), ZoneInfo("Asia/Shanghai"), True, 5, 60)
    for board in BOARDS.values():
        message = board(chat, defaults)
        for button in (button for row in message.buttons for button in row):
            match = DATA.fullmatch(button.data or "")
            assert match is not None
            assert choice(match["name"], match["value"], NOW) is not None
