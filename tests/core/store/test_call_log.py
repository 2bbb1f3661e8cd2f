"""What every ledger of calls must do, asked of the real one and of the fake the other tests use."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.llm import Urgency
from core.llm.ledger import CallLog, Learned, Start, UsageSnapshot
from core.llm.outcomes import TURNED_AWAY, Outcome
from core.models.errors import QuotaScope
from core.store import Store, open_store
from tests.core.store.samples import NOON, SPAN, Made, always, make
from tests.fakes import FakeCallLog

DAY, MINUTE = QuotaScope.DAY, QuotaScope.MINUTE
INTERACTIVE, DIGEST, RETRY = Urgency.INTERACTIVE, Urgency.DIGEST, Urgency.RETRY
HOUR = timedelta(hours=1)


@pytest.fixture(params=["file", "fake"])
async def log(request: pytest.FixtureRequest, url: str) -> AsyncIterator[CallLog]:
    if request.param == "fake":
        yield FakeCallLog()
        return
    async with open_store(url, now=lambda: NOON) as store:
        yield store.calls


def started(*calls: Made) -> tuple[Start, ...]:
    return tuple(Start(made.at, made.counted) for made in calls)


@pytest.mark.parametrize(
    ("calls", "book"),
    [
        pytest.param([], UsageSnapshot(), id="nothing is known of a model never asked"),
        pytest.param(
            [Made()],
            UsageSnapshot(started(Made()), {DIGEST: 1}, bias=1.25),
            id="an answer counts with the provider's tokens",
        ),
        pytest.param(
            [Made(outcome="started")],
            UsageSnapshot((Start(NOON, 900, under_way=True),), {DIGEST: 1}),
            id="a call under way counts with what was set aside",
        ),
        pytest.param(
            [Made(outcome="timed_out", counted=0)],
            UsageSnapshot((Start(NOON, 900),), {DIGEST: 1}),
            id="a call without tokens may have been read by the model",
        ),
        pytest.param(
            [Made(outcome="unavailable", counted=0)],
            UsageSnapshot((Start(NOON, 900),)),
            id="an overloaded model does not count against the day",
        ),
        pytest.param(
            [Made(outcome="rate_limited_minute", counted=0)],
            UsageSnapshot((Start(NOON, 0),)),
            id="a refusal has a start, and no tokens",
        ),
        pytest.param(
            [Made(outcome="bad_answer", counted=70)],
            UsageSnapshot((Start(NOON, 70),), {DIGEST: 1}),
            id="a bad answer is counted but does not teach",
        ),
        pytest.param(
            [Made(3), Made(1, urgency=INTERACTIVE), Made(2), Made(2, urgency=RETRY)],
            UsageSnapshot(
                started(Made(1), Made(2), Made(2), Made(3)),
                {INTERACTIVE: 1, DIGEST: 2, RETRY: 1},
                bias=1.25,
            ),
            id="starts are in order of time, and the day by urgency",
        ),
        pytest.param(
            [Made(-61.000001), Made(-61)],
            UsageSnapshot(started(Made(-61)), {DIGEST: 2}, bias=1.25),
            id="a span holds its first moment",
        ),
        pytest.param(
            [Made(-5 * 3600 - 0.000001), Made(-5 * 3600)],
            UsageSnapshot(used={DIGEST: 1}, bias=1.25),
            id="yesterday's requests are not today's",
        ),
        pytest.param(
            [Made(-7 * 86400 - 1, counted=1), Made(-7 * 86400, counted=400)],
            UsageSnapshot(bias=0.5),
            id="tokens are learned from for a week",
        ),
        pytest.param(
            [Made(counted=600, estimate=1000), Made(counted=1800, estimate=2000)],
            UsageSnapshot((Start(NOON, 600), Start(NOON, 1800)), {DIGEST: 2}, bias=0.8),
            id="a long question teaches more than a short one",
        ),
        pytest.param(
            [Made(), Made(estimate=0), Made(counted=0), Made(purpose="read", counted=5)],
            UsageSnapshot(
                (Start(NOON, 1000), Start(NOON, 1000), Start(NOON, 900), Start(NOON, 5)),
                {DIGEST: 4},
                bias=1.25,
            ),
            id="what has no estimate, no count or another purpose does not teach",
        ),
        pytest.param(
            [Made(account="other key"), Made(model="lite"), Made(account="")],
            UsageSnapshot(),
            id="another key or model is another book",
        ),
    ],
)
async def test_a_book_says_of_one_model(
    log: CallLog, calls: list[Made], book: UsageSnapshot
) -> None:
    await make(log, *calls)

    assert await log.book("key", "flash", "score", SPAN) == book


@pytest.mark.parametrize("outcome", Outcome)
async def test_a_call_without_tokens_is_charged_unless_it_was_turned_away(
    log: CallLog, outcome: Outcome
) -> None:
    await make(log, Made(outcome=outcome, counted=0))

    (start,) = (await log.book("key", "flash", "score", SPAN)).starts
    tokens = 0 if outcome in TURNED_AWAY else 900
    assert start == Start(NOON, tokens, under_way=outcome is Outcome.STARTED)


FIRST = Learned(limit=5, learned_at=NOON, held_until=NOON + HOUR)


@pytest.mark.parametrize(
    ("lessons", "known"),
    [
        pytest.param([FIRST], FIRST, id="a first lesson"),
        pytest.param([FIRST, Learned()], FIRST, id="nothing new leaves all as it was"),
        pytest.param([Learned()], Learned(), id="an empty lesson"),
        pytest.param(
            [FIRST, Learned(limit=15, learned_at=NOON + HOUR)],
            Learned(15, NOON + HOUR, NOON + HOUR),
            id="a newer limit holds, also a wider one",
        ),
        pytest.param(
            [FIRST, Learned(held_until=NOON + 2 * HOUR)],
            Learned(5, NOON, NOON + 2 * HOUR),
            id="a hold is made longer",
        ),
        pytest.param(
            [FIRST, Learned(held_until=NOON)], FIRST, id="a hold is never made shorter"
        ),
        pytest.param(
            [Learned(limit=5, learned_at=NOON), Learned(held_until=NOON)],
            Learned(5, NOON, NOON),
            id="a first hold after a limit",
        ),
        pytest.param(
            [Learned(limit=10**12)], Learned(limit=10**12), id="a limit of any size"
        ),
    ],
)  # fmt: skip
async def test_lessons_add_up(log: CallLog, lessons: list[Learned], known: Learned) -> None:
    for lesson in lessons:
        await log.learn("key", "flash", DAY, lesson)

    assert await log.book("key", "flash", "score", SPAN) == UsageSnapshot(learned={DAY: known})


async def test_lessons_are_kept_apart_by_key_model_and_scope(log: CallLog) -> None:
    await log.learn("key", "flash", DAY, Learned(limit=1))
    await log.learn("key", "flash", MINUTE, Learned(limit=2))
    await log.learn("key", "lite", DAY, Learned(limit=3))
    await log.learn("new key", "flash", DAY, Learned(limit=4))

    learned = (await log.book("key", "flash", "read", SPAN)).learned
    assert learned == {DAY: Learned(limit=1), MINUTE: Learned(limit=2)}
    assert (await log.book("new key", "flash", "read", SPAN)).learned == {DAY: Learned(limit=4)}
    assert await log.book("new key", "lite", "read", SPAN) == UsageSnapshot()


async def test_whoever_decides_is_shown_the_book_as_it_stands(log: CallLog) -> None:
    await log.learn("key", "flash", DAY, FIRST)
    await make(log, Made(-1), Made(outcome="started"), Made(model="lite"))
    shown: list[UsageSnapshot] = []

    def look(book: UsageSnapshot) -> bool:
        shown.append(book)
        return True

    await log.enter(Made().request, at=NOON, span=SPAN, admits=look)

    assert shown == [
        UsageSnapshot(
            (*started(Made(-1)), Start(NOON, 900, under_way=True)),
            {DIGEST: 2},
            {DAY: FIRST},
            bias=1.25,
        )
    ]
    assert len((await log.book("key", "flash", "score", SPAN)).starts) == 3


async def test_a_call_that_is_not_admitted_leaves_nothing(log: CallLog) -> None:
    def refuse(_book: UsageSnapshot) -> bool:
        return False

    def fail(_book: UsageSnapshot) -> bool:
        raise ZeroDivisionError

    assert await log.enter(Made().request, at=NOON, span=SPAN, admits=refuse) is None
    with pytest.raises(ZeroDivisionError):
        await log.enter(Made().request, at=NOON, span=SPAN, admits=fail)

    assert await log.book("key", "flash", "score", SPAN) == UsageSnapshot()


async def test_calls_may_end_in_any_order(log: CallLog) -> None:
    one, two = await make(log, Made(outcome="started"), Made(outcome="started"))
    assert one != two

    await log.finish(two, Made(counted=2).call)
    assert (await log.book("key", "flash", "score", SPAN)).starts == (
        Start(NOON, 900, under_way=True),
        Start(NOON, 2),
    )
    await log.finish(one, Made(counted=1).call)
    assert (await log.book("key", "flash", "score", SPAN)).starts == (
        Start(NOON, 1),
        Start(NOON, 2),
    )


async def test_a_call_ends_once_and_only_if_it_was_entered(log: CallLog) -> None:
    (number,) = await make(log, Made())

    for wrong in (number, number + 1, 0):
        with pytest.raises(LookupError, match=f"call {wrong} is not under way"):
            await log.finish(wrong, Made(counted=7).call)

    assert (await log.book("key", "flash", "score", SPAN)).starts == (Start(NOON, 1000),)


async def test_the_fake_keeps_calls_in_the_order_they_ended() -> None:
    log = FakeCallLog()
    first, second = await make(log, Made(outcome="started"), Made(1, outcome="started"))

    await log.finish(second, Made(1, outcome="refused").call)
    await log.finish(first, Made().call)

    assert log.outcomes == ["refused", "ok"]
    assert log.calls == [Made(1, outcome="refused").call, Made().call]


_tokens = st.integers(0, 3) | st.integers(0, 10**6)
_models = st.sampled_from(["flash", "lite"])
_some_call = st.builds(
    Made,
    # around the edges of what matters, and anywhere
    seconds=st.sampled_from([0, -61, -62, -5 * 3600, -7 * 86400, 60]) | st.integers(-700_000, 99),
    outcome=st.sampled_from([outcome.value for outcome in Outcome]),
    counted=_tokens,
    model=_models,
    purpose=st.sampled_from(["score", "read"]),
    urgency=st.sampled_from(Urgency),
    estimate=_tokens,
    reserved=_tokens,
)
_times = st.none() | st.integers(-100, 100).map(lambda hours: NOON + hours * HOUR)
_some_lesson = st.tuples(
    _models,
    st.sampled_from(QuotaScope),
    st.builds(Learned, st.none() | st.integers(0, 10**6), _times, _times),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(calls=st.lists(_some_call, max_size=12), lessons=st.lists(_some_lesson, max_size=6))
async def test_the_fake_and_the_real_one_are_of_one_mind(
    store: Store, calls: list[Made], lessons: list[tuple[str, QuotaScope, Learned]]
) -> None:
    key = uuid4().hex  # each example its own, in one store
    books: list[list[UsageSnapshot]] = []
    for log in (store.calls, FakeCallLog()):
        numbers = [
            await log.enter(
                replace(made.request, account=key), at=made.at, span=SPAN, admits=always
            )
            for made in calls
        ]
        for number, made in reversed(list(zip(numbers, calls, strict=True))):
            if number is not None and made.outcome != "started":
                await log.finish(number, made.call)
        for model, scope, lesson in lessons:
            await log.learn(key, model, scope, lesson)
        books.append(
            [await log.book(key, m, p, SPAN) for m in ("flash", "lite") for p in ("score", "read")]
        )

    real, fake = books
    assert real == fake
