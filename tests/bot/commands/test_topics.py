"""/topics: shown, set, avoided, undone, by words and by buttons."""

from typing import Any

from bot.commands.topics_menu import fingerprint
from bot.features.topics import TEXTS_A_DAY
from core.models.chat import Chat
from tests.bot.commands.conftest import ANA, CHEN, Stage
from tests.servers.papers import Services


async def chat_of(stage: Stage, chat_id: int = CHEN) -> Chat:
    chat = await stage.core.store.chats.get(chat_id)
    assert chat is not None
    return chat


def text_of(stage: Stage, message: dict[str, Any]) -> str:
    """Return a message's text as it is now."""
    return str(stage.telegram.world.chat(CHEN).messages[message["message_id"]]["text"])


async def becomes(stage: Stage, message: dict[str, Any], words: str) -> dict[str, Any]:
    """Return a message once it has been edited to hold `words`."""
    chat = stage.telegram.world.chat(CHEN)
    await stage.telegram.until(lambda: words in chat.messages[message["message_id"]]["text"])
    found: dict[str, Any] = chat.messages[message["message_id"]]
    return found


async def test_topics_are_shown_changed_and_given_back(stage: Stage) -> None:
    assert "日报的主题" in await stage.ask("/topics")
    assert "先发 /start" in await stage.ask("/topics +x")
    await stage.say("/start", count=2)
    said = await stage.ask("/topics 视频生成, 3D 重建 -医学影像")
    assert "• 视频生成 → video generation" in said
    assert "🚫 不想看\n• 医学影像 → medical imag" in said
    assert "下一份 明天 08:30（上海）" in said
    assert "你自己的主题" in await stage.ask("/topics")
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == (("视频生成", "3D 重建"), ("医学影像",))
    assert "日报的主题" in await stage.ask("/topics reset")
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == ((), ())


async def test_what_nobody_knows_is_said_to_be_unknown_and_learned_once(
    stage: Stage, sources: Services
) -> None:
    sources.gemini.meant = {
        "meanings": [
            {"topic": "虚空索引", "names": ["void indexing"], "narrower": [], "related": []}
        ]
    }
    await stage.say("/start", count=2)
    message = (await stage.say("/topics 虚空索引"))[-1]
    assert "没有论文对得上“虚空索引”" in message["text"]
    assert "✅" not in message["text"]
    assert "⏳" in message["text"]
    done = await becomes(stage, message, "• 虚空索引 → void indexing（还没有论文对得上）")
    assert "⏳" not in done["text"]
    assert "⚠️ 已记下" in done["text"]
    assert (await chat_of(stage)).interests == ("虚空索引",)
    asked = len(sources.gemini.requests)
    assert "→ void indexing" in await stage.ask("/topics 虚空索引, 去雨")
    assert len(sources.gemini.requests) == asked


async def test_a_sentence_is_understood_locally_at_once_and_then_by_a_model(
    stage: Stage, sources: Services
) -> None:
    sources.gemini.meant = {
        "wanted": [
            {"topic": "video super-resolution", "said": "超分辨率"},
            {"topic": "world peace", "said": "和平"},
        ],
        "avoided": [{"topic": "medical imaging", "said": "医学影像"}],
    }
    await stage.say("/start", count=2)
    await stage.say("/topics 去雨")
    message = (await stage.say("/topics 我主要做超分辨率，不想看医学影像"))[-1]
    assert "从你的话里取出了这些主题" in message["text"]
    done = await becomes(stage, message, "按你的意思设好了")
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == (("video super-resolution",), ("medical imaging",))
    await stage.tap(done, "↩️ 撤销")
    await becomes(stage, message, "• 去雨")
    assert (await chat_of(stage)).interests == ("去雨",)


async def test_without_a_models_word_the_local_understanding_stays(
    stage: Stage, sources: Services
) -> None:
    await stage.say("/start", count=2)
    sources.gemini.faults.extend([(503, {"error": {"code": 503, "status": "UNAVAILABLE"}})] * 9)
    message = (await stage.say("/topics 我主要做超分辨率，不想看医学影像"))[-1]
    await stage.telegram.until(lambda: "⏳" not in text_of(stage, message))
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == (("超分辨率",), ("医学影像",))
    message = (await stage.say("/topics 我喜欢早餐"))[-1]
    await becomes(stage, message, "没从这句话里认出")
    assert (await chat_of(stage)).interests == chat.interests


async def test_another_language_goes_to_the_model_or_is_told_which_ones_work(
    stage: Stage, sources: Services
) -> None:
    sources.gemini.meant = {"wanted": [{"topic": "image restoration", "said": "画像復元について"}]}
    await stage.say("/start", count=2)
    message = (await stage.say("/topics 画像復元についてのろんぶんがみたいです"))[-1]
    await becomes(stage, message, "• image restoration")
    for _ in range(TEXTS_A_DAY - 1):
        message = (await stage.say("/topics восстановление изображений"))[-1]
        await stage.telegram.until(lambda m=message: "中文和英文" in text_of(stage, m))
    assert "中文和英文" in await stage.ask("/topics восстановление изображений")
    assert (await chat_of(stage)).interests == ("image restoration",)


async def test_a_change_is_undone_and_the_undo_as_well(stage: Stage) -> None:
    await stage.say("/start", count=2)
    await stage.say("/topics 视频生成")
    message = (await stage.say("/topics 去雨 -GAN"))[-1]
    await stage.tap(message, "↩️ 撤销")
    await becomes(stage, message, "• 视频生成")
    assert (await chat_of(stage)).interests == ("视频生成",)
    await stage.tap(message, "↩️ 撤销")
    await becomes(stage, message, "• 去雨")
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == (("去雨",), ("GAN",))


async def test_a_topic_is_removed_by_its_button_once(stage: Stage) -> None:
    await stage.say("/start", count=2)
    message = (await stage.say("/topics 去雨, 去模糊 -GAN"))[-1]
    await stage.tap(message, "✕ 去雨")
    await stage.tap(message, "✕ 🚫 GAN")
    await becomes(stage, message, "你自己的主题\n• 去模糊 → deblurring\n\n换")
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == (("去模糊",), ())
    answer = await stage.tap_data(message, f"top:x:{fingerprint('去雨')}")
    assert "过期" in answer["text"]


async def test_a_preset_is_a_tap_away(stage: Stage) -> None:
    await stage.say("/start", count=2)
    message = (await stage.say("/topics"))[-1]
    await stage.tap(message, "📋 选一组")
    presets = await becomes(stage, message, "选一组主题开始")
    await stage.tap(presets, "视频生成")
    await becomes(stage, message, "• 视频编辑")
    assert (await chat_of(stage)).interests == ("视频生成", "视频编辑")


async def test_new_topics_change_todays_list_at_once(stage: Stage) -> None:
    await stage.say("/start", count=2)
    before = await stage.ask("/today")
    await stage.ask("/topics Gaussian splatting, 3D reconstruction")
    after = await stage.ask("/today")
    assert "2026-03-13" in after
    assert "按你自己的主题在本地评分" in after
    assert after != before


async def test_an_emoji_is_refused_in_one_sentence(stage: Stage) -> None:
    await stage.say("/start", count=2)
    assert "里没有文字" in await stage.ask("/topics 🎉🎉")


async def test_english_readers_are_answered_in_english(stage: Stage) -> None:
    await stage.say("/start", by=ANA, count=2)
    said = (await stage.say("/topics super-resolution, no medical imaging", by=ANA))[-1]["text"]
    assert "Your topics have changed" in said
    assert "Not wanted\n• medical imaging" in said


async def test_a_button_of_an_older_version_is_answered(stage: Stage) -> None:
    await stage.say("/start", count=2)
    message = (await stage.say("/topics"))[-1]
    for data in ("top:p:nothing", "top:x:0123456789", "top:undo", "top:dance"):
        assert "过期" in (await stage.tap_data(message, data))["text"]


async def test_exclusions_become_no_wishes(stage: Stage) -> None:
    await stage.say("/start", count=2)
    await stage.ask("/topics 去雨")
    said = await stage.ask("/topics 不要医学影像和遥感")
    assert "• 去雨" in said
    assert "🚫 不想看\n• 医学影像" in said
    await stage.ask("/topics nothing on faces, please")
    chat = await chat_of(stage)
    assert chat.interests == ("去雨",)
    assert chat.avoided == ("医学影像", "遥感", "faces")
    await stage.ask("/topics video generation but no surveillance")
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == (("video generation",), ("surveillance",))


async def test_a_model_makes_no_wish_of_an_exclusion(stage: Stage, sources: Services) -> None:
    """It was told "除了医学影像" and answers that medical imaging is wanted."""
    sources.gemini.meant = {"wanted": [{"topic": "medical imaging", "said": "医学影像"}]}
    await stage.say("/start", count=2)
    await stage.ask("/topics 去雨")
    message = (await stage.say("/topics 除了医学影像，我都想看"))[-1]
    await becomes(stage, message, "按你的意思设好了")
    chat = await chat_of(stage)
    assert (chat.interests, chat.avoided) == (("去雨",), ("medical imaging",))


async def test_what_matches_nothing_is_said_with_what_would(stage: Stage) -> None:
    await stage.say("/start", by=ANA, count=2)
    message = (await stage.say("/topics gausian splating", by=ANA))[-1]
    assert "No paper matches “gausian splating”" in message["text"]
    assert "✅" not in message["text"]
    assert "Did you mean Gaussian splatting" in message["text"]
    assert (await chat_of(stage, ANA)).interests == ()
    await stage.tap(message, "＋ Gaussian splatting", by=ANA)
    await stage.becomes(message, "Your topics have changed")
    assert (await chat_of(stage, ANA)).interests[-1] == "Gaussian splatting"


async def test_what_matches_nothing_is_kept_beside_what_does_and_where_it_is_insisted_on(
    stage: Stage,
) -> None:
    await stage.say("/start", count=2)
    said = await stage.ask("/topics 蛋白质结构预测 -医学影像")
    assert "没有论文对得上“蛋白质结构预测”" in said
    assert "🚫 不想看\n• 医学影像" in said
    assert "• 蛋白质结构预测" not in said
    said = await stage.ask("/topics 去雨, asdfgh")
    assert "✅ 主题已更新" in said
    assert "• asdfgh（还没有论文对得上）" in said
    said = await stage.ask("/topics +蛋白质结构预测")
    assert "⚠️ 已记下，但目前收录的论文里还没有对得上的" in said
    assert "对得上的例如：图像修复 / 图像生成 / 图像编辑" in said
    assert (await chat_of(stage)).interests == ("去雨", "asdfgh", "蛋白质结构预测")


async def test_what_is_insisted_on_is_kept_and_what_would_match_is_a_tap_away(
    stage: Stage,
) -> None:
    await stage.say("/start", by=ANA, count=2)
    message = (await stage.say("/topics +gausian splating", by=ANA))[-1]
    assert "⚠️" in message["text"]
    assert "Did you mean Gaussian splatting" in message["text"]
    await stage.tap(message, "＋ Gaussian splatting", by=ANA)
    await stage.becomes(message, "Your topics have changed")
    assert (await chat_of(stage, ANA)).interests[-2:] == ("gausian splating", "Gaussian splatting")


async def test_an_exclusion_that_can_keep_nothing_away_says_so(stage: Stage) -> None:
    await stage.say("/start", count=2)
    said = await stage.ask("/topics -监控, -虚空索引")
    assert "• 监控 → surveillance\n" in said
    assert "• 虚空索引（词表里没有，只按中文字面找：挡不住英文论文" in said
