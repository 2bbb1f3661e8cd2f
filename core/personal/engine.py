"""The arithmetic of own lists behind one door, so that who makes lists need not load it. No I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.digest.pick import shortlist
from core.models.values import Focus, LocalScore, Meaning, OwnList, Paper
from core.personal.choosing import choose
from core.personal.focus_groups import focus_groups
from core.personal.values import FocusGroup, Person, Rules
from core.score.batch_ranker import BatchRanker, RankedReader
from core.score.local import Ranker


class ListEngine:
    def __init__(self, ranker: Ranker) -> None:
        self._ranker = self._packaged = ranker
        self._learned: Sequence[Meaning] = ()

    def learn(self, meanings: Sequence[Meaning]) -> None:
        """Know these topics from now on, beside the glossary's."""
        if list(meanings) != list(self._learned):
            self._learned = meanings
            glossary = self._packaged.glossary.with_meanings(meanings)
            self._ranker = replace(self._packaged, glossary=glossary)

    def batch(self, papers: Iterable[Paper]) -> BatchRanker:
        """Return a day's papers, ready to be ranked."""
        return BatchRanker(
            papers, background=self._ranker.background, glossary=self._ranker.glossary
        )

    def focus_groups(self, focuses: Mapping[int, Focus]) -> list[FocusGroup]:
        """Return readers (by number) who share a model's scores, the biggest groups first."""
        return focus_groups(
            focuses, glossary=self._ranker.glossary, background=self._ranker.background
        )

    def shortlist(self, batch: BatchRanker, focus: Focus) -> list[Paper]:
        (ranking,) = batch.rank([RankedReader(focus)])
        scores = [
            LocalScore(paper_id=paper_id, rank_score=float(odds), score=int(score))
            for paper_id, odds, score in zip(batch.rows, ranking.odds, ranking.scores, strict=True)
        ]
        return shortlist(batch.papers, scores)

    def lists(
        self,
        batch: BatchRanker,
        month: BatchRanker,
        people: Sequence[Person],
        marked: Sequence[Paper],
        rules: Rules,
        now: datetime,
    ) -> list[OwnList]:
        """Return each one's list; none at all when there are no papers.

        `month` is a sample of the last month's papers: what scores are compared with.
        """
        readers = [RankedReader(person.focus, person.marks) for person in people]
        usual = (ranking.scores for ranking in month.rank(readers, marked))
        if not month.papers:
            usual = (np.empty(0) for _ in people)
        rankings = batch.rank(readers, marked)
        return [
            choose(batch, ranking, scores, person, rules, now)
            for person, ranking, scores in zip(people, rankings, usual, strict=bool(batch.papers))
        ]
