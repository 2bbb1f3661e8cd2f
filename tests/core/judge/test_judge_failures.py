"""What each failure of a batch costs, and which are asked about once more."""

from collections.abc import Sequence
from itertools import chain

import pytest

from core.judge.judge import AGAIN, Again
from core.llm import ORDINARY, AnswerT, Question, Reply, Urgency, Waiter
from core.llm.outcomes import Outcome, outcome_of
from core.llm.tokens import estimate_tokens
from core.models.errors import (
    KeyTrouble,
    LLMAskedWrongly,
    LLMBadAnswer,
    LLMCutOff,
    LLMError,
    LLMMisconfigured,
    LLMNoQuota,
    LLMRateLimited,
    LLMRefused,
    LLMTimedOut,
    LLMTooLong,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from tests.core.judge.panel import FOCUS, Panel, failing, judge_of, papers


def limited(scope: QuotaScope) -> LLMRateLimited:
    return LLMRateLimited("429", scope=scope)


TOGETHER = [LLMBadAnswer("no JSON"), LLMAskedWrongly("400"), LLMUnavailable("503")]
HALVED = [LLMCutOff("MAX_TOKENS"), LLMRefused("SAFETY")]
NEVER = [
    LLMTimedOut("no answer in time"),
    *map(limited, QuotaScope),
    LLMUnknownModel("404"),
    LLMNoQuota("limit: 0"),
    *(LLMMisconfigured("403", trouble=trouble) for trouble in KeyTrouble),
]


def test_every_failure_there_is_has_its_place_in_the_table() -> None:
    not_failures = {Outcome.OK, Outcome.STARTED, Outcome.CANCELLED, Outcome.UNSENT}
    assert set(AGAIN) == set(Outcome) - not_failures
    assert {outcome_of(error) for error in TOGETHER} == _outcomes(Again.TOGETHER)
    assert {outcome_of(error) for error in HALVED} == _outcomes(Again.HALVED)
    assert {outcome_of(error) for error in NEVER} | {Outcome.TOO_LONG} == _outcomes(Again.NEVER)


def _outcomes(how: Again) -> set[Outcome]:
    return {outcome for outcome, again in AGAIN.items() if again is how}


@pytest.mark.parametrize("error", TOGETHER, ids=repr)
async def test_some_failures_are_asked_about_again_when_others_were_answered(
    error: LLMError,
) -> None:
    panel = Panel(failing(error, "2603.00003"))
    judgement = await judge_of(panel, a_call=2).judge(papers(4), FOCUS, "zh")
    assert panel.asked[2:] == [["2603.00002", "2603.00003"]]
    assert judgement.missing == ("2603.00002", "2603.00003")


@pytest.mark.parametrize("error", [*TOGETHER, *NEVER], ids=repr)
async def test_when_no_batch_is_answered_the_first_failure_is_raised_at_once(
    error: LLMError,
) -> None:
    def fail(ids: Sequence[str]) -> LLMError:
        return error if "2603.00000" in ids else LLMBadAnswer("another")

    panel = Panel(fail)
    with pytest.raises(LLMError) as raised:
        await judge_of(panel, a_call=2).judge(papers(4), FOCUS, "zh")
    assert raised.value is error
    assert panel.sizes == [2, 2]


@pytest.mark.parametrize("error", HALVED, ids=repr)
async def test_some_failures_are_asked_about_in_halves_and_cost_one_half_at_most(
    error: LLMError,
) -> None:
    panel = Panel(failing(error, "2603.00005"))
    judgement = await judge_of(panel).judge(papers(6), FOCUS, "zh")
    assert panel.sizes == [6, 3, 3]
    assert panel.urgencies == [Urgency.DIGEST, Urgency.RETRY, Urgency.RETRY]
    assert judgement.missing == ("2603.00003", "2603.00004", "2603.00005")


@pytest.mark.parametrize("error", HALVED, ids=repr)
async def test_one_paper_has_no_halves(error: LLMError) -> None:
    panel = Panel(failing(error, "2603.00000"))
    with pytest.raises(type(error)):
        await judge_of(panel).judge(papers(1), FOCUS, "zh")
    assert panel.sizes == [1]


@pytest.mark.parametrize("error", HALVED, ids=repr)
async def test_when_the_halves_fail_as_well_it_is_the_first_failure(error: LLMError) -> None:
    panel = Panel(lambda ids: error if len(ids) == 4 else LLMUnavailable("503"))
    with pytest.raises(type(error)):
        await judge_of(panel).judge(papers(4), FOCUS, "zh")
    assert panel.sizes == [4, 2, 2]


@pytest.mark.parametrize("error", NEVER, ids=repr)
async def test_other_failures_leave_papers_missing(error: LLMError) -> None:
    panel = Panel(failing(error, "2603.00003"))
    judgement = await judge_of(panel, a_call=2).judge(papers(4), FOCUS, "zh")
    assert panel.sizes == [2, 2]
    assert judgement.missing == ("2603.00002", "2603.00003")


# Too long for a minute


def minute(limit: int, *, counted: float = 1.0) -> type[Panel]:
    """Return a panel that refuses questions above `limit`, counting `counted` for our estimate."""

    class Minute(Panel):
        async def ask(
            self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
        ) -> Reply[AnswerT]:
            if estimate_tokens(question.system + question.text) * counted > limit:
                raise LLMTooLong("more than a minute allows", limit=limit)
            return await super().ask(question, answer, context)

    return Minute


LONG = [paper.model_copy(update={"abstract": "deblurring " * 150}) for paper in papers(24)]


@pytest.mark.parametrize(("counted", "calls"), [(1.0, 3), (1.8, 6)])
async def test_a_batch_that_is_too_long_goes_out_in_parts_as_urgent_as_it_was(
    counted: float, calls: int
) -> None:
    panel = minute(5_000, counted=counted)()
    judgement = await judge_of(panel).judge(LONG, FOCUS, "zh")
    assert judgement.missing == ()
    assert len(panel.asked) == calls
    assert list(chain.from_iterable(panel.asked)) == [paper.id for paper in LONG]
    assert set(panel.urgencies) == {Urgency.DIGEST}


async def test_an_estimate_a_tenth_too_low_is_no_reason_to_split_twice() -> None:
    panel = minute(5_000, counted=1.1)()
    await judge_of(panel).judge(LONG[:20], FOCUS, "zh")
    assert sorted(panel.sizes) == [6, 7, 7]


async def test_a_single_paper_that_is_too_long_costs_itself() -> None:
    huge = LONG[0].model_copy(update={"id": "2603.99999", "abstract": "模糊" * 900})
    panel = minute(3_000)()
    judgement = await judge_of(panel).judge([*LONG, huge], FOCUS, "zh")
    assert judgement.missing == ("2603.99999",)


async def test_a_minute_without_room_for_the_rubric_is_an_error_and_no_storm() -> None:
    panel = Panel(lambda ids: LLMTooLong("more than a minute allows", limit=500))
    with pytest.raises(LLMTooLong):
        await judge_of(panel).judge(LONG, FOCUS, "zh")
    assert panel.sizes == [24]
