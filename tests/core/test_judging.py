"""A model's scores: paid for once, kept to scale by earlier ones, looked at twice when close."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from core.digest import DigestBuilder
from core.errors import LLMRateLimited, QuotaScope
from core.judging import Judging, Look
from core.llm import ORDINARY, Errand, Urgency
from core.models import Edition, Focus, Language, LocalScore, Paper
from core.score.anchors import Anchor
from core.score.answers import Judged
from core.score.judge import Judgement
from core.store import Store
from tests.core.conftest import Clock
from tests.core.days import DAY, WISH, FakeSource, builders, paper, picked

FOCUS = WISH.focus
Answer = Mapping[int, int] | Exception


HOPES = dict.fromkeys((paper(number).id for number in range(1000)), 100)
"""Local scores that justify any score of a model."""


def rank_alike(papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
    """Score papers so that a model is believed, and nobody wonders that it puts them low."""
    return [LocalScore(paper_id=each.id, rank_score=0, score=49) for each in papers]


class Looks:
    """Answers look by look, with scores by paper number; or raises."""

    version = "prompt-1"
    models = ("m",)

    def __init__(self, *answers: Answer) -> None:
        self.asked: list[tuple[list[str], Urgency]] = []
        self.anchors: list[Sequence[Anchor]] = []
        self._answers = deque(answers)

    async def judge(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        errand: Errand = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        self.asked.append(([paper.id for paper in papers], errand.urgency))
        self.anchors.append(anchors)
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        look = len(self.asked)
        known = {paper(number).id: score for number, score in answer.items()}
        return Judgement(
            tuple(Judged(i, score, f"第 {look} 次：{i}", "m") for i, score in known.items())
        )


def builder(store: Store, clock: Clock, looks: Looks, *numbers: int) -> DigestBuilder:
    source = FakeSource(days={DAY: [paper(number) for number in numbers]})
    return builders(store, clock)(source, judge=looks, rank=rank_alike)


async def build(store: Store, clock: Clock, looks: Looks, *numbers: int) -> Edition:
    return await builder(store, clock, looks, *numbers).build(DAY, WISH)


async def test_a_close_one_is_looked_at_twice_and_the_mean_counts(
    store: Store, clock: Clock
) -> None:
    looks = Looks({1: 90, 2: 62, 3: 36}, {2: 52})
    edition = await build(store, clock, looks, 1, 2, 3)
    assert picked(edition) == ["2603.00001"]
    assert looks.asked[1] == (["2603.00002"], Urgency.RETRY)
    [second] = edition.digest.others
    assert (second.score, second.reason) == (57, "第 2 次：2603.00002")


async def test_the_first_reason_stays_where_the_verdict_does(store: Store, clock: Clock) -> None:
    edition = await build(store, clock, Looks({2: 62}, {2: 70}), 2)
    [pick] = edition.digest.picks
    assert (pick.score, pick.reason) == (66, "第 1 次：2603.00002")


async def test_one_below_may_rise(store: Store, clock: Clock) -> None:
    edition = await build(store, clock, Looks({2: 57}, {2: 64}), 2)
    [pick] = edition.digest.picks
    assert (pick.score, pick.reason) == (60, "第 2 次：2603.00002")


async def test_a_day_with_nothing_close_or_no_seat_left_costs_one_call(
    store: Store, clock: Clock
) -> None:
    looks = Looks({1: 85, 2: 80, 3: 66, 4: 61, 5: 20})
    await build(store, clock, looks, 1, 2, 3, 4, 5)
    assert len(looks.asked) == 1


async def test_it_is_asked_for_once_and_remembered(store: Store, clock: Clock) -> None:
    first = await build(store, clock, Looks({2: 62}, {2: 52}), 2)
    looks = Looks()
    again = await builder(store, clock, looks, 2).build(DAY, WISH, force=True)
    assert looks.asked == []
    assert [item.score for item in again.digest.others] == [57]
    assert again.digest.others[0].reason == first.digest.others[0].reason


async def test_without_a_budget_to_spare_the_first_look_counts_and_nothing_is_said(
    store: Store, clock: Clock
) -> None:
    gone = LLMRateLimited("none left", scope=QuotaScope.DAY)
    edition = await build(store, clock, Looks({2: 62}, gone), 2)
    assert picked(edition) == ["2603.00002"]
    assert edition.digest.notes == ()


async def test_scores_that_wait_come_before_second_looks(store: Store, clock: Clock) -> None:
    looks = Looks({2: 62})
    await build(store, clock, looks, 2, 3)
    assert len(looks.asked) == 1, "2603.00003 was not scored, so there is no budget to spare"


async def scored_before(store: Store, *scores: int, language: Language = "zh") -> list[Paper]:
    """Have papers scored; return them."""
    old = [
        paper(900 + n, abstract=f"Sentence {n} says it. Another one.") for n in range(len(scores))
    ]
    await store.papers.put(old)
    looks = Looks({900 + n: score for n, score in enumerate(scores)})
    await Judging(store, looks).asked(old, FOCUS, language, ORDINARY, threshold=60, local=HOPES)
    return old


async def anchors_for(
    store: Store, *papers: Paper, language: Language = "zh"
) -> list[tuple[str, int, str]]:
    looks = Looks({})
    await Judging(store, looks).asked(papers, FOCUS, language, ORDINARY, threshold=60, local=HOPES)
    return [(anchor.paper_id, anchor.score, anchor.summary) for anchor in looks.anchors[0]]


async def test_papers_scored_before_are_shown_for_scale(store: Store) -> None:
    await scored_before(store, 86, 20, 61, 50)
    assert await anchors_for(store, paper(1)) == [
        ("2603.00900", 86, "Sentence 0 says it."),
        ("2603.00902", 61, "Sentence 2 says it."),
        ("2603.00901", 20, "Sentence 1 says it."),
    ]


async def test_a_paper_asked_about_is_never_its_own_measure(store: Store) -> None:
    old = await scored_before(store, 86, 20, 61)
    found = await anchors_for(store, old[0], paper(1))
    assert [paper_id for paper_id, *_ in found] == ["2603.00902", "2603.00901"]


async def test_an_anchor_that_was_looked_at_twice_has_the_score_that_counts(store: Store) -> None:
    old = await scored_before(store, 61)
    judging = Judging(store, Looks({900: 55}))
    await judging.asked_again(old, Look.CLOSE, FOCUS, "zh", ORDINARY, threshold=60, local=HOPES)
    assert await anchors_for(store, paper(1)) == [("2603.00900", 58, "Sentence 0 says it.")]


@pytest.mark.parametrize("age", [29, 31])
async def test_anchors_are_of_the_last_30_days(store: Store, clock: Clock, age: int) -> None:
    await scored_before(store, 86)
    clock.now += timedelta(days=age)
    assert bool(await anchors_for(store, paper(1))) == (age < 30)


async def test_anchors_are_of_the_same_language(store: Store) -> None:
    await scored_before(store, 86, language="en")
    assert await anchors_for(store, paper(1)) == []


async def test_anchors_do_not_make_another_question_of_a_score(store: Store) -> None:
    await scored_before(store, 86)
    today = paper(1)
    await Judging(store, Looks({1: 70})).asked(
        [today], FOCUS, "zh", ORDINARY, threshold=60, local=HOPES
    )
    known = await Judging(store, Looks()).known([today], FOCUS, "zh")
    assert known[today.id].score == 70
