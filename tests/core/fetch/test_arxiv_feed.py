import contextlib
from collections.abc import Callable
from datetime import date

import pytest

from core.fetch import Skipped
from core.fetch.arxiv_feed import RateExceeded, RejectedQuery, parse_announcement, parse_page
from core.models.errors import SourceError

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
     version="2.0">
  <channel>
    <title>cs.LG updates on arXiv.org</title>
    <lastBuildDate>Fri, 13 Mar 2026 04:00:19 +0000</lastBuildDate>
    <pubDate>Fri, 13 Mar 2026 00:00:00 -0400</pubDate>
    {items}
  </channel>
</rss>"""
ITEM = """<item>
  <title>Sparse &lt;b&gt; nets for $a&lt;b$ &amp; more</title>
  <link>https://arxiv.org/abs/2603.00001</link>
  <description>arXiv:2603.00001v1 Announce Type: {type}
Abstract: We show $x &lt; y$ and
  $y&lt;z$.</description>
  <guid isPermaLink="false">oai:arXiv.org:2603.00001v1</guid>
  <category>cs.LG</category><category>cs.CV</category>
  <pubDate>Fri, 13 Mar 2026 00:00:00 -0400</pubDate>
  {element}
  <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
  <dc:creator>Ada Lovelace (Analytical Co., London, UK), M\\'elodie Desbos</dc:creator>
</item>"""
ELEMENT = "<arxiv:announce_type>{}</arxiv:announce_type>"


def rss(kind: str, *, in_element: bool = True) -> bytes:
    element = ELEMENT.format(kind) if in_element else ""
    return RSS.format(items=ITEM.format(type=kind, element=element)).encode()


def test_a_recorded_atom_announcement_is_read(recorded: Callable[[str], bytes]) -> None:
    feed = parse_announcement(recorded("arxiv/announcement_csAI_2025-08-20.xml"))

    assert feed.day == date(2025, 8, 20)
    assert len(feed.papers) == 7
    first = feed.papers[0]
    assert (first.id, first.version) == ("2508.13426", 1)
    assert first.title.startswith("ALIGN: Word Association Learning")
    assert first.abstract.startswith("As large language models (LLMs) increasingly mediate")
    assert first.authors == ("Chunhua Liu", "Kabir Manandhar Shrestha", "Sukai Huang")
    assert first.licence == "http://creativecommons.org/licenses/by-nc-sa/4.0/"
    assert first.categories == ("cs.CL", "cs.AI")
    assert first.listed == date(2025, 8, 20)
    assert first.published is None  # the feed only knows when it was announced


def test_an_rss_announcement_is_read_with_its_latex_untouched() -> None:
    feed = parse_announcement(rss("new"))
    (paper,) = feed.papers
    assert feed.day == date(2026, 3, 13)
    assert paper.title == "Sparse <b> nets for $a<b$ & more"
    assert paper.abstract == "We show $x < y$ and $y<z$."
    assert paper.authors == ("Ada Lovelace", r"M\'elodie Desbos")
    assert paper.categories == ("cs.LG", "cs.CV")


@pytest.mark.parametrize("in_element", [True, False])
@pytest.mark.parametrize(
    ("kind", "kept"), [("new", 1), ("cross", 1), ("replace", 0), ("replace-cross", 0)]
)
def test_replacements_are_not_news(kind: str, kept: int, in_element: bool) -> None:
    assert len(parse_announcement(rss(kind, in_element=in_element)).papers) == kept


def test_a_paper_of_unknown_kind_is_rather_kept() -> None:
    item = ITEM.format(type="new", element="").replace("Announce Type: new", "")
    assert len(parse_announcement(RSS.format(items=item).encode()).papers) == 1


def test_the_weekends_empty_feed_has_a_day_and_no_papers() -> None:
    saturday = RSS.format(items="").replace("Fri, 13", "Sat, 14").encode()
    feed = parse_announcement(saturday)
    assert (feed.day, feed.papers) == (date(2026, 3, 14), ())


def test_a_feed_built_before_midnight_utc_belongs_to_the_eastern_day() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>
        <updated>2026-03-14T02:00:00+00:00</updated></feed>"""
    assert parse_announcement(atom).day == date(2026, 3, 13)


def test_a_page_of_the_api_is_read(recorded: Callable[[str], bytes]) -> None:
    page = parse_page(recorded("arxiv/api_cscv_2026-03-13_reassembled.xml"))
    assert (page.total, page.entries) == (3, 3)
    first = page.papers[0]
    assert (first.id, first.version, first.published) == ("2603.12267", 1, date(2026, 3, 13))
    assert first.comment == (
        "Accepted by CVPR 2026. Project page: https://silentview.github.io/EVATok/"
    )
    assert first.authors[:2] == ("Tianwei Xiong", "Jun Hao Liew")
    assert r"$\textbf{EVATok}$" in first.abstract
    assert first.listed is None


def test_old_ids_and_odd_titles_are_read(recorded: Callable[[str], bytes]) -> None:
    old = parse_page(recorded("arxiv/api_old_id.xml")).papers[0]
    assert (old.id, old.version, old.published) == ("astro-ph/0601001", 1, date(2006, 1, 2))
    assert parse_page(recorded("arxiv/api_versioned_id.xml")).papers[0].title == "0"


def test_an_unknown_id_is_an_empty_page(recorded: Callable[[str], bytes]) -> None:
    page = parse_page(recorded("arxiv/api_unknown_id.xml"))
    assert (page.papers, page.total) == ((), 0)


def test_the_error_entry_is_an_error(recorded: Callable[[str], bytes]) -> None:
    with pytest.raises(RejectedQuery, match="incorrect id format for abc"):
        parse_page(recorded("arxiv/api_malformed_id_400.xml"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body><h1>Sorry</h1></body></html>",
        b"<!DOCTYPE html><html><head><meta charset=utf8><body>down<br>",
        b"Service Unavailable",
        b"\x00\x01\xff",
        b'{"error": 1}',
        b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>"
        b'<title>Feed error for query "cs.XX"</title></feed>',
    ],
)
def test_what_is_no_feed_is_an_error(body: bytes) -> None:
    for parse in (parse_announcement, parse_page):
        with pytest.raises(SourceError):
            parse(body)


def test_a_feed_cut_off_anywhere_is_never_a_shorter_day(recorded: Callable[[str], bytes]) -> None:
    body = recorded("arxiv/announcement_csAI_2025-08-20.xml").rstrip()
    for end in range(0, len(body), 397):
        with pytest.raises(SourceError):
            parse_announcement(body[:end])


@pytest.mark.parametrize("body", [b"Rate exceeded.", b"<p>Rate exceeded.</p>\n"])
def test_rate_exceeded_is_told_from_other_nonsense(body: bytes) -> None:
    with pytest.raises(RateExceeded):
        parse_page(body)


ENTRY = "<entry>{}</entry>"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>q</title>
<id>https://arxiv.org/api/x</id>{}</feed>"""


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("<title>No id</title>", Skipped("#1", "no arXiv id")),
        ("<id>http://arxiv.org/abs/nonsense</id><title>T</title>", Skipped("#1", "no arXiv id")),
        ("<id>http://arxiv.org/abs/2603.00001v1</id>", Skipped("2603.00001", "no title")),
        (
            "<id>http://arxiv.org/abs/2603.00001v1</id><title> </title>",
            Skipped("2603.00001", "no title"),
        ),
    ],
)
def test_an_entry_without_id_or_title_is_skipped(fields: str, expected: Skipped) -> None:
    good = ENTRY.format("<id>http://arxiv.org/abs/2603.00002v1</id><title>Good</title>")
    page = parse_page(ATOM.format(ENTRY.format(fields) + good).encode())
    assert [paper.id for paper in page.papers] == ["2603.00002"]
    assert page.skipped == (expected,)
    assert page.total == 2


def test_huge_texts_are_cut() -> None:
    fields = (
        "<id>http://arxiv.org/abs/2603.00001v1</id>"
        f"<title>{'T' * 5_000}</title><summary>{'long ' * 20_000}</summary>"
    )
    (paper,) = parse_page(ATOM.format(ENTRY.format(fields)).encode()).papers
    assert (len(paper.title), len(paper.abstract)) == (500, 20_000)


@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("<arxiv:primary_category>cs.CV</arxiv:primary_category>", {"categories": ("cs.CV",)}),
        ('<arxiv:comment lang="en">x</arxiv:comment>', {"comment": None}),
        ('<arxiv:journal_ref a="b">x</arxiv:journal_ref>', {"venue": None}),
        ('<arxiv:announce_type a="b">new</arxiv:announce_type>', {}),
        ("<category/><author/><link/><published>99-99-99999</published>", {"published": None}),
    ],
)
def test_an_element_of_another_form_costs_at_most_its_field(
    field: str, known: dict[str, object]
) -> None:
    fields = f"<id>http://arxiv.org/abs/2603.00001v1</id><title>T</title>{field}"
    body = ATOM.format(ENTRY.format(fields)).replace(
        "<feed ", '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" '
    )
    (paper,) = parse_page(body.encode()).papers
    assert {name: getattr(paper, name) for name in known} == known


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "none"])
def test_a_feed_in_no_encoding_is_an_error_or_read(encoding: str) -> None:
    body = ATOM.format("")
    with contextlib.suppress(SourceError):
        parse_page(f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode())
