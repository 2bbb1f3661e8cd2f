"""Readers' own lists, from the store and back into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

import pytest

from core.judge.anchors import Anchor
from core.judge.answers import Judged
from core.judge.judge import Judgement
from core.llm import ORDINARY, CallContext, Urgency
from core.models.chat import Chat, ChatKind
from core.models.errors import LLMUnavailable
from core.models.feedback import FeedbackEvent, FeedbackKind
from core.models.values import Focus, Language, LocalScore, NoteKind, OwnList, Paper, ScoreKind
from core.personal.engine import ListEngine
from core.personal.list_builder import ListBuilder
from core.score.local import load_ranker
from core.store import Store
from tests.core.conftest import Clock
from tests.core.days import scorer
from tests.core.personal.papers import BASE, DAY, PAPERS, chat

USUAL = Focus(interests=("图像修复",))


@cache
def engine() -> ListEngine:
    return ListEngine(load_ranker())


@dataclass
class Model:
    """Scores what it is asked about, and writes down for whom."""

    scores: Mapping[str, int]
    broken_after: int = 99
    asked: list[tuple[str, Language, Urgency]] = field(default_factory=list)
    version: str = "v"
    models: Sequence[str] = ("m",)

    async def judge(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        context: CallContext = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        self.asked.append((focus.text, language, context.urgency))
        if len(self.asked) > self.broken_after:
            raise LLMUnavailable("gone")
        return Judgement(
            tuple(
                Judged(paper.id, self.scores.get(paper.id, 20), f"模型：{paper.id}", "m")
                for paper in papers
            )
        )


def all_alike(papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
    return [LocalScore(paper_id=paper.id, rank_score=0, score=70) for paper in papers]


def maker(
    store: Store, clock: Clock, model: Model | None = None, *, most_calls: int = 8
) -> ListBuilder:
    return ListBuilder(
        chats=store.chats,
        lists=store.lists,
        papers=store.papers,
        history=store.history,
        feedback=store.feedback,
        meanings=store.meanings,
        usage=store.usage,
        scorer=scorer(store, all_alike, model),
        engine=engine,
        usual=USUAL,
        top_n=2,
        most_calls=most_calls,
        now=clock,
    )


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.papers.put(PAPERS.values())
    return store


async def join(store: Store, *chats: Chat) -> None:
    for item in chats:
        await store.chats.join(item)


async def like(store: Store, clock: Clock, person: int, *papers: str) -> None:
    for paper_id in papers:
        await store.feedback.put(FeedbackEvent(person, paper_id, FeedbackKind.LIKE, clock()))


async def lists(store: Store, day: date = DAY) -> dict[int, OwnList]:
    found = {chat_id: await store.lists.get(day, chat_id) for chat_id in range(1, 10)}
    return {chat_id: own for chat_id, own in found.items() if own}


def picks(own: OwnList) -> list[str]:
    return [listed.id for listed in own.picks]


async def test_only_who_wants_something_else_gets_an_own_list(filled: Store, clock: Clock) -> None:
    await join(filled, chat(1), chat(2, "Gaussian splatting"), chat(3), chat(4, paused=True))
    await like(filled, clock, 3, "splat-old")

    assert await maker(filled, clock).make_all(BASE) == 2

    made = await lists(filled)
    assert sorted(made) == [2, 3]
    assert picks(made[2]) == ["splat"]
    assert made[2].picks[0].kind is ScoreKind.LOCAL
    assert "Gaussian splatting" in made[2].picks[0].reason
    assert [note.kind for note in made[2].notes] == [NoteKind.OWN_TOPICS]


async def test_a_list_is_made_once(filled: Store, clock: Clock) -> None:
    await join(filled, chat(2, "Gaussian splatting"))
    making = maker(filled, clock)
    assert await making.make_all(BASE) == 1
    assert await making.make_all(BASE) == 0


async def test_a_like_brings_its_kind_and_says_so(filled: Store, clock: Clock) -> None:
    await join(filled, chat(3))
    await like(filled, clock, 3, "splat-old")

    await maker(filled, clock).make_all(BASE)

    own = (await lists(filled))[3]
    there = [*own.picks, *own.others]
    (splat,) = [listed for listed in there if listed.id == "splat"]
    assert splat.reason.startswith("因为你赞了《Gaussian splatting for static rooms》")


async def test_what_a_reader_had_does_not_come_again(filled: Store, clock: Clock) -> None:
    await join(filled, chat(2, "Gaussian splatting"))
    making = maker(filled, clock)
    await making.make_all(BASE)
    clock.now += timedelta(days=1)
    tomorrow = BASE.model_copy(update={"day": DAY + timedelta(days=1)})

    await making.make_all(tomorrow)

    assert picks((await lists(filled, tomorrow.day))[2]) == []


async def test_avoided_topics_stay_away(filled: Store, clock: Clock) -> None:
    wants = chat(2, "super-resolution")
    spares = replace(chat(3, "super-resolution"), avoided=("medical imaging",))
    await join(filled, wants, spares)

    await maker(filled, clock).make_all(BASE)

    made = await lists(filled)
    assert "mri" in picks(made[2])
    assert "mri" not in picks(made[3])


async def test_readers_of_one_circle_cost_one_call_and_the_biggest_is_first(
    filled: Store, clock: Clock
) -> None:
    model = Model({"splat": 91})
    await join(
        filled,
        chat(1, "birds"),
        chat(2, "Gaussian splatting"),
        chat(3, "3DGS"),
        chat(4, "gaussian splatting"),
    )

    await maker(filled, clock, model).make_all(BASE)

    made = await lists(filled)
    assert [asked for asked, _, _ in model.asked][:1] == ["gaussian splatting"]
    assert all(urgency is Urgency.RETRY for _, _, urgency in model.asked)
    for reader in (2, 4):
        assert made[reader].picks[0].score == 91
        assert made[reader].picks[0].reason == "模型：splat"
        assert made[reader].notes == ()


async def test_beyond_the_allowance_scores_are_local(filled: Store, clock: Clock) -> None:
    model = Model({"splat": 91})
    await join(
        filled, chat(1, "birds"), chat(2, "Gaussian splatting"), chat(4, "gaussian splatting")
    )

    making = maker(filled, clock, model, most_calls=1)
    await making.make_all(BASE)
    await join(filled, chat(5, "visual SLAM"))
    await making.make_all(BASE)

    made = await lists(filled)
    assert {asked for asked, _, _ in model.asked} == {"gaussian splatting"}
    assert made[2].picks[0].kind is ScoreKind.LLM
    assert {listed.kind for listed in made[1].picks} == {ScoreKind.LOCAL}


async def test_when_the_budget_is_gone_nobody_else_is_asked_for(
    filled: Store, clock: Clock
) -> None:
    model = Model({}, broken_after=0)
    await join(filled, chat(1, "birds"), chat(2, "Gaussian splatting"), chat(4, "visual SLAM"))

    await maker(filled, clock, model).make_all(BASE)

    assert len(model.asked) == 1
    assert sorted(await lists(filled)) == [1, 2, 4]


async def test_a_list_wanted_at_once_spends_no_call_but_knows_what_was_said(
    filled: Store, clock: Clock
) -> None:
    model = Model({"splat": 91})
    await join(filled, chat(2, "Gaussian splatting"))
    making = maker(filled, clock, model)
    await making.make_all(BASE)
    asked = len(model.asked)

    same = await making.make_one(BASE, chat(6, "gaussian splatting"))
    other = await making.make_one(BASE, chat(7, "birds"))

    assert len(model.asked) == asked
    assert same is not None
    assert same.picks[0].score == 91
    assert other is not None
    assert other.picks[0].kind is ScoreKind.LOCAL


async def test_without_papers_there_is_no_list(store: Store, clock: Clock) -> None:
    await join(store, chat(2, "Gaussian splatting"))
    making = maker(store, clock, Model({}))
    assert await making.make_all(BASE) == 0
    assert await making.make_one(BASE, chat(2, "Gaussian splatting")) is None


async def test_a_profile_gets_one_paper_from_outside_it(filled: Store, clock: Clock) -> None:
    await join(filled, chat(3, "Gaussian splatting"))
    await like(filled, clock, 3, *(f"splat-old{number}" for number in ("", 2, 3, 4, 5)))

    await maker(filled, clock).make_all(BASE)

    own = (await lists(filled))[3]
    assert own.beside is not None
    assert own.beside.id == "hot"
    assert "换换口味" in own.beside.reason
    assert own.beside.id not in [listed.id for listed in (*own.picks, *own.others)]


async def test_groups_have_topics_but_no_profile(filled: Store, clock: Clock) -> None:
    group = replace(chat(5, "birds"), chat_id=-5, kind=ChatKind.GROUP)
    await join(filled, group)
    await maker(filled, clock).make_all(BASE)
    own = await filled.lists.get(DAY, -5)
    assert own is not None
    assert picks(own) == ["birds"]


async def test_what_a_reader_has_said_something_of_is_no_news(filled: Store, clock: Clock) -> None:
    await join(filled, chat(2, "Gaussian splatting"))
    await like(filled, clock, 2, "splat")
    own = await maker(filled, clock).make_one(BASE, chat(2, "Gaussian splatting"))
    assert own is not None
    assert "splat" not in [listed.id for listed in (*own.picks, *own.others)]


async def test_a_score_is_placed_in_the_month_once_there_is_enough_to_compare(
    filled: Store, clock: Clock
) -> None:
    await join(filled, chat(2, "Gaussian splatting"))
    early = await maker(filled, clock).make_one(BASE, chat(2, "Gaussian splatting"))
    await filled.papers.put(
        PAPERS["birds"].model_copy(update={"id": f"b{n}", "listed": DAY - timedelta(days=9)})
        for n in range(90)
    )
    late = await maker(filled, clock).make_one(BASE, chat(2, "Gaussian splatting"))
    assert early is not None
    assert early.picks[0].top_share is None
    assert late is not None
    assert late.picks[0].top_share is not None
    assert late.picks[0].top_share < 0.1
