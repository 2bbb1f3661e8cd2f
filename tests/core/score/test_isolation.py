import pytest

from core.score.isolation import settled


@pytest.mark.parametrize(
    ("first", "second", "local", "counts"),
    [
        (60, 59, 70, 59),
        (70, 50, 20, 60),
        (62, 0, 70, 62),
        (62, 100, 70, 62),
        (100, 40, 30, 40),
        (0, 80, 75, 80),
        (40, 80, 60, 40),
    ],
    ids=["half a point", "near", "put down", "raised", "far from both", "restored", "between"],
)
def test_two_looks_count_as_their_mean_or_as_the_one_nearer_to_the_local_score(
    first: int, second: int, local: int, counts: int
) -> None:
    assert settled(first, second, local) == counts
