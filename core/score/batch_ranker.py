"""A day's papers ranked for thousands of readers at once, at a price that grows with topics.

The same scores as `local.rank_index`, which is this for one reader. What readers share is worked
out once: each distinct topic is looked up once, each two papers are compared once. What is left
per reader is a few sums over the day's papers. Memory is bounded: topics are kept in a cache of
`MOST_TOPICS` columns, and readers pass in slices.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.models.values import Focus, LocalScore, Paper
from core.score import calibrate, pseudo_relevance, user_model
from core.score.aversion import loss
from core.score.background import Background, Floats
from core.score.index import PaperIndex
from core.score.terms import matched_terms, without_parts
from core.text.glossary import Glossary

MATCHED = 45
"""Score from which a paper is said to match a topic, if it holds words of it."""
MOST_TERMS = 5
MOST_TOPICS = 20_000
SLICE = 200
"""Readers at a time."""
_BLOCK = 25
"""Readers whose marks are looked up at a time."""
CLOSE = 0.03
"""Likeness (above the usual) to a liked paper from which a list says "because you liked"."""
Column = NDArray[np.float32]


@dataclass(frozen=True)
class RankedReader:
    focus: Focus
    marks: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Weight by paper, see `profile.weights`; papers it does not know are left out."""


@dataclass(frozen=True)
class Ranking:
    """One reader's view of all papers, in the ranker's order."""

    reader: RankedReader
    odds: Floats
    scores: Floats
    """0-100, see `calibrate`."""
    learned: Floats
    """What of the odds is owed to marks."""
    avoided: Floats
    """What of the odds was lost to avoided topics; at most zero."""
    likes: Mapping[str, Column]
    """Likeness of all papers to each liked one that is known."""


class BatchRanker:
    def __init__(
        self, papers: Iterable[Paper], *, background: Background, glossary: Glossary
    ) -> None:
        # In id order, so that the order the papers came in changes nothing, down to the last bit.
        by_id = {paper.id: paper for paper in papers}
        self.papers = tuple(by_id[key] for key in sorted(by_id))
        self.rows = {paper.id: row for row, paper in enumerate(self.papers)}
        self._glossary = glossary
        self._background = background
        self._index = PaperIndex(self.papers, background)
        self._kinship = pseudo_relevance.kinship(self._index.likeness)
        self._topics: dict[str, Column] = {}
        self._terms: dict[tuple[str, int], tuple[str, ...]] = {}

    def rank(
        self, readers: Iterable[RankedReader], marked: Iterable[Paper] = ()
    ) -> Iterator[Ranking]:
        """Yield each reader's ranking, in order; nothing when there are no papers.

        `marked` are the papers that readers' marks name.
        """
        if not self.papers:
            return
        memory = _Memory(self._index, marked, self._background)
        remaining = iter(readers)
        while some := list(islice(remaining, SLICE)):
            self._look_up(
                dict.fromkeys(
                    topic
                    for reader in some
                    for topic in (*reader.focus.interests, *reader.focus.avoid)
                )
            )
            asked = memory.asked(some, self._glossary)
            for reader, odds in zip(some, asked, strict=True):
                yield self._rank(reader, memory, odds)

    def local_score(self, ranking: Ranking, row: int) -> LocalScore:
        matches = [
            (float(self._topics[topic][row]), topic, terms)
            for topic in ranking.reader.focus.interests
            if (terms := self._matched(topic, row))
        ]
        matches.sort(key=lambda match: -match[0])
        words = without_parts([word for _, _, terms in matches for word in terms])
        return LocalScore(
            paper_id=self.papers[row].id,
            rank_score=float(ranking.odds[row]),
            score=int(ranking.scores[row]),
            interests=tuple(topic for _, topic, _ in matches),
            terms=tuple(words[:MOST_TERMS]),
        )

    def nearest(self, ranking: Ranking, row: int) -> str | None:
        """Return the topic a paper comes nearest to, if it is near; quicker than all it matched."""
        topics = ranking.reader.focus.interests
        best = max(topics, key=lambda topic: self._topics[topic][row], default=None)
        is_near = best is not None and calibrate.score(self._topics[best][row]) >= MATCHED
        return best if is_near else None

    def because_of(self, ranking: Ranking, row: int) -> str | None:
        """Return the liked paper that a paper is most like, if it clearly is."""
        own = self.papers[row].id
        liked = [
            (float(column[row]), paper_id)
            for paper_id, column in ranking.likes.items()
            if paper_id != own
        ]
        best = max(liked, default=(0.0, ""))
        return best[1] if best[0] >= CLOSE else None

    def _rank(self, reader: RankedReader, memory: "_Memory", asked: Floats | None) -> Ranking:
        odds = before = calibrate.combine(self._columns(reader.focus.interests))
        marks = memory.known(reader.marks)
        if marks:
            if not reader.focus.interests:  # likes alone are a focus, too
                before = np.full(len(self.papers), user_model.SCARCE)
            odds = memory.with_taste(before, marks, asked)
        learned = odds - before
        lost = np.zeros(len(self.papers))
        if reader.focus.avoid:
            lost = loss(self._columns(reader.focus.avoid).max(axis=1))
        odds = odds + lost
        liked = {paper_id: memory.alike[:, row] for paper_id, row, weight in marks if weight > 0}
        return Ranking(reader, odds, calibrate.score(odds), learned, lost, liked)

    def _columns(self, topics: Sequence[str]) -> Floats:
        columns = [self._topics[topic] for topic in topics]
        if not columns:
            return np.empty((len(self.papers), 0))
        return np.stack(columns, axis=1).astype(np.float64)

    def _look_up(self, topics: Iterable[str]) -> None:
        """Have the log-odds of all papers for each topic at hand."""
        wanted = list(topics)
        new = [topic for topic in wanted if topic not in self._topics]
        if len(self._topics) + len(new) > MOST_TOPICS:
            self._topics = {}
            self._terms = {}
            new = wanted
        if not new:
            return
        evidence = self._index.evidence([self._glossary.expand(topic) for topic in new])
        odds = pseudo_relevance.follow(
            calibrate.odds(evidence), self._index.likeness, self._kinship
        )
        columns = odds.astype(np.float32).T
        self._topics |= {topic: columns[number].copy() for number, topic in enumerate(new)}

    def _matched(self, topic: str, row: int) -> tuple[str, ...]:
        """Return the paper's own words that match a topic; none when it does not."""
        if calibrate.score(self._topics[topic][row]) < MATCHED:
            return ()
        key = (topic, row)
        if key not in self._terms:
            found = matched_terms(self._index, self._glossary.expand(topic), np.asarray([row]))
            self._terms[key] = tuple(next(found, (row, []))[1])
        return self._terms[key]


class _Memory:
    """What readers marked, beside the day's papers."""

    def __init__(self, index: PaperIndex, marked: Iterable[Paper], background: Background) -> None:
        # A title alone says too little to tell what a reader meant by a tap.
        by_id = {paper.id: paper for paper in marked if paper.abstract.strip()}
        self._rows = {paper_id: row for row, paper_id in enumerate(sorted(by_id))}
        papers = [by_id[key] for key in sorted(by_id)]
        self._index = PaperIndex(papers, background) if papers else None
        self.alike = np.zeros((len(index.papers), 0), dtype=np.float32)
        if self._index is not None:
            self.alike = index.alike(self._index).astype(np.float32)

    def known(self, marks: Mapping[str, float]) -> list[tuple[str, int, float]]:
        """Return (paper, row, weight) of marks on papers that are known."""
        return [
            (paper_id, row, weight)
            for paper_id, weight in sorted(marks.items())
            if weight and (row := self._rows.get(paper_id)) is not None
        ]

    def asked(self, readers: Sequence[RankedReader], glossary: Glossary) -> Iterator[Floats | None]:
        """Yield the odds that each reader's topics give to what she marked; None without topics.

        In blocks of readers: a lookup costs little beside the way to it, a table of all much.
        """
        for start in range(0, len(readers), _BLOCK):
            yield from self._asked(readers[start : start + _BLOCK], glossary)

    def _asked(
        self, readers: Sequence[RankedReader], glossary: Glossary
    ) -> Iterator[Floats | None]:
        rows = [[row for _, row, _ in self.known(reader.marks)] for reader in readers]
        topics = [r.focus.interests if own else () for r, own in zip(readers, rows, strict=True)]
        places = {topic: n for n, topic in enumerate(dict.fromkeys(chain.from_iterable(topics)))}
        pairs = [
            (row, places[topic])
            for own, wanted in zip(rows, topics, strict=True)
            for row in own
            for topic in wanted
        ]
        found = np.zeros(0)
        if pairs and self._index is not None:
            papers, columns = np.asarray(pairs).T
            interests = [glossary.expand(topic) for topic in places]
            found = calibrate.odds(self._index.evidence_at(interests, papers, columns))
        at = 0
        for own, wanted in zip(rows, topics, strict=True):
            size = len(own) * len(wanted)
            by_topic = found[at : at + size].reshape(len(own), len(wanted))
            at += size
            yield calibrate.combine(by_topic) if size else None

    def with_taste(
        self, odds: Floats, marks: Sequence[tuple[str, int, float]], asked: Floats | None
    ) -> Floats:
        """Return the log-odds after what a reader marked."""
        assert self._index is not None, "a mark is known"
        rows = [row for _, row, _ in marks]
        weights = np.asarray([weight for _, _, weight in marks])
        learned = user_model.learn(self._index.alike_among(rows), weights, asked)
        return user_model.with_taste(odds, self.alike[:, rows].astype(np.float64), learned)
