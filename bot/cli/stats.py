"""`paperboy stats`: how the day stands, what it cost, what was made, and what failed.

On top is what needs the operator, then what is left of today, then the past.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo
from itertools import groupby

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from bot.app.core import Core
from bot.cli.budgets import budget_notes, budget_table, heading
from bot.cli.costs import BROKEN_OFF_AFTER, apart, calls_table, totals, troubles
from bot.cli.running import settled, with_core
from bot.render.operator_time import until
from core.digest.read import PROMISED, is_paper
from core.llm.providers import PROVIDERS
from core.models.values import Digest, ScoreKind
from core.store import CallSummary, FetchSummary, PendingAnalysis

WINDOWS = {"Today": 1, "7 days": 7, "30 days": 30}
"""Days of a window, today included: they begin at a midnight of the reader's."""
DIGESTS = 7
SOURCE_DAYS = 7
Section = list[RenderableType]


def run() -> None:
    with_core(settled(), show_stats)


async def show_stats(core: Core) -> None:
    console = Console(markup=False)
    sections: list[Section] = [
        [Text(f"⚠ {alert}", style="bold red") for alert in await core.alerts.sentences("en")],
        await _today(core),
        await _awaited(core),
        await _costs(core),
        await _made(core),
        await _sources(core),
        await _stopped(core),
    ]
    if not any(sections[2:]):
        sections.append([Text("Nothing was made yet: `paperboy digest` builds today's digest.")])
    for number, section in enumerate(filter(None, sections)):
        if number:
            console.print()
        for part in section:
            # Whole lines for a pipe: `grep` must find what it looks for.
            console.print(part, soft_wrap=not (console.is_terminal or isinstance(part, Table)))


async def _today(core: Core) -> Section:
    zone, now = _zone(core), core.now()
    if core.chains is None:
        keys = " or ".join(provider.policy.key_setting for provider in PROVIDERS)
        return [Text(f"No {keys}: scores are local, papers are quoted, nothing is spent.")]
    section: Section = []
    budgets = await core.chains.budgets()
    for policy in core.chains.providers:
        own = [budget for budget in budgets if budget.policy is policy]
        section += [""] if section else []
        section += [heading(own, now, zone), budget_table(own), *budget_notes(own, now, zone)]
    return section


async def _awaited(core: Core) -> Section:
    now = core.now()
    waiting = await core.store.pending_analyses.due(now + PROMISED, since=now - PROMISED)
    rows = [row for row in waiting if is_paper(row)]
    return [awaited_line(rows, now, _zone(core))] if rows else []


def awaited_line(rows: Sequence[PendingAnalysis], now: datetime, zone: tzinfo) -> Text:
    """Return the line about readings that wait; `rows` is not empty, first due first."""
    days = groupby(sorted(row.day for row in rows))
    of_days = ", ".join(f"{len(list(same))} of {day:%m-%d}" for day, same in days)
    wait = "reading waits" if len(rows) == 1 else "readings wait"
    return Text.assemble(
        (f"{len(rows)} {wait}", "bold"),
        f" ({of_days}) · next due ",
        (until(rows[0].due_at, now, zone), "bold"),
    )


async def _costs(core: Core) -> Section:
    """Return the model calls of each window; those the same as a shorter one in a line."""
    calls, now, zone = core.store.calls, core.now(), _zone(core)
    young = await calls.summary(now - BROKEN_OFF_AFTER)
    section: Section = []
    before: list[CallSummary] | None = None
    for name, days in WINDOWS.items():
        start = midnight(now, zone, days - 1)
        found = apart(await calls.summary(start), young)
        same = "as above" if found and found == before else totals(found)
        since = f"since 00:00 {zone}" if days == 1 else f"since {start:%m-%d}"
        if section:
            section.append("")
        title = Text.assemble((name, "bold"), (f" · {since} · ", "dim"), (same, "bold"))
        section.append(title)
        if found and found != before:
            section.append(calls_table(found))
            section += troubles(found)
        before = found
    return section if before else []


async def _made(core: Core) -> Section:
    digests, papers = core.store.digests, core.store.papers
    if not (recent := await digests.recent(DIGESTS)):
        return []
    title = f"Last digests · {await papers.count()} papers known"
    return [Text(title, style="bold"), _digests(recent)]


async def _sources(core: Core) -> Section:
    start = midnight(core.now(), _zone(core), SOURCE_DAYS - 1)
    if not (fetches := await core.store.fetches.summary(start)):
        return []
    title = Text(f"Sources · {SOURCE_DAYS} days", style="bold")
    return [title, _fetches(fetches), *_failures(fetches)]


async def _stopped(core: Core) -> Section:
    """Return the texts that took too much time or memory, and were left for a lesser one."""
    start = midnight(core.now(), _zone(core), SOURCE_DAYS - 1)
    if not (stopped := await core.store.fetches.stopped(start)):
        return []
    title = Text(f"Texts and pictures that took too much · {SOURCE_DAYS} days", style="bold")
    table = _table("step", "times", "why", numbers=("times",))
    for one in stopped:
        table.add_row(one.work, str(one.times), one.reason)
    return [title, table]


def midnight(now: datetime, zone: tzinfo, days_ago: int = 0) -> datetime:
    """Return when the day began in `zone`, or one some days ago."""
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, time(), zone)


def _zone(core: Core) -> tzinfo:
    return core.settings.digest_timezone


def _table(*columns: str, numbers: Sequence[str] = ()) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left")
    return table


def _digests(digests: Sequence[Digest]) -> Table:
    numbers = ("papers", "picks", "by model")
    table = _table("day", *numbers, "notes", numbers=numbers)
    for digest in digests:
        judged = sum(pick.kind is ScoreKind.LLM for pick in digest.picks)
        notes = ", ".join(dict.fromkeys(note.kind.value for note in digest.notes))
        table.add_row(
            f"{digest.day}", str(digest.papers), str(len(digest.picks)), str(judged), notes
        )
    return table


def _fetches(fetches: Sequence[FetchSummary]) -> Table:
    numbers = ("fetches", "papers", "skipped", "failed", "s each")
    table = _table("source", *numbers, numbers=numbers)
    for fetch in fetches:
        counts = (fetch.fetches, fetch.papers, fetch.skipped, fetch.failed)
        seconds = fetch.latency.total_seconds() / fetch.fetches
        table.add_row(fetch.source, *map(str, counts), f"{seconds:.1f}")
    return table


def _failures(fetches: Sequence[FetchSummary]) -> Iterator[Text]:
    for fetch in fetches:
        if fetch.last_error:
            yield Text(f"last failure of {fetch.source}: {fetch.last_error}", style="yellow")
        for skipped in fetch.recent:
            line = f"skipped from {fetch.source}: {skipped.item}: {skipped.reason}"
            yield Text(line, style="dim")
