"""What an operator sees at one glance: today's budget, what waits, what calls cost."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from rich.console import Console, RenderableType

from bot.app.core import Core, Ends, build_core
from bot.cli.budgets import budget_notes, budget_table, compact, heading
from bot.cli.costs import apart, calls_table, cost_of, totals, troubles
from bot.cli.stats import awaited_line, midnight, show_stats
from bot.settings import Settings
from core.llm import Urgency
from core.llm.ledger import Call, CallRequest, Learned, Span
from core.llm.outcomes import Outcome
from core.llm.quota.planner import Budget
from core.llm.quota_limits import QuotaLimits
from core.models.errors import QuotaScope
from core.models.usage import Usage
from core.store import CallSummary, PendingAnalysis
from tests.databases import fresh
from tests.policies import policy

NOW = datetime(2026, 11, 23, 2, 40, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MODEL = "gemini-flash-lite-latest"
LIMITS = QuotaLimits(rpm=10, tpm=250_000, rpd=20)
BUDGET = Budget(
    model=MODEL,
    policy=policy(),
    limits=LIMITS,
    configured=LIMITS,
    used={Urgency.DIGEST: 12, Urgency.INTERACTIVE: 2},
    kept={Urgency.DIGEST: 0, Urgency.INTERACTIVE: 3},
    minute_requests=3,
    minute_tokens=118_400,
    held_until=None,
    held_by=None,
    resets_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
)
ANSWERED = CallSummary(
    purpose="read",
    model=MODEL,
    outcome="ok",
    calls=10,
    usage=Usage(input_tokens=412_345, output_tokens=20_000, thought_tokens=31_000),
    latency=timedelta(seconds=125),
    cost_usd=0.25,
)


def turned(outcome: str, calls: int = 1, cost: float | None = 0.0) -> CallSummary:
    return replace(
        ANSWERED,
        outcome=outcome,
        calls=calls,
        usage=Usage(),
        latency=timedelta(seconds=calls),
        cost_usd=cost,
    )


def printed(*parts: RenderableType, width: int = 80) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    for part in parts:
        console.print(part)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_todays_share_and_the_reset_are_there_at_a_glance() -> None:
    assert printed(heading([BUDGET], NOW, SHANGHAI)) == [
        "Testing's day · starts anew 16:00 (in 5 h 20 min)"
    ]
    *_, row = printed(budget_table([BUDGET]))
    assert row.split() == [MODEL, "████░░", "14/20", "70%", "0", "3", "3/10", "118k/250k"]


def test_the_budget_of_the_longest_usual_name_fits_80_columns() -> None:
    full = replace(BUDGET, used={Urgency.RETRY: 20}, minute_tokens=249_950, minute_requests=10)
    assert len(printed(budget_table([BUDGET, full]))) == 4, "two lines of headings, two of models"


@pytest.mark.parametrize(
    ("used", "bar"), [(0, "░░░░░░ 0/20 0%"), (20, "██████ 20/20 100%"), (25, "██████ 25/20 125%")]
)
def test_a_bar_is_as_full_as_the_day(used: int, bar: str) -> None:
    row = printed(budget_table([replace(BUDGET, used={Urgency.RETRY: used})]))[-1]
    assert bar in row


def test_a_budget_without_limits_shows_what_was_used() -> None:
    free = replace(BUDGET, limits=QuotaLimits(), configured=QuotaLimits(), kept={})
    row = printed(budget_table([free]))[-1]
    assert row.split() == [MODEL, "14,", "no", "limit", "-", "-", "3", "118k"]


def test_a_corrected_limit_names_both_numbers() -> None:
    learned = replace(BUDGET, limits=QuotaLimits(rpm=5, tpm=250_000, rpd=20))
    (line,) = budget_notes([learned, BUDGET], NOW, SHANGHAI)
    assert str(line) == f"{MODEL}: the provider allows 5 requests a minute, not 10 as set"
    unlimited = replace(BUDGET, configured=replace(LIMITS, rpd=0))
    (line,) = budget_notes([unlimited], NOW, SHANGHAI)
    assert str(line).endswith("20 requests a day, where none is set")


@pytest.mark.parametrize("scope", QuotaScope)
def test_a_held_model_says_why_and_until_when(scope: QuotaScope) -> None:
    soon = replace(BUDGET, held_until=NOW + timedelta(seconds=40), held_by=scope)
    (line,) = budget_notes([soon], NOW, SHANGHAI)
    assert str(line).endswith("nobody asks until 10:40:40 (in 40 s)")
    late = replace(soon, held_until=BUDGET.resets_at)
    (line,) = budget_notes([late], NOW, SHANGHAI)
    assert str(line).endswith("nobody asks until 16:00 (in 5 h 20 min)")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (999, "999"), (1000, "1.0k"), (99_949, "99.9k"), (99_950, "100k"),
        (999_499, "999k"), (999_500, "1.0M"), (99_949_999, "99.9M"), (99_950_000, "100M"),
    ],
)  # fmt: skip
def test_big_numbers_are_short(number: int, text: str) -> None:
    assert compact(number) == text


def test_calls_are_a_row_for_each_purpose_and_model() -> None:
    score = replace(ANSWERED, purpose="score", cost_usd=None)
    header, *rows = printed(calls_table([ANSWERED, turned(Outcome.UNAVAILABLE, 3), score]))
    assert header.split() == ["purpose", "model", "calls", "in", "out", "thought", "sec", "cost"]
    assert [row.split() for row in rows] == [
        ["read", MODEL, "13", "412k", "20.0k", "31.0k", "12.5", "$0.2500"],
        ["score", MODEL, "10", "412k", "20.0k", "31.0k", "12.5", "unknown"],
    ]


def test_a_month_of_calls_fits_80_columns() -> None:
    month = replace(ANSWERED, purpose="doctor", calls=12_345, cost_usd=99.1234)
    assert len(printed(calls_table([month, turned(Outcome.TIMED_OUT, cost=None)]))) == 3


def test_only_what_was_not_answered_is_told_apart() -> None:
    assert list(troubles([ANSWERED])) == []
    failed = [turned(Outcome.RATE_LIMITED_DAY, 2), turned(Outcome.TIMED_OUT, cost=None)]
    (line,) = troubles([ANSWERED, *failed])
    assert str(line) == f"read, {MODEL}: 2 turned away: requests a day, 1 no answer in time"


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.OK, Outcome.TOO_LONG}))
def test_every_outcome_of_the_ledger_has_words(outcome: Outcome) -> None:
    (line,) = troubles([turned(outcome)])
    assert "?" not in str(line)


def test_an_unknown_price_is_never_a_small_sum() -> None:
    unknown = replace(ANSWERED, cost_usd=None)
    assert str(cost_of([ANSWERED])) == "$0.2500"
    assert str(cost_of([ANSWERED, unknown])) == "≥$0.2500"
    assert str(cost_of([unknown, turned(Outcome.UNAVAILABLE)])) == "unknown"
    assert totals([ANSWERED, unknown]) == "20 model calls · 927k tokens · ≥$0.2500"


def test_calls_without_an_end_are_under_way_or_broken_off() -> None:
    started = turned(Outcome.STARTED, 3)
    assert apart([ANSWERED, started], [ANSWERED, turned(Outcome.STARTED, 1)]) == [
        ANSWERED,
        replace(started, calls=1),
        replace(started, calls=2, outcome="broken_off"),
    ]
    (line,) = troubles(apart([started], []))
    assert str(line).endswith(": 3 broken off")
    assert apart([started], [started]) == [started]


def waiting(day: int, due_at: datetime, paper_id: str = "2603.00001") -> PendingAnalysis:
    return PendingAnalysis(date(2026, 11, day), "main", paper_id, NOW, due_at, 0, None)


def test_readings_that_wait_are_counted_by_day() -> None:
    later = NOW + timedelta(minutes=20)
    rows = [waiting(23, later), waiting(22, later), waiting(23, later + timedelta(hours=1), "x")]
    assert str(awaited_line(rows, NOW, SHANGHAI)) == (
        "3 readings wait (1 of 11-22, 2 of 11-23) · next due 11:00 (in 20 min)"
    )
    assert str(awaited_line([waiting(23, NOW)], NOW, SHANGHAI)) == (
        "1 reading waits (1 of 11-23) · next due now"
    )


def test_today_begins_at_the_readers_midnight() -> None:
    assert midnight(NOW, SHANGHAI) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    after_the_change = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    assert midnight(after_the_change, berlin) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert midnight(after_the_change, berlin, 6) == datetime(2026, 10, 18, 22, 0, tzinfo=UTC)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Core]:
    settings = Settings(_env_file=None).model_copy(
        update={
            "gemini_api_key": SecretStr("made-up-key-0123456789"),
            "gemini_score_models": ("gemini-2.5-flash", "model-b"),
            "gemini_analyze_models": ("gemini-2.5-flash", "model-b"),
            "database_url": fresh(tmp_path),
        }
    )
    async with build_core(settings, Ends(now=lambda: NOW)) as opened:
        yield opened


def account_of(services: Core) -> str:
    assert services.chains is not None
    (only,) = services.chains.providers
    return only.account


async def enter(services: Core, at: datetime, **changes: str) -> int:
    values = {"account": account_of(services), "model": "gemini-2.5-flash", "purpose": "read"}
    request = CallRequest(**{**values, **changes}, urgency=Urgency.DIGEST, estimate=100, tokens=100)
    span = Span(NOW, NOW, NOW)
    number = await services.store.calls.enter(request, at=at, span=span, admits=lambda _: True)
    assert number is not None
    return number


async def call(
    services: Core, at: datetime, outcome: str = "ok", model: str = "gemini-2.5-flash"
) -> None:
    usage = Usage(1000, 200, 300) if outcome == "ok" else Usage()
    ended = Call(at, model, "read", outcome, usage, timedelta(seconds=4))
    await services.store.calls.finish(await enter(services, at, model=model), ended)


async def lines_of(services: Core, capsys: pytest.CaptureFixture[str]) -> list[str]:
    await show_stats(services)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


async def test_an_empty_database_says_where_to_begin(
    services: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await lines_of(services, capsys)
    assert lines[0].startswith("Gemini's day")
    assert lines[-1] == "Nothing was made yet: `paperboy digest` builds today's digest."
    keyless = replace(services, chains=None)
    assert (await lines_of(keyless, capsys))[0].startswith("No GEMINI_API_KEY")


async def test_todays_calls_are_those_since_local_midnight(
    services: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    begin = midnight(NOW, SHANGHAI)
    await call(services, begin)
    await call(services, begin - timedelta(seconds=1))
    await call(services, begin - timedelta(days=20))
    lines = await lines_of(services, capsys)
    (today,) = (line for line in lines if line.startswith("Today"))
    assert today.startswith("Today · since 00:00 Asia/Shanghai · 1 model call · 1.5k tokens · $")
    (week,) = (line for line in lines if line.startswith("7 days"))
    assert week.startswith("7 days · since 11-17 · 2 model calls")
    assert any(line.startswith("30 days · since 10-25 · 3 model calls") for line in lines)


async def test_a_window_that_adds_nothing_is_one_line(
    services: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    await call(services, NOW - timedelta(hours=1))
    lines = await lines_of(services, capsys)
    assert [line for line in lines if line.endswith("as above")] == [
        "7 days · since 11-17 · as above",
        "30 days · since 10-25 · as above",
    ]


async def test_what_needs_the_operator_comes_first(
    services: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    await call(services, NOW - timedelta(hours=1))
    await call(services, NOW - timedelta(hours=1), "unknown_model", "model-b")
    learned = Learned(limit=5, learned_at=NOW, held_until=NOW + timedelta(seconds=30))
    account = account_of(services)
    await services.store.calls.learn(account, "gemini-2.5-flash", QuotaScope.TOKENS, learned)
    await enter(services, NOW - timedelta(minutes=11), purpose="score")
    due = {"2603.00001": NOW + timedelta(minutes=5)}
    await services.store.pending_analyses.queue(NOW.date(), "main", due, at=NOW)
    text = "\n".join(lines := await lines_of(services, capsys))
    assert lines[0].startswith("⚠ There is no model model-b (any more)")
    assert "allows 5 input tokens a minute, not 250,000 as set" in text
    assert "nobody asks until 10:40:30 (in 30 s)" in text
    assert "score, gemini-2.5-flash: 1 broken off" in text
    assert "1 reading waits (1 of 11-23) · next due 10:45 (in 5 min)" in text


async def test_a_name_in_brackets_is_printed_as_it_is(
    services: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    await call(services, NOW - timedelta(hours=1), model="[red]odd[/nonsense]")
    assert "[red]odd[/nonsense]" in "\n".join(await lines_of(services, capsys))


async def test_texts_that_took_too_much_are_counted_with_the_reason(
    services: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        await services.store.fetches.record_stopped("parsed", "it took over 20 s", services.now())
    title, head, row = (await lines_of(services, capsys))[-3:]
    assert title == "Texts and pictures that took too much · 7 days"
    assert head.split() == ["step", "times", "why"]
    assert row.split(maxsplit=2) == ["parsed", "2", "it took over 20 s"]
