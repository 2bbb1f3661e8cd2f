"""How fast a day's papers are ranked for thousands of readers, beside one reader at a time.

    python -m tests.bench.crowd [--readers 10000] [--papers 500] [--marks 10]

Every reader has a focus of their own: one to four topics of the glossary's names, in either
language, every fourth one joined of two names that nobody else joins. "marks" gives each reader
that many likes among 2,000 earlier papers. "lists" also chooses and words each reader's dozen
papers, as the morning does. The baseline is `rank_index`, once per reader, on a sample. Memory is
the process' growth at its peak.
"""

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from itertools import cycle, islice

from bot.demo.replay import load_days
from core.models.values import Focus, Paper
from core.personal.engine import ListEngine
from core.personal.values import Person, Rules
from core.score.batch_ranker import BatchRanker, RankedReader
from core.score.index import PaperIndex
from core.score.local import load_ranker, rank_index
from core.text.glossary import Glossary

SAMPLE = 100
"""Readers the baseline ranks for."""


def bundled(number: int, prefix: str) -> list[Paper]:
    """Return papers made of the bundled days': the same texts under new ids."""
    records = [record for _, record in load_days().announced()]
    return [
        Paper(id=f"{prefix}{place}", title=record["title"][:500], abstract=record["abstract"])
        for place, record in enumerate(islice(cycle(records), number))
    ]


def focuses(number: int, glossary: Glossary, chance: random.Random) -> list[Focus]:
    """Return as many different focuses."""
    names = sorted({name for entry in glossary.entries for name in (*entry.names, *entry.zh)})

    def topic() -> str:
        joined = chance.random() < 0.25
        return " ".join(chance.sample(names, 2)) if joined else chance.choice(names)

    found: dict[Focus, None] = {}
    while len(found) < number:
        topics = tuple(sorted({topic() for _ in range(chance.randint(1, 4))}))
        found[Focus(interests=topics)] = None
    return list(found)


def timed(work: Callable[[], object]) -> float:
    """Return how long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def consume(items: Iterable[object]) -> int:
    """Return how many there are, keeping none."""
    return sum(1 for _ in items)


def peak() -> float:
    """Return the process' peak memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--papers", type=int, default=500)
    parser.add_argument("--marks", type=int, default=10)
    given = parser.parse_args()
    chance = random.Random(5)
    ranker = load_ranker()
    papers, earlier = bundled(given.papers, "p"), bundled(2_000, "m")
    wanted = focuses(given.readers, ranker.glossary, chance)
    topics = {topic for focus in wanted for topic in focus.interests}
    print(f"{len(papers)} papers, {len(wanted)} different focuses of {len(topics)} topics")

    def marks() -> dict[str, float]:
        return {paper.id: chance.choice((1.0, 1.0, -1.0)) for paper in chance.sample(earlier, n)}

    n = given.marks
    tastes = [marks() for _ in wanted]

    def rank(number: int, *, marked: bool) -> float:
        def work() -> int:
            crowd = BatchRanker(papers, background=ranker.background, glossary=ranker.glossary)
            readers = (
                RankedReader(focus, taste if marked else {})
                for focus, taste in zip(wanted[:number], tastes, strict=False)
            )
            return consume(crowd.rank(readers, earlier if marked else ()))

        return timed(work)

    def lists() -> object:
        engine = ListEngine(ranker)
        crowd, month = engine.batch(papers), engine.batch(earlier[:400])
        people = [
            Person(chat_id=number, language="zh", focus=focus)
            for number, focus in enumerate(wanted)
        ]
        rules = Rules(date(2026, 3, 13), 60, 2, [], {})
        now = datetime(2026, 3, 13, tzinfo=UTC)
        return [
            engine.lists(crowd, month, people[start : start + 500], [], rules, now)
            for start in range(0, len(people), 500)
        ]

    index = PaperIndex(papers, ranker.background)
    alone = timed(
        lambda: [rank_index(index, focus, glossary=ranker.glossary) for focus in wanted[:SAMPLE]]
    )
    each = alone / min(SAMPLE, len(wanted))
    print(f"one at a time (rank_index)        {1000 * each:7.2f} ms a reader  x1.00")
    before = peak()
    for name, seconds, count in (
        ("a tenth of them", rank(given.readers // 10, marked=False), given.readers // 10),
        ("all", rank(given.readers, marked=False), given.readers),
        (f"all, {n} marks each", rank(given.readers, marked=True), given.readers),
    ):
        a_reader = seconds / max(1, count)
        print(
            f"{name:<20} {seconds:6.2f} s      {1000 * a_reader:7.2f} ms a reader  "
            f"x{a_reader / each:.3f}",
            flush=True,
        )
    print(f"memory grew by {peak() - before:.0f} MB, to {peak():.0f} MB")
    print(
        f"{'chosen, worded, placed':<22} {timed(lists):6.2f} s (10,000 lists kept: {peak():.0f} MB)"
    )


if __name__ == "__main__":
    main()
