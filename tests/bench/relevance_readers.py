"""How good a reader's own ranking is after a few likes, beside baselines in the same run.

A reader is a public list in time order: the first k likes train, with the unlisted papers of those
weeks against them; every later week is ranked. "first like" and "next nineteen" are gains in mean
weekly nDCG@10. The interval is a bootstrap over readers: there are few, and they differ.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from core.models.values import Focus, Paper
from core.score import calibrate, user_model
from core.score.batch_ranker import BatchRanker, RankedReader
from core.score.index import PaperIndex
from core.score.local import Ranker
from core.text.words import parse_focus
from tests.bench.relevance_data import text_of, week
from tests.bench.relevance_systems import measure

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
ROUNDS = 2_000
Week = tuple[int, int]
Scores = NDArray[np.float64]


class Texts:
    """TF-IDF rows of all papers, once."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.by_id = {paper.id: paper for paper in papers}
        self._row = {paper.id: row for row, paper in enumerate(papers)}
        self._vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
        self._rows = self._vectorizer.fit_transform([text_of(paper) for paper in papers])

    def rows(self, keys: Sequence[str]) -> Any:
        """Return the rows of some papers."""
        return self._rows[[self._row[key] for key in keys]]

    def query(self, text: str) -> Any:
        """Return a query's row."""
        return self._vectorizer.transform([text])


@dataclass(frozen=True)
class Candidates:
    """A week's papers for one reader."""

    keys: tuple[str, ...]
    wanted: frozenset[str]
    texts: Texts
    ranker: Ranker
    _odds: list[Scores] = field(default_factory=list)

    @cached_property
    def papers(self) -> list[Paper]:
        """The papers, in the order of the keys."""
        return [self.texts.by_id[key] for key in self.keys]

    def odds(self, focus: Focus) -> Scores:
        """Return our log-odds for the focus alone; `crowd` makes them as the bot does."""
        if not self._odds:
            background, glossary = self.ranker.background, self.ranker.glossary
            crowd = BatchRanker(self.papers, background=background, glossary=glossary)
            (ranking,) = crowd.rank([RankedReader(focus)])
            self._odds.append(np.asarray([ranking.odds[crowd.rows[key]] for key in self.keys]))
        return self._odds[0]


@dataclass
class Keeper:
    """A reader of the protocol."""

    focus: Focus
    likes: list[str]
    unlisted: Mapping[Week, list[str]]
    kinship: "Kinship"
    weeks: dict[Week, Candidates] = field(default_factory=dict)


class Kinship:
    """How alike a reader's papers are, by the features taste is learned from."""

    def __init__(self, papers: Sequence[Paper], ranker: Ranker) -> None:
        index = PaperIndex(papers, ranker.background)
        self._row = {paper.id: row for row, paper in enumerate(index.papers)}
        self._alike = index.alike(index)
        self._index, self._glossary = index, ranker.glossary
        self._odds: list[Scores] = []

    def between(self, some: Sequence[str], others: Sequence[str]) -> Scores:
        """Return how alike papers (rows) and others (columns) are."""
        rows, columns = [[self._row[key] for key in keys] for keys in (some, others)]
        return np.asarray(self._alike[np.ix_(rows, columns)])

    def asked(self, focus: Focus, keys: Sequence[str]) -> Scores:
        """Return the odds of a focus for some papers, seen by themselves."""
        if not self._odds:
            interests = [self._glossary.expand(topic) for topic in focus.interests]
            self._odds.append(calibrate.combine(calibrate.odds(self._index.evidence(interests))))
        return self._odds[0][[self._row[key] for key in keys]]


@dataclass(frozen=True)
class Taught:
    """What a system may know."""

    focus: Focus
    likes: Sequence[str]
    against: Sequence[str]
    texts: Texts
    kinship: Kinship


Ranking = Callable[[Candidates, Taught], Scores]


def newest(shown: Candidates, _taught: Taught) -> Scores:
    """Newest first."""
    return np.asarray([paper.listed.toordinal() if paper.listed else 0 for paper in shown.papers])


def query_only(shown: Candidates, taught: Taught) -> Scores:
    """Rank by bm25s as it comes; likes change nothing."""
    engine = bm25s.BM25()
    texts = [text_of(paper) for paper in shown.papers]
    engine.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    asked = bm25s.tokenize(
        [taught.focus.text], stopwords="en", return_ids=False, show_progress=False
    )
    return np.asarray(engine.get_scores(asked[0]), dtype=np.float64)


def rocchio(shown: Candidates, taught: Taught) -> Scores:
    """Cosine to the query and the mean of the likes, less the mean of the others."""
    rows = taught.texts.rows(shown.keys)
    scores = (rows @ taught.texts.query(taught.focus.text).T).toarray().ravel()
    for keys, weight in ((taught.likes, 0.75), (taught.against, -0.15)):
        if keys:
            centre = np.asarray(taught.texts.rows(keys).mean(axis=0)).ravel()
            scores = scores + weight * np.asarray(rows @ centre).ravel()
    return np.asarray(scores)


def regression(shown: Candidates, taught: Taught) -> Scores:
    """Rank by logistic regression on TF-IDF; before the first like, the query's cosine."""
    rows = taught.texts.rows(shown.keys)
    if not taught.likes:
        return np.asarray((rows @ taught.texts.query(taught.focus.text).T).toarray().ravel())
    known = taught.texts.rows([*taught.likes, *taught.against])
    labels = [1] * len(taught.likes) + [0] * len(taught.against)
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
    return np.asarray(model.fit(known, labels).decision_function(rows))


def ours(shown: Candidates, taught: Taught) -> Scores:
    """What the bot's own lists are made with."""
    odds = shown.odds(taught.focus)
    marked = [*taught.likes, *taught.against]
    if not marked:
        return odds
    weights = np.repeat([1.0, -1.0], [len(taught.likes), len(taught.against)])
    asked = taught.kinship.asked(taught.focus, marked)
    learned = user_model.learn(taught.kinship.between(marked, marked), weights, asked)
    return user_model.with_taste(odds, taught.kinship.between(shown.keys, marked), learned)


def without_dislikes(shown: Candidates, taught: Taught) -> Scores:
    """Ours, of a reader who only likes."""
    return ours(shown, replace(taught, against=()))


SYSTEMS: Mapping[str, Ranking] = {
    "newest first": newest,
    "BM25, query only": query_only,
    "TF-IDF Rocchio": rocchio,
    "TF-IDF log. regression": regression,
    "ours": ours,
    "ours, no dislikes": without_dislikes,
}


def print_readers(path: Path, papers: Sequence[Paper], ranker: Ranker) -> None:
    """Print the mean weekly nDCG@10 after k likes, and how sure the difference is."""
    texts = Texts(papers)
    keepers = read_keepers(path, texts, ranker)
    print(f"\nReaders ({len(keepers)}), mean weekly nDCG@10 after {LIKES} likes")
    found: dict[str, Scores] = {}
    for name, system in SYSTEMS.items():
        found[name] = np.asarray(
            [[_weekly(keeper, number, system, texts) for number in LIKES] for keeper in keepers]
        )
        means = found[name].mean(axis=0)
        first, rest = means[1] - means[0], means[-1] - means[1]
        cells = "  ".join(f"{mean:.3f}" for mean in means)
        print(f"  {name:<24} {cells}   first like {first:+.3f}, next {rest:+.3f}", flush=True)
    ahead = found["ours"] - found["TF-IDF log. regression"]
    low, high = interval(ahead[:, LIKES.index(10)])
    mean = ahead[:, LIKES.index(10)].mean()
    print(
        f"  ours - regression after 10: {mean:+.3f} (90 % of resamples: {low:+.3f} to {high:+.3f})"
    )


def interval(values: Scores) -> tuple[float, float]:
    """Return the 5th and 95th percentile of the mean over resampled readers."""
    chance = np.random.default_rng(11)
    means = chance.choice(values, (ROUNDS, len(values))).mean(axis=1)
    low, high = np.percentile(means, [5, 95])
    return float(low), float(high)


def read_keepers(path: Path, texts: Texts, ranker: Ranker) -> list[Keeper]:
    """Return the readers with enough likes."""
    keepers = []
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        if raw["n_likes"] < 30:
            continue
        in_time = sorted(raw["likes"], key=lambda like: like["liked_at"])
        likes = [like["id"] for like in in_time if like["id"] in texts.by_id]
        unlisted: dict[Week, list[str]] = defaultdict(list)
        for shown in raw["shown_not_liked"] + raw["hard_not_listed"]:
            if shown["id"] in texts.by_id:
                unlisted[week(texts.by_id[shown["id"]])].append(shown["id"])
        section = raw["section"]
        named = LIST_NAMES[raw["curator"]] if section == "ALL" else section
        known = {*likes, *(key for keys in unlisted.values() for key in keys)}
        kinship = Kinship([texts.by_id[key] for key in sorted(known)], ranker)
        keeper = Keeper(parse_focus(named), likes, unlisted, kinship)
        for number in {week(texts.by_id[key]) for key in likes}:
            wanted = frozenset(key for key in likes if week(texts.by_id[key]) == number)
            keys = tuple(sorted(wanted.union(unlisted[number])))
            keeper.weeks[number] = Candidates(keys, wanted, texts, ranker)
        keepers.append(keeper)
    return keepers


def _weekly(keeper: Keeper, number: int, system: Ranking, texts: Texts) -> float:
    """Return the mean over the weeks behind the last like that trained."""
    train = keeper.likes[:number]
    trained = {week(texts.by_id[key]) for key in train}
    against = sorted({key for of in trained for key in keeper.unlisted[of]} - set(train))
    taught = Taught(keeper.focus, train, against, texts, keeper.kinship)
    values = []
    for of, shown in keeper.weeks.items():
        wanted = shown.wanted.difference(train)
        if of <= max(trained, default=(0, 0)) or not wanted:
            continue
        scores = system(shown, taught)
        by_key = dict(zip(shown.keys, map(float, scores), strict=True))
        values.append(measure(by_key, dict.fromkeys(wanted, 1))[0])
    return float(np.mean(values)) if values else float("nan")
