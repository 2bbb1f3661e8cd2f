"""The free ranking that sees every paper: no model, no network, the same answer every time.

`rank` is one call for one list, and `load_ranker` the same with its packaged data read. Who asks
the same papers for many focuses makes a `PaperIndex` once and calls `rank_index` for each. A
score is absolute (see `calibrate`), so a day without a relevant paper has none above 60; only the
day's surest papers (`feedback`) and a reader's marks (`taste`) let it move with the other papers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.models.values import Focus, LocalScore, Paper
from core.score import background as backgrounds
from core.score import calibrate, pseudo_relevance, user_model
from core.score.aversion import loss
from core.score.background import Background, Floats
from core.score.index import PaperIndex
from core.score.terms import matched_terms, without_parts
from core.text.glossary import Expanded, Glossary
from core.text.glossary import load as load_glossary

MATCHED = 45
"""Score from which a paper is said to match an interest, if it holds words of it."""
MOST_TERMS = 5


def rank(
    papers: Sequence[Paper],
    focus: Focus,
    *,
    likes: Sequence[Paper] = (),
    dislikes: Sequence[Paper] = (),
    background: Background | None = None,
    glossary: Glossary | None = None,
) -> list[LocalScore]:
    """Return a score for every paper, best first, ties by id; a repeated id counts once.

    Liked papers may be among `papers`; they are scored like the others. Without `background`
    and `glossary` the packaged ones are used.
    """
    wanted = {paper.id: paper for paper in papers}
    everything = {paper.id: paper for paper in (*likes, *dislikes)} | wanted
    # In id order, so that the order the papers came in changes nothing, down to the last bit.
    index = PaperIndex([everything[key] for key in sorted(everything)], background)
    scores = rank_index(
        index,
        focus,
        likes=[paper.id for paper in likes],
        dislikes=[paper.id for paper in dislikes],
        glossary=glossary,
    )
    return [score for score in scores if score.paper_id in wanted]


@dataclass(frozen=True)
class Ranker:
    """`rank` with its data at hand; calling it does no I/O."""

    background: Background
    glossary: Glossary

    def __call__(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        *,
        likes: Sequence[Paper] = (),
        dislikes: Sequence[Paper] = (),
    ) -> list[LocalScore]:
        return rank(
            papers,
            focus,
            likes=likes,
            dislikes=dislikes,
            background=self.background,
            glossary=self.glossary,
        )


def load_ranker() -> Ranker:
    return Ranker(background=backgrounds.load(), glossary=load_glossary())


def rank_index(
    index: PaperIndex,
    focus: Focus,
    *,
    likes: Sequence[str] = (),
    dislikes: Sequence[str] = (),
    glossary: Glossary | None = None,
) -> list[LocalScore]:
    """Return a score for every paper of the index, best first; marks name papers of the index."""
    if not index.papers:
        return []
    glossary = glossary or load_glossary()
    interests = [glossary.expand(interest) for interest in focus.interests]
    by_interest = _by_interest(index, interests)
    # A title alone says too little to tell what a reader meant by a tap.
    row = {paper.id: number for number, paper in enumerate(index.papers) if paper.abstract.strip()}
    liked = tuple(dict.fromkeys(row[key] for key in likes if key in row))
    disliked = {row[key] for key in dislikes if key in row}.difference(liked)
    odds = calibrate.combine(by_interest)
    if liked and not interests:
        odds = np.full(len(index.papers), user_model.SCARCE)  # likes alone are a focus, too
    if liked or disliked:
        odds = _with_taste(odds, index, interests, liked, sorted(disliked))
    if focus.avoid:
        avoided = [glossary.expand(topic) for topic in focus.avoid]
        odds = odds + loss(_by_interest(index, avoided).max(axis=1))
    scores = calibrate.score(odds)
    reasons = _matches(index, interests, by_interest)
    ranked = [
        LocalScore(
            paper_id=paper.id,
            rank_score=float(odds[number]),
            score=int(scores[number]),
            interests=tuple(focus.interests[column] for column in reasons[number][0]),
            terms=reasons[number][1],
        )
        for number, paper in enumerate(index.papers)
    ]
    return sorted(ranked, key=lambda score: (-score.rank_score, score.paper_id))


def _with_taste(
    odds: Floats,
    index: PaperIndex,
    interests: Sequence[Expanded],
    liked: Sequence[int],
    disliked: Sequence[int],
) -> Floats:
    marked = [*liked, *disliked]
    papers = PaperIndex([index.papers[row] for row in marked], index.background)
    alike = index.alike(papers)
    weights = np.repeat([1.0, -1.0], [len(liked), len(disliked)])
    # By the interests alone: what a day's other papers make of them is no opinion of the reader's.
    asked = calibrate.combine(calibrate.odds(papers.evidence(interests))) if interests else None
    learned = user_model.learn(alike[marked], weights, asked)
    return user_model.with_taste(odds, alike, learned)


def _by_interest(index: PaperIndex, interests: Sequence[Expanded]) -> Floats:
    """Return log-odds per paper (row) and interest (column)."""
    if not interests:
        return np.empty((len(index.papers), 0))
    return pseudo_relevance.follow(calibrate.odds(index.evidence(interests)), index.likeness)


def _matches(
    index: PaperIndex, interests: Sequence[Expanded], by_interest: Floats
) -> list[tuple[list[int], tuple[str, ...]]]:
    """Return, per paper, the interests it matches (best first) and its own words that say so."""
    found: list[list[tuple[int, list[str]]]] = [[] for _ in index.papers]
    scores = calibrate.score(by_interest)
    for column, interest in enumerate(interests):
        rows = np.flatnonzero(scores[:, column] >= MATCHED)
        for number, terms in matched_terms(index, interest, rows):
            found[number].append((column, terms))
    return [_best_first(matches, by_interest[row]) for row, matches in enumerate(found)]


def _best_first(
    matches: list[tuple[int, list[str]]], odds: Floats
) -> tuple[list[int], tuple[str, ...]]:
    matches.sort(key=lambda match: (-odds[match[0]], match[0]))
    terms = without_parts([word for _, words in matches for word in words])
    return [column for column, _ in matches], tuple(terms[:MOST_TERMS])
