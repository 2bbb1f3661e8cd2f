"""Many readers at once get what each of them would get alone."""

from collections.abc import Sequence

import pytest

from core.models.values import Focus, Paper
from core.score.batch_ranker import BatchRanker, RankedReader
from core.score.local import Ranker, load_ranker, rank

PAPERS = [
    Paper(
        id=f"2603.0000{number}",
        title=title,
        abstract=abstract,
    )
    for number, (title, abstract) in enumerate(
        [
            ("Diffusion priors for image super-resolution", "We upscale photographs."),
            ("Super-resolution of MRI scans", "Medical image super-resolution of the brain."),
            ("Gaussian splatting of streets", "3D Gaussian splatting for driving scenes."),
            ("Flow matching for image restoration", "Deblurring and denoising by flow matching."),
            ("A dataset of birds", "Ten thousand photographs of birds."),
            ("Deraining with transformers", "Rain removal from single images."),
        ]
    )
]
FOCUSES = [
    Focus(interests=("图像修复", "super-resolution")),
    Focus(interests=("super-resolution",), avoid=("medical imaging",)),
    Focus(interests=("3D 重建", "flow matching", "birds")),
    Focus(interests=()),
]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return load_ranker()


def crowd(ranker: Ranker, papers: Sequence[Paper] = PAPERS) -> BatchRanker:
    return BatchRanker(papers, background=ranker.background, glossary=ranker.glossary)


@pytest.mark.parametrize("focus", FOCUSES, ids=lambda focus: focus.text or "none")
@pytest.mark.parametrize("likes", [(), (0,), (3, 5)])
def test_a_reader_in_a_crowd_is_served_as_one_alone(
    ranker: Ranker, focus: Focus, likes: tuple[int, ...]
) -> None:
    liked = [PAPERS[number] for number in likes]
    readers = [
        RankedReader(f, {paper.id: 1.0 for paper in liked} if f is focus else {}) for f in FOCUSES
    ]

    rankings = dict(zip(FOCUSES, crowd(ranker).rank(readers, liked), strict=True))

    alone = {score.paper_id: score for score in rank(PAPERS, focus, likes=liked)}
    found = rankings[focus]
    for row, paper in enumerate(PAPERS):
        local = alone[paper.id]
        assert found.odds[row] == pytest.approx(local.rank_score, abs=1e-4)
        assert abs(found.scores[row] - local.score) <= 1


def test_the_order_of_papers_and_readers_changes_nothing(ranker: Ranker) -> None:
    readers = [RankedReader(focus) for focus in FOCUSES]
    one = [r.odds for r in crowd(ranker).rank(readers)]
    other = [r.odds for r in crowd(ranker, PAPERS[::-1]).rank(readers[::-1])]
    for first, second in zip(one, reversed(other), strict=True):
        assert first == pytest.approx(second, abs=1e-6)


def test_an_avoided_topic_sinks_what_is_about_it_and_little_else(ranker: Ranker) -> None:
    wanted = Focus(interests=("super-resolution",))
    spared = Focus(interests=("super-resolution",), avoid=("medical imaging",))
    before, after = crowd(ranker).rank([RankedReader(wanted), RankedReader(spared)])

    assert before.scores[1] >= 60
    assert after.scores[1] < 40
    assert after.scores[0] >= before.scores[0] - 3
    assert after.avoided.max() <= 0


def test_what_was_liked_is_named_where_a_paper_is_like_it(ranker: Ranker) -> None:
    again = PAPERS[3].model_copy(update={"id": "2603.00009"})
    reader = RankedReader(Focus(interests=("birds",)), {again.id: 1.0, "unknown": 1.0})
    many = crowd(ranker)
    (ranking,) = many.rank([reader], [again])

    assert many.because_of(ranking, 3) == again.id
    assert many.because_of(ranking, 4) is None
    assert ranking.learned[3] > ranking.learned[4]


def test_what_was_disliked_explains_nothing(ranker: Ranker) -> None:
    again = PAPERS[3].model_copy(update={"id": "2603.00009"})
    many = crowd(ranker)
    (ranking,) = many.rank([RankedReader(Focus(interests=("birds",)), {again.id: -1.0})], [again])
    assert many.because_of(ranking, 3) is None


def test_a_local_score_names_the_topics_it_matched(ranker: Ranker) -> None:
    many = crowd(ranker)
    (ranking,) = many.rank([RankedReader(FOCUSES[2])])
    local = many.local_score(ranking, many.rows["2603.00003"])
    assert local.interests == ("flow matching",)
    assert "flow matching" in " ".join(local.terms).lower()


def test_no_papers_make_no_rankings(ranker: Ranker) -> None:
    assert list(crowd(ranker, []).rank([RankedReader(FOCUSES[0])])) == []


def test_likes_of_bare_titles_move_nothing(ranker: Ranker) -> None:
    bare = [Paper(id=f"2603.0001{n}", title=title, abstract=" ") for n, title in enumerate("AB")]
    reader = RankedReader(FOCUSES[0], {paper.id: 1.0 for paper in bare})
    before, after = crowd(ranker).rank([RankedReader(FOCUSES[0]), reader], bare)
    assert after.odds == pytest.approx(before.odds)
    alone = {score.paper_id: score.score for score in rank(PAPERS, FOCUSES[0], likes=bare)}
    assert alone == {score.paper_id: score.score for score in rank(PAPERS, FOCUSES[0])}
