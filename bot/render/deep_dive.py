"""One paper's deep dive as a message, or as pages the bot swaps in one message.

The headline stands first, then the four sections, the first one open and the others folded, and
last what to do with the paper. Pages break between sections, else between statements, never inside
one. Only a model's statements are Markdown; quoted sentences are the paper's own characters, and
stay so. No link preview: arXiv's card would repeat the title and push the text off the screen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render import buttons
from bot.render import paper as parts
from bot.render import words as chat
from bot.render.message import Message
from bot.render.text import (
    Text,
    bold,
    fits,
    join,
    lines,
    link,
    markdown,
    plain,
    quote,
    tex,
)
from core.fetch import sources
from core.locale.phrases import COLON
from core.models.values import (
    Analysis,
    AnalysisKind,
    Language,
    Paper,
    Point,
    PointKind,
    ScoredPaper,
    ScoreKind,
    Takeaway,
    TextSource,
)
from core.report import reading, words
from core.report.outcomes import metric, said, value
from core.report.places import place, place_in_full

if TYPE_CHECKING:  # `DeepDives` brings the database and the network with it
    from core.analyze.deep_dives import DeepDive

POINT_LIMIT: Final = 1200
POINT_ENTITIES: Final = 30
SAID_LIMIT: Final = 90
_SPACIOUS = 1200
"""Units: a page with less on it takes a part of the next section rather than stay that empty."""


@dataclass(frozen=True)
class PageSection:
    """One of the four sections, ready to be laid out."""

    heading: Text
    points: tuple[Text, ...]
    is_open: bool

    def shown(self, start: int, end: int, language: Language) -> Text:
        """Return its statements from `start` to `end` under the heading."""
        again = Text(chat.say("continued", language)) if start else Text()
        block = quote(lines(*self.points[start:end]), expandable=not self.is_open)
        return lines(bold(self.heading + again), block)


def dive(
    paper: Paper, dive: "DeepDive", language: Language, scored: ScoredPaper | None = None
) -> tuple[Message, ...]:
    """Return the pages of a deep dive, with what turns them where there are several."""
    pages = [_head(paper, dive, language, scored)]
    for section in sections(dive, language):
        _lay(section, pages, language)
    for section in _facts(paper, dive.analysis, language):
        _lay(section, pages, language)
    _close(pages, conclusion(dive, language))
    proofs = evidence_pages(paper, dive, language)
    made = buttons_of(paper, len(pages), len(proofs), language, newer=dive.newer)
    return tuple(
        Message(text.text, text.entities, rows)
        for text, rows in zip((*pages, *proofs), made, strict=True)
    )


def evidence_pages(paper: Paper, dive: "DeepDive", language: Language) -> list[Text]:
    """Return the pages with the paper's own words behind each statement; none for quotes."""
    if not reading.has_evidence(dive.analysis):
        return []
    title = bold(parts.title(paper))
    pages = [lines(title, bold(Text(words.say("evidence", language))))]
    if (line := dive.analysis.headline) is not None:
        pages[0] = lines(*pages[0:1], *_proofs((line,), language))
    for field, heading in words.SECTIONS:
        shown = tuple(_proofs(reading.points_of(dive.analysis, field), language))
        if shown:
            _lay(PageSection(Text(heading(language)), shown, is_open=True), pages, language)
    return pages


def _proofs(points: tuple[Point, ...], language: Language) -> Iterator[Text]:
    for point in points:
        if point.kind is PointKind.EQUATION or not point.evidence:
            continue
        marked = reading.with_doubts(point, language)
        said = bold(plain(" ".join(markdown(marked).text.split()), SAID_LIMIT))
        proofs = (
            Text("“")
            + tex(reading.quoted(one), POINT_LIMIT)
            + Text("” — ")
            + plain(place_in_full(one, language), 80)
            for one in point.evidence
        )
        yield lines(Text("• ") + said, *proofs)


def headline(dive: "DeepDive", scored: ScoredPaper | None) -> Text:
    """Return the one line that says it all; nothing where nobody wrote one."""
    line = parts.headline(reading.headline_of(dive.analysis) or (scored.headline if scored else ""))
    return Text("💡 ") + bold(line) if line else Text()


def conclusion(dive: "DeepDive", language: Language) -> Text:
    """Return what to do with the paper, for the reader's own focus where they have one."""
    of = dive.takeaway or dive.analysis
    end = reading.conclusion_of(of.conclusion, language)
    why = plain(end[1], 150) if end else Text()
    return bold(Text(end[0])) + Text(" · ") + why if end and why else Text()


def reason(scored: ScoredPaper | None, language: Language) -> Text:
    """Return why the paper was chosen; nothing for one that was not scored."""
    why = tex(scored.reason, parts.REASON_LIMIT) if scored else Text()
    return bold(Text(chat.say("why", language))) + why if why else Text()


def source_lines(dive: "DeepDive", language: Language) -> tuple[Text, ...]:
    """Return what was read and by whom, and why these are quotes where they are."""
    analysis = dive.analysis
    where = words.analysed_text(analysis, language)
    by = plain(words.analysed_by(analysis.kind, analysis.model, language), 80)
    read = Text(chat.say("read_from", language, where=where)) + by
    checked = reading.checked_line(analysis, language)
    if analysis.kind is not AnalysisKind.EXTRACTIVE:
        how = parts.facts(Text(f"⏱ {reading.minutes_of(analysis, language)}"), Text(checked))
        return tuple(filter(None, (read, how, _older(dive, language))))
    if dive.delay:
        return (read, Text(f"⏳ {words.ask_again(dive.delay, dive.retry_after, language)}"))
    return (read, Text(f"ℹ️ {checked or words.say('extract', language)}"))


def _older(dive: "DeepDive", language: Language) -> Text:
    """Return that the paper has a newer version than was read."""
    if dive.newer is None:
        return Text()
    version, newer = dive.analysis.version, str(dive.newer)
    if not version:
        return Text(chat.say("older_version", language, newer=newer))
    return Text(chat.say("older", language, read=version, newer=newer))


def sections(dive: "DeepDive", language: Language) -> Iterator[PageSection]:
    """Yield the four sections readers know; the first is open."""
    for number, (field, heading) in enumerate(words.SECTIONS):
        stated = statements(dive, field, language, mark="• ")
        texts = tuple(stated) or (nothing(dive, field, language),)
        name = words.headed(heading, field, dive.analysis.kind, language)
        yield PageSection(Text(name), texts, is_open=not number)
        if field == "contribution" and (found := tuple(results(dive.analysis, language))):
            yield PageSection(Text(words.say("results", language)), found, is_open=True)


def results(analysis: Analysis, language: Language) -> Iterator[Text]:
    """Yield the main results, a line each: a table would not fit a phone's width."""
    for result in analysis.results:
        line = Text("• ") + tex(f"{result.benchmark} {metric(result)}", 150) + Text(" ")
        line += bold(tex(value(result.ours), 80))
        if result.other and result.other_name:
            other = words.say(
                "against", language, other=value(result.other), name=result.other_name
            )
            line += Text(" ") + tex(f"{said(result, language)} {other}", 200)
        yield line + (_place(place(result.evidence[0], language)) if result.evidence else Text())


def _facts(paper: Paper, analysis: Analysis, language: Language) -> Iterator[PageSection]:
    """Yield the fact box, if anything is known."""
    facts = tuple(fact_texts(paper, analysis, language))
    if facts:
        yield PageSection(Text(words.say("facts", language)), facts, is_open=False)


def fact_texts(paper: Paper, analysis: Analysis, language: Language) -> Iterator[Text]:
    """Yield the fact box line by line."""
    colon = COLON(language)
    for line in reading.fact_lines(paper, analysis, language):
        text = plain(line.text, POINT_LIMIT) if line.url else tex(line.text, POINT_LIMIT)
        shown = link(text, line.url) if line.url else text
        yield Text("• ") + bold(Text(line.label + colon)) + shown + _place(line.mark)


def _place(where: str | None) -> Text:
    """Return " (§4.2)"; nothing for no place."""
    return Text(" (") + plain(where) + Text(")") if where else Text()


def statements(
    dive: "DeepDive", field: str, language: Language, limit: int = POINT_LIMIT, mark: str = ""
) -> Iterator[Text]:
    """Yield what a section says, with its places; the takeaway of the reader's own focus first.

    `mark` stands before each statement, below the heading of its group if it is the first there.
    """
    own = dive.takeaway if field == "takeaway" else None
    kind, group, is_first = dive.analysis.kind, "", True
    for point in own.points if own else reading.points_of(dive.analysis, field):
        if not plain(point.text):
            continue
        above = "" if own else reading.group_of(point, field, kind, language)
        heading = bold(Text(above)) if above != group else Text()
        group = above
        # The first says it all; the others are its points.
        is_lead = is_first and field == "contribution" and kind is AnalysisKind.LLM
        is_first = False
        text = _statement(point, own, dive.analysis, language, limit)
        yield lines(heading, Text("" if is_lead else mark) + text)


def _statement(
    point: Point, own: Takeaway | None, analysis: Analysis, language: Language, limit: int
) -> Text:
    # Where only the abstract was read, that is said once, above.
    is_said = analysis.text_source is TextSource.ABSTRACT
    where, kind = _place("" if is_said else place(point, language)), analysis.kind
    if own and own.kind is ScoreKind.LOCAL:
        return plain(point.text, limit) + where + Text(words.WORDED_LOCALLY(language))
    if not own and kind is AnalysisKind.EXTRACTIVE:
        return Text("“") + tex(point.text, limit) + Text("”") + where
    before = bold(Text(reading.label_of(point, kind, language)))
    text = markdown(point.text).clipped(limit).sparse(POINT_ENTITIES)
    return join(" ", (before + text, plain(reading.doubts(point, language)))) + where


def nothing(dive: "DeepDive", field: str, language: Language) -> Text:
    """Return what stands in a section without statements."""
    return Text(words.nothing(dive.analysis, field, language))


def _head(paper: Paper, dive: "DeepDive", language: Language, scored: ScoredPaper | None) -> Text:
    score = parts.score(scored, language) if scored else Text()
    facts = parts.facts(score, parts.badges(paper), parts.code(paper, language))
    title = bold(parts.title(paper))
    read = lines(*source_lines(dive, language))
    line, why = headline(dive, scored), reason(scored, language)
    return join("\n\n", (lines(title, facts), line, why, read))


def _close(pages: list[Text], end: Text) -> None:
    """Put the last line on the last page, or on a new one."""
    longer = join("\n\n", (pages[-1], end))
    pages[-1:] = [longer] if fits(longer) else [pages[-1], end]


def _lay(section: PageSection, pages: list[Text], language: Language) -> None:
    """Put `section` on the last page, or on new ones."""
    start, count = 0, len(section.points)
    while start < count:
        end = count
        longer = join("\n\n", (pages[-1], section.shown(start, end, language)))
        if not fits(longer) and pages[-1].units >= _SPACIOUS:
            pages.append(Text())
            continue
        while not fits(longer) and end > start + 1:
            end -= 1
            longer = join("\n\n", (pages[-1], section.shown(start, end, language)))
        if fits(longer):
            pages[-1] = longer
            start = end
        if start < count:
            pages.append(Text())


def buttons_of(
    paper: Paper, pages: int, proofs: int, language: Language, *, newer: int | None = None
) -> Iterator[tuple[buttons.Row, ...]]:
    """Yield the buttons of each page: the reading's, then those of its evidence."""
    links = buttons.rows(
        (
            buttons.leads_to(f"📄 {sources.place_of(paper.id)}", paper.url),
            buttons.leads_to(f"💻 {chat.say('code', language)}", paper.code_url),
            buttons.leads_to(f"🌐 {chat.say('project', language)}", paper.project_url),
        ),
        buttons.LINKS_WIDTH,
    )
    to_proofs = buttons.jump(paper, pages, chat.say("to_evidence", language)) if proofs else ()
    renew = chat.say("renew", language, newer=str(newer))
    renewing = buttons.renews(paper, renew) if newer else ()
    back = buttons.jump(paper, 0, chat.say("to_reading", language))
    for page in range(pages):
        turning = buttons.turning(paper, page, pages) if pages > 1 else ()
        yield tuple(row for row in (turning, to_proofs, renewing, *links) if row)
    for page in range(proofs):
        turning = buttons.turning(paper, page, proofs, first=pages) if proofs > 1 else ()
        yield tuple(row for row in (turning, back, *links) if row)
