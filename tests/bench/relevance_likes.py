"""Whether taps help where the topic has a clear name: none beside ten simulated likes.

A reader types a curated topic's name and likes ten listed papers at random; the others are ranked
week by week, as the digest does, by the path the bot's own lists take. A resample is one draw for
every topic; the mean over topics must not fall in any of them. The interval is a bootstrap over
topics. The constants of `user_model` were chosen on the topics that are not `is_held`, and on the
readers of `relevance_readers`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from core.models.values import Paper
from core.score.batch_ranker import BatchRanker, RankedReader
from core.score.local import Ranker
from core.text.words import parse_focus
from tests.bench.relevance_data import Pools, Topic
from tests.bench.relevance_readers import Scores, interval
from tests.bench.relevance_systems import measure

LIKES, RESAMPLES = 10, 20


def print_likes(
    pools: Pools, topics: Sequence[Topic], labels: Mapping[str, Mapping[str, int]], ranker: Ranker
) -> None:
    """Print the mean weekly nDCG@10 before and after, for curated topics by name."""
    print(f"\nClear topics by name, mean weekly nDCG@10 of {RESAMPLES} resamples")
    week_rankers = _Weeks(ranker)
    for group in ("core six", "curated"):
        some = [topic for topic in topics if topic.group == group]
        if not some:
            continue
        found = np.stack([week_rankers.after(pools, t, labels[t.key]) for t in some])
        none, ten = found[:, :, 0], found[:, :, 1]
        gains = (ten - none).mean(axis=0)
        low, high = interval((ten - none).mean(axis=1))
        print(
            f"  {group:<10} ({len(some)})  none {none.mean():.3f}, {LIKES} likes {ten.mean():.3f}: "
            f"{gains.mean():+.3f} ({low:+.3f} to {high:+.3f}), "
            f"worst resample {gains.min():+.3f}, {int((gains < 0).sum())} below none",
            flush=True,
        )
        for topic, before, after in zip(some, none.mean(axis=1), ten.mean(axis=1), strict=True):
            print(f"    {topic.key:<24} {before:.3f} {after - before:+.3f}")


class _Weeks:
    """A ranker for each week, shared by all topics whose candidates are the same."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._rankers: dict[tuple[str, int], BatchRanker] = {}

    def _of(self, papers: Sequence[Paper]) -> BatchRanker:
        key = (papers[0].id, len(papers))
        if key not in self._rankers:
            self._rankers[key] = BatchRanker(
                papers, background=self._ranker.background, glossary=self._ranker.glossary
            )
        return self._rankers[key]

    def after(self, pools: Pools, topic: Topic, labels: Mapping[str, int]) -> Scores:
        """Return, per resample, the mean over weeks without likes and with them."""
        pool = pools[topic]
        listed = sorted(paper.id for paper in pool.papers if paper.id in labels)
        by_id = {paper.id: paper for paper in pool.papers}
        count = min(LIKES, len(listed) // 2)
        focus = parse_focus(topic.name)
        chosen = [
            np.random.default_rng(draw).choice(listed, count, replace=False).tolist()
            for draw in range(RESAMPLES)
        ]
        readers = [
            RankedReader(focus),
            *(RankedReader(focus, dict.fromkeys(c, 1.0)) for c in chosen),
        ]
        marked = [by_id[key] for key in sorted({key for likes in chosen for key in likes})]
        values: list[list[tuple[float, float]]] = [[] for _ in chosen]
        for week in pool.weeks:
            ranker = self._of(week.papers)
            none, *ten = ranker.rank(readers, marked)
            for draw, (likes, ranking) in enumerate(zip(chosen, ten, strict=True)):
                kept = {key: row for key, row in ranker.rows.items() if key not in likes}
                wanted = {key: labels[key] for key in kept if key in labels}
                if wanted:
                    before, after = (
                        measure({key: float(r.odds[row]) for key, row in kept.items()}, wanted)[0]
                        for r in (none, ranking)
                    )
                    values[draw].append((before, after))
        return np.asarray([np.mean(pairs, axis=0) for pairs in values])
