import math
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.values import Focus, LocalScore, Paper
from core.score.index import PaperIndex
from core.score.local import Ranker, load_ranker, rank, rank_index
from core.text.words import parse_focus
from tests.core.conftest import PaperMaker

SIX = parse_focus(
    "image restoration, super-resolution, masked autoregressive, flow matching, diffusion, "
    "image generation"
)
SIX_ZH = parse_focus("图像修复、超分辨率、掩码自回归、流匹配、扩散模型、图像生成")
RESTORATION = Focus(interests=("image restoration",))


# --- the scale is absolute --------------------------------------------------------------------


@pytest.mark.parametrize("focus", [SIX, SIX_ZH, RESTORATION])
def test_a_day_without_a_relevant_paper_has_no_high_score(
    ranker: Ranker, quiet_day: list[Paper], focus: Focus
) -> None:
    assert max(score.score for score in ranker(quiet_day, focus)) < 60


@pytest.mark.parametrize("focus", [SIX, SIX_ZH])
def test_papers_named_after_an_interest_are_worth_reading(
    ranker: Ranker, relevant: Mapping[str, list[Paper]], focus: Focus
) -> None:
    for interest, papers in relevant.items():
        scores = [ranker([paper], focus)[0] for paper in papers]
        if interest != "narrower term":
            assert all(score.score >= 70 for score in scores), interest
            assert all(score.interests for score in scores), interest


@pytest.mark.parametrize("focus", [RESTORATION, Focus(interests=("图像复原",))])
def test_papers_about_image_restoration_are_solid(
    ranker: Ranker, relevant: Mapping[str, list[Paper]], focus: Focus
) -> None:
    for paper in relevant["image restoration"]:
        assert ranker([paper], focus)[0].score >= 75


def test_a_narrower_term_is_enough_to_be_considered(
    ranker: Ranker, relevant: Mapping[str, list[Paper]]
) -> None:
    for paper in relevant["narrower term"]:
        assert ranker([paper], RESTORATION)[0].score >= 55, paper.title


def test_the_company_of_other_papers_hardly_changes_a_score(
    ranker: Ranker, quiet_day: list[Paper], relevant: Mapping[str, list[Paper]]
) -> None:
    everything = [*quiet_day, *(paper for papers in relevant.values() for paper in papers)]
    together = {score.paper_id: score.score for score in ranker(everything, SIX)}
    alone = {paper.id: ranker([paper], SIX)[0].score for paper in everything}
    assert max(abs(together[key] - alone[key]) for key in alone) <= 15
    assert max(abs(together[key] - alone[key]) for key in alone if alone[key] >= 75) <= 6


@pytest.mark.parametrize("text", ["", "the of and", "🙂🙂", "zxqv wvut", "\x00\x1b", "、，"])
def test_nonsense_scores_low_and_keeps_an_order(
    ranker: Ranker, quiet_day: list[Paper], text: str
) -> None:
    for focus in (parse_focus(text), Focus(interests=(text,))):
        scores = ranker(quiet_day, focus)
        assert max(score.score for score in scores) < 30
        assert scores == ranker(list(reversed(quiet_day)), focus)
        assert all(score.interests == () == score.terms for score in scores)


# --- what matches -----------------------------------------------------------------------------


def test_the_better_paper_comes_first(ranker: Ranker, paper: PaperMaker) -> None:
    papers = [
        paper("Grasping with tactile sensors", "A robot hand.", id="c"),
        paper("All-in-one image restoration", "We restore degraded images.", id="b"),
        paper("Detection in rain", "As a side effect, image restoration improves.", id="a"),
    ]
    assert [score.paper_id for score in ranker(papers, RESTORATION)] == ["b", "a", "c"]


@pytest.mark.parametrize(
    "title",
    ["Super-Resolution of faces", "Super resolution of faces", "Superresolution of faces"],
)
def test_spelling_does_not_change_the_score(ranker: Ranker, paper: PaperMaker, title: str) -> None:
    focus = Focus(interests=("super-resolution",))
    assert (
        ranker([paper(title)], focus)[0].score
        == ranker([paper("Super-Resolution of faces")], focus)[0].score
    )


def test_chinese_and_english_names_give_the_same_scores(
    ranker: Ranker, quiet_day: list[Paper], relevant: Mapping[str, list[Paper]]
) -> None:
    papers = [*quiet_day, *relevant["image restoration"]]
    english = ranker(papers, Focus(interests=("flow matching", "image restoration")))
    chinese = ranker(papers, Focus(interests=("流匹配", "图像修复")))
    assert [(s.paper_id, s.score) for s in english] == [(s.paper_id, s.score) for s in chinese]


def test_a_second_interest_adds_a_little(ranker: Ranker, paper: PaperMaker) -> None:
    both = [paper("Flow matching for image restoration", "Rectified flow restores images.")]
    one = ranker(both, RESTORATION)[0]
    two = ranker(both, Focus(interests=("image restoration", "flow matching")))[0]
    assert one.rank_score < two.rank_score < one.rank_score + 2
    assert set(two.interests) == {"image restoration", "flow matching"}


def test_terms_are_the_papers_own_words(ranker: Ranker, paper: PaperMaker) -> None:
    text = paper("Real-World Image  Restoration", "Deraining and JPEG Artifact Removal, too.")
    (score,) = ranker([text], RESTORATION)
    shown = f"{text.title} {text.abstract}"
    assert "Image Restoration" in " ".join(score.terms)
    assert "Deraining" in score.terms
    assert all(term in " ".join(shown.split()) for term in score.terms)
    assert 1 <= len(score.terms) <= 5


def test_a_common_word_alone_is_no_match(ranker: Ranker, paper: PaperMaker) -> None:
    (score,) = ranker([paper("Image models", "An image model of images.")], RESTORATION)
    assert score.interests == ()
    assert score.terms == ()
    assert score.score < 60


def test_keywords_count(ranker: Ranker, paper: PaperMaker) -> None:
    plain = paper("A network for old pictures")
    tagged = plain.model_copy(update={"keywords": ("image restoration",)})
    focus = RESTORATION
    assert ranker([tagged], focus)[0].score > ranker([plain], focus)[0].score


def test_an_index_answers_many_focuses_like_single_calls(
    ranker: Ranker, quiet_day: list[Paper], relevant: Mapping[str, list[Paper]]
) -> None:
    papers = sorted([*quiet_day, *relevant["super-resolution"]], key=lambda paper: paper.id)
    index = PaperIndex(papers)
    for focus in (SIX, RESTORATION):
        assert rank_index(index, focus) == ranker(papers, focus) == rank(papers, focus)


# --- likes and dislikes -----------------------------------------------------------------------


@pytest.fixture
def mixed(paper: PaperMaker) -> list[Paper]:
    kinds = {
        "bird": "wetland birds counted from drone pictures of nests",
        "tooth": "dental radiographs of molar roots and enamel",
        "road": "lane markings on wet asphalt for driving",
    }
    return [
        paper(f"{kind} study {number}", f"{text}, part {number}", id=f"{kind}-{number}")
        for kind, text in kinds.items()
        for number in range(5)
    ]


def _first(scores: list[LocalScore], number: int) -> set[str]:
    return {score.paper_id.split("-")[0] for score in scores[:number]}


def test_one_like_brings_its_kind_to_the_top(ranker: Ranker, mixed: list[Paper]) -> None:
    scores = ranker(mixed, Focus(interests=()), likes=[mixed[0]])
    assert _first(scores, 5) == {"bird"}
    assert len(scores) == len(mixed)


def test_likes_and_dislikes_need_not_be_in_the_list(ranker: Ranker, mixed: list[Paper]) -> None:
    scores = ranker(mixed[1:5] + mixed[6:], SIX, likes=[mixed[0]], dislikes=[mixed[5]])
    assert _first(scores, 4) == {"bird"}
    assert {score.paper_id for score in scores} == {p.id for p in mixed[1:5] + mixed[6:]}


def test_a_dislike_pushes_its_kind_down(ranker: Ranker, mixed: list[Paper]) -> None:
    focus = Focus(interests=("birds", "teeth", "roads"))
    before = ranker(mixed, focus)
    (best,) = _first(before, 5)
    disliked = next(paper for paper in mixed if paper.id.startswith(best))
    assert best not in _first(ranker(mixed, focus, dislikes=[disliked]), 5)


def test_dislikes_sharpen_likes(ranker: Ranker, mixed: list[Paper]) -> None:
    scores = ranker(mixed, Focus(interests=()), likes=[mixed[0]], dislikes=[mixed[5], mixed[10]])
    assert _first(scores, 5) == {"bird"}


def test_a_like_wins_over_a_dislike_of_the_same_paper(ranker: Ranker, mixed: list[Paper]) -> None:
    both = ranker(mixed, RESTORATION, likes=[mixed[0]], dislikes=[mixed[0]])
    assert both == ranker(mixed, RESTORATION, likes=[mixed[0]])


def test_a_list_of_nothing_but_likes_is_scored(ranker: Ranker, mixed: list[Paper]) -> None:
    assert len(ranker(mixed, RESTORATION, likes=mixed)) == len(mixed)


# --- hostile papers ---------------------------------------------------------------------------


def test_no_papers_no_scores(ranker: Ranker) -> None:
    assert ranker([], SIX) == []
    assert ranker([], SIX, likes=[Paper(id="a", title="a")]) == []


def test_an_endless_abstract_is_cut_not_believed(ranker: Ranker, paper: PaperMaker) -> None:
    endless = paper("Robots", "gripper " * 12_500 + "image restoration")
    assert len(endless.abstract) > 100_000
    assert ranker([endless], RESTORATION)[0].score < 60


def test_equal_papers_are_ordered_by_id(ranker: Ranker, paper: PaperMaker) -> None:
    papers = [paper("Image restoration", "Deblurring.", id=key) for key in ("b", "c", "a")]
    scores = ranker(papers, RESTORATION)
    assert [score.paper_id for score in scores] == ["a", "b", "c"]
    assert len({score.rank_score for score in scores}) == 1


def test_a_chinese_paper_meets_a_chinese_interest_of_its_own_words(
    ranker: Ranker, paper: PaperMaker
) -> None:
    papers = [paper("文物数字化保护研究", "本文研究壁画。", id="zh"), paper("Robots", id="en")]
    scores = ranker(papers, Focus(interests=("壁画",)))
    assert scores[0].paper_id == "zh"
    assert scores[0].rank_score > scores[1].rank_score


WORDS = st.sampled_from(
    ["image", "restoration", "super-resolution", "图像", "🙂", "\x00", "the", "deraining", "İ", "a"]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join))
PAPERS = st.lists(
    st.builds(
        Paper,
        id=st.text(min_size=1, max_size=6),
        title=TEXTS.filter(bool),
        abstract=TEXTS,
        keywords=st.lists(TEXTS, max_size=2).map(tuple),
    ),
    max_size=8,
)
FOCUSES = st.lists(TEXTS, max_size=4).map(lambda texts: Focus(interests=tuple(texts)))


@settings(max_examples=60, deadline=None)
@given(papers=PAPERS, focus=FOCUSES, likes=PAPERS, dislikes=PAPERS, data=st.data())
def test_any_papers_and_any_focus_are_ranked(
    papers: list[Paper],
    focus: Focus,
    likes: list[Paper],
    dislikes: list[Paper],
    data: st.DataObject,
) -> None:
    unique = list({paper.id: paper for paper in papers}.values())
    ranker = load_ranker()
    scores = ranker(unique, focus, likes=likes, dislikes=dislikes)
    assert sorted(score.paper_id for score in scores) == sorted(paper.id for paper in unique)
    assert all(math.isfinite(score.rank_score) for score in scores)
    assert all(0 <= score.score <= 100 for score in scores)
    order = [(-score.rank_score, score.paper_id) for score in scores]
    assert order == sorted(order)
    steps = [score.score for score in scores]
    assert steps == sorted(steps, reverse=True)
    assert all(bool(score.interests) == bool(score.terms) for score in scores)
    shuffled = data.draw(st.permutations(unique))
    assert ranker(shuffled, focus, likes=likes, dislikes=dislikes) == scores
