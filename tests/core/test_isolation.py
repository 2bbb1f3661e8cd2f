"""A model obeys whatever any paper in its question says: what becomes of scores and picks."""

import re
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest

from core.digest.gather import Candidates
from core.digest.score import Scorer
from core.injection.detect import quarantined
from core.judge.isolation import RISE, VOTES
from core.judge.judge import ModelJudge, ScoresAnswer
from core.llm import ORDINARY, Question, Reply, Waiter
from core.llm.prompts import load_prompts
from core.models.errors import LLMBadAnswer, LLMCutOff, LLMError, LLMRefused
from core.models.progress import unwatched
from core.models.usage import Usage
from core.models.values import Paper
from core.store import Store, open_store
from tests.core.conftest import Clock
from tests.core.days import DAY, WISH, paper, rank_by_number
from tests.core.days import scorer as of_days
from tests.databases import fresh

ATTACKS = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "attacks" / "obeyed.toml").read_text(encoding="utf-8")
)["attack"]
PROMPT = load_prompts(files("prompts"))["score"]
HONEST = {95: 92, 90: 40, 85: 78, 80: 90, 75: 30, 70: 66, 65: 74, 60: 45, 58: 71, 30: 20, 20: 35}
"""By local score: what the model says of a paper that says nothing to it."""


def name_of(local: int) -> str:
    return paper(local).id


class Gullible:
    """Gives honest scores, unless the speaker is in the question: then whatever it wants."""

    models = ("gullible",)

    def __init__(
        self,
        speaker: str,
        *,
        others: int | LLMError | None = 0,
        honest: Mapping[int, int] = HONEST,
    ) -> None:
        self.questions: list[list[str]] = []
        self._honest = honest
        self._speaker = speaker
        self._others = others
        """What the speaker wants of its neighbours; None: left out; an error: no answer at all."""

    async def ask(
        self, question: Question, answer: type[ScoresAnswer], context: Waiter = ORDINARY
    ) -> Reply[ScoresAnswer]:
        ids = re.findall(r'<paper id="([^"]+)">', question.text)
        self.questions.append(ids)
        # By its id: it is obeyed even where its sentence was found and taken out.
        obeys = self._speaker in question.text
        if obeys and isinstance(self._others, LLMError):
            raise self._others
        scores = [self._score(each, obeys=obeys) for each in ids]
        return Reply(answer(scores=[score for score in scores if score]), "gullible", Usage())

    def _score(self, paper_id: str, *, obeys: bool) -> Mapping[str, object] | None:
        score: object = self._honest[int(paper_id[-3:])]
        if obeys:
            score = 100 if paper_id == self._speaker else self._others
        return (
            {"id": paper_id, "score": score, "reason": "与图像修复相符。"}
            if score is not None
            else None
        )


@asynccontextmanager
async def scorer(
    folder: Path, model: Gullible, clock: Clock
) -> AsyncIterator[tuple[Scorer, Store]]:
    folder.mkdir()
    judge = ModelJudge(model, PROMPT, max_input_tokens=60_000)
    async with open_store(fresh(folder), now=clock) as store:
        yield of_days(store, rank_by_number, judge), store


async def in_the_digest(
    folder: Path, model: Gullible, papers: Sequence[Paper], clock: Clock
) -> dict[str, int]:
    """Return what papers are worth in the digest."""
    async with scorer(folder, model, clock) as (scoring, store):
        await store.papers.put(papers)
        scored = await scoring.score(
            Candidates(tuple(papers), tuple(papers), frozenset(paper.id for paper in papers)),
            DAY,
            WISH,
            unwatched,
            ORDINARY,
            widen=False,
        )
    return {item.paper.id: item.score for item in scored.papers}


async def in_lists(
    folder: Path, model: Gullible, papers: Sequence[Paper], clock: Clock
) -> dict[str, int]:
    """Return what the model makes papers worth in readers' own lists."""
    async with scorer(folder, model, clock) as (scoring, _):
        shared = await scoring.shared(papers, WISH.focus, "zh", ORDINARY, threshold=WISH.threshold)
    return {paper_id: stored.score for paper_id, stored in shared.items()}


PLACES = pytest.mark.parametrize("scores", [in_the_digest, in_lists])
Find = Callable[[Path, Gullible, Sequence[Paper], Clock], Awaitable[dict[str, int]]]
PAPERS = [paper(local, abstract="We deblur.") for local in HONEST]
DEMANDS = [0, 35, 55, 65, 100, None, LLMBadAnswer("rubbish"), LLMRefused("no"), LLMCutOff("long")]


@PLACES
@pytest.mark.parametrize("others", DEMANDS, ids=str)
async def test_who_speaks_lifts_itself_a_little_and_takes_from_others_what_a_model_gave_at_most(
    tmp_path: Path, clock: Clock, others: int | LLMError | None, scores: Find
) -> None:
    for local in (95, 60, 20):
        speaker = name_of(local)
        model = Gullible(speaker, others=others)
        attack = ATTACKS[local % len(ATTACKS)]["text"]
        said = [
            each.model_copy(update={"abstract": f"{each.abstract} {attack}"})
            if each.id == speaker
            else each
            for each in reversed(PAPERS)
        ]
        obeyed = await scores(tmp_path / str(local), model, said, clock)

        assert obeyed.get(speaker, 0) <= local + RISE
        for each in HONEST.keys() - {local}:
            alone = min(HONEST[each], each + RISE)
            assert min(each, alone) <= obeyed[name_of(each)] <= max(each, alone)


@PLACES
async def test_without_a_speaker_neither_order_nor_who_else_is_there_moves_a_score(
    tmp_path: Path, clock: Clock, scores: Find
) -> None:
    model = Gullible("nobody")
    honest = await scores(tmp_path / "all", model, PAPERS, clock)
    assert honest == {name_of(each): min(score, each + RISE) for each, score in HONEST.items()}
    for number, left_out in enumerate(PAPERS):
        others = [*PAPERS[number + 1 :], *PAPERS[:number]]
        found = await scores(tmp_path / str(number), model, others, clock)
        assert found == {each: score for each, score in honest.items() if each != left_out.id}


async def test_what_is_shown_for_scale_moves_a_score_no_further(
    tmp_path: Path, clock: Clock
) -> None:
    """It stands in a month's questions: also beside a paper that is asked about alone."""
    speaker = paper(99, title="Speaker", abstract="It says much.")
    model = Gullible("Speaker", others=0, honest={99: 85, **HONEST})
    async with scorer(tmp_path / "day", model, clock) as (scoring, store):
        await store.papers.put([speaker])
        ask = partial(
            scoring.shared, focus=WISH.focus, language="zh", context=ORDINARY, threshold=60
        )
        await ask([speaker])
        for papers in (PAPERS[:1], PAPERS[2:]):
            found = await ask(papers)
            for each in papers:
                local = int(each.id[-3:])
                assert min(local, HONEST[local]) <= found[each.id].score <= local + RISE


async def test_calls_of_a_day(tmp_path: Path, clock: Clock) -> None:
    """One question for all, and the fewest that keep any two papers apart."""
    for number, calls in ((1, 1), (2, 3), (10, 6), (15, 7), (20, 7), (30, 8)):
        papers = [paper(70 + each, abstract="We deblur.") for each in range(number)]
        model = Gullible("nobody", honest={70 + each: 75 for each in range(number)})
        async with scorer(tmp_path / str(number), model, clock) as (scoring, _):
            await scoring.shared(papers, WISH.focus, "zh", ORDINARY, threshold=60)
        assert len(model.questions) == calls


@PLACES
async def test_who_people_vouch_for_may_rise_above_what_words_show(
    tmp_path: Path, clock: Clock, scores: Find
) -> None:
    """Words alone miss a paper that says the same in others; its readers do not."""
    model = Gullible("nobody", honest={**HONEST, 20: 91})
    gem = name_of(20)
    papers = [each for each in PAPERS if each.id != gem]
    for votes, score in ((VOTES - 1, 20 + RISE), (VOTES, 91)):
        voted = paper(20, abstract="We deblur.", upvotes=votes)
        assert (await scores(tmp_path / str(votes), model, [*papers, voted], clock))[gem] == score


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["name"])
def test_the_words_reach_the_question(attack: Mapping[str, str]) -> None:
    """Or obeying them would be no danger, and the tests above would show nothing."""
    assert quarantined(attack["text"]).text == attack["text"]
