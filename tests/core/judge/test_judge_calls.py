"""How many calls the judge makes for many papers, and on whose behalf."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.judge.judge import ModelJudge
from core.llm import ORDINARY, AnswerT, CallContext, Question, Reply, Urgency, Waiter
from core.llm.tokens import estimate_tokens
from core.models.errors import LLMBadAnswer
from tests.core.judge.panel import FOCUS, PROMPT, Panel, judge_of, once, papers
from tests.fakes import NOON


async def test_two_hundred_papers_are_four_calls_of_fifty_in_order() -> None:
    panel = Panel()
    shortlist = papers(200)
    judgement = await judge_of(panel).judge(shortlist, FOCUS, "zh")
    assert panel.sizes == [50, 50, 50, 50]
    assert [score.paper_id for score in judgement.scores] == [paper.id for paper in shortlist]
    assert [question.text.count("all 50 papers") for question in panel.questions] == [1] * 4


async def test_the_prompts_own_room_allows_sixty_four_scores_a_call() -> None:
    panel = Panel()
    await ModelJudge(panel, PROMPT, max_input_tokens=60_000).judge(papers(65), FOCUS, "zh")
    assert sorted(panel.sizes) == [32, 33]


@given(st.integers(1_500, 6_000), st.lists(st.integers(0, 2_500), min_size=1, max_size=12))
async def test_every_question_keeps_to_the_input_tokens_unless_it_is_one_paper(
    max_input_tokens: int, lengths: list[int]
) -> None:
    panel = Panel()
    shortlist = [
        paper.model_copy(update={"abstract": "模糊 x." * (length // 5)})
        for paper, length in zip(papers(len(lengths)), lengths, strict=True)
    ]
    judging = judge_of(panel, max_input_tokens=max_input_tokens)
    judgement = await judging.judge(shortlist, FOCUS, "zh")
    assert judgement.missing == ()
    for question, size in zip(panel.questions, panel.sizes, strict=True):
        estimate = estimate_tokens(question.system + question.text)
        assert size == 1 or estimate <= max_input_tokens


async def test_all_batches_are_asked_at_the_same_time() -> None:
    everyone = asyncio.Barrier(4)

    class Meeting(Panel):
        async def before_answering(self, ids: Sequence[str]) -> None:
            await everyone.wait()

    judgement = await judge_of(Meeting(), a_call=2).judge(papers(8), FOCUS, "zh")
    assert len(judgement.scores) == 8


async def test_whoever_gives_up_waiting_gives_up_every_batch() -> None:
    waiting, left = asyncio.Semaphore(0), []

    class Hanging(Panel):
        async def before_answering(self, ids: Sequence[str]) -> None:
            try:
                waiting.release()
                await asyncio.Event().wait()
            finally:
                left.append(ids)

    judging = asyncio.create_task(judge_of(Hanging(), a_call=2).judge(papers(4), FOCUS, "zh"))
    await waiting.acquire()
    await waiting.acquire()
    judging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await judging
    assert sorted(map(len, left)) == [2, 2]


async def test_what_is_no_models_failure_is_raised_as_it_is() -> None:
    panel = Panel(once(RuntimeError("disk"), "2603.00003"))
    with pytest.raises(RuntimeError, match="disk"):
        await judge_of(panel, a_call=2).judge(papers(4), FOCUS, "zh")


async def test_one_broken_batch_costs_a_retry_of_its_papers_only() -> None:
    panel = Panel(once(LLMBadAnswer("no JSON"), "2603.00003"))
    judgement = await judge_of(panel, a_call=2).judge(papers(6), FOCUS, "zh")
    assert judgement.missing == ()
    assert panel.asked[3:] == [["2603.00002", "2603.00003"]]
    assert panel.urgencies == [Urgency.DIGEST] * 3 + [Urgency.RETRY]


async def test_what_several_batches_left_out_is_asked_about_together() -> None:
    forgotten = {"2603.00000", "2603.00004"}
    panel = Panel(lambda ids: () if set(ids) == forgotten else forgotten)
    judgement = await judge_of(panel, a_call=2).judge(papers(6), FOCUS, "zh")
    assert panel.asked[3:] == [sorted(forgotten)]
    assert judgement.missing == ()


async def test_much_that_is_missing_is_asked_about_in_batches_again() -> None:
    panel = Panel(lambda ids: ids[1:])
    judgement = await judge_of(panel, a_call=4).judge(papers(12), FOCUS, "zh")
    assert panel.sizes == [4, 4, 4, 3, 3, 3]
    assert len(judgement.missing) == 6


async def test_a_person_who_waits_does_not_wait_at_the_end_of_the_line() -> None:
    panel = Panel(once(LLMBadAnswer("no JSON"), "2603.00003"))
    context = CallContext(Urgency.INTERACTIVE)
    await judge_of(panel, a_call=2).judge(papers(4), FOCUS, "zh", context)
    assert panel.urgencies == [Urgency.INTERACTIVE] * 3


async def test_whoever_waits_hears_of_it_from_every_batch() -> None:
    heard: list[datetime] = []

    class Slow(Panel):
        async def ask(
            self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
        ) -> Reply[AnswerT]:
            context.on_wait(NOON)
            return await super().ask(question, answer, context)

    judging = judge_of(Slow(once(LLMBadAnswer("no JSON"), "2603.00003")), a_call=2)
    await judging.judge(papers(4), FOCUS, "zh", CallContext(on_wait=heard.append))
    assert heard == [NOON] * 3
