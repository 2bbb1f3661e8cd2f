"""How good the local ranking is, beside baselines in the same run.

    python tests/bench/relevance.py --data DIR [--papers FILE] [--readers] [--stability]

DIR holds `relevance/` (papers.jsonl.gz, topics.json, qrels_dev.tsv) and, for `--readers`,
`readers/readers_dev.jsonl`. The ranker is what `paperboy rank` uses, fed with one string through
`parse_focus`. Per topic the candidates are the papers inside the topic's window and before the
split; the query is `name + ". " + query`. "week" ranks each ISO week that holds a listed paper by
itself, as a digest does, and takes the mean. Labels are incomplete: compare rows of one run.
"""

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import bm25s
import ir_measures
import numpy as np
from ir_measures import AP, P, Qrel, ScoredDoc, nDCG
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from core.models import Focus, Paper
from core.score.calibrate import PHRASES, SENSE, WORDS
from core.score.expansion import load as load_glossary
from core.score.index import PaperIndex
from core.score.local import Ranker, load_ranker, rank_index
from core.score.text import parse_focus

MEASURES = (nDCG @ 10, AP, P @ 5)
Scores = Mapping[str, float]
System = Callable[["Pool", "Topic"], Scores]


@dataclass(frozen=True)
class Topic:
    """A labelled interest."""

    key: str
    name: str
    query: str
    keywords: tuple[str, ...]
    group: str
    window: tuple[str, str]
    split: str

    @property
    def text(self) -> str:
        """The query of the protocol."""
        return f"{self.name}. {self.query}"


# --- data -------------------------------------------------------------------------------------


def read_papers(path: Path) -> list[Paper]:
    """Return the papers of a file, with the day they were announced."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [
        Paper(
            id=record["id"],
            title=record["title"][:500],
            abstract=record["abstract"],
            listed=date.fromisoformat(record["date"]),
        )
        for record in records
    ]


def read_topics(path: Path) -> list[Topic]:
    """Return the topics; weak and automatic labels flatter words and are a group of their own."""
    topics = []
    for key, raw in json.loads(path.read_text(encoding="utf-8")).items():
        curated = raw["label_kind"].startswith("curated")
        group = "core six" if raw["core"] else "curated" if curated else "weak+auto"
        topics.append(
            Topic(
                key=key,
                name=raw["name"],
                query=raw["query"],
                keywords=tuple(raw["keywords"]),
                group=group,
                window=tuple(raw["window"]),
                split=raw["split_date"],
            )
        )
    return topics


def read_labels(path: Path) -> dict[str, dict[str, int]]:
    """Return grades by topic and paper."""
    labels: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        topic, _, paper, grade, _ = line.split("\t")
        labels[topic][paper] = int(grade)
    return dict(labels)


class Pool:
    """Candidates, counted once for all topics that share them."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.papers = sorted(papers, key=lambda paper: paper.id)

    @cached_property
    def weeks(self) -> list["Pool"]:
        """The same papers by ISO week."""
        weeks: dict[tuple[int, int], list[Paper]] = defaultdict(list)
        for paper in self.papers:
            weeks[week(paper)].append(paper)
        return [Pool(papers) for papers in weeks.values()]

    @cached_property
    def bm25(self) -> bm25s.BM25:
        """bm25s as it comes."""
        texts = [text_of(paper) for paper in self.papers]
        engine = bm25s.BM25()
        engine.index(
            bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False
        )
        return engine

    @cached_property
    def tfidf(self) -> tuple[TfidfVectorizer, Any]:
        """scikit-learn's TF-IDF; with logarithmic counts, without which it is much weaker."""
        vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
        return vectorizer, vectorizer.fit_transform([text_of(paper) for paper in self.papers])

    @cached_property
    def index(self) -> PaperIndex:
        """Ours."""
        return PaperIndex(self.papers)


class Pools:
    """The candidates of each topic: papers on which its labels are complete enough."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._papers = list(papers)
        self._pools: dict[tuple[str, ...], Pool] = {}

    def __getitem__(self, topic: Topic) -> Pool:
        days = sorted({str(paper.listed) for paper in self._papers})
        first, last = topic.window
        key = tuple(day for day in days if first <= day <= last and day < topic.split)
        if key not in self._pools:
            self._pools[key] = Pool(p for p in self._papers if str(p.listed) in set(key))
        return self._pools[key]


def week(paper: Paper) -> tuple[int, int]:
    """Return the ISO week a paper was announced in."""
    if paper.listed is None:
        raise ValueError(f"{paper.id} has no date")
    year, number, _ = paper.listed.isocalendar()
    return year, number


# --- systems ----------------------------------------------------------------------------------


def text_of(paper: Paper) -> str:
    """Return what the baselines read."""
    return f"{paper.title}. {paper.abstract}"


def newest(pool: Pool, topic: Topic) -> Scores:
    """Newest first."""
    return {paper.id: (paper.listed or date.min).toordinal() for paper in pool.papers}


def phrase(pool: Pool, topic: Topic) -> Scores:
    """Count the topic's keywords, three times in the title; newest first among equals."""
    scores = {}
    for paper in pool.papers:
        title, abstract = paper.title.lower(), paper.abstract.lower()
        hits = sum(3 * title.count(word) + abstract.count(word) for word in topic.keywords)
        scores[paper.id] = hits + (paper.listed or date.min).toordinal() / 1e7
    return scores


def plain_bm25(pool: Pool, topic: Topic) -> Scores:
    """bm25s as it comes."""
    asked = bm25s.tokenize([topic.text], stopwords="en", return_ids=False, show_progress=False)
    scores = pool.bm25.get_scores(asked[0])
    return {paper.id: float(score) for paper, score in zip(pool.papers, scores, strict=True)}


def plain_tfidf(pool: Pool, topic: Topic) -> Scores:
    """Cosine of scikit-learn's TF-IDF."""
    vectorizer, rows = pool.tfidf
    scores = (rows @ vectorizer.transform([topic.text]).T).toarray().ravel()
    return {paper.id: float(score) for paper, score in zip(pool.papers, scores, strict=True)}


def ours(pool: Pool, topic: Topic, *, focus: Callable[[Topic], Focus]) -> Scores:
    """What `paperboy rank` prints."""
    return {score.paper_id: score.rank_score for score in rank_index(pool.index, focus(topic))}


# --- measuring --------------------------------------------------------------------------------


def measure(scores: Scores, labels: Mapping[str, int]) -> list[float]:
    """Return nDCG@10, AP and P@5 of one ranking, ties by id."""
    # ir-measures breaks ties in its own way: scores by rank leave it none to break.
    order = sorted(scores, key=lambda key: (-scores[key], key))
    run = [ScoredDoc("t", key, float(-rank)) for rank, key in enumerate(order)]
    qrels = [Qrel("t", key, grade) for key, grade in labels.items() if key in scores]
    found = ir_measures.calc_aggregate(MEASURES, qrels, run)
    return [float(found[measure]) for measure in MEASURES]


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
        means = np.mean(rows, axis=0)
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


# --- readers ----------------------------------------------------------------------------------

LIKES = (0, 1, 3, 5, 10, 20)
LIST_NAMES = {
    "wangkai930418": "Diffusion models",
    "Harbinzzy": "All-in-one image restoration",
    "showlab": "Video diffusion",
    "ChaofanTao": "Autoregressive models in vision",
    "ChaofWang": "Super-resolution",
    "Foruck": "Human motion",
}
"""What a list without sections is about, from its repository's name."""


def print_readers(path: Path, papers: Sequence[Paper], ranker: Ranker) -> None:
    """Print the mean weekly nDCG@10 after k likes, ours beside logistic regression on TF-IDF."""
    by_id = {paper.id: paper for paper in papers}
    readers = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    readers = [reader for reader in readers if reader["n_likes"] >= 30]
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    vectorizer.fit([text_of(paper) for paper in papers])
    systems = {
        "logistic regression": partial(_by_regression, vectorizer=vectorizer),
        "ours": partial(_by_taste, ranker=ranker),
        "ours, no dislikes": partial(_by_taste, ranker=ranker, with_dislikes=False),
    }
    print(f"\nReaders ({len(readers)}), mean weekly nDCG@10 after {LIKES} likes")
    for name, system in systems.items():
        means = [
            np.mean([_weekly(reader, by_id, number, system) for reader in readers])
            for number in LIKES
        ]
        print(f"  {name:<22} " + "  ".join(f"{mean:.3f}" for mean in means), flush=True)


def _weekly(reader: Any, by_id: Mapping[str, Paper], number: int, system: Any) -> float:
    likes = [like["id"] for like in sorted(reader["likes"], key=lambda like: like["liked_at"])]
    likes = [key for key in likes if key in by_id]
    unlisted: dict[tuple[int, int], list[str]] = defaultdict(list)
    for shown in reader["shown_not_liked"] + reader["hard_not_listed"]:
        if shown["id"] in by_id:
            unlisted[week(by_id[shown["id"]])].append(shown["id"])
    trained = {week(by_id[key]) for key in likes[:number]}
    train = [by_id[key] for key in likes[:number]]
    against = [by_id[key] for key in sorted({k for w in trained for k in unlisted[w]})]
    later: dict[tuple[int, int], set[str]] = defaultdict(set)
    for key in likes[number:]:
        if week(by_id[key]) > max(trained, default=(0, 0)):
            later[week(by_id[key])].add(key)
    section = reader["section"]
    focus = parse_focus(LIST_NAMES[reader["curator"]] if section == "ALL" else section)
    values = []
    for number_of_week, wanted in later.items():
        keys = sorted(wanted.union(unlisted[number_of_week]))
        scores = system([by_id[key] for key in keys], focus, train, against)
        values.append(measure(scores, dict.fromkeys(wanted, 1))[0])
    return float(np.mean(values)) if values else float("nan")


def _by_regression(
    shown: Sequence[Paper],
    focus: Focus,
    likes: Sequence[Paper],
    against: Sequence[Paper],
    *,
    vectorizer: TfidfVectorizer,
) -> Scores:
    rows = vectorizer.transform([text_of(paper) for paper in shown])
    if likes:
        known = vectorizer.transform([text_of(paper) for paper in (*likes, *against)])
        labels = [1] * len(likes) + [0] * len(against)
        model = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
        scores = model.fit(known, labels).decision_function(rows)
    else:
        scores = (rows @ vectorizer.transform([focus.text]).T).toarray().ravel()
    return {paper.id: float(score) for paper, score in zip(shown, scores, strict=True)}


def _by_taste(
    shown: Sequence[Paper],
    focus: Focus,
    likes: Sequence[Paper],
    against: Sequence[Paper],
    *,
    ranker: Ranker,
    with_dislikes: bool = True,
) -> Scores:
    dislikes = against if with_dislikes else ()
    ranking = ranker(shown, focus, likes=likes, dislikes=dislikes)
    return {score.paper_id: score.rank_score for score in ranking}


# --- program ----------------------------------------------------------------------------------


def main() -> None:
    """Print the table, the calibration and, if asked, the readers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--papers", type=Path, help="another pool than relevance/papers.jsonl.gz")
    parser.add_argument("--readers", action="store_true", help="also after likes (minutes)")
    parser.add_argument("--topics", action="store_true", help="also each topic by itself")
    parser.add_argument("--stability", action="store_true", help="refit without each topic")
    given = parser.parse_args()

    folder = given.data / "relevance"
    papers = read_papers(given.papers or folder / "papers.jsonl.gz")
    topics = read_topics(folder / "topics.json")
    labels = read_labels(folder / "qrels_dev.tsv")
    pools = Pools(papers)
    systems: dict[str, System] = {
        "newest first": newest,
        "phrase match": phrase,
        "BM25 (bm25s)": plain_bm25,
        "TF-IDF cosine (sklearn)": plain_tfidf,
        "ours": partial(ours, focus=by_text),
        "ours, focus = name only": partial(ours, focus=by_name),
    }
    heading()
    for name, system in systems.items():
        results = {
            topic.key: evaluate(system, pools[topic], topic, labels[topic.key]) for topic in topics
        }
        show(name, results, topics)
        if given.topics:
            for topic in topics:
                cells = " ".join(f"{value:.2f}" for value in results[topic.key])
                print(f"    {topic.key:<24} {cells}")
    print_calibration(pools, topics, labels)
    if given.stability:
        print_stability(pools, topics, labels)
    if given.readers:
        print_readers(given.data / "readers" / "readers_dev.jsonl", papers, load_ranker())
    sys.stdout.flush()


if __name__ == "__main__":
    main()
