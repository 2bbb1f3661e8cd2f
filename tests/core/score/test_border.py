import pytest

from core.models import Paper, ScoredPaper, ScoreKind
from core.score.border import MOST, doubtful


def scored(*scores: int, kind: ScoreKind = ScoreKind.LLM) -> list[ScoredPaper]:
    return [
        ScoredPaper(
            paper=Paper(id=f"2603.{number:05d}", title="T"), score=score, kind=kind, reason="r"
        )
        for number, score in enumerate(scores)
    ]


def near(items: list[ScoredPaper], threshold: int = 60, limit: int = 2) -> list[str]:
    return [paper.id for paper in doubtful(items, threshold=threshold, limit=limit)]


@pytest.mark.parametrize(
    ("scores", "looked_at"),
    [
        ((90, 80, 61), []),
        ((90, 54, 66), []),
        ((90, 61), ["2603.00001"]),
        ((55, 65), ["2603.00001", "2603.00000"]),
        ((20, 30), []),
        ((), []),
    ],
    ids=["seats taken", "none near", "one seat", "both ends", "all far below", "none"],
)
def test_only_what_can_change_the_choice_is_looked_at_again(
    scores: tuple[int, ...], looked_at: list[str]
) -> None:
    assert near(scored(*scores)) == looked_at


def test_a_local_score_is_none_of_a_models_business() -> None:
    assert near(scored(61, kind=ScoreKind.LOCAL)) == []


def test_there_is_an_end_to_it() -> None:
    assert len(near(scored(*[60] * 30))) == MOST
