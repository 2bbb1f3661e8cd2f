"""Which failure leads to which next step, and that budgets hold, on a clock that waits move."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from pydantic import BaseModel

from core.errors import (
    LLMBadAnswer,
    LLMError,
    LLMMisconfigured,
    LLMRateLimited,
    LLMRefused,
    LLMTimedOut,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from core.llm import AnswerT, Call, Question, Reply, Usage
from core.llm.chain import ModelChain
from core.llm.outcomes import Outcome
from tests.fakes import NOON, FakeCallLog, FakeClock, FakeLLM, never


class Word(BaseModel):
    """One word."""

    word: str


QUESTION = Question(purpose="score", system="", text="?", max_output_tokens=9)
YES = {"word": "yes"}
RESET = datetime(2026, 3, 14, 7, 0, tzinfo=UTC)
"""Midnight Pacific after `NOON`."""


def limited(scope: QuotaScope, seconds: float | None = None) -> LLMRateLimited:
    retry_after = None if seconds is None else timedelta(seconds=seconds)
    return LLMRateLimited("429", scope=scope, retry_after=retry_after)


class Bench:
    """A chain over fakes, with everything injected."""

    def __init__(
        self,
        *models: FakeLLM,
        rpm: int = 0,
        rpd: int = 0,
        jitter: float = 0.0,
        log: FakeCallLog | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.log = log or FakeCallLog()
        self.clock = clock or FakeClock()
        self.chain = ModelChain(
            models,
            log=self.log,
            rpm=rpm,
            rpd=rpd,
            now=self.clock.now,
            sleep=self.clock.sleep,
            jitter=lambda: jitter,
        )

    async def ask(self) -> str:
        """Return which model answered."""
        return (await self.chain.ask(QUESTION, Word)).model


async def test_the_first_model_that_can_answers() -> None:
    bench = Bench(FakeLLM(YES, name="a"), FakeLLM(name="b"))
    assert bench.chain.models == ("a", "b")
    assert await bench.ask() == "a"
    assert bench.clock.slept == []
    assert bench.log.calls == [
        Call(
            at=NOON,
            model="a",
            purpose="score",
            outcome="ok",
            usage=Usage(input_tokens=100, output_tokens=20),
            latency=timedelta(0),
        )
    ]


@pytest.mark.parametrize(
    ("failures", "slept"),
    [
        ([limited(QuotaScope.MINUTE, 3.7)], [3.7]),
        ([limited(QuotaScope.MINUTE)], [60]),
        ([limited(QuotaScope.MINUTE, 600)], [90]),
        ([limited(QuotaScope.TOKENS, 26), limited(QuotaScope.MINUTE, 5)], [26, 5]),
        ([limited(QuotaScope.UNKNOWN)], [15]),
        ([limited(QuotaScope.UNKNOWN, 20)], [20]),
        ([LLMUnavailable("503")], [2]),
        ([LLMUnavailable("503"), LLMUnavailable("503")], [2, 8]),
        ([LLMBadAnswer("cut")], []),
        ([LLMBadAnswer("cut"), LLMUnavailable("503"), limited(QuotaScope.MINUTE, 4)], [2, 4]),
    ],
)
async def test_what_may_pass_is_waited_out_on_the_same_model(
    failures: list[LLMError], slept: list[float]
) -> None:
    bench = Bench(FakeLLM(*failures, YES, name="a"), FakeLLM(name="b"))
    assert await bench.ask() == "a"
    assert bench.clock.slept == slept
    assert len(bench.log.calls) == len(failures) + 1


@pytest.mark.parametrize(
    ("failures", "slept"),
    [
        ([limited(QuotaScope.DAY, 38)], []),
        ([limited(QuotaScope.MINUTE, 5)] * 3, [5, 5]),
        ([limited(QuotaScope.UNKNOWN)] * 2, [15]),
        ([LLMUnavailable("503")] * 3, [2, 8]),
        ([LLMTimedOut("no answer in time")], []),
        ([LLMBadAnswer("cut")] * 2, []),
        ([LLMRefused("SAFETY")], []),
        ([LLMUnknownModel("404")], []),
    ],
)
async def test_what_does_not_pass_leads_to_the_next_model(
    failures: list[LLMError], slept: list[float]
) -> None:
    bench = Bench(FakeLLM(*failures, name="a"), FakeLLM(YES, name="b"))
    assert await bench.ask() == "b"
    assert bench.clock.slept == slept


async def test_pauses_are_spread_by_the_jitter() -> None:
    failures = [LLMUnavailable("503"), LLMUnavailable("503"), limited(QuotaScope.UNKNOWN)]
    bench = Bench(FakeLLM(*failures, YES), jitter=0.5)
    await bench.ask()
    assert bench.clock.slept == [2.5, 10, 18.75]


async def test_a_wrong_key_ends_it_at_once() -> None:
    bench = Bench(FakeLLM(LLMMisconfigured("403"), name="a"), FakeLLM(name="b"))
    with pytest.raises(LLMMisconfigured):
        await bench.ask()
    assert bench.log.outcomes == ["misconfigured"]


async def test_a_model_that_is_gone_is_not_asked_again() -> None:
    bench = Bench(FakeLLM(LLMUnknownModel("404"), name="a"), FakeLLM(YES, YES, name="b"))
    assert [await bench.ask(), await bench.ask()] == ["b", "b"]
    assert bench.log.outcomes == ["unknown_model", "ok", "ok"]


async def test_when_every_model_is_gone_that_is_said_every_time() -> None:
    bench = Bench(FakeLLM(LLMUnknownModel("404"), name="a"))
    for _ in range(2):
        with pytest.raises(LLMUnknownModel):
            await bench.ask()


async def test_a_full_day_is_remembered_until_midnight_pacific_even_by_a_new_process() -> None:
    first = Bench(FakeLLM(limited(QuotaScope.DAY), name="a"), FakeLLM(YES, name="b"))
    await first.ask()

    a, b = FakeLLM(YES, name="a"), FakeLLM(YES, name="b")
    again = Bench(a, b, log=first.log, clock=first.clock)
    assert await again.ask() == "b"
    assert a.questions == []
    again.clock.time = RESET
    assert await again.ask() == "a"


async def test_a_day_used_up_by_our_own_count_is_not_tried() -> None:
    bench = Bench(FakeLLM(YES, YES, name="a"), FakeLLM(YES, name="b"), rpd=2)
    assert [await bench.ask() for _ in range(3)] == ["a", "a", "b"]


async def test_calls_that_were_turned_away_do_not_use_up_the_day() -> None:
    failures = [LLMUnavailable("503"), LLMUnavailable("503"), limited(QuotaScope.MINUTE, 1)]
    bench = Bench(FakeLLM(*failures, YES), rpd=1)
    assert await bench.ask() == "fake"
    with pytest.raises(LLMRateLimited):
        await bench.ask()


async def test_when_all_days_are_used_up_the_error_says_until_when() -> None:
    bench = Bench(FakeLLM(limited(QuotaScope.DAY, 38), name="a"), FakeLLM(YES, name="b"), rpd=1)
    await bench.ask()
    with pytest.raises(LLMRateLimited) as caught:
        await bench.ask()
    assert caught.value.scope is QuotaScope.DAY
    assert caught.value.retry_after == RESET - NOON


async def test_a_429_of_the_day_says_until_when_too() -> None:
    with pytest.raises(LLMRateLimited) as caught:
        await Bench(FakeLLM(limited(QuotaScope.DAY, 38))).ask()
    assert caught.value.retry_after == RESET - NOON


@pytest.mark.parametrize(
    ("first", "second", "raised"),
    [
        (limited(QuotaScope.DAY), LLMRefused("SAFETY"), LLMRateLimited),
        (LLMRefused("SAFETY"), limited(QuotaScope.DAY), LLMRateLimited),
        (LLMUnknownModel("404"), LLMRefused("SAFETY"), LLMRefused),
    ],
)
async def test_of_several_failures_the_one_that_may_be_mended_is_raised(
    first: LLMError, second: LLMError, raised: type[LLMError]
) -> None:
    with pytest.raises(raised):
        await Bench(FakeLLM(first, name="a"), FakeLLM(second, name="b")).ask()


async def test_a_failed_call_is_logged_with_what_it_cost() -> None:
    bad = LLMBadAnswer("cut")
    bad.usage = Usage(input_tokens=15, thought_tokens=2)
    bench = Bench(FakeLLM(bad, YES))
    await bench.ask()
    assert [call.usage.input_tokens for call in bench.log.calls] == [15, 100]
    assert bench.log.outcomes == ["bad_answer", "ok"]


async def test_twenty_asks_take_exactly_the_time_the_minute_allows() -> None:
    bench = Bench(FakeLLM(*[YES] * 20), rpm=5)
    for _ in range(20):
        await bench.ask()
    starts = [call.at for call in bench.log.calls]
    assert starts[-1] - starts[0] == timedelta(seconds=180)
    assert_within(starts, 5)


async def test_asks_at_the_same_time_do_not_overshoot_and_keep_their_order() -> None:
    model = FakeLLM(*[YES] * 12)
    bench = Bench(model, rpm=5)

    async def ask(number: int) -> None:
        question = Question(purpose="score", system="", text=str(number), max_output_tokens=9)
        await bench.chain.ask(question, Word)

    await asyncio.gather(*(ask(number) for number in range(12)))
    assert [question.text for question in model.questions] == [str(n) for n in range(12)]
    starts = [call.at for call in bench.log.calls]
    assert starts[-1] - starts[0] == timedelta(seconds=120)
    assert_within(starts, 5)


async def test_a_restart_forgets_no_request() -> None:
    first = Bench(FakeLLM(*[YES] * 4), rpm=5)
    for _ in range(4):
        await first.ask()
    first.clock.advance(10)
    second = Bench(FakeLLM(YES, YES), rpm=5, log=first.log, clock=first.clock)
    await second.ask()
    await second.ask()
    assert second.clock.slept == [50]


async def test_chains_over_the_same_models_share_their_minute() -> None:
    model = FakeLLM(YES, YES, YES)
    score = Bench(model, rpm=2)
    analyze = score.chain.with_models([model])
    await asyncio.gather(score.ask(), analyze.ask(QUESTION, Word), score.ask())
    assert score.clock.slept == [60]


async def test_each_model_has_a_minute_of_its_own() -> None:
    a = FakeLLM(LLMRefused("x"), LLMRefused("x"), name="a")
    bench = Bench(a, FakeLLM(YES, YES, name="b"), rpm=2)
    assert [await bench.ask(), await bench.ask()] == ["b", "b"]
    assert bench.clock.slept == []


class SlowLLM(FakeLLM):
    """A model that answers when told to."""

    def __init__(self, *answers: object, name: str = "slow") -> None:
        super().__init__(*answers, name=name)
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        self.asked.set()
        await self.go.wait()
        return await super().ask(question, answer)


async def test_what_is_in_flight_counts() -> None:
    model = SlowLLM(YES)
    bench = Bench(model, rpd=1)
    asking = asyncio.create_task(bench.ask())
    await model.asked.wait()
    with pytest.raises(LLMRateLimited):
        await bench.ask()
    model.go.set()
    assert await asking == "slow"


async def test_a_call_given_up_is_a_fact_too() -> None:
    model = SlowLLM(YES)
    bench = Bench(model)
    asking = asyncio.create_task(bench.ask())
    await model.asked.wait()
    bench.clock.advance(7)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert bench.log.outcomes == ["cancelled"]
    assert bench.log.calls[0].latency == timedelta(seconds=7)


async def test_giving_up_while_waiting_is_no_call_and_blocks_nobody() -> None:
    forever = asyncio.Event()
    slept = asyncio.Event()

    async def sleep(_: float) -> None:
        slept.set()
        await forever.wait()

    clock, log = FakeClock(), FakeCallLog()
    chain = ModelChain(
        [FakeLLM(YES, YES)], log=log, rpm=1, rpd=0, now=clock.now, sleep=sleep, jitter=never
    )
    await chain.ask(QUESTION, Word)
    waiting = asyncio.create_task(chain.ask(QUESTION, Word))
    await slept.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert log.outcomes == ["ok"]
    clock.advance(60)
    await chain.ask(QUESTION, Word)
    assert log.outcomes == ["ok", "ok"]


async def test_the_next_question_waits_too_when_the_provider_said_so() -> None:
    """A 429 speaks of the project's quota, not of one question."""
    bench = Bench(FakeLLM(*[limited(QuotaScope.MINUTE, 30)] * 3, YES))
    with pytest.raises(LLMRateLimited):
        await bench.ask()
    await bench.ask()
    assert bench.clock.slept == [30, 30, 30]


async def test_a_model_that_is_down_is_left_alone_for_a_while() -> None:
    """A dead model would cost every question of the run its full patience."""
    model = FakeLLM(LLMTimedOut("no answer in time"), YES)
    bench = Bench(model)
    for _ in range(3):
        with pytest.raises(LLMTimedOut):
            await bench.ask()
    assert len(bench.log.calls) == 1

    bench.clock.time += timedelta(minutes=5)
    assert await bench.ask() == model.name


async def test_chains_over_the_same_models_know_who_is_down() -> None:
    model = FakeLLM(LLMTimedOut("no answer in time"))
    bench = Bench(model)
    with pytest.raises(LLMTimedOut):
        await bench.ask()
    with pytest.raises(LLMTimedOut):
        await bench.chain.with_models([model]).ask(QUESTION, Word)
    assert len(bench.log.calls) == 1


async def test_a_chain_of_nothing_is_a_configuration_error() -> None:
    with pytest.raises(LLMMisconfigured, match="no model"):
        await Bench().ask()


def test_outcomes_are_words_for_the_ledger() -> None:
    assert {outcome.value for outcome in Outcome} == {
        "ok",
        "rate_limited_minute",
        "rate_limited_day",
        "rate_limited_tokens",
        "rate_limited_unknown",
        "unavailable",
        "refused",
        "bad_answer",
        "misconfigured",
        "unknown_model",
        "cancelled",
    }


def assert_within(starts: list[datetime], rpm: int) -> None:
    """Never more than `rpm` starts in any 60 s."""
    ordered = sorted(starts)
    for early, late in pairwise(range(0, len(ordered), rpm)):
        assert ordered[late] - ordered[early] >= timedelta(seconds=60)
    for i in range(len(ordered) - rpm):
        assert ordered[i + rpm] - ordered[i] >= timedelta(seconds=60)
