"""How fast the local ranking is, as ratios to plain BM25 in the same run, and in seconds.

    python -m tests.bench.ranking_speed [PAPERS.jsonl[.gz]]

Without a file the bundled days' papers are used, repeated up to 15,000. BM25 (bm25s, as it comes)
reads, indexes and scores the same papers. Memory is the process' peak.
"""

import argparse
import gzip
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import bm25s

from bot.demo.replay import load_days
from core.models.values import Paper
from core.score.index import PaperIndex
from core.score.local import load_ranker, rank_index
from core.text.words import parse_focus

ONE = "Image restoration: denoising, deblurring, deraining, dehazing, low-light enhancement"
SIX = (
    "image restoration, super-resolution, masked autoregressive, flow matching, diffusion, "
    "image generation"
)


def read(path: Path) -> list[Paper]:
    """Return the papers of a file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [
        Paper(id=record["id"], title=record["title"][:500], abstract=record["abstract"])
        for record in records
    ]


def bundled(number: int) -> list[Paper]:
    """Return `number` papers made of the bundled days': the same texts under new ids."""
    records = [record for _, record in load_days().announced()]
    return [
        Paper(id=f"{place}", title=record["title"][:500], abstract=record["abstract"])
        for place, record in enumerate(islice(cycle(records), number))
    ]


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the shortest time: what the machine can do when nobody else uses it."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def plain_bm25(papers: Sequence[Paper]) -> object:
    """Tokenise, index and score with bm25s as it comes."""
    texts = [f"{paper.title}. {paper.abstract}" for paper in papers]
    engine = bm25s.BM25()
    engine.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    asked = bm25s.tokenize([ONE], stopwords="en", return_ids=False, show_progress=False)
    return engine.get_scores(asked[0])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("papers", type=Path, nargs="?")
    path = parser.parse_args().papers
    papers = read(path) if path else bundled(15_000)

    start = (
        "import time; start = time.perf_counter(); import core.score.local; "
        "print(time.perf_counter() - start)"
    )
    imported = subprocess.run(
        [sys.executable, "-c", start], capture_output=True, text=True, check=True
    ).stdout
    loaded = time.perf_counter()
    ranker = load_ranker()
    print(
        f"import core.score.local {float(imported):.2f} s, packaged data "
        f"{time.perf_counter() - loaded:.2f} s"
    )
    print(f"{'papers':>7} {'what':<28} {'seconds':>8} {'x BM25':>7}")
    for number, times in ((500, 5), (len(papers), 2)):
        some = papers[:number]
        base = best_of(times, partial(plain_bm25, some))
        index = PaperIndex(some)
        rows: dict[str, Callable[[], object]] = {
            "BM25": partial(plain_bm25, some),
            "ours, one focus": partial(ranker, some, parse_focus(ONE)),
            "ours, six interests": partial(ranker, some, parse_focus(SIX)),
            "ours, five likes": partial(ranker, some, parse_focus(ONE), likes=some[:5]),
            "another focus, same papers": partial(rank_index, index, parse_focus(ONE)),
        }
        for name, work in rows.items():
            seconds = best_of(times, work)
            print(f"{number:>7} {name:<28} {seconds:>8.3f} {seconds / base:>7.1f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB, papers and baseline included")


if __name__ == "__main__":
    main()
