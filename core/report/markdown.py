"""The daily report in the Markdown format readers know, and one deep dive.

The fixed lines and their order are the product's outer surface (a golden test keeps them);
lines may be added between them. All outside text goes through `escape`.
"""

from collections.abc import Iterator
from datetime import timedelta

from core.models.outcomes import outcome
from core.models.values import (
    Analysis,
    AnalysisKind,
    Delay,
    Edition,
    Language,
    NoteKind,
    Paper,
    Point,
    PointKind,
    ScoredPaper,
)
from core.report import reading, words
from core.report.escape import as_item, inline, item, link_target, own
from core.report.outcomes import metric, value
from core.report.outcomes import said as compared
from core.report.places import place
from core.report.tex import inline_tex
from core.score.percentile import said


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
    lines = [f"# {inline_tex(paper.title)}", ""]
    lines += [f"- **{words.say('source', language)}**: {words.badges(paper.sources)}"]
    lines += [f"- **{words.say('link', language)}**: [{paper.url}]({paper.url})"]
    lines += _headline(reading.headline_of(analysis), language)
    lines += [*_links(paper, language), *_dive(paper, analysis, language, instead)]
    return "\n".join(lines).rstrip() + "\n"


def _report(edition: Edition) -> Iterator[str]:
    digest, language = edition.digest, edition.digest.language
    yield f"# {words.say('title', language, day=digest.day.isoformat())}"
    yield "> " + words.say(
        "scanned",
        language,
        count=digest.papers,
        sources=own(words.selections(digest.scanned, language)),
        picks=words.picked(digest, [one.kind for one in edition.analyses.values()]),
    )
    if notes := note_lines(edition):
        yield ">"
        yield from (f"> - {item(line)}" for line in notes)
    yield f"## {words.say('contents', language)}"
    for number, scored in enumerate(digest.picks):
        yield f"- [{inline_tex(scored.paper.title)}](#item-{number}) (Score: {scored.score})"
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
    yield f"### <a id='item-{number}'></a>{number + 1}. {inline_tex(paper.title)}"
    yield (
        f"**{words.say('source', language)}**: {words.badges(paper.sources)}"
        f" | **{words.say('score', language)}**: {scored.score}/100"
    )
    yield f"**{words.say('link', language)}**: [{paper.url}]({paper.url})"
    yield ""
    kind = words.scored_by(scored.kind, language)
    yield from _headline(edition.headline(scored), language)
    yield f"- **{words.say('reason', language)}**{kind}: {inline_tex(scored.reason)}"
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
        yield from _dive(paper, analysis, language, instead)


def _headline(text: str, language: Language) -> Iterator[str]:
    if text:
        yield f"- **{words.say('headline', language)}**: {inline_tex(text)}"


def _links(paper: Paper, language: Language) -> Iterator[str]:
    if code := link_target(paper.code_url or ""):
        stars = f" ⭐ {paper.stars}" if paper.stars else ""
        yield f"- **{words.say('code', language)}**: [{code}]({code}){stars}"
    if project := link_target(paper.project_url or ""):
        yield f"- **{words.say('project', language)}**: [{project}]({project})"
    if paper.comment:
        yield f"- **{words.say('comment', language)}**: {inline(paper.comment[:300])}"


def _dive(
    paper: Paper, analysis: Analysis, language: Language, instead: str | None
) -> Iterator[str]:
    """Yield a deep dive; `instead`: what is said of quotes that stand in for a reading."""
    read = [words.analysed_text(analysis, language)]
    read.append(inline(words.analysed_by(analysis.kind, analysis.model, language)))
    checked = reading.checked_line(analysis, language)
    if analysis.kind is not AnalysisKind.EXTRACTIVE:
        read += filter(None, (reading.minutes_of(analysis, language), checked))
    yield f"- **{words.say('read_from', language)}**: {' · '.join(read)}"
    if analysis.kind is AnalysisKind.EXTRACTIVE:
        yield from ("", f"> {instead or checked or words.say('extract', language)}")
    yield ""
    for field, heading in words.SECTIONS:
        yield f"#### {heading(language)}"
        yield from _section(analysis, field, language)
        yield ""
        if field == "contribution":
            yield from _results(analysis, language)
    yield from _facts(paper, analysis, language)
    if end := reading.conclusion_of(analysis.conclusion, language):
        yield from (f"**{end[0]}** · {inline(end[1])}", "")


def _section(analysis: Analysis, field: str, language: Language) -> Iterator[str]:
    points, group = reading.points_of(analysis, field), ""
    for point in points:
        above = reading.group_of(point, field, analysis.kind, language)
        if above != group:
            yield from ("", f"**{above}**", "")
        group = above
        yield from _point(point, analysis.kind, language)
    if not points:
        yield words.nothing(analysis, field, language)


def _point(point: Point, kind: AnalysisKind, language: Language) -> Iterator[str]:
    """Yield a statement, and below it the words of the paper it rests on."""
    if kind is AnalysisKind.EXTRACTIVE:
        yield f"- “{inline_tex(point.text)}”{_place(place(point, language))}"
        return
    label = reading.label_of(point, kind, language)
    said = as_item(reading.with_doubts(point, language, inline_tex))
    yield f"- {f'**{label}**' if label else ''}{said}{_place(place(point, language))}"
    if point.kind is not PointKind.EQUATION:  # it is its own evidence
        yield from (f"  > “{inline_tex(reading.quoted(evidence))}”" for evidence in point.evidence)


def _place(mark: str | None) -> str:
    return f" ({inline(mark)})" if mark else ""


def _results(analysis: Analysis, language: Language) -> Iterator[str]:
    """Yield the main results as a table; every cell was found in the paper."""
    if not analysis.results:
        return
    heads = (words.say(key, language) for key in ("benchmark", "metric", "ours", "best_other"))
    yield f"**{words.say('results', language)}**"
    yield from ("", f"| {' | '.join(heads)} | | |", "|---|---|---|---|---|---|")
    for result in analysis.results:
        other = f"{value(result.other)} ({result.other_name})" if result.other else "—"
        told = compared(result, language) if outcome(result) else ""
        where = place(result.evidence[0], language) if result.evidence else ""
        cells = (result.benchmark, metric(result), value(result.ours), other, told, where)
        yield f"| {' | '.join(inline_tex(cell) for cell in cells)} |"
    yield ""


def _facts(paper: Paper, analysis: Analysis, language: Language) -> Iterator[str]:
    lines = reading.fact_lines(paper, analysis, language)
    if not lines:
        return
    yield f"**{words.say('facts', language)}**"
    yield ""
    for line in lines:
        target = link_target(line.url or "")
        label = target if line.text == line.url else inline_tex(line.text)
        text = f"[{label}]({target})" if target else label
        yield f"- {line.label}: {text}{_place(line.mark)}"
    yield ""


def _runner_up(scored: ScoredPaper, language: Language) -> str:
    kind = words.scored_by(scored.kind, language)
    title, place = inline_tex(scored.paper.title), said(scored.top_share, language)
    score = f"{scored.score}{kind}" + (f" · {place}" if place else "")
    told = " · ".join(inline_tex(text) for text in (scored.headline, scored.reason) if text)
    return f"- [{title}]({scored.paper.url}) ({score}): {told}"
