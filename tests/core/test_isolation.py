"""A model obeys whatever any paper in its question says: what becomes of scores and picks."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from core.gathering import Candidates
from core.llm import ORDINARY, Question, Reply, Usage, Waiter
from core.llm.injection import quarantined
from core.llm.prompts import load_prompts
from core.models import Paper, ScoreKind
from core.progress import unwatched
from core.score.border import BAND
from core.score.isolation import FAR, RISE, VOTES
from core.score.judge import Judge, Scores
from core.scoring import Scorer
from core.store import open_store
from tests.core.conftest import Clock
from tests.core.days import DAY, WISH, paper, rank_by_number
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
        self, speaker: str, *, others: int | None = 0, honest: Mapping[int, int] = HONEST
    ) -> None:
        self.questions: list[list[str]] = []
        self._honest = honest
        self._speaker = speaker
        self._others = others
        """What the speaker wants of its neighbours; None: that they are left out."""

    async def ask(
        self, question: Question, answer: type[Scores], errand: Waiter = ORDINARY
    ) -> Reply[Scores]:
        ids = re.findall(r'<paper id="([^"]+)">', question.text)
        self.questions.append(ids)
        # By its id: it is obeyed even where its sentence was found and taken out.
        scores = [self._score(each, obeys=self._speaker in question.text) for each in ids]
        return Reply(answer(scores=[score for score in scores if score]), "gullible", Usage())

    def _score(self, paper_id: str, *, obeys: bool) -> Mapping[str, object] | None:
        score: int | None = self._honest[int(paper_id[-3:])]
        if obeys:
            score = 100 if paper_id == self._speaker else self._others
        return (
            {"id": paper_id, "score": score, "reason": "与图像修复相符。"}
            if score is not None
            else None
        )


async def scores(
    folder: Path, model: Gullible, papers: Sequence[Paper], clock: Clock
) -> dict[str, int]:
    """Return what a day's papers are worth after all looks."""
    judge = Judge(model, PROMPT, max_input_tokens=60_000)
    folder.mkdir()
    async with open_store(fresh(folder), now=clock) as store:
        await store.papers.put(papers)
        scored = await Scorer(store=store, rank=rank_by_number, judge=judge).score(
            Candidates(tuple(papers), tuple(papers), frozenset(paper.id for paper in papers)),
            DAY,
            WISH,
            unwatched,
            ORDINARY,
            widen=False,
        )
    assert all(item.kind is ScoreKind.LLM for item in scored.papers)
    return {item.paper.id: item.score for item in scored.papers}


def best(scores: Mapping[str, int], but: str) -> list[str]:
    """Return what would be picked, without one paper."""
    ranked = sorted(scores, key=lambda each: -scores[each])
    return [each for each in ranked if scores[each] >= WISH.threshold and each != but][:2]


PAPERS = [paper(local, abstract="We deblur.") for local in HONEST]
HOPED = {name_of(local) for local in HONEST if local >= WISH.threshold - 10}


@pytest.mark.parametrize("local", [95, 85, 60, 58, 30, 20], ids=lambda local: f"local {local}")
@pytest.mark.parametrize("others", [0, 35, 55, None], ids=["down", "lower", "below", "left out"])
async def test_who_speaks_lifts_itself_a_little_and_moves_nobody_hoped_for(
    tmp_path: Path, clock: Clock, local: int, others: int | None
) -> None:
    speaker = name_of(local)
    honest = await scores(tmp_path / "clean", Gullible("nobody"), PAPERS, clock)
    alone = [each for each in PAPERS if each.id != speaker]
    without = await scores(tmp_path / "without", Gullible("nobody"), alone, clock)
    # In any order, whatever the words: they are obeyed even where they were found and taken out.
    model = Gullible(speaker, others=others)
    attack = ATTACKS[local % len(ATTACKS)]["text"]
    said = [
        each.model_copy(update={"abstract": f"{each.abstract} {attack}"})
        if each.id == speaker
        else each
        for each in reversed(PAPERS)
    ]
    obeyed = await scores(tmp_path / "obeyed", model, said, clock)

    assert obeyed[speaker] <= local + RISE
    near = others is not None and abs(others - WISH.threshold) <= BAND
    for each in HOPED - {speaker}:
        assert honest[each] == without[each]
        assert abs(obeyed[each] - honest[each]) <= (FAR // 2 if near else 0), each
    assert best(obeyed, speaker) == best(honest, speaker) == best(without, speaker)
    assert len(model.questions) <= 3, "a question for all, and at most two looks"


async def test_a_day_without_a_speaker_costs_one_question(tmp_path: Path, clock: Clock) -> None:
    model = Gullible("nobody")
    await scores(tmp_path / "clean", model, PAPERS, clock)
    assert len(model.questions) == 1


async def test_a_neighbour_is_lifted_by_little(tmp_path: Path, clock: Clock) -> None:
    lifted = await scores(tmp_path / "day", Gullible(name_of(80), others=100), PAPERS, clock)
    for local in HONEST:
        assert lifted[name_of(local)] <= min(100, local + RISE)


async def test_who_people_vouch_for_may_rise_above_what_words_show(
    tmp_path: Path, clock: Clock
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
