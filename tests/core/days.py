"""A day of papers, and fakes of all that a digest is built from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.analyze.deep_dives import DeepDive as DeepDive
from core.digest.builder import DigestBuilder
from core.digest.gather import Gatherer
from core.digest.read import PickReader
from core.digest.score import Rank, Scorer
from core.fetch import Listing, Source
from core.judge.anchors import Anchor
from core.judge.judge import Judged, Judgement
from core.judge.stored import Judge
from core.llm import ORDINARY, CallContext, Urgency, Waiter
from core.models.digest_spec import DigestSpec
from core.models.errors import LLMUnavailable, SourceError
from core.models.values import (
    Analysis,
    AnalysisKind,
    Delay,
    Edition,
    Focus,
    Language,
    LocalScore,
    NoteKind,
    Paper,
    Point,
    TextSource,
)
from core.store import Store
from core.store.flags import Flags
from tests.core.conftest import Clock

DAY = date(2026, 3, 13)
WISH = DigestSpec(
    audience="main",
    focus=Focus(interests=("image restoration",)),
    language="zh",
    threshold=60,
    top_n=2,
)


def paper(number: int, source: str = "arxiv", **changes: object) -> Paper:
    values: dict[str, object] = {
        "id": f"2603.{number:05d}",
        "version": 1,
        "title": f"Paper {number}",
        "sources": (source,),
        "listed": DAY,
    }
    return Paper.model_validate(values | changes)


@dataclass
class FakeSource:
    """Announces given papers by day; remembers what it was asked."""

    name: str = "arxiv"
    days: Mapping[date, Sequence[Paper]] = field(default_factory=dict)
    error: SourceError | None = None
    settles_after: timedelta = timedelta(days=1)
    asked: list[list[date]] = field(default_factory=list)
    extras: Mapping[str, object] = field(default_factory=dict)

    async def fetch(self, days: Sequence[date]) -> Listing:
        self.asked.append(list(days))
        if self.error:
            raise self.error
        papers = tuple(paper for day in days for paper in self.days.get(day, ()))
        values: dict[str, object] = {"papers": papers, "read": tuple(days), "label": "cs.CV"}
        return Listing(**(values | self.extras))  # type: ignore[arg-type]

    def is_settled(self, day: date, at: datetime) -> bool:
        return at.date() >= day + self.settles_after


class FakeDesk:
    """Reads everything at once; remembers what."""

    def __init__(self, clock: Clock, delay: Delay | None = None) -> None:
        self.read: list[str] = []
        self.urgencies: list[Urgency] = []
        self.delay = delay
        self._clock = clock

    async def dive(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter = ORDINARY
    ) -> DeepDive:
        self.read.append(paper.id)
        self.urgencies.append(context.urgency)
        analysis = Analysis(
            paper_id=paper.id,
            version=paper.version,
            kind=AnalysisKind.EXTRACTIVE,
            language="en",
            text_source=TextSource.ABSTRACT,
            contribution=(Point(text="We propose."),),
            model="extract/1",
            created_at=self._clock(),
        )
        return DeepDive(analysis, self.delay)


class FakeJudge:
    """Gives queued scores by id; a paper without one stays missing."""

    version = "prompt-1"
    models = ("model-a", "model-b")

    def __init__(
        self,
        scores: Mapping[str, int],
        error: LLMUnavailable | None = None,
        reason: str = "理由 {}",
    ) -> None:
        self.scores = dict(scores)
        self.reason = reason
        self.error = error
        self.asked: list[list[str]] = []
        self.urgencies: list[Urgency] = []

    async def judge(
        self,
        papers: Sequence[Paper],
        focus: Focus,
        language: Language,
        context: CallContext = ORDINARY,
        *,
        anchors: Sequence[Anchor] = (),
    ) -> Judgement:
        self.urgencies.append(context.urgency)
        self.asked.append([paper.id for paper in papers])
        if self.error:
            raise self.error
        known = [paper.id for paper in papers if paper.id in self.scores]
        return Judgement(
            scores=tuple(
                Judged(i, self.scores[i], self.reason.format(i), "model-b") for i in known
            ),
            missing=tuple(paper.id for paper in papers if paper.id not in known),
            dropped={},
        )


def rank_by_number(papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
    """Score a paper by the end of its id: 2603.00080 gets 80."""
    scores = [
        LocalScore(paper_id=p.id, rank_score=int(p.id[-3:]), score=min(int(p.id[-3:]), 100))
        for p in papers
    ]
    return sorted(scores, key=lambda local: -local.rank_score)


Build = Callable[..., DigestBuilder]


def scorer(store: Store, rank: Rank, judge: Judge | None) -> Scorer:
    return Scorer(
        papers=store.papers,
        scores=store.scores,
        flags=Flags(store.key_values),
        rank=rank,
        judge=judge,
    )


def builder(
    store: Store, clock: Clock, sources: Sequence[Source], deep_dives: FakeDesk, scorer: Scorer
) -> DigestBuilder:
    gatherer = Gatherer(
        sources=sources,
        papers=store.papers,
        history=store.history,
        digests=store.digests,
        coverage=store.coverage,
        fetches=store.fetches,
        memory=store.key_values,
        now=clock,
        clock=lambda: 0.0,
    )
    pick_reader = PickReader(
        pending_analyses=store.pending_analyses,
        deep_dives=deep_dives,  # type: ignore[arg-type]
        now=clock,
    )
    return DigestBuilder(
        gatherer=gatherer,
        digests=store.digests,
        scorer=scorer,
        pick_reader=pick_reader,
        now=clock,
    )


def builders(store: Store, clock: Clock) -> Build:
    """Return what makes builders over `store`."""

    def build(
        *sources: FakeSource,
        judge: FakeJudge | None = None,
        deep_dives: FakeDesk | None = None,
        rank: Rank = rank_by_number,
    ) -> DigestBuilder:
        return builder(
            store, clock, sources, deep_dives or FakeDesk(clock), scorer(store, rank, judge)
        )

    return build


def picked(edition: Edition) -> list[str]:
    return [scored.paper.id for scored in edition.digest.picks]


def kinds(edition: Edition) -> list[NoteKind]:
    return [note.kind for note in edition.digest.notes]
