"""Who gets to the model and who gets printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digest.pick import ENOUGH, NEAR, pick, shortlist
from core.models.values import LocalScore, Paper, ScoredPaper, ScoreKind


def paper(name: str, upvotes: int | None = None) -> Paper:
    return Paper(id=name, title=name, upvotes=upvotes)


def local(name: str, rank_score: float) -> LocalScore:
    return LocalScore(paper_id=name, rank_score=rank_score, score=0)


def scored(
    name: str, score: int, kind: ScoreKind = ScoreKind.LLM, upvotes: int | None = None
) -> ScoredPaper:
    return ScoredPaper(paper=paper(name, upvotes), score=score, kind=kind, reason="so")


def ids(items: tuple[ScoredPaper, ...]) -> str:
    return "".join(item.paper.id for item in items)


LOCAL = ScoreKind.LOCAL
MANY = [scored(f"m{number}", 10) for number in range(ENOUGH)]


def test_the_locally_best_come_first() -> None:
    papers = [paper(name) for name in "abcd"]
    ranking = [local("a", 1), local("b", 3), local("c", 2), local("d", 0)]
    assert [p.id for p in shortlist(papers, ranking, size=3, upvoted=1)] == ["b", "c", "a"]


def test_the_most_upvoted_get_seats_of_their_own() -> None:
    papers = [paper("a"), paper("b", 50), paper("c", 0), paper("d", 9), paper("e", 99)]
    ranking = [local(name, rank) for rank, name in enumerate("edcba")]
    chosen = shortlist(papers, ranking, size=3, upvoted=2)
    assert [p.id for p in chosen] == ["a", "b", "e"]


def test_seats_nobody_was_voted_into_go_to_the_locally_best() -> None:
    papers = [paper(name, 0) for name in "abcd"]
    ranking = [local(name, rank) for rank, name in enumerate("dcba")]
    assert [p.id for p in shortlist(papers, ranking, size=3, upvoted=2)] == ["a", "b", "c"]


def test_a_paper_without_a_local_score_comes_last() -> None:
    papers = [paper("a"), paper("b"), paper("c", 5)]
    assert [p.id for p in shortlist(papers, [local("b", -9)], size=3)] == ["b", "c", "a"]


_papers = st.lists(st.tuples(st.floats(-5, 5), st.none() | st.integers(0, 9)), max_size=12).map(
    lambda rows: [(paper(f"p{i:02}", votes), rank) for i, (rank, votes) in enumerate(rows)]
)


@given(_papers, st.integers(0, 8), st.integers(0, 8), st.randoms())
def test_a_shortlist_is_full_distinct_and_does_not_depend_on_the_order(
    rows: list[tuple[Paper, float]], size: int, upvoted: int, random: object
) -> None:
    papers = [row[0] for row in rows]
    ranking = [local(row[0].id, row[1]) for row in rows]
    chosen = shortlist(papers, ranking, size=size, upvoted=upvoted)
    assert len(chosen) == len({p.id for p in chosen}) == min(size, len(papers))
    shuffled = sorted(papers, key=lambda p: random.random())  # type: ignore[attr-defined]
    assert shortlist(shuffled, ranking, size=size, upvoted=upvoted) == chosen


@pytest.mark.parametrize(
    ("items", "picks", "others"),
    [
        ([], "", ""),
        ([scored("a", 59)], "", "a"),
        ([scored("a", 60), scored("b", 61), scored("c", 99)], "cb", "a"),
        ([scored("a", 70), scored("b", 70, upvotes=3), scored("c", 70)], "ba", "c"),
        ([scored("a", 80, LOCAL), scored("b", 70, LOCAL)], "ab", ""),
        ([scored("a", 99, LOCAL), scored("b", 70)], "ba", ""),
        ([scored("a", 99, LOCAL), scored("b", 50)], "a", "b"),
        ([scored("a", 99, LOCAL), scored("b", 70), scored("c", 60)], "bc", "a"),
    ],
)
def test_what_is_picked(items: list[ScoredPaper], picks: str, others: str) -> None:
    choice = pick(items, threshold=60, limit=2)
    assert (ids(choice.picks), ids(choice.others)) == (picks, others)


def test_what_the_model_was_not_asked_about_is_not_shown_once_it_scored_enough() -> None:
    choice = pick([*MANY, scored("x", 99, LOCAL)], threshold=60, limit=2, runners_up=99)
    assert choice.picks == ()
    assert "x" not in [item.paper.id for item in choice.others]


def test_runners_up_are_the_best_of_the_rest() -> None:
    items = [scored(str(score), score) for score in range(40, 90)]
    choice = pick(items, threshold=60, limit=2, runners_up=3)
    assert ids(choice.picks) == "8988"
    assert ids(choice.others) == "878685"


_scored = st.lists(st.tuples(st.integers(0, 100), st.sampled_from(ScoreKind)), max_size=30).map(
    lambda rows: [scored(f"p{i:02}", score, kind) for i, (score, kind) in enumerate(rows)]
)


@given(_scored, st.integers(0, 100), st.integers(0, 5))
def test_picks_keep_to_threshold_and_cap_and_no_local_score_stands_before_a_models(
    items: list[ScoredPaper], threshold: int, limit: int
) -> None:
    choice = pick(items, threshold=threshold, limit=limit, runners_up=99)
    assert len(choice.picks) <= limit
    assert all(item.score >= threshold for item in choice.picks)
    enough = sum(item.kind is not LOCAL for item in items) >= ENOUGH
    comparable = [item for item in items if not (enough and item.kind is LOCAL)]
    near = [item for item in comparable if item.score >= threshold - NEAR]
    assert len(choice.picks) + len(choice.others) == len(near)
    for shown in (choice.picks, choice.others):
        kinds = [item.kind is LOCAL for item in shown]
        assert kinds == sorted(kinds)


def test_a_runner_up_is_near_the_threshold_or_not_shown() -> None:
    """The rubric's "another topic" has no place on anybody's phone, not even by its title."""
    near, far = scored("near", 60 - NEAR), scored("far", 60 - NEAR - 1)
    choice = pick([near, far], threshold=60, limit=2)
    assert ids(choice.others) == "near"


def test_a_paper_that_may_have_been_withdrawn_is_a_runner_up_at_most() -> None:
    doubtful = scored("a", 95)
    comment = "The proof contains an error and will be resubmitted"
    withheld = doubtful.paper.model_copy(update={"comment": comment})
    items = [doubtful.model_copy(update={"paper": withheld}), scored("b", 80)]
    choice = pick(items, threshold=60, limit=2)
    assert (ids(choice.picks), ids(choice.others)) == ("b", "a")
