"""A model's scores: paid for once, kept to scale by earlier ones, held against others."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from core.digest.builder import DigestBuilder
from core.judge.anchors import Anchor
from core.judge.answers import Judged
from core.judge.judge import Judgement
from core.judge.stored import Judging
from core.llm import ORDINARY, CallContext, Urgency
from core.models.errors import (
    LLMBadAnswer,
    LLMCutOff,
    LLMError,
    LLMRateLimited,
    LLMRefused,
    LLMUnavailable,
    QuotaScope,
)
from core.models.values import Edition, Focus, Language, LocalScore, Paper, ScoreKind
from core.store import Store
from tests.core.conftest import Clock
from tests.core.days import DAY, WISH, FakeSource, builders, paper, picked

FOCUS = WISH.focus
Answer = Mapping[int, int] | Exception


HOPES = dict.fromkeys((paper(number).id for number in range(1000)), 100)
"""Local scores that justify any score of a model."""


def rank_alike(papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
    return [LocalScore(paper_id=each.id, rank_score=0, score=60) for each in papers]


class Looks:
    """Answers look by look, with scores by paper number; or raises. The last answer repeats."""

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
        context: CallContext = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        self.asked.append(([each.id for each in papers], context.urgency))
        self.anchors.append(anchors)
        answer = self._answers.popleft() if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        look = len(self.asked)
        asked = {each.id for each in papers}
        known = {paper(number).id: score for number, score in answer.items()}
        return Judgement(
            tuple(
                Judged(i, score, f"第 {look} 次：{i}", "m")
                for i, score in known.items()
                if i in asked
            )
        )


def builder(store: Store, clock: Clock, looks: Looks, *numbers: int) -> DigestBuilder:
    source = FakeSource(days={DAY: [paper(number) for number in numbers]})
    return builders(store, clock)(source, judge=looks, rank=rank_alike)


async def build(store: Store, clock: Clock, looks: Looks, *numbers: int) -> Edition:
    return await builder(store, clock, looks, *numbers).build(DAY, WISH)


async def test_a_shortlist_is_asked_about_as_a_whole_and_apart_with_what_can_be_spared(
    store: Store, clock: Clock
) -> None:
    looks = Looks({1: 90, 2: 70}, {1: 80, 2: 75})
    edition = await build(store, clock, looks, 1, 2)
    one, two = "2603.00001", "2603.00002"
    assert looks.asked == [
        ([one, two], Urgency.DIGEST),
        ([one], Urgency.RETRY),
        ([two], Urgency.RETRY),
    ]
    assert [(pick.paper.id, pick.score, pick.reason) for pick in edition.digest.picks] == [
        (one, 80, f"第 2 次：{one}"),
        (two, 70, f"第 1 次：{two}"),
    ]


async def test_what_is_said_is_remembered(store: Store, clock: Clock) -> None:
    first = await build(store, clock, Looks({1: 90, 2: 70}), 1, 2)
    looks = Looks({})
    again = await builder(store, clock, looks, 1, 2).build(DAY, WISH, force=True)
    assert looks.asked == []
    assert again.digest.picks == first.digest.picks


async def test_without_a_budget_to_spare_the_first_look_counts_and_nothing_is_said(
    store: Store, clock: Clock
) -> None:
    gone = LLMRateLimited("none left", scope=QuotaScope.DAY)
    edition = await build(store, clock, Looks({1: 62, 2: 40}, gone), 1, 2)
    assert picked(edition) == ["2603.00001"]
    assert edition.digest.notes == ()


@pytest.mark.parametrize("error", [LLMBadAnswer("rubbish"), LLMCutOff("long"), LLMRefused("no")])
async def test_one_paper_that_spoils_the_question_for_all_spoils_no_other(
    store: Store, clock: Clock, error: LLMError
) -> None:
    looks = Looks(error, {1: 80}, error)
    edition = await build(store, clock, looks, 1, 2)
    [pick, _] = edition.digest.picks
    assert (pick.paper.id, pick.score, pick.kind) == ("2603.00001", 80, ScoreKind.LLM)
    assert [note.count for note in edition.digest.notes] == [1], "the other one waits"


@pytest.mark.parametrize(
    "error", [LLMUnavailable("503"), LLMRateLimited("none left", scope=QuotaScope.DAY)]
)
async def test_a_model_that_cannot_answer_is_asked_once(
    store: Store, clock: Clock, error: LLMError
) -> None:
    looks = Looks(error)
    await build(store, clock, looks, 1, 2, 3)
    assert len(looks.asked) == 1


async def scored_before(store: Store, *scores: int, language: Language = "zh") -> list[Paper]:
    """Have papers scored; return them."""
    old = [
        paper(900 + n, abstract=f"Sentence {n} says it. Another one.") for n in range(len(scores))
    ]
    await store.papers.put(old)
    looks = Looks({900 + n: score for n, score in enumerate(scores)})
    local = {paper(900 + n).id: score for n, score in enumerate(scores)}
    await Judging(store.scores, store.papers, looks).asked(
        old, FOCUS, language, ORDINARY, threshold=60, local=local
    )
    return old


async def anchors_for(
    store: Store, *papers: Paper, language: Language = "zh"
) -> list[tuple[str, int, str]]:
    looks = Looks({})
    await Judging(store.scores, store.papers, looks).asked(
        papers, FOCUS, language, ORDINARY, threshold=60, local=HOPES
    )
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


async def test_an_anchor_has_the_score_that_counts(store: Store) -> None:
    old = [paper(900, abstract="Sentence 0 says it."), paper(901)]
    await store.papers.put(old)
    looks = Looks({900: 100, 901: 20}, {900: 84, 901: 20})
    local = {each.id: 70 for each in old}
    await Judging(store.scores, store.papers, looks).asked(
        old, FOCUS, "zh", ORDINARY, threshold=60, local=local
    )
    assert ("2603.00900", 84, "Sentence 0 says it.") in await anchors_for(store, paper(1))


async def test_in_a_question_apart_nothing_is_shown_for_scale(store: Store) -> None:
    await scored_before(store, 86)
    for papers in ([paper(1)], [paper(1), paper(2)]):
        looks = Looks({})
        await Judging(store.scores, store.papers, looks).asked(
            papers, FOCUS, "zh", ORDINARY, threshold=60, local=HOPES
        )
        first, *apart = looks.anchors
        assert first
        assert apart == [()] * len(papers)


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
    await Judging(store.scores, store.papers, Looks({1: 70})).asked(
        [today], FOCUS, "zh", ORDINARY, threshold=60, local=HOPES
    )
    known = await Judging(store.scores, store.papers, Looks()).known([today], FOCUS, "zh")
    assert known[today.id].score == 70
