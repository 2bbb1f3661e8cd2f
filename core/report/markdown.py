"""The daily report in the Markdown format readers know, and one deep dive.

The fixed lines and their order are the product's outer surface (a golden test keeps them);
lines may be added between them. All outside text goes through `escape`.
"""

from collections.abc import Iterator
from datetime import timedelta

from core.models import (
    Analysis,
    AnalysisKind,
    Delay,
    Edition,
    Language,
    NoteKind,
    Paper,
    Point,
    ScoredPaper,
    TextSource,
)
from core.report import words
from core.report.escape import inline, item, link_target
from core.score.standing import said


def render_report(edition: Edition) -> str:
    """Return `YYYY-MM-DD.md`."""
    return "\n".join(_report(edition)).rstrip() + "\n"


def render_dive(
    paper: Paper,
    analysis: Analysis,
    language: Language,
    delay: Delay | None,
    retry_after: timedelta | None = None,
) -> str:
    """Return one paper's deep dive as a document of its own.

    `delay` is why it is not a reading yet, `retry_after` when asking again makes sense.
    """
    instead = words.ask_again(delay, retry_after, language) if delay else None
    lines = [f"# {inline(paper.title)}", ""]
    lines += [f"- **{words.say('source', language)}**: {words.badges(paper.sources)}"]
    lines += [f"- **{words.say('link', language)}**: [{paper.url}]({paper.url})"]
    lines += [*_links(paper, language), *_dive(analysis, language, instead)]
    return "\n".join(lines).rstrip() + "\n"


def _report(edition: Edition) -> Iterator[str]:
    digest, language = edition.digest, edition.digest.language
    yield f"# {words.say('title', language, day=digest.day.isoformat())}"
    yield "> " + words.say(
        "scanned",
        language,
        scanned=digest.candidates,
        sources=inline(words.selections(digest.scanned, language)),
        picks=len(digest.picks),
    )
    if notes := note_lines(edition):
        yield ">"
        yield from (f"> - {item(line)}" for line in notes)
    yield f"## {words.say('contents', language)}"
    for number, scored in enumerate(digest.picks):
        yield f"- [{inline(scored.paper.title)}](#item-{number}) (Score: {scored.score})"
    if not digest.picks:
        yield words.without_picks(digest)
    if digest.picks:
        yield from ("", "---", f"## {words.say('dives', language)}")
    for number, scored in enumerate(digest.picks):
        yield from _pick(edition, number, scored)
    if digest.others:
        if not digest.picks:
            yield ""  # or the rule would turn the line above into a heading
        yield from ("---", f"## {words.say('others', language)}")
        yield from (_runner_up(scored, language) for scored in digest.others)


def note_lines(edition: Edition) -> list[str]:
    """Return the honest lines about `edition`, each once."""
    language = edition.digest.language
    notes = [
        note
        for note in edition.digest.notes
        # An empty table of contents says this in its own words.
        if note.kind not in {NoteKind.NOTHING_ABOVE_THRESHOLD, NoteKind.NOTHING_NEW}
    ]
    return list(dict.fromkeys(words.note(note, language) for note in notes))


def _pick(edition: Edition, number: int, scored: ScoredPaper) -> Iterator[str]:
    paper, language = scored.paper, edition.digest.language
    yield f"### <a id='item-{number}'></a>{number + 1}. {inline(paper.title)}"
    yield (
        f"**{words.say('source', language)}**: {words.badges(paper.sources)}"
        f" | **{words.say('score', language)}**: {scored.score}/100"
    )
    yield f"**{words.say('link', language)}**: [{paper.url}]({paper.url})"
    yield ""
    kind = words.SCORE_KINDS[scored.kind][language]
    yield f"- **{words.say('reason', language)}**{kind}: {inline(scored.reason)}"
    if place := said(scored.top_share, language):
        yield f"- **{words.say('place', language)}**: {place}"
    if paper.listed and paper.listed < edition.digest.day:
        yield f"- **{words.say('listed', language)}**: {paper.listed}"
    yield from _links(paper, language)
    analysis = edition.analyses.get(paper.id)
    delay = edition.waiting.get(paper.id)
    if analysis is None:
        line = words.waiting(delay or Delay.SERVICE, language, has_notes=False)
        yield from ("", f"> {line}", "")
    else:
        instead = words.waiting(delay, language, has_notes=True) if delay else None
        yield from _dive(analysis, language, instead)


def _links(paper: Paper, language: Language) -> Iterator[str]:
    if code := link_target(paper.code_url or ""):
        stars = f" ⭐ {paper.stars}" if paper.stars else ""
        yield f"- **{words.say('code', language)}**: [{code}]({code}){stars}"
    if project := link_target(paper.project_url or ""):
        yield f"- **{words.say('project', language)}**: [{project}]({project})"
    if paper.comment:
        yield f"- **{words.say('comment', language)}**: {inline(paper.comment[:300])}"


def _dive(analysis: Analysis, language: Language, instead: str | None) -> Iterator[str]:
    """Yield a deep dive; `instead`: what is said of quotes that stand in for a reading."""
    where = words.text_source(analysis.text_source, analysis.pages, language)
    by = inline(words.analysed_by(analysis.kind, analysis.model, language))
    yield f"- **{words.say('read_from', language)}**: {where} · {by}"
    if analysis.kind is AnalysisKind.EXTRACTIVE:
        yield from ("", f"> {instead or words.say('extract', language)}")
    yield ""
    for field, heading in words.SECTIONS:
        points: tuple[Point, ...] = getattr(analysis, field)
        yield f"#### {heading[language]}"
        yield from (_point(point, analysis.kind) for point in points)
        if not points:
            only_abstract = analysis.text_source is TextSource.ABSTRACT
            looked_in = words.QUOTED_FROM[only_abstract][language]
            yield words.say("empty_quote", language, where=looked_in)
        yield ""


def _point(point: Point, kind: AnalysisKind) -> str:
    text = f"“{inline(point.text)}”" if kind is AnalysisKind.EXTRACTIVE else item(point.text)
    where = f" ({inline(point.where)})" if point.where else ""
    return f"- {text}{where}"


def _runner_up(scored: ScoredPaper, language: Language) -> str:
    kind = words.SCORE_KINDS[scored.kind][language]
    title, place = inline(scored.paper.title), said(scored.top_share, language)
    score = f"{scored.score}{kind}" + (f" · {place}" if place else "")
    return f"- [{title}]({scored.paper.url}) ({score}): {inline(scored.reason)}"
