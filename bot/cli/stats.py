"""`paperboy stats`: what was fetched, scored, read, what it cost, and what failed."""

from collections.abc import Sequence
from datetime import timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import Services
from bot.cli.running import settled, with_services
from core.models import Digest, ScoreKind
from core.store import CallSummary, FetchSummary

WINDOWS = (
    ("24 h", timedelta(days=1)),
    ("7 days", timedelta(days=7)),
    ("30 days", timedelta(days=30)),
)
DIGESTS = 7


def run() -> None:
    """Run the command."""
    with_services(settled(), show_stats)


async def show_stats(services: Services) -> None:
    """Print everything."""
    console, now, store = Console(), services.now(), services.store
    console.print(Text(f"{await store.papers.count()} papers known", style="bold"))
    if digests := await store.digests.recent(DIGESTS):
        console.print(_digests(digests))
    before: tuple[list[CallSummary], list[FetchSummary]] | None = None
    for name, span in WINDOWS:
        calls = await store.calls.summary(now - span)
        fetches = await store.fetches.summary(now - span)
        if (calls, fetches) == before:
            console.print(Text(f"Last {name}: the same", style="bold"))
            continue
        before = (calls, fetches)
        console.print(Text(f"Last {name}: {_totals(calls)}", style="bold"))
        if fetches:
            console.print(_sources(fetches))
        if calls:
            console.print(_calls(calls))
        _print_troubles(fetches, console)


def _table(*columns: str, numbers: Sequence[str] = ()) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left")
    return table


def _digests(digests: Sequence[Digest]) -> Table:
    table = _table(
        "digest", "papers", "picks", "by model", "notes", numbers=("papers", "picks", "by model")
    )
    for digest in digests:
        judged = sum(pick.kind is ScoreKind.LLM for pick in digest.picks)
        notes = ", ".join(dict.fromkeys(note.kind.value for note in digest.notes))
        table.add_row(
            f"{digest.day}", str(digest.candidates), str(len(digest.picks)), str(judged), notes
        )
    return table


def _totals(calls: Sequence[CallSummary]) -> str:
    count = sum(call.calls for call in calls)
    if not count:
        return "0 model calls"
    costs = [call.cost_usd for call in calls]
    known = sum(cost for cost in costs if cost is not None)
    unknown = " and calls of unknown price" if None in costs else ""
    return f"{count} model calls, ${known:.4f}{unknown}"


def _sources(fetches: Sequence[FetchSummary]) -> Table:
    table = _table(
        "source", "fetches", "papers", "skipped", "failed", "s each",
        numbers=("fetches", "papers", "skipped", "failed", "s each"),
    )  # fmt: skip
    for fetch in fetches:
        seconds = fetch.latency.total_seconds() / fetch.fetches
        table.add_row(
            fetch.source,
            str(fetch.fetches),
            str(fetch.papers),
            str(fetch.skipped),
            str(fetch.failed),
            f"{seconds:.1f}",
        )
    return table


def _calls(calls: Sequence[CallSummary]) -> Table:
    table = _table(
        "purpose", "model", "outcome", "calls", "tokens in", "out", "thought", "s each", "cost",
        numbers=("calls", "tokens in", "out", "thought", "s each", "cost"),
    )  # fmt: skip
    for call in calls:
        table.add_row(
            call.purpose,
            call.model,
            call.outcome,
            str(call.calls),
            f"{call.usage.input_tokens:,}",
            f"{call.usage.output_tokens:,}",
            f"{call.usage.thought_tokens:,}",
            f"{call.latency.total_seconds() / call.calls:.1f}",
            "unknown" if call.cost_usd is None else f"${call.cost_usd:.4f}",
        )
    return table


def _print_troubles(fetches: Sequence[FetchSummary], console: Console) -> None:
    for fetch in fetches:
        if fetch.last_error:
            line = f"last failure of {fetch.source}: {fetch.last_error}"
            console.print(Text(line, style="yellow"), soft_wrap=True)
        for skipped in fetch.recent:
            line = f"skipped from {fetch.source}: {skipped.item}: {skipped.reason}"
            console.print(Text(line, style="dim"), soft_wrap=True)
