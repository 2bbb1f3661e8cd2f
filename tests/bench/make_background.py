"""Make `core/score/background.json.gz` from a file of papers: term frequencies and term vectors.

    python tests/bench/make_background.py PAPERS.jsonl.gz --before 2025-09-01 --out FILE

PAPERS holds one JSON object a line with `title`, `abstract` and `date`. Only papers dated before
`--before` are used, so that later papers can be ranked as unseen. Deterministic: the same papers
give the same bytes.
"""

import argparse
import base64
import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from core.score.background import PAIR
from core.score.index import TITLE
from core.text.words import grams

ORIGIN = (
    "arXiv metadata (CC0 1.0): titles and abstracts of papers with cs.CV among their categories, "
    "announced {first} to {last}; made by tests/bench/make_background.py"
)
LEVELS = 7
"""Vectors are kept in four bits: -7..7."""


def read(path: Path, before: str) -> list[dict[str, str]]:
    """Return the papers dated before a day."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    return [paper for paper in papers if paper["date"] < before]


def count(papers: list[dict[str, str]]) -> list[Counter[str]]:
    """Return each paper's weighted gram counts."""
    counted = []
    for paper in papers:
        counts: Counter[str] = Counter(grams(paper["abstract"]))
        for gram in grams(paper["title"]):
            counts[gram] += int(TITLE)
        counted.append(counts)
    return counted


def vectors(
    counted: list[Counter[str]], terms: list[str], rarity: NDArray[np.float64], dimensions: int
) -> NDArray[np.float64]:
    """Return one row per term from a truncated SVD of the TF-IDF matrix (LSA)."""
    column = {term: number for number, term in enumerate(terms)}
    entries = [
        (row, column[gram], 1 + np.log(number))
        for row, counts in enumerate(counted)
        for gram, number in counts.items()
        if gram in column
    ]
    rows, columns, data = zip(*entries, strict=True)
    matrix = sparse.csr_matrix((data, (rows, columns)), (len(counted), len(terms)))
    weights = rarity * np.asarray([PAIR if " " in term else 1.0 for term in terms])
    weighted = matrix.multiply(weights).tocsr()
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    unit = sparse.diags(1 / np.maximum(norms, 1e-9)) @ weighted
    return np.asarray(TruncatedSVD(dimensions, n_iter=5, random_state=0).fit(unit).components_.T)


def pack(rows: NDArray[np.float64]) -> tuple[str, list[float]]:
    """Return the rows' directions in four bits a number, and their lengths."""
    norms = np.linalg.norm(rows, axis=1)
    unit = rows / np.maximum(norms, 1e-12)[:, None]
    # A third of the length is as far as one number of a row usually goes: finer steps below it.
    levels = np.clip(np.round(unit * LEVELS * 3), -LEVELS, LEVELS).astype(np.int8) + 8
    flat = levels.astype(np.uint8).ravel()
    packed = (flat[0::2] << 4) | flat[1::2]
    return base64.b64encode(packed.tobytes()).decode(), [float(f"{norm:.3g}") for norm in norms]


def main() -> None:
    """Read, count, pack, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--before", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--grams", type=int, default=8_000)
    parser.add_argument("--vectors", type=int, default=5_000)
    parser.add_argument("--dimensions", type=int, default=32)
    given = parser.parse_args()

    papers = read(given.papers, given.before)
    counted = count(papers)
    frequency: Counter[str] = Counter()
    for counts in counted:
        frequency.update(counts.keys())
    common = sorted(frequency, key=lambda gram: (-frequency[gram], gram))[: given.grams]
    # Words before pairs: a rare word ("dehaz") tells more than a usual pair ("wide rang").
    common.sort(key=lambda gram: " " in gram)
    terms = common[: given.vectors]
    rarity = np.asarray([np.log(1 + len(papers) / (frequency[term] + 0.5)) for term in terms])
    packed, norms = pack(vectors(counted, terms, rarity, given.dimensions))
    days = sorted(paper["date"] for paper in papers)
    singles = [sum(n for gram, n in counts.items() if " " not in gram) for counts in counted]
    table = {
        "origin": ORIGIN.format(first=days[0], last=days[-1]),
        "papers": len(papers),
        "length": round(float(np.mean(singles)), 1),
        # Half of the rarest listed gram: what is not listed is rarer than that, by how much
        # is not known, and a typing error should not weigh more than a coined name.
        "rarest": min(frequency[gram] for gram in common) / 2,
        "grams": common,
        "frequencies": [frequency[gram] for gram in common],
        "dimensions": given.dimensions,
        "norms": norms,
        "vectors": packed,
    }
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=False)
    given.out.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(papers)} papers, {len(common)} grams, {given.out.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
