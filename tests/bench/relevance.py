"""How good the local ranking is, beside baselines in the same run.

    python -m tests.bench.relevance --data DIR [--papers FILE] [--topics] [--stability]
        [--half chosen|held] [--likes]

DIR holds `relevance/` (papers.jsonl.gz, topics.json, qrels_dev.tsv) and
`readers/readers_dev.jsonl`. The ranker is what `paperboy rank` uses, fed with one string through
`parse_focus`. Per topic the candidates are the papers inside the topic's window and before the
split; the query is `name + ". " + query`. "week" ranks each ISO week that holds a listed paper by
itself, as a digest does, and takes the mean; its nDCG is the main figure. "unknown" takes away what
the package knows of a topic's name. Paired intervals are a bootstrap over topics. `--half` keeps to
the curated topics that weights may be chosen on, or to those kept aside (`Topic.is_held`); `mllm`,
whose labels are no labels, is left out. Labels are incomplete: compare rows of one run.
"""

import argparse
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from core.models.values import Focus
from core.score.calibrate import PHRASES, SENSE, WORDS
from core.score.index import PaperIndex
from core.score.local import load_ranker, rank_index
from core.text.glossary import load as load_glossary
from core.text.words import parse_focus
from tests.bench.relevance_data import Pool, Pools, Topic, read_labels, read_papers, read_topics
from tests.bench.relevance_likes import print_likes
from tests.bench.relevance_readers import interval, print_readers
from tests.bench.relevance_systems import (
    System,
    measure,
    newest,
    ours,
    phrase,
    plain_bm25,
    plain_tfidf,
    unknown,
)


def evaluate(system: System, pool: Pool, topic: Topic, labels: Mapping[str, int]) -> list[float]:
    """Return the three measures over the whole window, then the means over its weeks."""
    weekly = [
        measure(system(week, topic), labels)
        for week in pool.weeks
        if any(paper.id in labels for paper in week.papers)
    ]
    means = [float(mean) for mean in np.mean(weekly, axis=0)]
    return measure(system(pool, topic), labels) + means


def show(name: str, results: Mapping[str, list[float]], topics: Sequence[Topic]) -> None:
    """Print one system's means per group."""
    cells = []
    for group in ("core six", "curated", "weak+auto", ""):
        rows = [results[topic.key] for topic in topics if group in ("", topic.group)]
        means = np.mean(rows, axis=0) if rows else np.full(6, np.nan)
        cells.append(" ".join(f"{value:.3f}"[1:] if value < 1 else "1.0 " for value in means))
    print(f"{name:<26} | " + " | ".join(cells), flush=True)


def heading() -> None:
    """Print what the columns are."""
    columns = "nDCG MAP  P@5  week: same three"
    print(
        " " * 26
        + " | "
        + " | ".join(
            f"{group:<29}" for group in ("core six", "other curated", "weak+auto", "all topics")
        )
    )
    print(f"{'':<26} | " + " | ".join([f"{columns:<29}"[:29]] * 4))


def print_paired(found: Mapping[str, Mapping[str, list[float]]], topics: Sequence[Topic]) -> None:
    """Print how far ours is ahead of BM25, week by week, and how sure that is."""
    print("\nWeekly nDCG@10 ahead of BM25 (90 % of resampled topics)")
    for name in (name for name in found if name.startswith("ours")):
        for group in ("core six", "curated", ""):
            keys = [topic.key for topic in topics if group in ("", topic.group)]
            if keys:
                ahead = [found[name][key][3] - found["BM25 (bm25s)"][key][3] for key in keys]
                low, high = interval(np.asarray(ahead))
                mean = float(np.mean(ahead))
                print(f"  {name:<26} {group or 'all':<10} {mean:+.3f} ({low:+.3f} to {high:+.3f})")


def print_calibration(
    pools: Pools, topics: Sequence[Topic], labels: Mapping[str, Mapping[str, int]]
) -> None:
    """Print of how many papers above each of the rubric's steps a curator listed how many."""
    print("\nCalibration: of the papers scored at least S, how many are listed (labels: see above)")
    for form, focus in (("description", by_text), ("name only", by_name)):
        for group in ("core six", "curated", "weak+auto"):
            pairs: list[tuple[int, bool]] = []
            listed = 0
            for topic in topics:
                if topic.group != group:
                    continue
                scores = rank_index(pools[topic].index, focus(topic))
                pairs += [(score.score, score.paper_id in labels[topic.key]) for score in scores]
                listed += sum(score.paper_id in labels[topic.key] for score in scores)
            cells = []
            for least in (45, 60, 75, 90):
                above = [hit for value, hit in pairs if value >= least]
                precision = sum(above) / max(1, len(above))
                recall = sum(above) / max(1, listed)
                cells.append(f">={least}: {len(above):5d} {precision:4.0%} (finds {recall:4.0%})")
            print(f"  {form:<12} {group:<10} " + "   ".join(cells))


def by_text(topic: Topic) -> Focus:
    """The protocol's query, as one string on the command line."""
    return parse_focus(topic.text)


def by_name(topic: Topic) -> Focus:
    """The topic's name alone."""
    return parse_focus(topic.name)


def print_stability(
    pools: Pools, topics: Sequence[Topic], labels: Mapping[str, Mapping[str, int]]
) -> None:
    """Fit the weights of `calibrate` anew, and without each topic in turn; rank it with those."""
    evidence = {topic.key: _evidence(pools[topic].index, topic) for topic in topics}
    listed = {
        topic.key: [paper.id in labels[topic.key] for paper in pools[topic].papers] * 2
        for topic in topics
    }

    def fit(kept: Sequence[Topic]) -> LogisticRegression:
        rows = np.concatenate([evidence[topic.key] for topic in kept])
        hits = np.concatenate([listed[topic.key] for topic in kept])
        return LogisticRegression(C=1e3, max_iter=500).fit(rows, hits)

    models = {topic.key: fit([t for t in topics if t.key != topic.key]) for topic in topics}
    every = fit(topics)
    print("\nStability: weights of words, phrases, sense, and the start (in use: see calibrate)")
    print(f"  all topics     {every.coef_[0].round(2)} {every.intercept_.round(2)}")
    spread = np.std([[*model.coef_[0], *model.intercept_] for model in models.values()], axis=0)
    print(f"  one left out   deviates by {spread.round(2)}")
    for name, chosen in (("weights in use", None), ("fitted with it", every), ("without", models)):
        values = []
        for topic in topics:
            half = len(pools[topic].papers)
            model = chosen[topic.key] if isinstance(chosen, dict) else chosen
            weights = (WORDS, PHRASES, SENSE) if model is None else model.coef_[0]
            scores = evidence[topic.key][:half] @ np.asarray(weights)
            keys = [paper.id for paper in pools[topic].papers]
            values.append(measure(dict(zip(keys, scores, strict=True)), labels[topic.key]))
        means = " ".join(f"{value:.3f}" for value in np.mean(values, axis=0))
        print(f"  {name:<15} {means}  (without feedback)")


def _evidence(index: PaperIndex, topic: Topic) -> Any:
    """Return the evidence for the description, then for the name."""
    glossary = load_glossary()
    found = index.evidence([glossary.expand(topic.text), glossary.expand(topic.name)])
    both = [found.words, found.phrases, found.sense]
    return np.stack([part.T.ravel() for part in both], axis=1)


def main() -> None:
    """Print the table, the calibration and, if asked, the readers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--papers", type=Path, help="another pool than relevance/papers.jsonl.gz")
    parser.add_argument("--topics", action="store_true", help="also each topic by itself")
    parser.add_argument("--stability", action="store_true", help="refit without each topic")
    parser.add_argument("--half", choices=("chosen", "held"), help="only these topics")
    parser.add_argument("--likes", action="store_true", help="only simulated likes, by name")
    given = parser.parse_args()

    folder = given.data / "relevance"
    papers = read_papers(given.papers or folder / "papers.jsonl.gz")
    topics = [
        topic
        for topic in read_topics(folder / "topics.json")
        if topic.key != "mllm" and (not given.half or topic.is_held == (given.half == "held"))
    ]
    labels = read_labels(folder / "qrels_dev.tsv")
    pools = Pools(papers)
    if given.likes:
        print_likes(pools, topics, labels, load_ranker())
        return
    systems: dict[str, System] = {
        "newest first": newest,
        "phrase match": phrase,
        "BM25 (bm25s)": plain_bm25,
        "TF-IDF cosine (sklearn)": plain_tfidf,
        "ours": partial(ours, focus=by_text),
        "ours, focus = name only": partial(ours, focus=by_name),
        "ours, name, unknown": partial(unknown, focus=by_name),
        "ours, ... but portrayed": partial(unknown, focus=by_name, is_portrayed=True),
    }
    found: dict[str, dict[str, list[float]]] = {}
    heading()
    for name, system in systems.items():
        results = {
            topic.key: evaluate(system, pools[topic], topic, labels[topic.key]) for topic in topics
        }
        found[name] = results
        show(name, results, topics)
        if given.topics:
            for topic in topics:
                cells = " ".join(f"{value:.2f}" for value in results[topic.key])
                print(f"    {topic.key:<24} {cells}")
    print_paired(found, topics)
    print_calibration(pools, topics, labels)
    if given.stability:
        print_stability(pools, topics, labels)
    print_readers(given.data / "readers" / "readers_dev.jsonl", papers, load_ranker())


if __name__ == "__main__":
    main()
