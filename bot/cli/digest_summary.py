"""What a person at the terminal sees of a digest: a summary they like to read.

All outside text is printed as `Text`, never as rich markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from core.models.values import Delay, Digest, Edition, Language, ScoredPaper, ScoreKind
from core.report import words
from core.report.markdown import note_lines
from core.report.tex import readable
from core.text.visible import one_line

WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "zh": tuple("周" + day for day in "一二三四五六日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True)
class DigestSummary:
    """A finished digest and what it took."""

    edition: Edition
    path: Path
    elapsed: timedelta
    calls: int
    cost_usd: float | None
    reused: bool
    next_try: datetime | None = None
    """When readings that wait are worth another try, in the reader's zone."""
    mended: Sequence[date] = ()
    """Earlier days that have gained a reading."""
    alerts: Sequence[str] = ()
    """What the operator must know and do."""


def show(outcome: DigestSummary, console: Console) -> None:
    """Print the summary of a digest."""
    digest = outcome.edition.digest
    console.print(_headline(digest))
    console.print(Text(_scanned(digest), style="dim"))
    for number, scored in enumerate(digest.picks, start=1):
        console.print()
        _show_pick(number, scored, outcome.edition, console)
    if not digest.picks:
        console.print(Text(words.without_picks(digest)))
    if digest.others:
        console.print()
        _show_others(digest, console)
    _show_notes(outcome.edition, console)
    console.print()
    console.print(_footer(outcome), soft_wrap=True)
    for alert in outcome.alerts:
        console.print(Text(f"⚠ {alert}", style="bold red"), soft_wrap=True)


def _headline(digest: Digest) -> Text:
    day = f"{digest.day} {WEEKDAYS[digest.language][digest.day.weekday()]}"
    title = {"zh": "CV 论文日报", "en": "CV Paper Daily"}[digest.language]
    return Text.assemble("🚀 ", (f"{title} · {day}", "bold"))


def _scanned(digest: Digest) -> str:
    sources = " + ".join(
        f"{words.selections((count,), digest.language)} ({count.papers})"
        for count in digest.scanned
    ) or words.say("no_sources", digest.language)
    if digest.language == "zh":
        return f"扫描 {digest.papers} 篇：{sources}"
    return f"{digest.papers} papers scanned: {sources}"


def _show_pick(number: int, scored: ScoredPaper, edition: Edition, console: Console) -> None:
    paper, language = scored.paper, edition.digest.language
    kind = words.SCORE_KINDS[scored.kind][language]
    console.print(
        Text.assemble(
            (f"{number}. ", "bold"),
            (f"[{scored.score}{kind}] ", "green" if scored.kind is ScoreKind.LLM else "yellow"),
            (one_line(readable(paper.title)), "bold"),
        )
    )
    analysis = edition.analyses.get(paper.id)
    badges = [words.badges(paper.sources), paper.url]
    if analysis:
        badges.append(words.analysed_text(analysis, language))
        badges.append(words.analysed_by(analysis.kind, analysis.model, language))
    lines = Text(one_line(readable(scored.reason)))
    lines.append("\n" + " · ".join(badges), style="dim")
    console.print(Padding(lines, (0, 0, 0, 3)))


def _show_others(digest: Digest, console: Console) -> None:
    console.print(Text(words.say("others", digest.language), style="dim"))
    for scored in digest.others:
        title = Text(f"   {scored.score:>3}  {one_line(readable(scored.paper.title))}", style="dim")
        console.print(title, no_wrap=True, overflow="ellipsis")


def _show_notes(edition: Edition, console: Console) -> None:
    lines = note_lines(edition)
    if lines:
        console.print()
    for line in lines:
        console.print(Text(f"· {line}", style="yellow"))


def _later(outcome: DigestSummary) -> str:
    """Return what was mended, and what is still to be mended when."""
    is_chinese = outcome.edition.digest.language == "zh"
    parts = []
    if outcome.mended:
        days = ", ".join(map(str, outcome.mended))
        parts.append(f"补上了 {days} 的深度解读" if is_chinese else f"deep dives added to {days}")
    if outcome.next_try:
        count, when = len(outcome.edition.waiting), f"{outcome.next_try:%m-%d %H:%M}"
        # A quota is sure to come back; whether a service or a key does is not ours to say.
        is_sure = set(outcome.edition.waiting.values()) == {Delay.QUOTA}
        if is_chinese:
            then = "即可补上" if is_sure else "会再试一次"
            parts.append(f"{count} 篇深度解读在排队，{when} 后再次运行{then}")
        else:
            then = "to add them" if is_sure else "to try once more"
            dives = "1 deep dive is" if count == 1 else f"{count} deep dives are"
            parts.append(f"{dives} queued; run again after {when} {then}")
    return "".join(f"\n⏳ {part}" for part in parts)


def _footer(outcome: DigestSummary) -> Text:
    seconds = outcome.elapsed.total_seconds()
    cost = "" if outcome.cost_usd is None or not outcome.calls else f" (${outcome.cost_usd:.4f})"
    if outcome.edition.digest.language == "zh":
        reused = "；沿用已存的当日选稿（--force 可重选）" if outcome.reused else ""
        text = f"用时 {seconds:.1f} 秒，模型调用 {outcome.calls} 次{cost}{reused}"
    else:
        reused = (
            "; the stored choice of the day was used (--force chooses anew)"
            if outcome.reused
            else ""
        )
        text = f"{seconds:.1f} s, {outcome.calls} model calls{cost}{reused}"
    return Text.assemble(("📄 ", ""), (str(outcome.path), "bold"), f"\n⏱ {text}{_later(outcome)}")
