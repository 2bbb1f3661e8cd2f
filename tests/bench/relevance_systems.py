"""What ranks papers for a query: the baselines, and ours."""

from collections.abc import Callable, Mapping
from datetime import date

import bm25s
import ir_measures
from ir_measures import AP, P, Qrel, ScoredDoc, nDCG

from core.models.values import Focus
from core.score.local import rank_index
from core.text.glossary import Entry, Glossary, load
from core.text.words import stems
from tests.bench.relevance_data import Pool, Topic

MEASURES = (nDCG @ 10, AP, P @ 5)
Scores = Mapping[str, float]
System = Callable[[Pool, Topic], Scores]


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


def ours(
    pool: Pool, topic: Topic, *, focus: Callable[[Topic], Focus], glossary: Glossary | None = None
) -> Scores:
    """What `paperboy rank` prints."""
    found = rank_index(pool.index, focus(topic), glossary=glossary)
    return {score.paper_id: score.rank_score for score in found}


def unknown(
    pool: Pool, topic: Topic, *, focus: Callable[[Topic], Focus], is_portrayed: bool = False
) -> Scores:
    """Ours, of a topic nobody has foreseen: what the package knows of its name is taken away.

    With `is_portrayed` the portrait stays, which was made of the name alone.
    """
    name = f" {' '.join(stems(topic.name))} "
    kept = [
        entry
        for entry in load().entries
        if not any(f" {' '.join(stems(known))} " in name for known in entry.names)
    ]
    portrait = load().expand(topic.name).portrait
    if is_portrayed and portrait:
        kept.append(Entry((topic.name,), (), (), (), portrait))
    return ours(pool, topic, focus=focus, glossary=Glossary(kept, load().weights))


def measure(scores: Scores, labels: Mapping[str, int]) -> list[float]:
    """Return nDCG@10, AP and P@5 of one ranking, ties by id."""
    # ir-measures breaks ties in its own way: scores by rank leave it none to break.
    order = sorted(scores, key=lambda key: (-scores[key], key))
    run = [ScoredDoc("t", key, float(-rank)) for rank, key in enumerate(order)]
    qrels = [Qrel("t", key, grade) for key, grade in labels.items() if key in scores]
    found = ir_measures.calc_aggregate(MEASURES, qrels, run)
    return [float(found[measure]) for measure in MEASURES]
