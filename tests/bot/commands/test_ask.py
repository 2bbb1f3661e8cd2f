"""/ask, and replies to a deep dive."""

from dataclasses import replace
from typing import Any

import pytest

from core.models.errors import LLMError
from tests.bot.commands.conftest import CHEN, GROUP, PICKS, Stage
from tests.bot.commands.test_paper import held, read
from tests.servers.gemini import ANSWER
from tests.servers.papers import Services


async def test_a_question_is_answered_with_the_papers_own_words(stage: Stage) -> None:
    [looking] = await stage.say(f"/ask {PICKS[0]} 用了什么数据？")
    assert looking["text"].startswith("🔎 正在查《")
    message = await stage.becomes(looking, ANSWER)
    assert "❓ 用了什么数据？" in message["text"]
    assert "“" in message["text"]
    assert "📑 依据：全文 (arXiv HTML) · model-a · 已由模型逐条复核" in message["text"]


async def test_the_half_that_the_paper_leaves_open_is_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = stage.core.question_answerer.answer

    async def half(*asked: Any) -> Any:
        return replace(await answer(*asked), open="训练了多久", looked_by=None)

    monkeypatch.setattr(stage.core.question_answerer, "answer", half)
    [looking] = await stage.say(f"/ask {PICKS[0]} 用了什么数据，训练了多久？")
    message = await stage.becomes(looking, "论文没有说明：训练了多久")
    assert "model-a · 已核对引文与数字" in message["text"]


async def test_a_reply_to_a_deep_dive_is_a_question(stage: Stage) -> None:
    dive = await read(stage, f"/paper {PICKS[0]}")
    [looking] = await stage.say("训练了多久", reply_to=dive["message_id"])
    message = await stage.becomes(looking, ANSWER)
    assert "❓ 训练了多久" in message["text"]


async def test_in_a_group_only_what_asks_is_a_question(stage: Stage) -> None:
    dive = await read(stage, f"/paper {PICKS[0]}", chat_id=GROUP)
    before = len(stage.telegram.world.received(GROUP))
    stage.people.say(CHEN, "不错，收藏了", chat_id=GROUP, reply_to=dive["message_id"])
    [looking] = await stage.say("训练了多久？", chat_id=GROUP, reply_to=dive["message_id"])
    await stage.becomes(looking, ANSWER)
    assert len(stage.telegram.world.received(GROUP)) == before + 1


async def test_what_the_paper_does_not_say_is_said_to_be_so(
    stage: Stage, sources: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.gemini._quotes", lambda _question: ["never written here"])
    [looking] = await stage.say(f"/ask {PICKS[0]} 作者的生日？")
    message = await stage.becomes(looking, "论文没有说")
    assert ANSWER not in message["text"]


async def test_a_number_of_todays_list_names_the_paper(stage: Stage) -> None:
    [looking] = await stage.say("/ask 2 代码公开吗？")
    message = await stage.becomes(looking, ANSWER)
    link = next(e for e in message["entities"] if e["type"] == "text_link")
    assert link["url"].endswith(PICKS[1])


@pytest.mark.parametrize(
    "text", ["/ask", f"/ask {PICKS[0]}", "/ask 用了什么数据", "/ask 99 为什么"]
)
async def test_without_a_paper_or_a_question_it_says_how(stage: Stage, text: str) -> None:
    assert (await stage.ask(text)).startswith("写上论文和问题，例如：")


async def test_a_question_without_end_is_refused(stage: Stage) -> None:
    assert "400 个字以内" in await stage.ask(f"/ask {PICKS[0]} {'长' * 401}")


async def test_questions_count_like_readings(stage: Stage) -> None:
    limit = stage.core.settings.readings_per_user
    for _ in range(limit):
        [looking] = await stage.say(f"/ask {PICKS[0]} 用了什么数据？")
        await stage.becomes(looking, ANSWER)
    assert f"今天的 {limit} 篇新解读已用完" in await stage.ask(f"/ask {PICKS[0]} 还有呢？")


async def test_when_the_model_cannot_answer_sentences_of_the_paper_stand_in(
    stage: Stage, sources: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object) -> None:
        raise LLMError("no")

    monkeypatch.setattr(stage.core.question_answerer.chain, "ask", fail)
    paper = await stage.core.store.papers.get(PICKS[0])
    assert paper is not None
    [looking] = await stage.say(f"/ask {PICKS[0]} {paper.title}")
    message = await stage.becomes(looking, "原文中与问题最相关的句子")
    assert "模型暂时无法回答" in message["text"]


async def test_a_question_under_way_when_the_bot_stops_says_so(
    stage: Stage, sources: Services
) -> None:
    release = held(sources)
    [looking] = await stage.say(f"/ask {PICKS[0]} 用了什么数据？")
    await stage.services.deep_dives.hand_back()
    await stage.becomes(looking, "机器人正在重启")
    release.set()
