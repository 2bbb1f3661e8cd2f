"""The day's budgets as an operator reads them at one glance: used, kept, and when it starts anew.

Pure: from `Budget`s to tables and lines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta, tzinfo

from rich.table import Table
from rich.text import Text

from bot.render.operator_time import span, until
from core.llm import Urgency
from core.llm.quota.planner import Budget
from core.llm.quota_limits import QuotaLimits
from core.models.errors import QuotaScope

BAR = 6
"""Characters of a bar."""
_TIGHT, _FULL = 0.7, 1.0
_SOON = timedelta(hours=1)
_QUOTAS = {"rpm": "requests a minute", "tpm": "input tokens a minute", "rpd": "requests a day"}
_HELD_BY = {
    QuotaScope.MINUTE: "the minute's requests are used up",
    QuotaScope.TOKENS: "the minute's input tokens are used up",
    QuotaScope.DAY: "the day's requests are used up",
    QuotaScope.UNKNOWN: "the provider asked for patience",
}


def heading(budgets: Sequence[Budget], now: datetime, zone: tzinfo) -> Text:
    """Return the line that says whose day it is and when it ends; `budgets` are a provider's."""
    label = budgets[0].policy.label
    if not any(budget.limits.rpd for budget in budgets):
        return Text(label, style="bold")
    resets = until(budgets[0].resets_at, now, zone)
    return Text.assemble((f"{label}'s day", "bold"), " · starts anew ", (resets, "bold"))


def budget_table(budgets: Sequence[Budget]) -> Table:
    """Return a row for each model; it fits 80 columns."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("model", overflow="fold")
    table.add_column("requests today", no_wrap=True)
    for name in ("kept:\ndigest", "\n/paper", "minute:\ncalls", "\ntokens"):
        table.add_column(name, justify="right", no_wrap=True)
    for budget in budgets:
        limits, kept = budget.limits, budget.kept
        table.add_row(
            budget.model,
            _day(budget),
            str(kept.get(Urgency.DIGEST, 0)) if limits.rpd else "-",
            str(kept.get(Urgency.INTERACTIVE, 0)) if limits.rpd else "-",
            _of(budget.minute_requests, limits.rpm),
            _of(budget.minute_tokens, limits.tpm),
        )
    return table


def budget_notes(budgets: Sequence[Budget], now: datetime, zone: tzinfo) -> Iterator[Text]:
    """Yield what the numbers do not say: limits that were corrected, models that are held."""
    for budget in budgets:
        for corrected in _corrections(budget.limits, budget.configured):
            yield Text(f"{budget.model}: the provider allows {corrected}", style="yellow")
        if budget.held_until is not None and budget.held_by is not None:
            held = f"{_HELD_BY[budget.held_by]}; nobody asks until"
            line = f"{budget.model}: {held} {_held_until(budget.held_until, now, zone)}"
            yield Text(line, style="yellow")


def compact(number: int) -> str:
    """Return a number in at most five characters: 950, 12.3k, 250k, 1.2M."""
    if number < 1000:
        return str(number)
    if number < 999_500:
        return f"{number / 1000:.1f}k" if number < 99_950 else f"{number / 1000:.0f}k"
    return f"{number / 1e6:.1f}M" if number < 99_950_000 else f"{number / 1e6:.0f}M"


def _day(budget: Budget) -> Text:
    used, rpd = sum(budget.used.values()), budget.limits.rpd
    if not rpd:
        return Text(f"{used}, no limit")
    share = used / rpd
    filled = min(BAR, round(share * BAR)) if used < rpd else BAR
    style = "red" if share >= _FULL else "yellow" if share >= _TIGHT else "green"
    return Text.assemble(
        ("█" * filled, style), ("░" * (BAR - filled), "dim"), f" {used}/{rpd} {share:.0%}"
    )


def _of(used: int, limit: int) -> str:
    return f"{compact(used)}/{compact(limit)}" if limit else compact(used)


def _corrections(limits: QuotaLimits, configured: QuotaLimits) -> Iterator[str]:
    for field in fields(QuotaLimits):
        allowed, own = getattr(limits, field.name), getattr(configured, field.name)
        if allowed != own:
            instead = f"not {own:,} as set" if own else "where none is set"
            yield f"{allowed:,} {_QUOTAS[field.name]}, {instead}"


def _held_until(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a moment; one that is near to the second."""
    if now < at <= now + _SOON:
        return f"{at.astimezone(zone):%H:%M:%S} (in {span(at - now)})"
    return until(at, now, zone)
