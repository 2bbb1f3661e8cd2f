"""How many inventions the checker catches and how many truths it marks.

`python -m tests.bench.reading`: papers made with a seed and printed as LaTeXML page, Markdown and
two-column PDF, then read by our parsers; abstracts of real papers with statements worded by hand
(`reading_worded`); more abstracts and a real survey with `--data`. Statements are true or invented
on purpose (`reading_claims`, `reading_inventions`, `reading_real`). Seed 1 was used while the
checker was written, so the default is another.
"""

import argparse
import collections
import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.analyze.check.checker import Checker, CheckResult
from core.models.values import Document
from tests.bench.reading_claims import Claim, true_claims
from tests.bench.reading_inventions import invented_claims
from tests.bench.reading_papers import make
from tests.bench.reading_print import printed
from tests.bench.reading_real import FILLER, real_claims
from tests.bench.reading_worded import worded_claims

AIMS = {"caught": 0.98, "marked": 0.02}
Judged = tuple[str, Claim, CheckResult]


def judged(papers: int, seed: int) -> Iterator[Judged]:
    """Yield every statement on made-up papers with its verdict."""
    rng = random.Random(seed)
    for number in range(papers):
        paper = make(rng, FILLER)
        how = ("html", "markdown", "pdf")[number % 3]
        document = printed(paper, how)
        yield from _judged(
            how, document, paper.title, [*true_claims(paper, rng), *invented_claims(paper, rng)]
        )


def _judged(
    where: str, document: Document, title: str, claims: Iterable[Claim]
) -> Iterator[Judged]:
    checker = Checker(document, title)
    for claim in claims:
        yield where, claim, checker.check(claim.text, [claim.quote], claim.section)


def show(results: list[Judged], *, examples: int) -> None:
    """Print recall by kind of invention, and the share of truths marked, by language and text."""
    columns = sorted(
        {where for where, _, _ in results}, key=lambda w: (w not in ("html", "markdown", "pdf"), w)
    )
    print(
        f"{'share caught or marked':26}"
        + "".join(f"{c:>12}" for c in ("zh", "en", *columns, "all", "of"))
    )
    kinds = sorted({claim.planted for _, claim, _ in results}, key=lambda kind: (not kind, kind))
    for kind in kinds[1:] if not kinds[0] else kinds:
        if kind:
            _row(kind, [r for r in results if r[1].planted == kind], columns)
    planted = [r for r in results if r[1].planted]
    true = [r for r in results if not r[1].planted]
    _row("all inventions: caught", planted, columns)
    _row("true statements: marked", true, columns)
    caught = sum(not verdict.is_verified for _, _, verdict in planted)
    marked = sum(not verdict.is_verified for _, _, verdict in true)
    precision = caught / max(1, caught + marked)
    print(f"precision {precision:.3f}, recall {caught / len(planted):.3f} (aim {AIMS['caught']}), "
          f"true statements marked {marked / len(true):.3f} (aim {AIMS['marked']})")  # fmt: skip
    for title, wrong in (
        ("missed", [r for r in planted if r[2].is_verified]),
        ("marked", [r for r in true if not r[2].is_verified]),
    ):
        for where, claim, verdict in wrong[:examples]:
            print(
                f"  {title} [{where} {claim.kind} {claim.planted}] {claim.text}"
                f" <- {claim.quote[:160]} : {verdict.status} {verdict.doubtful}"
            )


def _row(name: str, rows: list[Judged], columns: list[str]) -> None:
    def share(chosen: list[Judged]) -> str:
        return (
            f"{sum(not r[2].is_verified for r in chosen) / len(chosen):12.3f}"
            if chosen
            else f"{'-':>12}"
        )

    parts = [share([r for r in rows if r[1].language == language]) for language in ("zh", "en")]
    parts += [share([r for r in rows if r[0] == column]) for column in columns]
    print(f"{name:26}{''.join(parts)}{share(rows)}{len(rows):12}")


def speed() -> None:
    """Print how long thirty statements take against a long paper."""
    rng = random.Random(5)
    papers = [make(rng, FILLER) for _ in range(40)]
    whole = papers[0]
    for other in papers[1:]:
        whole.blocks.extend(other.blocks)
    document = printed(whole, "markdown")
    claims = list(true_claims(whole, rng))[:30]
    start = time.perf_counter()
    checker = Checker(document, whole.title)
    for claim in claims[:1]:
        checker.check(claim.text, [claim.quote])
    middle = time.perf_counter()
    for claim in claims:
        checker.check(claim.text, [claim.quote])
    end = time.perf_counter()
    print(
        f"{document.characters:,} characters: cut and first statement {middle - start:.2f} s,"
        f" {len(claims)} statements {end - middle:.2f} s"
    )


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--papers", type=int, default=60)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--data", type=Path, help="folder with relevance/ and fulltext/")
    parser.add_argument("--examples", type=int, default=0, help="wrong verdicts to print")
    given = parser.parse_args()
    results = list(judged(given.papers, given.seed))
    print(f"{given.papers} made-up papers, seed {given.seed}")
    show(results, examples=given.examples)
    worded = [
        result
        for where, document, title, claims in worded_claims()
        for result in _judged(where, document, title, claims)
    ]
    print("\nworded by hand")
    show(worded, examples=given.examples)
    if given.data:
        counts: collections.Counter[str] = collections.Counter()
        real: list[Judged] = []
        for where, document, title, claims in real_claims(given.data, given.seed):
            counts[where] += 1
            real += _judged(where, document, title, claims)
        print("\nreal texts: " + ", ".join(f"{n} {where}" for where, n in counts.items()))
        show(real, examples=given.examples)
    speed()


if __name__ == "__main__":
    main()
