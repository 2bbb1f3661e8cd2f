"""Which failure leads to which next step, on a clock that waits move."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.llm import CallContext, Urgency
from core.llm.health import LOCKED_OUT
from core.llm.ledger import Call
from core.llm.outcomes import Outcome
from core.llm.quota_limits import QuotaLimits
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
    StoreError,
)
from core.models.usage import Usage
from tests.core.llm.benches import YES, Bench, HangingLLM, Word, limited, question
from tests.fakes import NOON, FakeCallLog, FakeClock, FakeLLM

RESET = datetime(2026, 3, 14, 7, 0, tzinfo=UTC)
"""Midnight Pacific after `NOON`."""
SLACK = timedelta(minutes=1)
READER = CallContext(Urgency.INTERACTIVE)


async def test_the_first_model_that_can_answers() -> None:
    bench = Bench(FakeLLM(YES, name="a"), FakeLLM(name="b"))
    assert bench.chain.models == ("a", "b")
    assert await bench.ask() == "a"
    assert bench.slept == []
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
        ([LLMBadAnswer("no JSON")], []),
        ([LLMAskedWrongly("thinking budget")] * 4, []),
        ([LLMCutOff("MAX_TOKENS")], []),
        ([LLMBadAnswer("no JSON"), LLMUnavailable("503"), limited(QuotaScope.MINUTE, 4)], [2, 4]),
    ],
)
async def test_what_may_pass_is_waited_out_on_the_same_model(
    failures: list[LLMError], slept: list[float]
) -> None:
    bench = Bench(FakeLLM(*failures, YES, name="a"), FakeLLM(name="b"))
    assert await bench.ask() == "a"
    assert bench.slept == slept
    assert len(bench.log.calls) == len(failures) + 1


@pytest.mark.parametrize(
    ("failures", "slept"),
    [
        ([limited(QuotaScope.DAY, 38)], []),
        ([limited(QuotaScope.MINUTE, 5)] * 3, [5, 5]),
        ([limited(QuotaScope.UNKNOWN)] * 2, [15]),
        ([LLMUnavailable("503")] * 3, [2, 8]),
        ([LLMTimedOut("no answer in time")], []),
        ([LLMBadAnswer("no JSON")] * 2, []),
        ([LLMAskedWrongly("thinking budget")] * 5, []),
        ([LLMCutOff("MAX_TOKENS")] * 2, []),
        ([LLMRefused("SAFETY")], []),
        ([LLMUnknownModel("404")], []),
    ],
)
async def test_what_does_not_pass_leads_to_the_next_model(
    failures: list[LLMError], slept: list[float]
) -> None:
    bench = Bench(FakeLLM(*failures, name="a"), FakeLLM(YES, name="b"))
    assert await bench.ask() == "b"
    assert bench.slept == slept


@pytest.mark.parametrize(("seconds", "answered"), [(48, "b"), (12, "a")])
async def test_a_person_does_not_wait_long_for_the_better_model(
    seconds: float, answered: str
) -> None:
    bench = Bench(
        FakeLLM(limited(QuotaScope.MINUTE, seconds), YES, name="a"), FakeLLM(YES, name="b")
    )
    assert await bench.ask(context=READER) == answered
    assert sum(bench.slept) <= 12


async def test_when_all_are_full_the_one_that_is_free_first_is_waited_for() -> None:
    a = FakeLLM(limited(QuotaScope.MINUTE, 48), name="a")
    b = FakeLLM(limited(QuotaScope.MINUTE, 31), YES, name="b")
    bench = Bench(a, b)
    assert await bench.ask(context=READER) == "b"
    assert bench.slept == [31]


async def test_an_answer_that_was_cut_off_gets_twice_the_room() -> None:
    model = FakeLLM(LLMCutOff("MAX_TOKENS"), YES)
    await Bench(model).ask()
    first, second = (asked.max_output_tokens for asked in model.questions)
    assert second == 2 * first


async def test_pauses_are_spread_by_the_jitter() -> None:
    failures = [LLMUnavailable("503"), LLMUnavailable("503"), limited(QuotaScope.UNKNOWN)]
    bench = Bench(FakeLLM(*failures, YES), jitter=0.5)
    await bench.ask()
    assert bench.slept == [2.5, 10, 18.75]


async def test_whoever_waits_knows_until_when() -> None:
    heard: list[datetime] = []
    failures = [limited(QuotaScope.MINUTE, 48), LLMUnavailable("503")]
    await Bench(FakeLLM(*failures, YES)).ask(context=CallContext(on_wait=heard.append))
    assert heard == [NOON + timedelta(seconds=48), NOON + timedelta(seconds=50)]


@pytest.mark.parametrize("trouble", [KeyTrouble.INVALID, KeyTrouble.EXPIRED, KeyTrouble.LEAKED])
async def test_a_wrong_key_ends_it_at_once_and_is_not_tried_for_an_hour(
    trouble: KeyTrouble,
) -> None:
    locked = LLMMisconfigured("403", trouble=trouble)
    bench = Bench(FakeLLM(locked, YES, name="a"), FakeLLM(name="b"))
    for _ in range(2):
        with pytest.raises(LLMMisconfigured) as caught:
            await bench.ask()
        assert caught.value.trouble is trouble
    assert bench.log.outcomes == [f"key_{trouble}"]
    assert isinstance(bench.clock, FakeClock)
    bench.clock.time += LOCKED_OUT
    assert await bench.ask() == "a"


async def test_a_model_that_is_denied_says_nothing_of_the_others() -> None:
    denied = LLMMisconfigured("403", trouble=KeyTrouble.DENIED)
    bench = Bench(FakeLLM(denied, name="a"), FakeLLM(YES, YES, name="b"))
    assert [await bench.ask(), await bench.ask()] == ["b", "b"]
    assert bench.log.outcomes == ["key_denied", "ok", "ok"]


async def test_a_model_that_is_gone_is_not_asked_again() -> None:
    bench = Bench(FakeLLM(LLMUnknownModel("404"), name="a"), FakeLLM(YES, YES, name="b"))
    assert [await bench.ask(), await bench.ask()] == ["b", "b"]
    assert bench.log.outcomes == ["unknown_model", "ok", "ok"]


async def test_a_model_the_key_has_no_quota_for_is_left_alone_for_a_day() -> None:
    a, b = FakeLLM(LLMNoQuota("limit: 0"), YES, name="a"), FakeLLM(YES, YES, name="b")
    bench = Bench(a, b)
    assert [await bench.ask(), await bench.ask()] == ["b", "b"]
    assert bench.log.outcomes == ["no_quota", "ok", "ok"]
    bench.clock.advance(86_400)
    assert await bench.ask() == "a"


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
    assert isinstance(again.clock, FakeClock)
    again.clock.time = RESET + SLACK
    assert await again.ask() == "a"


async def test_another_key_has_a_day_of_its_own() -> None:
    first = Bench(FakeLLM(limited(QuotaScope.DAY)))
    with pytest.raises(LLMRateLimited):
        await first.ask()
    second = Bench(FakeLLM(YES), log=first.log, clock=first.clock, account="another")
    assert await second.ask() == "fake"


async def test_a_day_used_up_by_our_own_count_is_not_tried() -> None:
    a, b = FakeLLM(*[YES] * 3, name="a"), FakeLLM(YES, name="b")
    bench = Bench(a, b, limits=QuotaLimits(rpd=4))  # the fourth of the day is kept for readers
    assert [await bench.ask() for _ in range(4)] == ["a", "a", "a", "b"]


async def test_calls_that_were_turned_away_do_not_use_up_the_day() -> None:
    failures = [LLMUnavailable("503"), LLMUnavailable("503"), limited(QuotaScope.MINUTE, 1)]
    bench = Bench(FakeLLM(*failures, YES), limits=QuotaLimits(rpd=1))
    assert await bench.ask(context=READER) == "fake"
    with pytest.raises(LLMRateLimited):
        await bench.ask(context=READER)


async def test_when_all_days_are_used_up_the_error_says_until_when() -> None:
    a, b = FakeLLM(limited(QuotaScope.DAY, 38), name="a"), FakeLLM(YES, name="b")
    bench = Bench(a, b, limits=QuotaLimits(rpd=1))
    await bench.ask(context=READER)
    with pytest.raises(LLMRateLimited) as caught:
        await bench.ask(context=READER)
    assert caught.value.scope is QuotaScope.DAY
    assert caught.value.retry_after == RESET + SLACK - NOON


async def test_a_429_of_the_day_says_until_when_too() -> None:
    with pytest.raises(LLMRateLimited) as caught:
        await Bench(FakeLLM(limited(QuotaScope.DAY, 38))).ask()
    assert caught.value.retry_after == RESET + SLACK - NOON


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
    bad = LLMBadAnswer("no JSON")
    bad.usage = Usage(input_tokens=15, thought_tokens=2)
    bench = Bench(FakeLLM(bad, YES))
    await bench.ask()
    assert [call.usage.input_tokens for call in bench.log.calls] == [15, 100]
    assert bench.log.outcomes == ["bad_answer", "ok"]


async def test_of_two_full_days_the_one_that_ends_first_is_told() -> None:
    first, second = limited(QuotaScope.MINUTE, 80), limited(QuotaScope.MINUTE, 20)
    bench = Bench(FakeLLM(*[first] * 3, name="a"), FakeLLM(*[second] * 3, name="b"))
    with pytest.raises(LLMRateLimited) as caught:
        await bench.ask()
    assert caught.value.retry_after == timedelta(seconds=20)


async def test_an_answer_is_not_lost_over_the_bookkeeping() -> None:
    class FullDisk(FakeCallLog):
        async def finish(self, number: int, call: Call) -> None:
            raise StoreError("the disk is full")

    log = FullDisk()
    bench = Bench(FakeLLM(YES, LLMRefused("SAFETY")), log=log, limits=QuotaLimits(rpd=8))
    assert await bench.ask("one") == "fake"
    with pytest.raises(LLMRefused):
        await bench.ask("two")
    assert (await bench.planner.budget("fake")).used == {Urgency.DIGEST: 2}, "they still count"


async def test_the_same_question_at_the_same_time_is_one_call() -> None:
    model = HangingLLM(YES, YES)
    bench = Bench(model)
    question_answerer = [asyncio.create_task(bench.ask(text)) for text in ("same", "same", "other")]
    await model.asked.wait()
    model.go.set()
    assert await asyncio.gather(*question_answerer) == ["hanging"] * 3
    assert len(bench.log.calls) == 2


async def test_what_is_in_flight_counts() -> None:
    model = HangingLLM(YES)
    bench = Bench(model, limits=QuotaLimits(rpd=1))
    question_answerer = asyncio.create_task(bench.ask("first", READER))
    await model.asked.wait()
    with pytest.raises(LLMRateLimited):
        await bench.ask("second", READER)
    model.go.set()
    assert await question_answerer == "hanging"


async def test_a_call_given_up_is_a_fact_too() -> None:
    model = HangingLLM(YES)
    bench = Bench(model)
    question_answerer = asyncio.create_task(bench.ask())
    await model.asked.wait()
    assert isinstance(bench.clock, FakeClock)
    bench.clock.advance(7)
    question_answerer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question_answerer
    assert bench.log.outcomes == ["cancelled"]
    assert bench.log.calls[0].latency == timedelta(seconds=7)


async def test_the_next_question_waits_too_when_the_provider_said_so() -> None:
    """A 429 speaks of the project's quota, not of one question."""
    bench = Bench(FakeLLM(*[limited(QuotaScope.MINUTE, 30)] * 3, YES))
    with pytest.raises(LLMRateLimited):
        await bench.ask()
    await bench.ask()
    assert bench.slept == [30, 30, 30]


async def test_a_model_that_is_down_is_left_alone_for_a_while() -> None:
    """A dead model would cost every question of the run its full patience."""
    bench = Bench(FakeLLM(LLMTimedOut("no answer in time"), YES))
    for _ in range(3):
        with pytest.raises(LLMTimedOut):
            await bench.ask()
    assert len(bench.log.calls) == 1
    assert isinstance(bench.clock, FakeClock)
    bench.clock.time += timedelta(minutes=5)
    assert await bench.ask() == "fake"


async def test_chains_over_the_same_models_know_who_is_down() -> None:
    model = FakeLLM(LLMTimedOut("no answer in time"))
    bench = Bench(model)
    with pytest.raises(LLMTimedOut):
        await bench.ask()
    with pytest.raises(LLMTimedOut):
        await bench.chain.with_models([model]).ask(question(), Word)
    assert len(bench.log.calls) == 1


async def test_what_is_longer_than_a_whole_minute_goes_to_a_model_with_more_room() -> None:
    on_wait = limited(QuotaScope.TOKENS, 26, tokens=1000)
    a, b = FakeLLM(on_wait, name="a"), FakeLLM(YES, name="b")
    bench = Bench(a, b, limits=QuotaLimits(tpm=250_000))
    assert await bench.ask("long " * 2000) == "b"
    assert bench.slept == []


async def test_when_no_model_has_room_the_error_says_how_much_there_is() -> None:
    with pytest.raises(LLMTooLong) as caught:
        await Bench(FakeLLM(), limits=QuotaLimits(tpm=1000)).ask("long " * 2000)
    assert caught.value.limit == 1000


async def test_a_chain_of_nothing_is_a_configuration_error() -> None:
    with pytest.raises(LLMMisconfigured, match="no model"):
        await Bench().ask()


def test_every_failure_has_a_word_in_the_ledger_and_a_place_in_the_order() -> None:
    from core.llm.chain import _ORDER

    ends = {Outcome.OK, Outcome.STARTED, Outcome.CANCELLED, Outcome.UNSENT}
    assert set(_ORDER) == set(Outcome) - ends
