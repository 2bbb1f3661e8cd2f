"""/today, /start and /stop: the list, and how it becomes a subscription."""

from datetime import date, time, timedelta

import pytest

from bot.render.deep_links import start_parameter
from core.models.chat import Chat, ChatKind
from tests.bot.commands.conftest import ANA, CHEN, GROUP, PICKS, Stage, buttons_of


@pytest.fixture(autouse=True)
def _ana(stage: Stage) -> None:
    stage.speaker = ANA


async def test_today_shows_the_newest_list_with_a_button_for_each_pick(stage: Stage) -> None:
    [message] = await stage.say("/today", by=CHEN)
    assert "论文日报 | 2026-03-13" in message["text"]
    assert buttons_of(message) == ["📖 1", "👍", "👎", "📖 2", "👍", "👎"]


@pytest.mark.parametrize(
    "day", ["2026-03-13", "03-13", "3月13日", "2026/3/13", "20260313", "today", "今天"]
)
async def test_a_day_that_was_is_shown(stage: Stage, day: str) -> None:
    [message] = await stage.say(f"/today {day}", by=CHEN)
    assert "论文日报 | 2026-03-13" in message["text"]


async def test_an_earlier_day_is_shown_not_the_newest(stage: Stage) -> None:
    stage.clock.now += timedelta(days=1)
    assert "Paper Daily | 2026-03-13" in await stage.ask("/today yesterday")


async def test_the_newest_list_is_not_called_todays_when_todays_is_missing(stage: Stage) -> None:
    stage.clock.now += timedelta(days=1)
    why, latest = await stage.say("/today", count=2)
    assert why["text"] == "⏳ Today's digest is not out yet. The latest one:"
    assert "Paper Daily | 2026-03-13" in latest["text"]


async def test_a_day_that_has_no_digest_is_answered_honestly(stage: Stage) -> None:
    said = await stage.ask("/today 2026-03-10")
    assert "There is no digest of 2026-03-10 Tue here" in said
    assert "03-13; for example /today 2026-03-13" in said
    said = await stage.ask("/today 2026-03-16")
    assert "The digest of 2026-03-16 Mon is not out yet; the next one comes" in said
    assert "2027-01-01 周五 的日报还没有出" in await stage.ask("/today 2027-01-01", by=CHEN)
    for text in ("2026-02-31", "13月40日", "asdf", "2026-13-01", "-1", "٢٠٢٦-٠٣-١٠", "9" * 300):
        assert "Which day is that?" in await stage.ask(f"/today {text}")


async def test_in_a_group_the_buttons_lead_into_the_private_chat(stage: Stage) -> None:
    [message] = await stage.say("/today@paperboy_bot", by=CHEN, chat_id=GROUP)
    [button] = message["reply_markup"]["inline_keyboard"][0][:1]
    assert button["url"] == f"https://t.me/paperboy_bot?start={start_parameter(PICKS[0])}"


async def test_start_subscribes_and_shows_todays_list_which_the_morning_does_not_repeat(
    stage: Stage,
) -> None:
    greeting, contents = await stage.say("/start", count=2)
    assert len(greeting["text"].splitlines()) == 3
    assert "tomorrow 08:30 (Shanghai)" in greeting["text"]
    assert "Paper Daily | 2026-03-13" in contents["text"]
    await stage.silence(ANA)
    chat = await stage.core.store.chats.get(ANA)
    assert chat is not None
    assert (chat.kind, chat.language, chat.had_day) == (
        ChatKind.PRIVATE,
        "en",
        date(2026, 3, 13),
    )
    [row] = await stage.core.store.deliveries.of(ANA, "day:2026-03-13")
    assert row.message_id == contents["message_id"]
    stage.clock.now += timedelta(minutes=1)
    await stage.services.daily_jobs.deliver()
    assert len(stage.telegram.world.received(ANA)) == 2


async def test_starting_again_is_answered_and_changes_nothing(stage: Stage) -> None:
    await stage.say("/start", count=2)
    assert "You are subscribed" in await stage.ask("/start whatever_else")
    assert len(await stage.silence(ANA)) == 3


async def test_stop_ends_the_subscription_and_start_restores_it_with_its_settings(
    stage: Stage,
) -> None:
    await stage.say("/start", count=2)
    await stage.ask("/settings Europe/Berlin 07:15")
    assert "Unsubscribed" in await stage.ask("/stop")
    assert "no subscription" in await stage.ask("/stop")
    chat = await stage.core.store.chats.get(ANA)
    assert chat is not None
    assert chat.left_why == "stopped"
    back, again = await stage.say("/start", count=2)
    assert "Welcome back" in back["text"]
    assert "07:15 (Berlin)" in back["text"]
    assert "2026-03-13" in again["text"], "they asked for it, so it is shown once more"


async def test_whoever_stopped_is_not_brought_back_by_unblocking(stage: Stage) -> None:
    await stage.say("/start", count=2)
    await stage.ask("/stop")
    stage.people.block(ANA, blocked=True)
    stage.people.block(ANA, blocked=False)
    await stage.silence(ANA)
    chat = await stage.core.store.chats.get(ANA)
    assert chat is not None
    assert chat.left_at is not None


async def test_blocking_ends_a_subscription_and_unblocking_restores_it_without_a_word(
    stage: Stage,
) -> None:
    await stage.say("/start", count=2)
    stage.people.block(ANA, blocked=True)
    await stage.silence(ANA)
    blocked = await stage.core.store.chats.get(ANA)
    assert blocked is not None
    assert blocked.left_why == "blocked"
    stage.people.block(ANA, blocked=False)
    said = await stage.silence(ANA)
    back = await stage.core.store.chats.get(ANA)
    assert back is not None
    assert back.left_at is None
    assert len(said) == 2


async def test_who_comes_back_before_their_hour_sees_the_day_now_and_hears_of_the_next(
    stage: Stage,
) -> None:
    chats, now = stage.core.store.chats, stage.clock()
    at_ten = Chat(ANA, ChatKind.PRIVATE, "zh", time(10, 0), "Asia/Shanghai", joined_at=now)
    await chats.join(at_ten)
    await chats.leave(ANA, at=now, why="stopped")
    [hello, contents] = await stage.say("/start", by=ANA, count=2)
    assert "2026-03-13" in contents["text"]
    assert "明天 10:00" in hello["text"]


async def test_a_deep_link_opens_the_paper_and_subscribes_nobody(stage: Stage) -> None:
    stage.people.start(CHEN, start_parameter(PICKS[0]))
    opened, hint = await stage.telegram.answers(CHEN, 2)
    assert "⏱" in stage.shown(opened)["text"]
    assert hint["text"] == "想每天早上收到这样的论文？发 /start 订阅。"
    assert await stage.core.store.chats.get(CHEN) is None


async def test_the_hint_to_subscribe_is_given_once(stage: Stage) -> None:
    stage.people.start(CHEN, start_parameter(PICKS[0]))
    await stage.telegram.answers(CHEN, 2)
    stage.people.start(CHEN, start_parameter(PICKS[0]))
    await stage.telegram.answers(CHEN, 3)
    assert sum("/start 订阅" in text for text in await stage.silence(CHEN)) == 1
