from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fetch import sources
from core.fetch.merge import merge
from core.models.values import Paper
from tests.servers import proceedings

HF = Paper(
    id="2602.20981",
    title="Echoes Over Time",
    abstract="One line.",
    authors=("Someone Else",),
    published=date(2026, 2, 25),
    listed=date(2026, 3, 2),
    sources=("huggingface",),
    upvotes=61,
    code_url="https://github.com/a/b",
    stars=7,
    organization="Lab",
    keywords=("video", "audio"),
)
ARXIV = Paper(
    id="2602.20981",
    version=2,
    title="Echoes Over Time: Length Generalization",
    abstract="A real abstract, of some length.",
    authors=("Ada Lovelace", "Alan Turing"),
    published=date(2026, 2, 24),
    listed=date(2026, 2, 25),
    sources=("arxiv",),
    categories=("cs.CV", "cs.SD"),
    comment="CVPR 2026",
    licence="http://creativecommons.org/licenses/by/4.0/",
)
NOTE = Paper(
    id="openreview:06YyNxzwae",
    title="Echoes over time — length generalization",
    authors=("A. Lovelace",),
    sources=("openreview",),
    keywords=("audio", "length"),
    venue="TMLR",
    listed=date(2026, 2, 1),
)


def test_two_sources_become_one_paper_with_the_best_of_both() -> None:
    (paper,) = merge([HF, ARXIV])
    assert paper == Paper(
        id="2602.20981",
        version=2,
        title="Echoes Over Time: Length Generalization",
        abstract="A real abstract, of some length.",
        authors=("Ada Lovelace", "Alan Turing"),
        published=date(2026, 2, 24),
        listed=date(2026, 2, 25),
        sources=("huggingface", "arxiv"),
        categories=("cs.CV", "cs.SD"),
        upvotes=61,
        code_url="https://github.com/a/b",
        stars=7,
        organization="Lab",
        keywords=("video", "audio"),
        comment="CVPR 2026",
        licence="http://creativecommons.org/licenses/by/4.0/",
    )


def test_an_openreview_paper_joins_its_arxiv_twin_and_takes_its_id() -> None:
    (paper,) = merge([NOTE, HF, ARXIV])
    assert paper.id == "2602.20981"
    assert paper.sources == ("huggingface", "arxiv", "openreview")
    assert paper.venue == "TMLR"
    assert paper.listed == date(2026, 2, 1)
    assert paper.title == ARXIV.title
    assert paper.keywords == ("video", "audio", "length")


@pytest.mark.parametrize(
    ("title", "authors"),
    [
        ("Echoes Over Time: Length Generalization", ("Grace Hopper",)),  # another paper's people
        ("Echoes Over Time: Length Generalization", ()),  # nobody named
        ("Echoes Over Time: Length Generalization II", ("Ada Lovelace",)),  # its sequel
        ("Echoes Over Time", ("Ada Lovelace",)),  # the first half of the title
        ("Echoes Over Time: Length Generalization", ("Lovelace Smith",)),  # a given name
    ],
)
def test_false_friends_stay_apart(title: str, authors: tuple[str, ...]) -> None:
    other = NOTE.model_copy(update={"title": title, "authors": authors})
    assert [paper.id for paper in merge([ARXIV, other])] == [ARXIV.id, NOTE.id]


def test_two_possible_twins_are_none() -> None:
    again = ARXIV.model_copy(update={"id": "2602.30000"})
    assert len(merge([ARXIV, again, NOTE])) == 3


def test_titles_without_a_letter_never_join() -> None:
    blank = ARXIV.model_copy(update={"title": "???"})
    assert len(merge([blank, NOTE.model_copy(update={"title": "!!!"})])) == 2


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("José García", "Jose Garcia"),
        ("Martin King Jr.", "M. King"),
        ("Jane van der Berg", "J. Van Der Berg"),
    ],
)
def test_a_surname_is_known_in_its_usual_forms(ours: str, theirs: str) -> None:
    paper = ARXIV.model_copy(update={"authors": (ours,)})
    assert len(merge([paper, NOTE.model_copy(update={"authors": (theirs,)})])) == 1


def test_latex_in_a_title_does_not_hide_a_twin() -> None:
    paper = ARXIV.model_copy(update={"title": r"$\alpha$-NeRF: Über-Fast Rendering"})
    note = NOTE.model_copy(update={"title": "alpha-NeRF: Uber-fast rendering"})
    assert len(merge([paper, note])) == 1


def test_papers_keep_the_order_of_their_first_appearance() -> None:
    others = [ARXIV.model_copy(update={"id": f"2602.0000{n}", "title": f"T{n}"}) for n in (3, 1, 2)]
    merged = merge([others[0], NOTE, others[1], ARXIV, others[2], others[0]])
    assert [p.id for p in merged] == ["2602.00003", ARXIV.id, "2602.00001", "2602.00002"]


def test_the_order_of_sources_changes_nothing() -> None:
    results = {merge(order)[0].model_dump_json() for order in permutations([HF, ARXIV, NOTE])}
    assert len(results) == 1


texts = st.sampled_from(["", "Echoes", "echoes!", "Other Title", "a longer abstract"])
optional_counts = st.none() | st.integers(0, 3)
optional_days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4))
some = st.lists(st.sampled_from(["A Lovelace", "B Turing", "Hopper, C"]), max_size=2).map(tuple)
papers = st.lists(
    st.builds(
        Paper,
        id=st.sampled_from(["2602.00001", "2602.00002", "openreview:aaaa", "openreview:bbbb"]),
        version=st.none() | st.integers(1, 3),
        title=texts.filter(bool),
        abstract=texts,
        authors=some,
        published=optional_days,
        listed=optional_days,
        sources=st.lists(st.sampled_from(["arxiv", "huggingface", "openreview", "x"])).map(tuple),
        categories=some,
        upvotes=optional_counts,
        comments=optional_counts,
        code_url=st.none() | texts,
        stars=optional_counts,
        venue=st.none() | texts,
        keywords=some,
    ),
    max_size=6,
)


@given(papers)
def test_no_id_comes_twice_and_merging_again_changes_nothing(given_papers: list[Paper]) -> None:
    once = merge(given_papers)
    assert len({paper.id for paper in once}) == len(once)
    assert merge(once) == once


@given(papers, st.randoms(use_true_random=False))
def test_attributes_do_not_depend_on_the_order(given_papers: list[Paper], random: object) -> None:
    shuffled = list(given_papers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    by_id = {paper.id: paper for paper in merge(given_papers)}
    assert {paper.id: paper for paper in merge(shuffled)} == by_id


def test_the_newest_version_s_notice_is_not_hidden_by_the_older_abstract() -> None:
    old = Paper(id="2603.00001", version=1, title="T", abstract="A" * 900, comment="12 pages")
    new = old.model_copy(update={"version": 2, "abstract": "Withdrawn.", "comment": None})
    [merged] = merge([old, new])
    assert (merged.abstract, merged.comment) == ("Withdrawn.", None)
    unversioned = old.model_copy(update={"version": None, "abstract": "From a mirror. " * 90})
    assert merge([new, unversioned])[0].abstract == "Withdrawn."


def test_a_paper_under_its_source_s_own_ids_gets_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SOURCES", (*sources.SOURCES, proceedings.SPEC))
    own = ARXIV.model_copy(update={"id": "proceedings:2026/Lee_Flow", "sources": ("proceedings",)})
    [paper] = merge([own])
    assert paper.url == paper.page == "https://papers.icvf.example/2026/Lee_Flow.html"
    assert merge([paper, own]) == [paper], "as it is stored"
    [joined] = merge([own, ARXIV])
    assert (joined.id, joined.page) == (ARXIV.id, None)
    assert joined.sources == ("arxiv", "proceedings")
