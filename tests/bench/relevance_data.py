"""Labelled topics and the papers they choose from, see the data's README."""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import bm25s
from sklearn.feature_extraction.text import TfidfVectorizer

from core.models.values import Paper
from core.score.index import PaperIndex


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

    @property
    def is_held(self) -> bool:
        """Whether a topic is kept aside for one last measurement: nothing is chosen on it."""
        is_odd = hashlib.sha256(self.name.encode()).digest()[0] % 2 == 1
        return is_odd and self.group != "weak+auto"


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


def text_of(paper: Paper) -> str:
    """Return what the baselines read."""
    return f"{paper.title}. {paper.abstract}"
