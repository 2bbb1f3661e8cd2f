"""Whatever papers and models hold, Telegram takes what we make of it."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render.contents import contents, quiet_day, sources_down
from bot.render.dive import dive
from bot.render.found import found, query_of, words_of
from bot.render.plain import bare
from bot.render.rich import LIMIT, rich_html
from bot.render.view import View
from core.analyze.desk import Dive
from core.models import Analysis, Delay, Edition, Language, Note, Paper, ScoredPaper
from core.visible import one_line
from tests.bot.render import nasty
from tests.bot.render.examples import DAY, edition
from tests.bot.render.hits import Hits
from tests.telegram_parser import judge

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
    pages = dive(paper, Dive(analysis, delay, timedelta(minutes=3)), language, scored)
    assert pages
    for page in pages:
        assert judge(page) == []


@_patient
@given(nasty.papers, nasty.analyses, nasty.languages, nasty.scored_papers)
def test_any_reading_is_a_well_formed_rich_message(
    paper: Paper, analysis: Analysis, language: Language, scored: ScoredPaper
) -> None:
    html = rich_html(paper, Dive(analysis), language, scored)
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
