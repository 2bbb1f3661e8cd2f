"""Model calls as an operator reads them: by purpose and model, and what went wrong apart.

Pure: from the ledger's summaries to tables and lines. A call that "started" and is young is under
way; an old one was broken off together with its process.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from rich.table import Table
from rich.text import Text

from bot.cli.budgets import compact
from core.llm.outcomes import Outcome
from core.store import CallSummary

BROKEN_OFF_AFTER = timedelta(minutes=10)
"""A call that started this long ago and has no end will not get one."""
BROKEN_OFF = "broken_off"
_SAID = {
    Outcome.STARTED: "under way",
    BROKEN_OFF: "broken off",
    Outcome.RATE_LIMITED_MINUTE: "turned away: requests a minute",
    Outcome.RATE_LIMITED_DAY: "turned away: requests a day",
    Outcome.RATE_LIMITED_TOKENS: "turned away: tokens a minute",
    Outcome.RATE_LIMITED_UNKNOWN: "turned away: too many requests",
    Outcome.UNAVAILABLE: "unavailable",
    Outcome.TIMED_OUT: "no answer in time",
    Outcome.REFUSED: "refused",
    Outcome.BAD_ANSWER: "a wrong answer",
    Outcome.CUT_OFF: "an answer cut off",
    Outcome.ASKED_WRONGLY: "asked in another way",
    Outcome.TOO_LONG: "too long a question",
    Outcome.KEY_INVALID: "key invalid",
    Outcome.KEY_EXPIRED: "key expired",
    Outcome.KEY_LEAKED: "key locked",
    Outcome.KEY_DENIED: "key not allowed",
    Outcome.NO_CREDIT: "no money left",
    Outcome.UNKNOWN_MODEL: "no such model",
    Outcome.NO_QUOTA: "no quota for this key",
    Outcome.CANCELLED: "given up by us",
    Outcome.UNSENT: "given up before it was sent",
}


@dataclass(frozen=True)
class Cost:
    """What calls cost: at least `known`, and more where a price is unknown."""

    known: float = 0.0
    is_complete: bool = True

    def __str__(self) -> str:
        if self.is_complete:
            return f"${self.known:.4f}"
        return f"≥${self.known:.4f}" if self.known else "unknown"


def cost_of(calls: Iterable[CallSummary]) -> Cost:
    costs = [call.cost_usd for call in calls]
    return Cost(sum(cost for cost in costs if cost is not None), None not in costs)


def apart(calls: Sequence[CallSummary], young: Sequence[CallSummary]) -> list[CallSummary]:
    """Return `calls` with those broken off apart from those under way.

    `young` are the calls of the last `BROKEN_OFF_AFTER`.
    """
    under_way = {
        (call.purpose, call.model): call.calls for call in young if call.outcome == Outcome.STARTED
    }
    parted = []
    for call in calls:
        if call.outcome != Outcome.STARTED:
            parted.append(call)
            continue
        running = min(call.calls, under_way.get((call.purpose, call.model), 0))
        counts = {Outcome.STARTED.value: running, BROKEN_OFF: call.calls - running}
        parted += [replace(call, outcome=o, calls=n) for o, n in counts.items() if n]
    return parted


def totals(calls: Sequence[CallSummary]) -> str:
    """Return a window's sum in one line."""
    count = sum(call.calls for call in calls)
    if not count:
        return "no model calls"
    tokens = sum(_tokens(call) for call in calls)
    calls_ = "1 model call" if count == 1 else f"{count} model calls"
    return f"{calls_} · {compact(tokens)} tokens · {cost_of(calls)}"


def calls_table(calls: Sequence[CallSummary]) -> Table:
    """Return a row for each purpose and model; it fits 80 columns."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("purpose", no_wrap=True)
    table.add_column("model", overflow="fold")
    for name in ("calls", "in", "out", "thought", "sec", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    for (purpose, model), group in _groups(calls):
        table.add_row(
            purpose,
            model,
            str(sum(call.calls for call in group)),
            compact(sum(call.usage.input_tokens for call in group)),
            compact(sum(call.usage.output_tokens for call in group)),
            compact(sum(call.usage.thought_tokens for call in group)),
            _seconds_each(group),
            str(cost_of(group)),
        )
    return table


def troubles(calls: Sequence[CallSummary]) -> Iterator[Text]:
    """Yield a line for each purpose and model of which not every call was answered."""
    for (purpose, model), group in _groups(calls):
        failed = [call for call in group if call.outcome != Outcome.OK]
        if failed:
            said = ", ".join(f"{call.calls} {_SAID.get(call.outcome, '?')}" for call in failed)
            yield Text(f"{purpose}, {model}: {said}", style="yellow")


def _groups(
    calls: Iterable[CallSummary],
) -> Iterator[tuple[tuple[str, str], list[CallSummary]]]:
    def key(call: CallSummary) -> tuple[str, str]:
        return call.purpose, call.model

    for names, group in groupby(sorted(calls, key=key), key):
        yield names, list(group)


def _tokens(call: CallSummary) -> int:
    return call.usage.input_tokens + call.usage.output_tokens + call.usage.thought_tokens


def _seconds_each(group: Sequence[CallSummary]) -> str:
    """Return what an answer took; refusals come at once and would flatter it."""
    answered = [call for call in group if call.outcome == Outcome.OK]
    count = sum(call.calls for call in answered)
    seconds = sum(call.latency.total_seconds() for call in answered)
    return f"{seconds / count:.1f}" if count else "-"
