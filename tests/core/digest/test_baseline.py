"""What papers usually score: a month's, a sample of them, once a day."""

from collections.abc import Sequence
from datetime import timedelta

from core.digest.baseline import SAMPLE, Usual
from core.models.values import Focus, LocalScore, Paper
from core.store import Store
from tests.core.days import DAY, paper, rank_by_number

FOCUS = Focus(interests=("a",))


class Counted:
    """Ranks by number, and counts how often and how many."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
        self.sizes.append(len(papers))
        return rank_by_number(papers, focus)


async def test_it_is_the_last_months_papers_once_a_day_and_focus(store: Store) -> None:
    ages = {10: 0, 20: 30, 30: 31, 40: -1}
    await store.papers.put(
        paper(number, listed=DAY - timedelta(days=age)) for number, age in ages.items()
    )
    rank = Counted()
    usual = Usual(store.papers, rank)
    assert sorted(await usual.scores(FOCUS, DAY)) == [10, 20]
    await usual.scores(FOCUS, DAY)
    assert rank.sizes == [2]
    await usual.scores(Focus(interests=("b",)), DAY)
    assert sorted(await usual.scores(FOCUS, DAY + timedelta(days=1))) == [10, 40]
    assert rank.sizes == [2, 2, 2]


async def test_of_many_a_sample_stands_for_all(store: Store) -> None:
    await store.papers.put(paper(number) for number in range(2 * SAMPLE))
    rank = Counted()
    await Usual(store.papers, rank).scores(FOCUS, DAY)
    assert rank.sizes == [SAMPLE]
