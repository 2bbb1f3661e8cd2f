"""How near a digest comes to what a free key's quotas allow, and how many 429s it earns.

    python -m tests.bench.quota

Judge, reader, planner, chain, ledger and google-genai are real; the Gemini is a loopback one that
enforces quotas, and time is simulated. Beside it, in the same world, the old way: one call per
paper, all at once, waiting as told at most twice.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar, cast

from bot.chains import SPARE_CALLS
from core.analyze.model_reader import ModelReader
from core.judge.judge import ModelJudge, ScoresAnswer, paper_text
from core.judge.stored import Judging
from core.llm import ORDINARY, AnswerT, Asker, CallContext, Question, Reply, Urgency, Waiter
from core.llm.fence import interests
from core.llm.prompts import Prompts, load_prompts
from core.llm.quota.shares import Shares
from core.llm.quota_limits import QuotaLimits
from core.models.errors import LLMError, LLMRateLimited
from core.models.values import Document, Focus, Paper, Section, TextSource
from core.store import Store
from tests.bench.quota_bound import bound
from tests.servers.quotas import DAY, WINDOW, Arrival, Quotas, Refusal
from tests.simulation import WorkingModel
from tests.world import FLASH, FREE, LITE, READING, SCORING, World, open_world

START = datetime(2026, 3, 13, 12, 30, tzinfo=UTC)
FOCUS = Focus(interests=("flow matching", "image restoration", "diffusion"))
SIZES = ((15, 2), (60, 5), (200, 10))
READING_TOKENS = 60_000
"""As the product has it; the estimate is rather too high, the provider counts fewer."""
SCORING_TOKENS = 60_000
MOST_WAITS = 2
"""How often the old way obeys a 429."""
T = TypeVar("T")


def _reader(asker: Asker, prompts: Prompts) -> ModelReader:
    return ModelReader(asker, prompts["read"], max_input_tokens=READING_TOKENS, offload=at_once)


async def at_once(work: Callable[[], T], **_: object) -> T:
    """Do it here: simulated time does not know of threads."""
    return work()


@dataclass(frozen=True)
class Day:
    """What became of a digest."""

    scored: int
    """Papers with a model's score."""
    read: int
    makespan: float
    """Seconds until the last answer."""
    arrivals: tuple[Arrival, ...]
    refusals: tuple[Refusal, ...]
    scoring: tuple[int, ...]
    """Input tokens of the scoring calls let in, as the server counts."""
    reading: tuple[int, ...]

    def bound(self, quotas: Quotas) -> float:
        """Return the least time these calls could have taken."""
        return bound(
            self.scoring,
            self.reading,
            quotas,
            scoring_latency=SCORING,
            reading_latency=READING,
        )


def papers(number: int) -> list[Paper]:
    """Return candidates with abstracts of an ordinary length."""
    sentence = "We study flow matching for image restoration and report {} dB on test set {}. "
    return [
        Paper(
            id=f"2603.{n:05d}",
            title=f"Flow Matching for Restoration, Part {n}",
            abstract="".join(sentence.format(20 + k, n) for k in range(18)),
        )
        for n in range(number)
    ]


def document(paper: Paper) -> Document:
    """Return a full text that is longer than any reading."""
    line = (
        f"In {paper.id} the sampler takes a step along the learned velocity field of the flow, and "
        "the step is corrected by what the noise of the degraded picture says about its error. "
    )
    text = "\n\n".join(line * 4 for _ in range(70))
    names = ("Introduction", "Method", "Experiments", "Ablations", "Discussion", "Conclusion")
    sections = [
        Section(id=f"§{n}", title=name, level=1, text=text) for n, name in enumerate(names, 1)
    ]
    return Document(
        paper_id=paper.id, version=1, source=TextSource.ARXIV_HTML, sections=tuple(sections)
    )


async def planned(world: World, folder: Path, limits: QuotaLimits, size: tuple[int, int]) -> Day:
    """Make a digest of `size` (candidates, picks) as the product does."""
    candidates, picks = papers(size[0]), papers(size[1])
    prompts = load_prompts(files("prompts"))
    async with world.store(folder / "paperboy.db") as (_, log):
        chain = world.chain(log, limits, shares=Shares(digest=limits.rpd))
        judge = ModelJudge(
            chain, prompts["score"], max_input_tokens=SCORING_TOKENS, offload=at_once
        )
        reader = ModelReader(
            chain,
            prompts["read"],
            max_input_tokens=READING_TOKENS,
            offload=at_once,
        )

        async def score() -> int:
            return len((await judge.judge(candidates, FOCUS, "zh")).scores)

        return await _day(world, score, lambda: _read_all(world, reader, picks))


@dataclass(frozen=True)
class Ordinary:
    """What an ordinary day asks for."""

    shortlisted: int
    picks: int = 2
    lists: int = 0
    """Groups of readers with topics of their own."""
    is_apart: bool = True
    """Asked about in groups as well, as the product does."""


async def ordinary(
    world: World, folder: Path, day: Ordinary, models: Sequence[str]
) -> Counter[str]:
    """Make a digest and own lists with the product's shares; count papers scored and read."""
    candidates, prompts = papers(day.shortlisted), load_prompts(files("prompts"))
    local = dict.fromkeys((paper.id for paper in candidates), 70)
    async with world.store(folder / "paperboy.db") as (store, log):
        shares = Shares(digest=1 + day.picks + SPARE_CALLS)
        chain = world.chain(log, SETTINGS, shares=shares, models=models)
        judge = ModelJudge(
            chain, prompts["score"], max_input_tokens=SCORING_TOKENS, offload=at_once
        )
        working = _working(store, world)
        judging = Judging(working.scores, working.papers, judge)
        done: Counter[str] = Counter()

        async def score(focus: Focus, context: CallContext) -> int:
            try:
                if not day.is_apart:
                    return len((await judge.judge(candidates, focus, "zh", context)).scores)
                asked = judging.asked(candidates, focus, "zh", context, threshold=60, local=local)
                return len(await asked)
            except LLMError:
                return 0

        async def run() -> None:
            done["scored"] = await score(FOCUS, ORDINARY)
            done["read"] = await _read_all(world, _reader(chain, prompts), candidates[: day.picks])
            for number in range(day.lists):
                focus = Focus(interests=(f"topic {number}",))
                done["lists"] += bool(await score(focus, CallContext(Urgency.RETRY)))

        await world.clock.run(run())
    return done


def _working(store: Store, world: World) -> Store:
    """Return what judging uses of a store, for use on simulated time."""

    def working(method: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def call(*args: object, **named: object) -> object:
            with world.clock.working():
                return await method(*args, **named)

        return call

    scores = SimpleNamespace(put=working(store.scores.put), recent=working(store.scores.recent))
    known = SimpleNamespace(get_many=working(store.papers.get_many))
    return cast("Store", SimpleNamespace(scores=scores, papers=known))


class OldWay:
    """Asks without a plan, and waits as told; an `Asker`."""

    def __init__(self, world: World) -> None:
        self._model: WorkingModel = world.model()
        self._world = world
        self.models = (self._model.name,)

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        """Return the answer; raise what the last attempt raised."""
        for _ in range(MOST_WAITS):
            try:
                return await self._model.ask(question, answer)
            except LLMRateLimited as error:
                wait = error.retry_after or timedelta(seconds=60)
                await self._world.clock.sleep(wait.total_seconds())
        return await self._model.ask(question, answer)


async def unplanned(world: World, size: tuple[int, int]) -> Day:
    """Make the same digest the old way: one call per paper, all at once."""
    prompts = load_prompts(files("prompts"))
    asker = OldWay(world)
    reader = ModelReader(asker, prompts["read"], max_input_tokens=READING_TOKENS, offload=at_once)

    async def score_one(paper: Paper) -> None:
        question = prompts["score"].fill(
            count="1",
            interests=interests(FOCUS),
            language="Chinese",
            papers=paper_text(paper),
            scale="",
        )
        await asker.ask(question, ScoresAnswer)

    async def score() -> int:
        return await _count_answered([score_one(paper) for paper in papers(size[0])])

    return await _day(world, score, lambda: _read_all(world, reader, papers(size[1])))


async def _read_all(world: World, reader: ModelReader, picks: Sequence[Paper]) -> int:
    now = world.clock.now()
    return await _count_answered(
        [reader.read(paper, document(paper), FOCUS, "zh", now=now) for paper in picks]
    )


async def _count_answered(asked: Sequence[Awaitable[object]]) -> int:
    async def is_answered(one: Awaitable[object]) -> bool:
        try:
            await one
        except LLMError:
            return False
        return True

    return sum(await asyncio.gather(*map(is_answered, asked)))


async def _day(
    world: World, score: Callable[[], Awaitable[int]], read: Callable[[], Awaitable[int]]
) -> Day:
    async def digest() -> tuple[int, int, int]:
        try:
            scored = await score()
        except LLMError:
            scored = 0
        return scored, len(world.meter.arrivals), await read()

    begin = world.clock.now()
    scored, calls, done = await world.clock.run(digest())
    arrivals = tuple(world.meter.arrivals)
    return Day(
        scored=scored,
        read=done,
        makespan=(world.clock.now() - begin).total_seconds(),
        arrivals=arrivals,
        refusals=tuple(world.meter.refusals),
        scoring=tuple(arrival.tokens for arrival in arrivals[:calls]),
        reading=tuple(arrival.tokens for arrival in arrivals[calls:]),
    )


def most_in_a_window(refusals: Sequence[Refusal]) -> Counter[str]:
    """Return the most 429s of each quota that fell into one of its windows."""
    most: Counter[str] = Counter()
    for first in refusals:
        end = first.at + (timedelta(days=1) if first.kind == DAY else WINDOW)
        same = (
            other for other in refusals if (other.kind, other.model) == (first.kind, first.model)
        )
        inside = sum(first.at <= other.at < end for other in same)
        most[first.kind] = max(most[first.kind], inside)
    return most


async def simulate(size: tuple[int, int], quotas: Quotas, limits: QuotaLimits | None) -> Day:
    """Make a digest in a world of its own; without `limits` the old way."""
    async with open_world(START, quotas) as world:
        if limits is None:
            return await unplanned(world, size)
        with tempfile.TemporaryDirectory() as folder:
            return await planned(world, Path(folder), limits, size)


SETTINGS = QuotaLimits(FREE.rpm, FREE.tpm, FREE.rpd)
SERVERS = {
    "as set": FREE,
    "2 RPM": replace(FREE, rpm=2),
    "100k TPM": replace(FREE, tpm=100_000),
    "10 RPD": replace(FREE, rpd=10),
    "all three": Quotas(rpm=2, tpm=100_000, rpd=10),
}


async def _main() -> None:
    print("Settings and server: 5 RPM, 250k TPM, 20 RPD\n")
    _head()
    for size in SIZES:
        day = await simulate(size, FREE, SETTINGS)
        _row("planned", size, FREE, day)
        _row("old way", size, FREE, await simulate(size, FREE, None))
    print(f"\nInput tokens of the last: scoring {max(day.scoring)}, reading {max(day.reading)}")
    print("\nSettings 5 RPM, 250k TPM, 20 RPD; the server allows less\n")
    _head()
    for name, quotas in SERVERS.items():
        _row(name, SIZES[-1], quotas, await simulate(SIZES[-1], quotas, SETTINGS))
    print("\nSettings 0 (unlimited); the server allows as named\n")
    _head()
    for name, quotas in SERVERS.items():
        name = "5/250k/20" if quotas == FREE else name
        _row(name, SIZES[-1], quotas, await simulate(SIZES[-1], quotas, QuotaLimits()))
    await _ordinary_days()


ORDINARY_DAYS = (
    Ordinary(15, is_apart=False),
    Ordinary(15),
    Ordinary(30, is_apart=False),
    Ordinary(30),
    Ordinary(30, lists=8, is_apart=False),
    Ordinary(30, lists=8),
)


async def _ordinary_days() -> None:
    print("\nAn ordinary day of a free key, shares as the product's: one question for a shortlist,")
    print("and with the groups that keep papers apart; calls by model\n")
    for models in ((FLASH,), (FLASH, LITE)):
        for day in ORDINARY_DAYS:
            async with open_world(START, FREE) as world:
                with tempfile.TemporaryDirectory() as folder:
                    begin = world.clock.now()
                    done = await ordinary(world, Path(folder), day, models)
                took = (world.clock.now() - begin).total_seconds()
                calls = Counter(arrival.model for arrival in world.meter.arrivals)
            print(
                f"{day.shortlisted:3} shortlisted, {day.lists} lists,"
                f" {'in groups' if day.is_apart else 'as one   '}: "
                f" {', '.join(f'{calls[model]:3} {model}' for model in models)};"
                f" {done['scored']} scored, {done['read']} read, {done['lists']} lists scored;"
                f" {took:.0f} s; {len(world.meter.refusals)} 429s"
            )


COLUMNS = "{:10} {:>9} {:>6} {:>8} {:>6} {:>9} {:>7} {:>7} {:>5}  {}"


def _head() -> None:
    print(
        COLUMNS.format(
            "", "size", "calls", "scored", "read", "makespan", "bound", "ratio", "429s",
            "most 429s in one window; left for tomorrow",
        )
    )  # fmt: skip


def _row(name: str, size: tuple[int, int], quotas: Quotas, day: Day) -> None:
    least = day.bound(quotas)
    remarks = [f"{kind} {number}" for kind, number in most_in_a_window(day.refusals).items()]
    if (left := size[0] - day.scored) > 0:
        remarks.append(f"{left} scores left")
    if (left := size[1] - day.read) > 0:
        remarks.append(f"{left} readings left")
    print(
        COLUMNS.format(
            name,
            f"{size[0]}, {size[1]}",
            len(day.arrivals),
            day.scored,
            day.read,
            f"{day.makespan:.0f} s",
            f"{least:.0f} s",
            f"{day.makespan / least:.3f}" if least else "-",
            len(day.refusals),
            "; ".join(remarks) or "-",
        )
    )


def main() -> None:
    """Print the tables."""
    asyncio.run(_main())


if __name__ == "__main__":
    main()
