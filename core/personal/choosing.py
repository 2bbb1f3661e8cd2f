"""From a reader's ranking to a list: what is picked, what runs up, and why each is there. Pure.

A model's score is its group's; a reader's own marks and avoided topics move it by some points.
Taste alone narrows. A reader with a profile gets one paper a day from outside it, said to be that,
or no tap could ever show that tastes have changed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.digest.pick import pick
from core.locale import Sentence
from core.models.values import Language, Note, NoteKind, OwnList, OwnPaper, Paper, ScoreKind
from core.personal.values import Judged, Person, Rules
from core.score.background import Floats
from core.score.batch_ranker import BatchRanker, Ranking
from core.score.percentile import standing
from core.score.reasons import MAX_CHARACTERS, instead, local_reason
from core.text.visible import cut

_LONGEST_TITLE, _LONGEST_TOPIC = 60, 40
_LIKED = Sentence("personal_reasons.liked")
_NEAREST = Sentence("personal_reasons.nearest")
_NEAR_NONE = Sentence("personal_reasons.near_none")
_BESIDE = Sentence("personal_reasons.beside")
_UPVOTED = Sentence("personal_reasons.upvoted")
_PICKED = Sentence("personal_reasons.picked")


def own_reason(reason: str, liked: str | None, language: Language) -> str:
    """Return `reason`, with the title of the liked paper it is owed to."""
    if not liked:
        return reason
    return cut(_LIKED(language, title=cut(liked, _LONGEST_TITLE), reason=reason), MAX_CHARACTERS)


def nearest_reason(topic: str | None, language: Language) -> str:
    if topic is None:
        return _NEAR_NONE(language)
    return _NEAREST(language, topic=cut(topic, _LONGEST_TOPIC))


def beside_reason(paper: Paper, language: Language) -> str:
    """Return why a paper outside a reader's taste is shown."""
    count = paper.upvotes or 0
    why = _UPVOTED(language, count=count) if count else _PICKED(language)
    return _BESIDE(language, why=why)


RUNNERS_UP = 10
LOOKED_AT = 40
"""So many of the best are considered: a list has a dozen at most."""
POINTS, MOST_POINTS = 5.0, 15.0
"""Points of a model's score per log-odds learned from marks, and at most."""
AVOIDED_POINTS = 7.5
"""Points per log-odds lost to avoided topics: all of it, where a paper is about one."""
PROFILE = 5
"""Opinions from which a reader has a profile that could narrow."""
ELSEWHERE = -2.0
"""Lost log-odds from which a paper is not even shown as something different."""


@dataclass(frozen=True)
class _Rated:
    paper: Paper
    score: int
    kind: ScoreKind
    row: int


def choose(
    batch: BatchRanker,
    ranking: Ranking,
    usual: Floats,
    person: Person,
    rules: Rules,
    now: datetime,
) -> OwnList:
    """Return what a reader is shown; `usual` are the reader's scores of the last month's papers."""
    compared = usual.astype(int).tolist()
    rows = _looked_at(batch, ranking, person.judged)
    rated = [
        _rated(batch, ranking, person.judged, row)
        for row in rows
        if batch.papers[row].id not in person.seen
    ]
    choice = pick(rated, threshold=rules.threshold, limit=rules.limit, runners_up=RUNNERS_UP)
    listed = {item.paper.id for item in (*choice.picks, *choice.others)}

    def own(item: _Rated, reason: str) -> OwnPaper:
        by_model = person.judged.get(item.paper.id)
        liked = rules.titles.get(_because(batch, ranking, item.row))
        return OwnPaper(
            id=item.paper.id,
            score=item.score,
            kind=item.kind,
            reason=own_reason(
                by_model.reason if by_model and by_model.reason else reason, liked, person.language
            ),
            headline=by_model.headline if by_model else "",
            model=by_model.model if by_model else None,
            top_share=standing(int(ranking.scores[item.row]), compared),
        )

    return OwnList(
        day=rules.day,
        chat_id=person.chat_id,
        language=person.language,
        focus=person.focus,
        threshold=rules.threshold,
        candidates=len(batch.papers) - len(person.seen & batch.rows.keys()),
        picks=tuple(own(item, _matched(batch, ranking, person, item)) for item in choice.picks),
        # Only their titles are shown: looking up all their words would take most of the time.
        others=tuple(own(item, _nearest(batch, ranking, person, item)) for item in choice.others),
        beside=_beside(batch, ranking, person, rules, listed),
        notes=_notes(person, has_picks=bool(choice.picks)),
        created_at=now,
    )


def _notes(person: Person, *, has_picks: bool) -> tuple[Note, ...]:
    local = () if person.judged else (Note(kind=NoteKind.OWN_TOPICS),)
    return local if has_picks else (*local, Note(kind=NoteKind.NOTHING_ABOVE_THRESHOLD))


def _matched(batch: BatchRanker, ranking: Ranking, person: Person, item: _Rated) -> str:
    """Return what a paper matched, in its own words; "" when a model says it better."""
    by_model = person.judged.get(item.paper.id)
    if by_model is not None and by_model.reason:
        return ""
    reason = local_reason(batch.local_score(ranking, item.row), item.paper, person.language)
    return reason if by_model is None else instead(reason, person.language)


def _nearest(batch: BatchRanker, ranking: Ranking, person: Person, item: _Rated) -> str:
    return nearest_reason(batch.nearest(ranking, item.row), person.language)


def _looked_at(batch: BatchRanker, ranking: Ranking, judged: Judged) -> list[int]:
    """Return the rows that may be listed: the best by the reader's own odds, and what is judged."""
    count = min(LOOKED_AT, len(batch.papers))
    best = np.argpartition(-ranking.odds, count - 1)[:count]
    return sorted({int(row) for row in best} | {batch.rows[i] for i in judged if i in batch.rows})


def _rated(batch: BatchRanker, ranking: Ranking, judged: Judged, row: int) -> _Rated:
    paper = batch.papers[row]
    by_model = judged.get(paper.id)
    if by_model is None:
        return _Rated(paper, int(ranking.scores[row]), ScoreKind.LOCAL, row)
    moved = float(np.clip(POINTS * ranking.learned[row], -MOST_POINTS, MOST_POINTS))
    moved += AVOIDED_POINTS * float(ranking.avoided[row])
    score = int(np.clip(round(by_model.score + moved), 0, 100))
    return _Rated(paper, score, ScoreKind.LLM, row)


def _because(batch: BatchRanker, ranking: Ranking, row: int) -> str:
    """Return the liked paper that a paper is there for; "" when it would be there anyway."""
    if ranking.learned[row] <= 0:
        return ""
    return batch.because_of(ranking, row) or ""


def _beside(
    batch: BatchRanker, ranking: Ranking, person: Person, rules: Rules, listed: Collection[str]
) -> OwnPaper | None:
    """Return something different for a reader with a profile: what is worth a look anyway."""
    if sum(abs(weight) >= 0.5 for weight in person.marks.values()) < PROFILE:
        return None
    known = {*listed, *person.seen, *person.marks}
    for paper_id in rules.hot:
        row = batch.rows.get(paper_id)
        if row is None or paper_id in known or ranking.avoided[row] <= ELSEWHERE:
            continue
        return OwnPaper(
            id=paper_id,
            score=int(ranking.scores[row]),
            kind=ScoreKind.LOCAL,
            reason=beside_reason(batch.papers[row], person.language),
        )
    return None
