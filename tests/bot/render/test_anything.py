"""Whatever papers and models hold, Telegram takes what we make of it."""

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.topics_menu import board
from bot.features.deep_dives import messages as reading_words
from bot.render import figure
from bot.render.answer import answer
from bot.render.contents import contents, quiet_day, sources_down
from bot.render.deep_dive import dive
from bot.render.message import Message
from bot.render.rich import LIMIT, rich_html
from bot.render.search_results import found, query_of, words_of
from bot.render.view import View
from bot.telegram.messenger import bare
from core.analyze.deep_dives import DeepDive
from core.analyze.questions import Answer
from core.figures.licences import Licence
from core.figures.service import MainFigure
from core.models.statements import Evidence, Point
from core.models.values import (
    Advice,
    Analysis,
    AnalysisKind,
    Conclusion,
    Delay,
    Document,
    Edition,
    Fact,
    FactKind,
    Language,
    Meaning,
    Note,
    NoteKind,
    Paper,
    Result,
    ScoredPaper,
    ScoreKind,
    SourceCount,
    Takeaway,
    TextSource,
)
from core.score.topics import Topics
from core.text.glossary import load
from core.text.links import links_in
from core.text.visible import one_line
from tests.bot.render import nasty
from tests.bot.render.examples import DAY, NOW, analysis, edition, paper, scored
from tests.bot.render.hits import Hits
from tests.core.text.test_links import TAPPABLE
from tests.telegram_parser import judge, tappable

# Long texts take long to draw up; how long is not what these tests are about.
_patient = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
views = st.builds(
    View,
    language=nasty.languages,
    username=st.sampled_from(["paperboy_bot", ""]),
    is_private=st.booleans(),
    top_n=st.sampled_from([None, 0, 1, 40]),
    threshold=st.sampled_from([None, 0, 50, 100]),
)
editions = st.builds(
    lambda picks, others, notes, delay: Edition(
        digest=edition(picks=picks, others=others, notes=notes).digest,
        waiting={item.paper.id: delay for item in picks if delay},
    ),
    st.lists(nasty.scored_papers, max_size=5).map(tuple),
    st.lists(nasty.scored_papers, max_size=8).map(tuple),
    st.lists(nasty.notes, max_size=9).map(tuple),
    nasty.delays,
)


@_patient
@given(st.lists(editions, min_size=1, max_size=3), views)
def test_any_digest_is_taken_with_or_without_entities(days: list[Edition], view: View) -> None:
    for message in contents(days, view):
        assert judge(message) == []
        assert judge(bare(message)) == []


@_patient
@given(nasty.papers, nasty.analyses, nasty.delays, nasty.languages, st.data())
def test_any_reading_is_taken_page_by_page(
    paper: Paper, analysis: Analysis, delay: Delay | None, language: Language, data: Any
) -> None:
    scored = data.draw(st.one_of(st.none(), nasty.scored_papers))
    pages = dive(paper, DeepDive(analysis, delay, timedelta(minutes=3)), language, scored)
    assert pages
    for page in pages:
        assert judge(page) == []


@_patient
@given(nasty.papers, nasty.analyses, nasty.languages, nasty.scored_papers)
def test_any_reading_is_a_well_formed_rich_message(
    paper: Paper, analysis: Analysis, language: Language, scored: ScoredPaper
) -> None:
    html = rich_html(paper, DeepDive(analysis), language, scored)
    assert len(html) <= LIMIT
    tags = _Tags()
    tags.feed(html)
    tags.close()
    assert tags.open == []
    assert tags.seen <= _ALLOWED
    assert all(href.startswith(("https://", "http://")) for href in tags.links)


@_patient
@given(nasty.words(), st.lists(nasty.papers, max_size=9), st.integers(0, 500), nasty.languages)
def test_any_search_is_taken_and_its_words_come_back(
    words: str, hits: list[Paper], page: int, language: Language
) -> None:
    message = found(words, Hits(len(hits) + page * 8, hits), page, language)
    asked = query_of(words)
    if asked:
        assert judge(message) == []
    assert words_of(message.text) == (asked or None)
    assert query_of(asked) == asked, "the second page must search for the same"
    assert one_line(words).startswith(asked) or one_line(words).startswith("🔎")


@_patient
@given(st.lists(nasty.words(limit=60), max_size=4), nasty.languages, nasty.notes)
def test_any_outage_is_one_message(names: list[str], language: Language, note: Note) -> None:
    assert judge(sources_down(DAY, [*names, note.source or ""], language)) == []
    assert judge(quiet_day(DAY, note.day, language)) == []


_ALLOWED = {
    "h2", "h3", "p", "ul", "li", "details", "summary", "b", "i", "s", "code", "pre", "a", "br",
}  # fmt: skip


class _Tags(HTMLParser):
    """Notes the tags of a page and which stay open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href"}
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# --- what Telegram makes of words by itself -----------------------------------------------------

_LURES = (*TAPPABLE, "`t`.me/evil @`evil_bot` **@**evil_bot [t.me/evil](https://evil.com)")
_ours = frozenset({"/paper", "/topics", "/ask"})


def _of_words(words: str) -> Iterator[Message]:
    """Yield every kind of message that holds foreign words, all of them `words`."""
    proof = Evidence(quote=words, where=words, label=words)
    point = Point(text=words, where=words, evidence=(proof,), doubts=(words[:9],))
    row = Result(
        benchmark=words, metric=words, ours=words, other=words, other_name=words, evidence=(proof,)
    )
    item = paper(1, title=words, sources=(words,), authors=(words, words), comment=words)
    item = item.model_copy(update={"venue": words, "organization": words, "licence": words})
    fact = Fact(kind=FactKind.DATA, text=words, evidence=(proof,))
    for kind in AnalysisKind:
        read = analysis(
            kind=kind, model=words, results=(row,), facts=(fact,), written_in="ru",
            contribution=(point,), methodology=(point,), takeaway=(point,), limitations=(point,),
            headline=point, conclusion=Conclusion(advice=Advice.READ, why=words), looked_by=words,
        )  # fmt: skip
        own = Takeaway(points=(point,), kind=ScoreKind.LLM, model=words)
        for takeaway in (None, own, own.model_copy(update={"kind": ScoreKind.LOCAL})):
            one = DeepDive(read, None, None, takeaway=takeaway)
            yield from dive(item, one, "zh", scored(item, reason=words))
        document = Document(
            paper_id="2603.00001", version=1, source=TextSource.PDF, sections=(), pages=3
        )
        found_ = Answer(kind, document, words, (point, point), open=words)
        yield answer(item, words, found_, "en")
    one = edition(
        picks=(scored(item, reason=words),),
        others=(scored(paper(2, title=words), reason=words),),
        notes=(Note(kind=NoteKind.SOURCE_DOWN, source=words),),
        scanned=(SourceCount(source=words, papers=1, label=words),),
    )
    yield from contents([one, one], View("en", "paperboy_bot", is_private=True))
    yield found(words, Hits(1, [item]), 0, "zh", instead=words)
    yield sources_down(DAY, [words], "zh")
    shown = MainFigure(licence=words, found_at=NOW, caption=words, number=words)
    yield figure.caption(item, shown, Licence("CC BY 4.0", "https://example.org/by"), "zh")
    yield figure.linked(item, item.url, "en")
    yield figure.nothing(item, "en")
    yield figure.unreachable(item, "zh")
    yield Message(reading_words.ready_now(item, "zh"))
    learned = load().with_meanings([Meaning(topic=words, names=(words,))])
    yield board(Topics((words,), (words,)), (), "en", learned, has_undo=False)


@pytest.mark.parametrize("words", _LURES)
def test_nothing_a_paper_or_a_model_wrote_can_be_tapped(words: str) -> None:
    known = links_in(words, paper(1).code_url or "")
    for message in _of_words(words):
        assert judge(message) == []
        for seen in (message, bare(message)):
            for kind, tapped in tappable(seen):
                is_paper_link = kind == "Url" and links_in(tapped) <= known
                assert is_paper_link or tapped in _ours, (kind, tapped)
