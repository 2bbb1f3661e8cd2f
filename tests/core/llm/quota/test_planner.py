"""The planner on a simulated clock: budgets hold, nobody waits longer than needed, all know."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import pytest

from core.llm import CallContext, Urgency
from core.llm.ledger import Call
from core.llm.quota.planner import AIR, Admission, Planner, Weight
from core.llm.quota.shares import Shares
from core.llm.quota.windows import GAP, SPAN
from core.llm.quota_limits import QuotaLimits
from core.models.errors import LLMRateLimited, LLMTooLong, QuotaScope
from core.models.usage import Usage
from tests.core.llm.benches import Bench as AnyBench
from tests.core.llm.benches import SlowLLM, assert_within, limited
from tests.fakes import FakeCallLog
from tests.policies import one_policy
from tests.simulation import SimClock

MORNING = datetime(2026, 3, 13, 0, 30, tzinfo=UTC)
ASKED, MADE, MENDED = Urgency.INTERACTIVE, Urgency.DIGEST, Urgency.RETRY


class Desk:
    """A planner, a ledger, a clock; calls take no time unless said so."""

    def __init__(
        self,
        limits: QuotaLimits,
        *,
        shares: Shares | None = None,
        log: FakeCallLog | None = None,
        clock: SimClock | None = None,
    ) -> None:
        self.log = log or FakeCallLog()
        self.clock = clock or SimClock(MORNING)
        self.started: list[tuple[str, float]] = []
        self.heard: defaultdict[str, list[float]] = defaultdict(list)
        self.planner = Planner(
            log=self.log,
            policy_of=one_policy(limits),
            shares=shares or Shares(),
            now=self.clock.now,
            sleep=self.clock.sleep,
        )

    async def call(
        self,
        name: str = "call",
        urgency: Urgency = MADE,
        *,
        tokens: int = 1,
        takes: float = 0,
        counted: int | None = None,
        model: str = "model",
    ) -> None:
        """Make one call from beginning to end."""

        def on_wait(until: datetime) -> None:
            self.heard[name].append(self._seconds(until))

        admission = await self.admit(CallContext(urgency, on_wait), tokens, model)
        self.started.append((name, self._seconds(admission.at)))
        await self.clock.sleep(takes)
        await self.finish(admission, counted if counted is not None else tokens)

    async def admit(self, context: CallContext, tokens: int, model: str = "model") -> Admission:
        request, turn = await self.planner.plan(model, "read", Weight(tokens), context)
        return await self.planner.admit(request, turn, context)

    async def finish(self, admission: Admission, tokens: int) -> None:
        usage = Usage(input_tokens=tokens)
        latency = self.clock.now() - admission.at
        model = admission.request.model
        call = Call(admission.at, model, "read", "ok", usage, latency)
        await self.planner.finish(admission, call)

    def _seconds(self, at: datetime) -> float:
        return (at - MORNING).total_seconds()


@pytest.mark.parametrize("together", [True, False])
async def test_twenty_calls_take_exactly_the_time_the_minute_allows(together: bool) -> None:
    deep_dives = Desk(QuotaLimits(rpm=5))

    async def all_of_them() -> None:
        if together:
            await asyncio.gather(*(deep_dives.call(str(n), takes=30) for n in range(20)))
        else:
            for number in range(20):
                await deep_dives.call(str(number))

    await deep_dives.clock.run(all_of_them())
    step = SPAN.total_seconds()
    gap = GAP.total_seconds() if together else 0  # only behind calls under way
    assert deep_dives.started == [(str(n), n // 5 * step + n % 5 * gap) for n in range(20)]


async def test_tokens_that_were_not_needed_let_the_next_one_in() -> None:
    deep_dives = Desk(QuotaLimits(tpm=100))
    await deep_dives.clock.run(
        asyncio.gather(
            deep_dives.call("long", tokens=80, counted=30, takes=7),
            deep_dives.call("next", tokens=60),
        )
    )
    assert deep_dives.started == [("long", 0), ("next", 7)]


async def test_tokens_that_were_needed_beyond_the_estimate_keep_the_next_one_out() -> None:
    deep_dives = Desk(QuotaLimits(tpm=100))

    async def two() -> None:
        await deep_dives.call("long", tokens=50, counted=90)
        await deep_dives.call("next", tokens=50)

    await deep_dives.clock.run(two())
    assert deep_dives.started == [("long", 0), ("next", SPAN.total_seconds())]


async def test_urgent_work_overtakes_what_waits_and_everybodys_time_comes_true() -> None:
    deep_dives = Desk(QuotaLimits(rpm=1))

    async def day() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(deep_dives.call("first"))
            await deep_dives.clock.sleep(1)
            group.create_task(deep_dives.call("retry", MENDED))
            group.create_task(deep_dives.call("digest", MADE))
            await deep_dives.clock.sleep(9)
            group.create_task(deep_dives.call("reader", ASKED))

    await deep_dives.clock.run(day())
    assert deep_dives.started == [("first", 0), ("reader", 61), ("digest", 122), ("retry", 183)]
    assert deep_dives.heard == {
        "reader": [61],
        "digest": [61, 122],
        "retry": [61, 122, 183],
    }


async def test_two_processes_with_one_ledger_do_not_overshoot_together() -> None:
    one = Desk(QuotaLimits(rpm=3, rpd=20))
    two = Desk(QuotaLimits(rpm=3, rpd=20), log=one.log, clock=one.clock)
    await one.clock.run(
        asyncio.gather(*(deep_dives.call(str(n)) for n in range(6) for deep_dives in (one, two)))
    )
    starts = [entry.at for entry in one.log.entries]
    assert len(starts) == 12
    assert_within(starts, 3)
    assert 3 * SPAN <= max(starts) - min(starts) <= 3 * SPAN + 2 * GAP


async def test_a_restart_forgets_no_request() -> None:
    first = Desk(QuotaLimits(rpm=5))
    for number in range(4):
        await first.clock.run(first.call(str(number)))
    await first.clock.run(first.clock.sleep(10))
    second = Desk(QuotaLimits(rpm=5), log=first.log, clock=first.clock)
    await second.clock.run(asyncio.gather(second.call("a"), second.call("b")))
    assert second.started == [("a", 10), ("b", 61)]


async def test_what_was_under_way_when_the_process_died_counts() -> None:
    first = Desk(QuotaLimits(rpd=2))
    await first.admit(CallContext(ASKED), 1)  # and never comes back
    second = Desk(QuotaLimits(rpd=2), log=first.log, clock=first.clock)
    await second.clock.run(second.call("a", ASKED))
    with pytest.raises(LLMRateLimited):
        await second.clock.run(second.call("b", ASKED))


async def test_each_model_has_budgets_of_its_own() -> None:
    deep_dives = Desk(QuotaLimits(rpm=1, rpd=1))
    await deep_dives.clock.run(
        asyncio.gather(*(deep_dives.call(m, ASKED, model=m) for m in ("a", "b")))
    )
    assert deep_dives.started == [("a", 0), ("b", 0)]


async def test_who_gives_up_in_line_blocks_nobody_and_is_no_call() -> None:
    deep_dives = Desk(QuotaLimits(rpm=1))

    async def day() -> None:
        await deep_dives.call("first")
        impatient = asyncio.create_task(deep_dives.call("impatient"))
        patient = asyncio.create_task(deep_dives.call("patient"))
        await deep_dives.clock.sleep(5)
        impatient.cancel()
        await patient

    await deep_dives.clock.run(day())
    assert deep_dives.started == [("first", 0), ("patient", 61)]
    assert len(deep_dives.log.entries) == 2


async def test_a_shut_day_turns_away_at_once_whoever_stands_before_it_in_line() -> None:
    deep_dives = Desk(QuotaLimits(rpm=1, rpd=8), shares=Shares(digest=4))
    desk_calls = [deep_dives.call(f"d{n}") for n in range(4)]

    async def day() -> float:
        async with asyncio.TaskGroup() as group:
            for call in desk_calls:
                group.create_task(call)
            await deep_dives.clock.sleep(1)
            with pytest.raises(LLMRateLimited) as caught:
                for n in range(3):  # of eight, four are the digest's and two the readers'
                    await deep_dives.call(f"r{n}", MENDED)
            assert caught.value.scope is QuotaScope.DAY
            return (deep_dives.clock.now() - MORNING).total_seconds()

    turned_away_at = await deep_dives.clock.run(day())
    made = [name for name, _ in deep_dives.started]
    assert made[:4] == ["d0", "d1", "d2", "d3"]
    assert made[4:] == ["r0", "r1"]
    assert turned_away_at == deep_dives.started[-1][1]


async def test_a_429_holds_everybody_and_teaches_the_limit_for_a_week() -> None:
    deep_dives = Desk(QuotaLimits(rpm=5))

    async def day() -> None:
        admission = await deep_dives.admit(CallContext(), 1)
        await deep_dives.finish(admission, 1)
        error = limited(QuotaScope.MINUTE, 48, minute=2)
        await deep_dives.planner.refused("model", error, started=admission.at, jitter=0)
        await asyncio.gather(*(deep_dives.call(str(n)) for n in range(4)))

    await deep_dives.clock.run(day())
    assert [at for _, at in deep_dives.started] == [48, 61, 109, 122]
    again = Desk(QuotaLimits(rpm=5), log=deep_dives.log, clock=deep_dives.clock)
    assert (await again.planner.budget("model")).limits.rpm == 2
    assert (await again.planner.budget("another")).limits.rpm == 5
    await deep_dives.clock.run(deep_dives.clock.sleep(timedelta(days=8).total_seconds()))
    assert (await again.planner.budget("model")).limits.rpm == 5


async def test_a_refused_day_stays_shut_until_its_end_whatever_retry_info_says() -> None:
    deep_dives = Desk(QuotaLimits())
    error = limited(QuotaScope.DAY, 38, day=20)
    until = await deep_dives.planner.refused("model", error, started=MORNING, jitter=0)
    assert until == datetime(2026, 3, 13, 7, 1, tzinfo=UTC)
    with pytest.raises(LLMRateLimited) as caught:
        await deep_dives.clock.run(deep_dives.call(urgency=ASKED))
    assert caught.value.retry_after == until - MORNING
    await deep_dives.clock.run(deep_dives.clock.until(until))
    await deep_dives.clock.run(deep_dives.call("tomorrow", ASKED))
    budget = await deep_dives.planner.budget("model")
    assert (budget.limits.rpd, budget.used) == (20, {ASKED: 1})


async def test_what_is_longer_than_a_minute_is_refused_before_it_is_sent() -> None:
    deep_dives = Desk(QuotaLimits(tpm=1000))
    with pytest.raises(LLMTooLong) as caught:
        await deep_dives.admit(CallContext(), 1001)
    assert caught.value.limit == 1000
    assert deep_dives.log.entries == []


async def test_estimates_are_corrected_by_what_was_counted() -> None:
    deep_dives = Desk(QuotaLimits())
    await deep_dives.clock.run(deep_dives.call(tokens=1000, counted=800))
    request, _ = await deep_dives.planner.plan("model", "read", Weight(1000), CallContext())
    assert (request.estimate, request.tokens) == (1000, ceil(1000 * (0.8 * AIR)))
    counted, _ = await deep_dives.planner.plan(
        "model", "read", Weight(1000, counted=700), CallContext()
    )
    assert counted.tokens == 700
    other, _ = await deep_dives.planner.plan("model", "score", Weight(1000), CallContext())
    assert other.tokens == 1000


async def test_the_budget_says_what_is_used_kept_and_held() -> None:
    deep_dives = Desk(QuotaLimits(rpm=5, tpm=1000, rpd=20), shares=Shares(digest=4))
    await deep_dives.clock.run(deep_dives.call(tokens=100))
    await deep_dives.clock.run(deep_dives.call(urgency=ASKED, tokens=200))
    error = limited(QuotaScope.MINUTE, 48)
    await deep_dives.planner.refused("model", error, started=MORNING, jitter=0)
    budget = await deep_dives.planner.budget("model")
    assert budget.used == {MADE: 1, ASKED: 1}
    assert budget.kept == {MADE: 3, ASKED: 4}
    assert (budget.minute_requests, budget.minute_tokens) == (2, 300)
    assert budget.held_until == MORNING + timedelta(seconds=48)
    assert budget.held_by is QuotaScope.MINUTE
    assert budget.resets_at == datetime(2026, 3, 13, 7, 0, tzinfo=UTC)


async def test_a_question_that_becomes_urgent_moves_up_in_the_line() -> None:
    clock = SimClock(MORNING)
    model = SlowLLM(clock.sleep, 1)
    bench = AnyBench(model, limits=QuotaLimits(rpm=1), clock=clock)

    async def day() -> None:
        async with asyncio.TaskGroup() as group:
            for text in ("first", "second", "third"):
                group.create_task(bench.ask(text))
            await clock.sleep(5)
            group.create_task(bench.ask("third", CallContext(ASKED)))

    await clock.run(day())
    assert [asked.text for asked in model.questions] == ["first", "third", "second"]


async def test_a_reader_who_leaves_a_question_of_the_batch_leaves_nobody_stuck() -> None:
    clock = SimClock(MORNING)
    model = SlowLLM(clock.sleep, 1)
    bench = AnyBench(model, limits=QuotaLimits(rpm=1), clock=clock)

    async def day() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(bench.ask("first"))
            await clock.sleep(5)
            group.create_task(bench.ask("mended", CallContext(MENDED)))
            reader = asyncio.create_task(bench.ask("mended", CallContext(ASKED)))
            group.create_task(bench.ask("digest"))
            await clock.sleep(5)
            reader.cancel()

    await clock.run(day())
    assert [asked.text for asked in model.questions] == ["first", "digest", "mended"]


async def test_a_call_is_paid_from_the_share_of_whom_it_was_made_for() -> None:
    """Who joined while it stood in line counts, not who asked first."""
    clock = SimClock(MORNING)
    bench = AnyBench(SlowLLM(clock.sleep, 1), limits=QuotaLimits(rpm=1), clock=clock)

    async def day() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(bench.ask("first"))
            await clock.sleep(1)
            group.create_task(bench.ask("second", CallContext(MENDED)))
            await clock.sleep(1)
            group.create_task(bench.ask("second", CallContext(ASKED)))

    await clock.run(day())
    assert (await bench.planner.budget("slow")).used == {MADE: 1, ASKED: 1}


async def test_who_would_find_nothing_left_is_told_before_standing_in_line() -> None:
    deep_dives = Desk(QuotaLimits(rpm=1, rpd=2))
    refused_at: list[float] = []

    async def third() -> None:
        await deep_dives.clock.sleep(5)
        with pytest.raises(LLMRateLimited):
            await deep_dives.call("third", ASKED)
        refused_at.append((deep_dives.clock.now() - MORNING).total_seconds())

    await deep_dives.clock.run(
        asyncio.gather(deep_dives.call("first", ASKED), deep_dives.call("second", ASKED), third())
    )
    assert refused_at == [5]


async def test_a_call_given_up_while_it_is_written_down_costs_nothing() -> None:
    class SlowLog(FakeCallLog):
        entered = asyncio.Event()
        go = asyncio.Event()

        async def enter(self, *args: Any, **kwargs: Any) -> int | None:
            number = await super().enter(*args, **kwargs)
            self.entered.set()
            await self.go.wait()
            return number

    log = SlowLog()
    deep_dives = Desk(QuotaLimits(rpd=4), log=log)
    calling = asyncio.create_task(deep_dives.call("given up", ASKED))
    await log.entered.wait()
    calling.cancel()
    log.go.set()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert log.outcomes == ["unsent"]
    assert (await deep_dives.planner.budget("model")).used == {}


async def test_chains_over_the_same_models_share_their_minute() -> None:
    clock = SimClock(MORNING)
    model = SlowLLM(clock.sleep, 1)
    bench = AnyBench(model, limits=QuotaLimits(rpm=2), clock=clock)
    sibling = AnyBench(model, limits=QuotaLimits(rpm=2), clock=clock)
    sibling.chain = bench.chain.with_models([model])
    await clock.run(asyncio.gather(bench.ask("a"), sibling.ask("b"), bench.ask("c")))
    assert_within([entry.at for entry in bench.log.entries], 2)
    assert len(bench.log.entries) == 3
