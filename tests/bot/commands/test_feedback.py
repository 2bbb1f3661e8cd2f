"""Taps under papers, end to end."""

import asyncio
from typing import Any

from core.models.feedback import FeedbackKind
from tests.bot.commands.conftest import ANA, CHEN, GROUP, PICKS, Stage

PICK = PICKS[0]


def labels(message: dict[str, Any]) -> list[list[str]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def now(stage: Stage, message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as it is now."""
    found: dict[str, Any] = stage.telegram.world.chat(message["chat"]["id"]).messages[
        message["message_id"]
    ]
    return found


async def dive(stage: Stage) -> dict[str, Any]:
    """Return the message of a deep dive."""
    await stage.say("/start", count=2)
    message = (await stage.say(f"/paper {PICK}"))[-1]
    await stage.telegram.until(lambda: "👍" in str(labels(now(stage, message))))
    return now(stage, message)


async def test_a_like_is_acknowledged_shown_and_taken_back(stage: Stage) -> None:
    message = await dive(stage)
    answer = await stage.tap(message, "👍")
    assert "已赞" in answer["text"]
    assert await stage.core.store.feedback.on(CHEN, PICK) >= {FeedbackKind.LIKE}
    await stage.telegram.until(lambda: "👍 ✓" in str(labels(now(stage, message))))
    assert "已取消" in (await stage.tap(now(stage, message), "👍 ✓"))["text"]
    assert FeedbackKind.LIKE not in await stage.core.store.feedback.on(CHEN, PICK)


async def test_a_dislike_replaces_a_like_but_a_saved_paper_stays(stage: Stage) -> None:
    message = await dive(stage)
    for label in ("🔖 收藏", "👍", "👎"):
        await stage.tap(message, label)
    marks = await stage.core.store.feedback.on(CHEN, PICK)
    assert marks - {FeedbackKind.OPENED} == {FeedbackKind.SAVED, FeedbackKind.DISLIKE}
    await stage.telegram.until(
        lambda: labels(now(stage, message))[-2] == ["👍", "👎 ✓", "🔖 收藏 ✓"]
    )


async def test_opening_a_paper_is_remembered_once(stage: Stage) -> None:
    await dive(stage)
    async with asyncio.timeout(10):  # noted after the page was shown
        while await stage.core.store.feedback.on(CHEN, PICK) != {FeedbackKind.OPENED}:
            await asyncio.sleep(0.005)
            await stage.services.deep_dives.run_pending()
    await stage.core.store.feedback.remove(CHEN, [FeedbackKind.OPENED], PICK)
    await stage.say(f"/paper {PICK}")
    await stage.ask("/help")
    await stage.services.deep_dives.run_pending()
    assert await stage.core.store.feedback.on(CHEN, PICK) == set()


async def test_a_list_has_taps_beside_each_paper(stage: Stage) -> None:
    await stage.say("/start", count=2)
    message = (await stage.say("/today"))[-1]
    assert labels(message) == [["📖 1", "👍", "👎"], ["📖 2", "👍", "👎"]]
    await stage.tap_data(message, f"m:like:{PICKS[1]}")
    await stage.telegram.until(
        lambda: labels(now(stage, message)) == [["📖 1", "👍", "👎"], ["📖 2", "👍 ✓", "👎"]]
    )


async def test_not_this_topic_offers_what_the_paper_is_about(stage: Stage) -> None:
    message = await dive(stage)
    await stage.say("/topics Gaussian splatting")
    since = len(stage.telegram.world.received(CHEN))
    await stage.tap(message, "🚫 不看这类")
    (offer,) = await stage.telegram.answers(CHEN, 1, since=since)
    assert "哪个主题你不想再看到" in offer["text"]
    (label,) = labels(offer)[0]
    await stage.tap(offer, label)
    chat = await stage.core.store.chats.get(CHEN)
    assert chat is not None
    assert chat.avoided == (label.removeprefix("🚫 "),)
    assert chat.topics_before == ("Gaussian splatting",)
    await stage.telegram.until(lambda: "不想看" in now(stage, offer)["text"])


async def test_who_has_not_subscribed_may_mark_but_has_no_topics(stage: Stage) -> None:
    message = (await stage.say(f"/paper {PICK}", by=ANA))[-1]
    await stage.telegram.until(lambda: "👍" in str(labels(now(stage, message))))
    answer = await stage.tap(now(stage, message), "👍", by=ANA)
    assert "Liked" in answer["text"]
    answer = await stage.tap_data(message, f"av:0:{PICK}", by=ANA)
    assert "/start" in answer["text"]


async def test_taps_that_mean_nothing_are_answered(stage: Stage) -> None:
    message = await dive(stage)
    for data in (
        "m:like:2601.99999",
        "m:open:2603.11323",
        "m:love:2603.11323",
        "m:like:not-an-id",
        "av:9:2603.11323",
    ):
        assert "过期" in (await stage.tap_data(message, data))["text"], data
    assert await stage.core.store.feedback.on(CHEN, PICK) <= {FeedbackKind.OPENED}


async def test_a_tap_on_a_message_too_old_to_be_known_counts(stage: Stage) -> None:
    message = await dive(stage)
    answer = await stage.tap_data(message, f"m:like:{PICK}", is_lost=True)
    assert "已赞" in answer["text"]
    assert FeedbackKind.LIKE in await stage.core.store.feedback.on(CHEN, PICK)


async def test_in_a_group_everybody_sees_the_count(stage: Stage) -> None:
    [message] = await stage.say("/today@paperboy_bot", by=CHEN, chat_id=GROUP)
    assert labels(message) == [["📖 1 · 读解读", "👍"], ["📖 2 · 读解读", "👍"]]
    await stage.tap_data(message, f"m:like:{PICK}", by=CHEN)
    await stage.tap_data(message, f"m:like:{PICK}", by=ANA)
    await stage.telegram.until(lambda: labels(now(stage, message))[0][1] == "👍 2")
    await stage.tap_data(message, f"m:like:{PICK}", by=ANA)
    await stage.telegram.until(lambda: labels(now(stage, message))[0][1] == "👍 1")
    assert await stage.core.store.feedback.on(CHEN, PICK) == {FeedbackKind.LIKE}
