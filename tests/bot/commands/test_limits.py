"""Limits through the whole bot: bursts, several processes, /forget; what is given back."""

import asyncio
from pathlib import Path

import pytest

from bot.features.deep_dives import DeepDiveRequest
from bot.telegram.messenger import ChatAddress
from core.models.chat import ChatKind
from core.models.errors import LLMBadAnswer, LLMError, LLMUnavailable
from tests.bot.commands.conftest import ANA, CHEN, OTHERS, PICKS, Stage, beside, opened, publish
from tests.bot.commands.test_paper import read
from tests.bot.commands.test_reading import out_of_budget, until_postponed
from tests.bot.conftest import Telegram
from tests.core.store.samples import exported
from tests.servers.gemini import ANSWER
from tests.servers.papers import Services

USED_UP, USED_UP_FOR_ALL = "新解读已用完", "used up for everybody"


def texts(stage: Stage, words: str, *, of: int = CHEN) -> list[str]:
    return [text for text in stage.telegram.world.texts(of) if words in text]


async def test_a_burst_of_questions_and_readings_does_not_pass_a_limit(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, readings_per_user=2) as stage:
        await publish(stage.core)
        for turn in range(12):
            stage.people.say(CHEN, f"/ask {PICKS[turn % 2]} 第 {turn} 个问题？")
            stage.people.say(CHEN, f"/paper {(*PICKS, *OTHERS)[turn % 4]}")
        await stage.telegram.until(lambda: len(texts(stage, USED_UP)) >= 22)
        await stage.silence(CHEN)
        assert await stage.core.store.usage.used(
            stage.services.deep_dives.limits.of_readings(CHEN)
        ) == (2, 2)
        assert len(stage.telegram.world.received(CHEN)) == 24
        assert len(sources.gemini.requests) <= 2 * 3, "a reading is a few calls"


async def test_two_processes_on_one_database_share_a_limit(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with (
        opened(telegram, tmp_path, sources, readings_per_user=2) as stage,
        beside(stage) as other,
    ):
        await publish(stage.core)
        await stage.say("/help")
        request = await request_of(stage, PICKS[0])
        began = stage.clock.now
        rooms = (stage.services.deep_dives, other)
        await asyncio.gather(
            *(rooms[turn % 2].questions.ask(request, f"{turn}?") for turn in range(12))
        )
        assert len(texts(stage, USED_UP)) == 10
        assert await stage.core.store.requests.count(began) == 2


async def test_forgetting_gives_no_new_readings_to_one_nor_to_all(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(
        telegram, tmp_path, sources, readings_per_user=2, readings_per_day=3
    ) as stage:
        await publish(stage.core)
        for _ in range(2):
            for paper_id in PICKS:
                await stage.say(f"/paper {paper_id}")
            await stage.silence(CHEN)
            question = (await stage.say("/forget"))[-1]
            assert "今天用掉的次数" in question["text"]
            await stage.tap(question, "🗑 全部删除")
            await stage.becomes(question, "已全部删除")
        assert USED_UP in await stage.ask(f"/paper {OTHERS[0]}")
        assert USED_UP in await stage.ask(f"/ask {PICKS[0]} 还有呢？")
        assert await stage.core.store.requests.open() == []
        await read(stage, f"/paper {OTHERS[0]}", by=4242)
        assert USED_UP_FOR_ALL in await stage.ask(f"/paper {OTHERS[1]}", by=ANA)


async def test_a_restart_gives_no_new_takeaways_or_texts(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    for _ in range(2):
        async with opened(telegram, tmp_path, sources) as stage:
            topics, text = stage.services.topics, "我想看怎样从一张照片里恢复场景的论文"
            chat = stage.services.subscriptions.new(CHEN, ChatKind.PRIVATE, "zh", None)
            may_ask = [(await topics.read(chat, CHEN, text)).may_ask for _ in range(4)]
    assert may_ask == [True, False, False, False]


@pytest.mark.parametrize(
    ("error", "used"), [(LLMUnavailable("down"), 0), (LLMBadAnswer("nonsense"), 1)]
)
async def test_a_question_no_model_answered_is_given_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, error: LLMError, used: int
) -> None:
    async def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr(stage.core.question_answerer.chain, "ask", fail)
    [looking] = await stage.say(f"/ask {PICKS[0]} 用了什么数据？")
    await stage.becomes(looking, "❓")
    assert await stage.core.store.usage.used(
        stage.services.deep_dives.limits.of_readings(CHEN)
    ) == (
        used,
        used,
    )


async def test_a_reading_that_has_to_wait_keeps_its_count_for_it_comes(
    stage: Stage, sources: Services
) -> None:
    out_of_budget(sources)
    [message] = await stage.say(f"/paper {PICKS[1]}")
    await stage.becomes(message, "恢复后自动送达")
    await until_postponed(stage)
    limit = stage.core.settings.readings_per_user
    assert await stage.services.deep_dives.limits.readings_left(CHEN) == limit - 1


async def test_papers_read_before_are_open_to_who_has_none_left(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources, readings_per_user=1) as stage:
        await publish(stage.core)
        await read(stage, f"/paper {PICKS[0]}", by=4242)
        [looking] = await stage.say(f"/ask {PICKS[0]} 用了什么数据？")
        await stage.becomes(looking, ANSWER)
        [known] = await stage.say(f"/paper {PICKS[0]}")
        assert "⏱" in known["text"]
        rows = await exported(stage.core.store.personal, CHEN)
        assert not any("words" in row for row in rows["reader_requests"])


async def request_of(stage: Stage, paper_id: str) -> DeepDiveRequest:
    paper = await stage.core.store.papers.get(paper_id)
    assert paper is not None
    return DeepDiveRequest(paper, ChatAddress(CHEN), CHEN, "zh")
