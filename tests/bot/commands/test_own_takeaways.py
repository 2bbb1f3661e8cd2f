"""A reader's own takeaway: at once in our words, then in a model's, and never at others' cost."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.features.deep_dives.focus_takeaways import CALLS_A_DAY
from bot.render.deep_links import page_data
from core.models.chat import Chat, ChatKind
from tests.bot.commands.conftest import ADMIN, CHEN, PICKS, Stage, opened, publish, until
from tests.bot.commands.test_paper import held, read
from tests.bot.commands.test_reading import out_of_budget, until_postponed
from tests.bot.conftest import Telegram
from tests.servers.gemini import TAKEAWAY
from tests.servers.papers import Services

OTHER = 5005
LOCAL = "本地生成"
EVERYBODYS = "测试模型对 takeaway 部分给出的第一条中文说明"


async def wants(stage: Stage, *topics: str, who: int = CHEN) -> None:
    """Give somebody topics of their own."""
    settings = stage.core.settings
    chat = Chat(
        chat_id=who,
        kind=ChatKind.PRIVATE,
        language="zh",
        at=settings.digest_time,
        zone=settings.digest_timezone.key,
        joined_at=stage.clock.now,
    )
    await stage.core.store.chats.join(chat)
    await stage.core.store.chats.change(who, interests=topics)


def asked_for_takeaways(sources: Services) -> int:
    return sum(
        "points" in request["generationConfig"]["responseJsonSchema"]["properties"]
        for request in sources.gemini.requests
    )


async def again(stage: Stage, text: str = f"/paper {PICKS[0]}", **where: Any) -> dict[str, Any]:
    """Open a paper that was read already; return the message as it was sent."""
    [message] = await stage.say(text, **where)
    return message


async def test_our_words_stand_at_once_and_become_a_models(stage: Stage, sources: Services) -> None:
    await read(stage, f"/paper {PICKS[0]}", by=OTHER)
    await wants(stage, "视频生成")
    release = held(sources)
    message = await again(stage)
    assert LOCAL in message["text"]
    assert EVERYBODYS not in message["text"]
    release.set()
    shown = await stage.becomes(message, TAKEAWAY)
    assert LOCAL not in shown["text"]
    assert "3. 对我的启发 (Takeaway)" in shown["text"]


async def test_everybody_else_sees_the_shared_takeaway_and_costs_nothing(
    stage: Stage, sources: Services
) -> None:
    await wants(stage, "视频生成")
    await stage.becomes(await again(stage), TAKEAWAY)
    shared = await again(stage, by=OTHER)
    assert EVERYBODYS in shared["text"]
    await wants(stage, *stage.core.focus.interests[::-1], who=OTHER)
    same = await again(stage, by=OTHER)
    assert EVERYBODYS in same["text"], "the digest's topics in another order are the digest's"
    assert asked_for_takeaways(sources) == 1


async def test_who_wants_the_same_gets_it_at_once(stage: Stage, sources: Services) -> None:
    await wants(stage, "Video Generation", "NeRF")
    await stage.becomes(await again(stage), TAKEAWAY)
    await wants(stage, "nerf", "video  generation", who=OTHER)
    message = await again(stage, by=OTHER)
    assert TAKEAWAY in message["text"]
    assert asked_for_takeaways(sources) == 1


async def test_a_page_turned_meanwhile_stays_and_the_models_words_are_found_on_theirs(
    stage: Stage, sources: Services
) -> None:
    sources.gemini.at_length = "这里写得很详细。" * 80
    await read(stage, f"/paper {PICKS[0]}", by=OTHER)
    await wants(stage, "视频生成")
    release = held(sources)
    message = await again(stage)
    await stage.tap_data(message, page_data(PICKS[0], 1))
    second = stage.shown(message)["text"]
    assert "⏱" not in second
    release.set()
    await stage.silence(CHEN)
    assert stage.shown(message)["text"] == second, "not back on the first page"
    await stage.tap_data(message, page_data(PICKS[0], 0))
    await stage.becomes(message, TAKEAWAY)


async def test_without_budget_it_stays_in_our_words_and_nobody_is_told(
    stage: Stage, sources: Services
) -> None:
    await read(stage, f"/paper {PICKS[0]}", by=OTHER)
    await wants(stage, "视频生成")
    before = len(stage.telegram.world.texts(CHEN))
    out_of_budget(sources)
    message = await again(stage)
    assert len(await stage.silence(CHEN)) == before + 1
    assert LOCAL in stage.shown(message)["text"]


async def test_a_reader_has_ten_a_day_and_then_our_words_without_a_word(
    stage: Stage, sources: Services
) -> None:
    await read(stage, f"/paper {PICKS[0]}", by=OTHER)
    for number in range(CALLS_A_DAY):
        await wants(stage, f"topic {number}")
        await stage.becomes(await again(stage), TAKEAWAY)
    await wants(stage, "one more")
    message = await again(stage)
    assert LOCAL in message["text"]
    await stage.silence(CHEN)
    assert asked_for_takeaways(sources) == CALLS_A_DAY
    await wants(stage, "one more", who=ADMIN)
    await stage.becomes(await again(stage, by=ADMIN), TAKEAWAY)
    await wants(stage, "yet one more")
    stage.clock.now += timedelta(days=1)
    await stage.becomes(await again(stage), TAKEAWAY)


async def test_a_reading_that_had_to_wait_is_kept_for_the_readers_own_topics(
    stage: Stage, sources: Services
) -> None:
    await wants(stage, "视频生成")
    out_of_budget(sources)
    message = await again(stage, f"/paper {PICKS[1]}")
    promise = await stage.becomes(message, "恢复后自动送达")
    assert LOCAL in promise["text"]
    await until_postponed(stage)
    stage.clock.now += timedelta(days=1)
    await stage.services.deep_dives.run_pending()
    assert TAKEAWAY in stage.shown(message)["text"]


async def test_a_stop_does_not_wait_for_a_takeaway(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources) as stage:
        await publish(stage.core)
        await read(stage, f"/paper {PICKS[0]}", by=OTHER)
        await wants(stage, "视频生成")
        release = held(sources)
        message = await again(stage)
        await until(lambda: asked_for_takeaways(sources))
    release.set()
    assert LOCAL in stage.shown(message)["text"]


async def test_a_message_deleted_meanwhile_is_not_missed(stage: Stage, sources: Services) -> None:
    await read(stage, f"/paper {PICKS[0]}", by=OTHER)
    await wants(stage, "视频生成")
    release = held(sources)
    message = await again(stage)
    await until(lambda: asked_for_takeaways(sources))
    del stage.telegram.world.chat(CHEN).messages[message["message_id"]]
    release.set()
    before = len(stage.telegram.world.texts(CHEN))
    assert len(await stage.silence(CHEN)) == before


async def test_without_a_key_it_is_always_in_our_words(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, gemini_api_key=None) as stage:
        await publish(stage.core)
        await wants(stage, "视频生成")
        [message] = await stage.say(f"/paper {PICKS[0]}")
        shown = await stage.becomes(message, "原句摘录")
        assert LOCAL in shown["text"]
