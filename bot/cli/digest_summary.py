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

from core.locale import Sentence
from core.locale.phrases import weekday
from core.models.values import Delay, Digest, Edition, ScoredPaper, ScoreKind
from core.report import words
from core.report.markdown import note_lines
from core.report.tex import readable
from core.text.visible import one_line

TITLE = Sentence("digest_summary.title")
SCANNED = Sentence("digest_summary.scanned")
ADDED = Sentence("digest_summary.added")
QUEUED = Sentence("digest_summary.queued")
TO_TRY = Sentence("digest_summary.to_try")
TOOK = Sentence("digest_summary.took")
REUSED = Sentence("digest_summary.reused")


@dataclass(frozen=True)
class DigestSummary:
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
    day = f"{digest.day} {weekday(digest.day, digest.language)}"
    return Text.assemble("🚀 ", (f"{TITLE(digest.language)} · {day}", "bold"))


def _scanned(digest: Digest) -> str:
    sources = " + ".join(
        f"{words.selections((count,), digest.language)} ({count.papers})"
        for count in digest.scanned
    ) or words.say("no_sources", digest.language)
    return SCANNED(digest.language, count=digest.papers, sources=sources)


def _show_pick(number: int, scored: ScoredPaper, edition: Edition, console: Console) -> None:
    paper, language = scored.paper, edition.digest.language
    kind = words.scored_by(scored.kind, language)
    console.print(
        Text.assemble(
            (f"{number}. ", "bold"),
            (f"[{scored.score}{kind}] ", "green" if scored.kind is ScoreKind.LLM else "yellow"),
            (one_line(readable(paper.title)), "bold"),
        )
    )
    if headline := edition.headline(scored):
        console.print(Padding(Text(one_line(readable(headline)), style="bold"), (0, 0, 0, 3)))
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
    language = outcome.edition.digest.language
    parts = []
    if outcome.mended:
        parts.append(ADDED(language, days=", ".join(map(str, outcome.mended))))
    if outcome.next_try:
        count, when = len(outcome.edition.waiting), f"{outcome.next_try:%m-%d %H:%M}"
        # A quota is sure to come back; whether a service or a key does is not ours to say.
        is_sure = set(outcome.edition.waiting.values()) == {Delay.QUOTA}
        parts.append((QUEUED if is_sure else TO_TRY)(language, count=count, when=when))
    return "".join(f"\n⏳ {part}" for part in parts)


def _footer(outcome: DigestSummary) -> Text:
    seconds = outcome.elapsed.total_seconds()
    cost = "" if outcome.cost_usd is None or not outcome.calls else f" (${outcome.cost_usd:.4f})"
    language = outcome.edition.digest.language
    text = TOOK(language, seconds=seconds, count=outcome.calls, cost=cost)
    text += REUSED(language) if outcome.reused else ""
    return Text.assemble(("📄 ", ""), (str(outcome.path), "bold"), f"\n⏱ {text}{_later(outcome)}")
