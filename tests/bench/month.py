"""A month of mornings with fifty readers: what topics, taps and a model's scores bring, and cost.

    python -m tests.bench.month --data DIR [--readers 50] [--mornings 28]

DIR holds `relevance/papers.jsonl.gz` and `readers/readers_dev.jsonl`. A reader is one of the public
lists, with its name as topic; several readers keep the same list. So that every morning holds
something for most of them, a morning is a real week's papers. All else is real: the store, the
lists, the profile. Readers tap with the probabilities below; the model is simulated (it sees what
the list's keeper saw, with noise), its questions are the real prompt's, and their price Google's.

Printed: nDCG@10 of the list as a reader sees it, per week, over readers who could have found
something; and calls, tokens and dollars with and without circles.
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np

from core.judge.anchors import Anchor
from core.judge.answers import Judged
from core.judge.judge import Judgement, paper_text
from core.llm import ORDINARY, CallContext
from core.llm.fence import interests
from core.llm.prices import Price, load_prices
from core.llm.prompts import load_prompts
from core.llm.tokens import estimate_tokens
from core.models.chat import Chat, ChatKind
from core.models.feedback import FeedbackEvent, FeedbackKind
from core.models.usage import Usage
from core.models.values import Digest, Focus, Language, OwnList, Paper
from core.personal.engine import ListEngine
from core.personal.list_builder import ListBuilder
from core.score.local import load_ranker
from core.store import Store, open_store
from tests.bench.relevance_data import read_papers, week
from tests.bench.relevance_readers import LIST_NAMES
from tests.core.days import scorer

START = date(2026, 3, 1)
USUAL = Focus(
    interests=(
        "image restoration",
        "masked autoregressive",
        "flow matching",
        "super-resolution",
        "diffusion",
        "image generation",
    )
)
PICKED, BELOW, WRONG = 0.9, 0.5, 0.2
"""How often a reader likes what fits among the picks, among the runners-up, and dislikes a pick
that does not fit."""
TOP_N = 5
PRICED = "gemini-2.5-flash"
ANSWER_TOKENS = 70
"""Output of one score with its reason."""


@dataclass(frozen=True)
class Keeper:
    """A simulated reader."""

    chat_id: int
    topic: str
    likes: frozenset[str]


@dataclass
class Clock:
    """Stands where it is put."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Model:
    """Scores as the keepers of the lists would, give or take; counts what it costs."""

    liked_for: Mapping[tuple[str, ...], frozenset[str]]
    chance: random.Random
    version: str = "v"
    models: Sequence[str] = (PRICED,)
    calls: int = 0
    usage: Usage = field(default_factory=Usage)

    async def judge(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        context: CallContext = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        self.calls += 1
        asked = question_tokens(papers, focus, anchors)
        self.usage = Usage(
            self.usage.input_tokens + asked,
            self.usage.output_tokens + ANSWER_TOKENS * len(papers),
        )
        liked = self.liked_for.get(tuple(sorted(topic.casefold() for topic in focus.interests)), ())
        return Judgement(
            tuple(
                Judged(paper.id, self._score(paper.id in liked), "why", PRICED) for paper in papers
            )
        )

    def _score(self, is_liked: bool) -> int:
        centre, spread = (78, 10) if is_liked else (42, 16)
        return int(np.clip(round(self.chance.gauss(centre, spread)), 0, 100))


def question_tokens(papers: Sequence[Paper], focus: Focus, anchors: Sequence[Anchor]) -> int:
    """Return the tokens of the real question."""
    filled = load_prompts(files("prompts"))["score"].fill(
        count=str(len(papers)),
        interests=interests(focus),
        language="Chinese",
        papers="\n".join(map(paper_text, papers)),
        scale="\n".join(f"- {known.score}: {known.title}. {known.summary}" for known in anchors),
    )
    return estimate_tokens(filled.system + filled.text)


# --- readers and mornings ---------------------------------------------------------------------


def read_keepers(path: Path, known: set[str], number: int) -> list[Keeper]:
    """Return readers, the lists taking turns."""
    lists = []
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        likes = frozenset(like["id"] for like in raw["likes"]) & known
        section = raw["section"]
        topic = LIST_NAMES.get(raw["curator"], section) if section == "ALL" else section
        if len(likes) >= 30:
            lists.append((topic, likes))
    return [Keeper(place + 1, *lists[place % len(lists)]) for place in range(number)]


def mornings(papers: Sequence[Paper], number: int) -> dict[date, list[Paper]]:
    """Return the last weeks before the split, each as one morning."""
    weeks: dict[tuple[int, int], list[Paper]] = defaultdict(list)
    for paper in papers:
        if paper.listed is not None and paper.listed < date(2025, 9, 1):
            weeks[week(paper)].append(paper)
    last = sorted(weeks)[-number - 1 : -1]  # the split cuts the last one
    return {
        (day := START + timedelta(days=place)): [
            paper.model_copy(update={"listed": day}) for paper in weeks[key]
        ]
        for place, key in enumerate(last)
    }


def ndcg(shown: Sequence[str], wanted: set[str]) -> float:
    """Return nDCG@10 of a list."""
    gains = [1 / np.log2(place + 2) for place in range(10)]
    found = sum(gain for gain, paper in zip(gains, shown, strict=False) if paper in wanted)
    return float(found / sum(gains[: min(10, len(wanted))]))


# --- a month ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arm:
    """What readers have in one run."""

    name: str
    has_topics: bool = True
    taps: bool = True
    most_calls: int = 0


@dataclass
class Month:
    """One run of all mornings."""

    arm: Arm
    keepers: Sequence[Keeper]
    days: Mapping[date, Sequence[Paper]]
    engine: ListEngine

    async def run(self, folder: Path) -> tuple[list[float], Model]:
        """Return nDCG@10 by week, and the model with what it cost."""
        clock, chance = Clock(datetime(2026, 2, 1, tzinfo=UTC)), random.Random(7)
        model = Model(self._liked_for(), chance)
        values: dict[int, list[float]] = defaultdict(list)
        async with open_store(f"sqlite:///{folder}/month.db", now=clock) as store:
            for keeper in self.keepers:
                await store.chats.join(self._chat(keeper))
            making = ListBuilder(
                chats=store.chats,
                lists=store.lists,
                papers=store.papers,
                history=store.history,
                feedback=store.feedback,
                meanings=store.meanings,
                usage=store.usage,
                scorer=scorer(store, lambda *_: [], model),
                engine=lambda: self.engine,
                usual=USUAL,
                top_n=TOP_N,
                most_calls=self.arm.most_calls,
                now=clock,
            )
            for place, (day, papers) in enumerate(self.days.items()):
                clock.now = datetime.combine(day, time(0, 30), UTC)
                await store.papers.put(papers)
                await making.make_all(_base(day))
                for keeper in self.keepers:
                    value = await self._daily_jobs(store, keeper, day, chance, clock)
                    values[place // 7] += [value] if value is not None else []
        return [float(np.mean(values[number])) for number in sorted(values)], model

    async def _daily_jobs(
        self, store: Store, keeper: Keeper, day: date, chance: random.Random, clock: Clock
    ) -> float | None:
        """Let a reader read and tap; return how good the list was."""
        own = await store.lists.get(day, keeper.chat_id)
        wanted = {paper.id for paper in self.days[day]} & keeper.likes
        if own is None or not wanted:
            return None
        if self.arm.taps:
            for kind, paper_id in _taps(own, keeper, chance):
                await store.feedback.put(FeedbackEvent(keeper.chat_id, paper_id, kind, clock()))
        return ndcg([listed.id for listed in (*own.picks, *own.others)], wanted)

    def _chat(self, keeper: Keeper) -> Chat:
        joined = datetime(2026, 2, 1, tzinfo=UTC)
        topics = (keeper.topic,) if self.arm.has_topics else USUAL.interests
        chat = Chat(keeper.chat_id, ChatKind.PRIVATE, "zh", time(8, 30), "Asia/Shanghai", joined)
        return replace(chat, interests=topics)

    def _liked_for(self) -> dict[tuple[str, ...], frozenset[str]]:
        found: dict[tuple[str, ...], frozenset[str]] = {}
        for keeper in self.keepers:
            key = (keeper.topic.casefold(),)
            found[key] = found.get(key, frozenset()) | keeper.likes
        return found


def _taps(own: OwnList, keeper: Keeper, chance: random.Random) -> list[tuple[FeedbackKind, str]]:
    """Return what a reader says of a list."""
    said = []
    for listed, often in [(i, PICKED) for i in own.picks] + [(i, BELOW) for i in own.others]:
        if listed.id in keeper.likes:
            said += [(FeedbackKind.LIKE, listed.id)] if chance.random() < often else []
        elif often == PICKED and chance.random() < WRONG:
            said.append((FeedbackKind.DISLIKE, listed.id))
    return said


def _base(day: date) -> Digest:
    return Digest(
        day=day,
        audience="main",
        language="zh",
        focus=USUAL,
        threshold=60,
        scanned=(),
        candidates=1,
        picks=(),
        others=(),
        created_at=datetime.combine(day, time(0, 0), UTC),
    )


def price() -> Price:
    """Return the priced model's line of the table."""
    return next(
        line
        for line in load_prices(files("core.llm.providers.gemini") / "prices.toml").price
        if line.model == PRICED
    )


ARMS = (
    Arm("the digest's topics", has_topics=False, taps=False),
    Arm("own topics", taps=False),
    Arm("own topics, taps"),
    Arm("the digest's topics, taps", has_topics=False),
    Arm("own topics, taps, model for 8 circles", most_calls=8),
    Arm("own topics, taps, model for all circles", most_calls=10_000),
)


async def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--mornings", type=int, default=28)
    given = parser.parse_args()
    papers = read_papers(given.data / "relevance" / "papers.jsonl.gz")
    days = mornings(papers, given.mornings)
    known = {paper.id for paper in papers}
    keepers = read_keepers(given.data / "readers" / "readers_dev.jsonl", known, given.readers)
    engine = ListEngine(load_ranker())
    print(
        f"{len(keepers)} readers of {len({k.topic for k in keepers})} lists, {len(days)} mornings"
        f" of {np.mean([len(p) for p in days.values()]):.0f} papers"
    )
    print(f"{'nDCG@10 of what is shown':<42} " + " ".join(f"week {n}" for n in range(1, 5)))
    costs = []
    for arm in ARMS:
        with tempfile.TemporaryDirectory() as folder:
            weekly, model = await Month(arm, keepers, days, engine).run(Path(folder))
        print(f"{arm.name:<42} " + " ".join(f"{value:6.3f}" for value in weekly), flush=True)
        costs.append((arm, model))
    print(f"\n{'model, whole month':<42} {'calls':>6} {'input':>9} {'output':>8} {'USD':>7}")
    for arm, model in costs:
        if model.calls:
            print(_cost(arm.name, model.calls, model.usage))
    calls = len(keepers) * len(days)
    each = costs[-1][1]
    share = calls / each.calls
    alone = Usage(int(each.usage.input_tokens * share), int(each.usage.output_tokens * share))
    print(_cost("one call a reader, without circles", calls, alone))


def _cost(name: str, calls: int, usage: Usage) -> str:
    return (
        f"{name:<42} {calls:>6} {usage.input_tokens:>9} {usage.output_tokens:>8}"
        f" {price().of(usage):>7.2f}"
    )


if __name__ == "__main__":
    asyncio.run(main())
