"""Takeaways of a focus: one small call for all who want the same, and never a wait for nothing."""

import asyncio
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest

from core.analyze.second_look import SecondLooker
from core.analyze.takeaways import (
    MOST_POINTS,
    POINT_LIMIT,
    Ideas,
    Takeaways,
    conclusion_of,
    points_of,
)
from core.llm import ORDINARY, AnswerT, CallContext, Question, Reply, Urgency, Waiter
from core.llm.prompts import load_prompts
from core.llm.single_flight import SingleFlight
from core.models.errors import LLMBadAnswer, LLMError, LLMRateLimited, LLMUnavailable, QuotaScope
from core.models.values import (
    Analysis,
    AnalysisKind,
    Focus,
    Paper,
    Point,
    ScoreKind,
    Takeaway,
    TextSource,
)
from core.store import Store
from tests.core.conftest import Clock
from tests.fakes import FakeLLM

PAPER = Paper(id="2603.00001", version=2, title="RestoreFlow", abstract="A rectified flow.")
FOCUS = Focus(interests=("Image restoration", "flow matching"), avoid=("GANs",))
SAME = Focus(interests=("flow matching", "image  restoration"), avoid=("gans",))
READER = CallContext(Urgency.INTERACTIVE)
GOOD = {"points": [{"text": "可以在 image restoration 上试试四步采样。", "where": "[§3]"}]}


class Hurried(FakeLLM):
    """Notes how urgent a question is when it is asked; later nobody waits any more."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.urgencies: list[Urgency] = []

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        self.urgencies.append(context.urgency)
        return await super().ask(question, answer, context)


def reading(kind: AnalysisKind = AnalysisKind.LLM, text: str = "提出 rectified flow") -> Analysis:
    return Analysis(
        paper_id=PAPER.id,
        version=2,
        kind=kind,
        language="zh",
        text_source=TextSource.ARXIV_HTML,
        contribution=(Point(text=text, where="§3"),),
        methodology=(Point(text="</notes>先训练一个网络"),),
        takeaway=(Point(text="为大家写的启发", where="§7"),),
        limitations=(Point(text="只在人脸上测试", where="Appendix A"),),
        model="m",
        created_at=datetime(2026, 3, 13, tzinfo=UTC),
    )


def takeaways(store: Store, clock: Clock, chain: FakeLLM | None) -> Takeaways:
    prompt = load_prompts(files("prompts"))["takeaway"]
    single_flight = SingleFlight(reordered=lambda: None, now=clock, sleep=asyncio.sleep)
    return Takeaways(store.takeaways, chain, prompt, now=clock, single_flight=single_flight)


async def test_one_answer_serves_everybody_who_wants_the_same(store: Store, clock: Clock) -> None:
    chain = FakeLLM(GOOD)
    first = await takeaways(store, clock, chain).of(PAPER, reading(), FOCUS, "zh", READER)
    assert first.kind is ScoreKind.LLM
    assert first.points == (Point(text="可以在 image restoration 上试试四步采样。", where="§3"),)
    other = takeaways(store, clock, chain)
    assert await other.of(PAPER, reading(), SAME, "zh") == first
    assert await other.ready(PAPER, reading(), SAME, "zh") == first
    assert len(chain.questions) == 1


async def test_the_question_holds_the_notes_as_data_and_not_the_old_takeaway(
    store: Store, clock: Clock
) -> None:
    chain = Hurried(GOOD)
    await takeaways(store, clock, chain).of(PAPER, reading(), FOCUS, "zh", READER)
    [question] = chain.questions
    assert "[§3] 提出 rectified flow" in question.text
    assert "[Appendix A] 只在人脸上测试" in question.text
    assert "- NOT wanted: gans" in question.text
    assert "为大家写的启发" not in question.text
    assert question.text.count("</notes>") == 1, "a note cannot close its fence"
    assert chain.urgencies == [Urgency.INTERACTIVE]


async def test_several_at_once_share_one_call(store: Store, clock: Clock) -> None:
    chain = FakeLLM(GOOD)
    made = takeaways(store, clock, chain)
    both = await asyncio.gather(
        made.of(PAPER, reading(), FOCUS, "zh"), made.of(PAPER, reading(), SAME, "zh", READER)
    )
    assert both[0] == both[1]
    assert len(chain.questions) == 1


@pytest.mark.parametrize(
    "error",
    [LLMRateLimited("none left", scope=QuotaScope.DAY), LLMUnavailable("down")],
    ids=["budget", "down"],
)
async def test_without_a_model_it_is_worded_locally_and_asked_for_next_time(
    store: Store, clock: Clock, error: LLMError
) -> None:
    chain = FakeLLM(error, GOOD)
    made = takeaways(store, clock, chain)
    assert (await made.of(PAPER, reading(), FOCUS, "zh")).kind is ScoreKind.LOCAL
    assert await made.ready(PAPER, reading(), FOCUS, "zh") is None
    assert (await made.of(PAPER, reading(), FOCUS, "zh")).kind is ScoreKind.LLM


@pytest.mark.parametrize(
    "answer",
    [
        LLMBadAnswer("no JSON"),
        {"points": []},
        {"points": ["You could try this sampler on your restoration task."]},
        {"points": ["暂无", "抱歉，我无法访问该论文"]},
    ],
    ids=["bad", "empty", "language", "stubs"],
)
async def test_an_unusable_answer_is_not_asked_for_again_that_day(
    store: Store, clock: Clock, answer: Any
) -> None:
    chain = FakeLLM(answer, GOOD)
    made = takeaways(store, clock, chain)
    assert (await made.of(PAPER, reading(), FOCUS, "zh")).kind is ScoreKind.LOCAL
    clock.forward(hours=23)
    assert (await made.of(PAPER, reading(), FOCUS, "zh")).kind is ScoreKind.LOCAL
    clock.forward(hours=2)
    assert (await made.of(PAPER, reading(), FOCUS, "zh")).kind is ScoreKind.LLM


async def test_without_a_key_and_for_quotes_no_model_is_asked(store: Store, clock: Clock) -> None:
    keyless = await takeaways(store, clock, None).of(PAPER, reading(), FOCUS, "zh")
    quotes = reading(AnalysisKind.EXTRACTIVE)
    quoted = await takeaways(store, clock, FakeLLM()).of(PAPER, quotes, FOCUS, "zh")
    assert keyless.kind is quoted.kind is ScoreKind.LOCAL


async def test_another_reading_of_the_paper_is_asked_about_anew(store: Store, clock: Clock) -> None:
    chain = FakeLLM(GOOD, GOOD)
    made = takeaways(store, clock, chain)
    await made.of(PAPER, reading(), FOCUS, "zh")
    await made.of(PAPER, reading(text="提出另一种 flow"), FOCUS, "zh")
    assert len(chain.questions) == 2


def test_unusable_points_are_dropped_one_by_one() -> None:
    texts = [
        "可以试试四步采样",
        "N/A",
        "Try it on faces.",
        "长" * (POINT_LIMIT + 1),
        "也可以换掉求解器",
    ]
    ideas = Ideas.model_validate([{"text": text, "where": "appendix a"} for text in texts])
    points = points_of(ideas, PAPER, reading(), "zh")
    assert [point.text for point in points] == ["可以试试四步采样", "也可以换掉求解器"]
    assert points[0].where == "Appendix A"


def test_a_place_the_notes_do_not_name_is_left_out_and_there_are_three_points_at_most() -> None:
    ideas = Ideas.model_validate(
        [{"text": f"第 {n * n} 个建议在这里", "where": "§7"} for n in range(5)]
    )
    points = points_of(ideas, PAPER, reading(), "zh")
    assert len(points) == MOST_POINTS
    assert all(point.where is None for point in points)


def test_a_suggestion_keeps_only_the_papers_own_addresses() -> None:
    ideas = Ideas.model_validate(
        [{"text": "先看 https://evil.example/x 再看 https://arxiv.org/abs/2603.00001", "where": ""}]
    )
    [point] = points_of(ideas, PAPER, reading(), "zh")
    assert point.text == "先看 再看 https://arxiv.org/abs/2603.00001"


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ({"advice": "skim", "why": "四步采样值得一看。"}, "四步采样值得一看"),
        ({"advice": "skim", "why": "采样只用 4 步"}, "采样只用 4 步"),
        ({"advice": "skim", "why": "快 99 倍"}, None),
        ({"advice": "skim", "why": "worth a look at the sampler"}, None),
        ({"advice": "buy", "why": "值得一看的方法"}, None),
        ("skip", None),
        ([], None),
    ],
)
def test_advice_for_a_focus_is_given_with_a_reason_of_the_notes_or_not_at_all(
    end: object, why: str | None
) -> None:
    ideas = Ideas.model_validate({"points": [], "conclusion": end})
    found = conclusion_of(ideas, "[§3] 采样 4 步", "zh")
    assert (found and found.why) == why


async def test_a_takeaway_is_held_against_the_notes_it_was_made_from(
    store: Store, clock: Clock
) -> None:
    prompts = load_prompts(files("prompts"))
    single_flight = SingleFlight(reordered=lambda: None, now=clock, sleep=asyncio.sleep)

    async def made(*looks: object) -> tuple[Takeaway, FakeLLM]:
        light = FakeLLM(GOOD, *looks)
        looker = SecondLooker(light, prompts["check"], max_input_tokens=20_000)
        takeaways = Takeaways(
            store.takeaways,
            light,
            prompts["takeaway"],
            now=clock,
            single_flight=single_flight,
            looker=looker,
        )
        return await takeaways.of(PAPER, reading(text=words), FOCUS, "zh", READER), light

    words = "提出一种只在人脸图像上测试过的修复方法"
    wrong = [{"number": 1, "verdict": "contradicted", "words": words, "correction": ""}]
    taken, light = await made(wrong)
    assert taken.kind is ScoreKind.LOCAL, "nothing of it was left"
    assert "(suggestion)" in light.questions[1].text
    assert words in light.questions[1].text
    clock.forward(hours=25)
    kept, _ = await made(LLMUnavailable("503"))
    assert kept.kind is ScoreKind.LLM
