"""The pipeline: what reaches a digest, what is remembered, and what a failure costs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest

from core.fetch import Skipped
from core.judge.judge import Judgement
from core.models.errors import LLMUnavailable, SourceError, SourceOff
from core.models.values import (
    Focus,
    LocalScore,
    Note,
    NoteKind,
    Paper,
    ScoreKind,
)
from core.store import Store
from tests.core.conftest import Clock
from tests.core.days import (
    DAY,
    WISH,
    Build,
    FakeDesk,
    FakeJudge,
    FakeSource,
    builders,
    kinds,
    paper,
    picked,
)


@pytest.fixture
def make(store: Store, clock: Clock) -> Build:
    return builders(store, clock)


async def test_the_best_above_the_threshold_are_picked_and_read(make: Build, clock: Clock) -> None:
    deep_dives = FakeDesk(clock)
    source = FakeSource(days={DAY: [paper(59), paper(90), paper(61), paper(75)]})
    edition = await make(source, deep_dives=deep_dives).build(DAY, WISH)

    assert picked(edition) == ["2603.00090", "2603.00075"]
    assert [other.paper.id for other in edition.digest.others] == ["2603.00061", "2603.00059"]
    assert sorted(deep_dives.read) == sorted(picked(edition))
    assert set(edition.analyses) == set(picked(edition))
    assert edition.digest.candidates == 4


async def test_without_a_model_every_score_is_local_and_the_digest_says_so(make: Build) -> None:
    edition = await make(FakeSource(days={DAY: [paper(90)]})).build(DAY, WISH)

    assert edition.digest.picks[0].kind is ScoreKind.LOCAL
    assert edition.digest.picks[0].reason
    assert kinds(edition) == [NoteKind.LOCAL_SCORES]


async def test_a_models_scores_replace_the_local_ones(make: Build) -> None:
    judge = FakeJudge({"2603.00090": 10, "2603.00020": 95})
    edition = await make(
        FakeSource(days={DAY: [paper(90), paper(20, upvotes=12)]}), judge=judge
    ).build(DAY, WISH)

    assert picked(edition) == ["2603.00020"]
    pick = edition.digest.picks[0]
    assert (pick.score, pick.kind, pick.model) == (95, ScoreKind.LLM, "model-b")
    assert pick.reason == "理由 2603.00020"
    assert kinds(edition) == []


async def test_a_models_score_without_a_reason_has_the_local_one(make: Build) -> None:
    judge = FakeJudge({"2603.00090": 95}, reason="")
    source = FakeSource(days={DAY: [paper(90)]})
    edition = await make(source, judge=judge).build(DAY, WISH)

    pick = edition.digest.picks[0]
    assert (pick.score, pick.kind) == (95, ScoreKind.LLM)
    assert pick.reason == "由模型评分；没有在摘要中核对得上的理由", "it matched no interest locally"


async def test_a_model_that_fails_leaves_local_scores_and_a_note(make: Build) -> None:
    judge = FakeJudge({}, error=LLMUnavailable("503"))
    edition = await make(FakeSource(days={DAY: [paper(90)]}), judge=judge).build(DAY, WISH)

    assert edition.digest.picks[0].kind is ScoreKind.LOCAL
    assert Note(kind=NoteKind.SCORES_WAITING, count=1) in edition.digest.notes


async def test_a_score_is_paid_for_once(make: Build, store: Store) -> None:
    source = FakeSource(days={DAY: [paper(90), paper(80)]})
    first = FakeJudge({"2603.00090": 88})
    await make(source, judge=first).build(DAY, WISH)
    second = FakeJudge({"2603.00080": 77})
    edition = await make(source, judge=second).build(DAY, WISH, force=True)

    assert {each for ids in second.asked for each in ids} == {"2603.00080"}
    assert [(pick.paper.id, pick.score) for pick in edition.digest.picks] == [
        ("2603.00090", 88),
        ("2603.00080", 77),
    ]


async def test_leftovers_keep_their_scores_and_leave_the_shortlist_to_new_papers(
    make: Build, clock: Clock
) -> None:
    """Yesterday's 30 judged papers must not take the seats of today's lower-ranked new ones."""
    tomorrow = DAY + timedelta(days=1)
    old = [paper(900 + number) for number in range(40)]
    new = [paper(100 + number, listed=tomorrow) for number in range(5)]
    source = FakeSource(days={DAY: old, tomorrow: new})
    first = FakeJudge({f"2603.{900 + number:05d}": 61 for number in range(40)})
    await make(source, judge=first).build(DAY, WISH)
    assert len(first.asked[0]) == 30

    clock.forward(days=1)
    second = FakeJudge({new_paper.id: 95 for new_paper in new} | first.scores)
    edition = await make(source, judge=second).build(tomorrow, WISH)

    assert {new_paper.id for new_paper in new} <= set(second.asked[0])
    assert not set(second.asked[0]) & set(first.asked[0]), "a score was paid for twice"
    assert set(picked(edition)) <= {new_paper.id for new_paper in new}
    leftovers = [other for other in edition.digest.others if other.score == 61]
    assert leftovers
    assert all(other.kind is ScoreKind.LLM for other in leftovers)


async def test_a_second_run_fetches_and_scores_nothing(make: Build) -> None:
    source, judge = FakeSource(days={DAY: [paper(90)]}), FakeJudge({"2603.00090": 88})
    builder = make(source, judge=judge)
    first = await builder.build(DAY, WISH)
    second = await builder.build(DAY, WISH)

    assert second.digest == first.digest
    assert len(source.asked) == 1
    assert len(judge.asked) == 1


async def test_what_was_shown_on_another_day_is_not_shown_again(make: Build, clock: Clock) -> None:
    tomorrow = DAY + timedelta(days=1)
    source = FakeSource(
        days={DAY: [paper(90), paper(50)], tomorrow: [paper(90, version=2), paper(50), paper(70)]}
    )
    await make(source).build(DAY, WISH)
    clock.forward(days=1)
    edition = await make(source).build(tomorrow, WISH)

    assert picked(edition) == ["2603.00070"]
    assert edition.digest.others == ()


async def test_a_forced_choice_may_show_its_own_days_papers_again(make: Build) -> None:
    source = FakeSource(days={DAY - timedelta(days=1): [paper(80)], DAY: [paper(90)]})
    builder = make(source)
    first = await builder.build(DAY, WISH)
    again = await builder.build(DAY, WISH, force=True)
    assert picked(again) == picked(first) == ["2603.00090", "2603.00080"]


async def test_forcing_a_day_on_which_nothing_can_be_read_keeps_the_stored_choice(
    make: Build,
) -> None:
    source = FakeSource(days={DAY: [paper(90)]})
    first = await make(source).build(DAY, WISH)
    source.error = SourceError("arxiv", "HTTP 503")
    again = await make(source).build(DAY, WISH, force=True)
    assert again.digest == first.digest


async def test_what_a_forced_choice_dropped_is_still_not_shown_again(
    make: Build, clock: Clock
) -> None:
    tomorrow = DAY + timedelta(days=1)
    source = FakeSource(days={DAY: [paper(90), paper(80)], tomorrow: [paper(90), paper(70)]})
    await make(source).build(DAY, WISH)
    source.days = {DAY: [paper(80)], tomorrow: [paper(90), paper(70)]}
    await make(source).build(DAY, WISH, force=True)
    clock.forward(days=1)
    assert picked(await make(source).build(tomorrow, WISH)) == ["2603.00070"]


async def test_todays_papers_keep_their_seats_when_a_run_is_repeated_after_a_crash(
    make: Build, clock: Clock
) -> None:
    tomorrow = DAY + timedelta(days=1)
    old = [paper(900 + number) for number in range(40)]
    new = [paper(100 + number, listed=tomorrow) for number in range(5)]
    source = FakeSource(days={DAY: old, tomorrow: new})
    first = FakeJudge({old_paper.id: 61 for old_paper in old})
    await make(source, judge=first).build(DAY, WISH)
    clock.forward(days=1)

    class Crash(FakeJudge):
        async def judge(self, *_: object, **_named: object) -> Judgement:
            raise MemoryError

    with pytest.raises(MemoryError):
        await make(source, judge=Crash({})).build(tomorrow, WISH)
    second = FakeJudge({})
    await make(source, judge=second).build(tomorrow, WISH)
    assert {new_paper.id for new_paper in new} <= set(second.asked[0])


async def test_the_first_run_reads_three_days_back_and_later_ones_what_is_open(
    make: Build, clock: Clock
) -> None:
    source = FakeSource(days={DAY: [paper(90)]})
    await make(source).build(DAY, WISH)
    clock.forward(days=1)
    await make(source).build(DAY + timedelta(days=1), WISH)

    days = [DAY + timedelta(days=back) for back in (-3, -2, -1, 0, 1)]
    assert source.asked[0] == days[:4]
    assert source.asked[1] == days[3:], "the 13th was still filling when it was read"


async def test_a_source_that_was_down_is_caught_up(make: Build, clock: Clock) -> None:
    up = FakeSource("huggingface", days={DAY: [paper(70, "huggingface")]})
    down = FakeSource(days={DAY: [paper(90)]}, error=SourceError("arxiv", "HTTP 503"))
    first = await make(up, down).build(DAY, WISH)
    assert picked(first) == ["2603.00070"]
    assert Note(kind=NoteKind.SOURCE_DOWN, source="arxiv") in first.digest.notes

    down.error = None
    clock.forward(days=1)
    second = await make(up, down).build(DAY + timedelta(days=1), WISH)
    assert picked(second) == ["2603.00090"]


async def test_a_run_that_broke_off_before_the_choice_loses_no_paper(
    make: Build, clock: Clock
) -> None:
    """The days before count as read only when a digest made from them is stored."""
    source = FakeSource(days={DAY - timedelta(days=2): [paper(90)], DAY: [paper(70)]})
    builder = make(source)

    def broken(papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
        raise MemoryError

    builder.scorer._rank = broken
    with pytest.raises(MemoryError):
        await builder.build(DAY, WISH)

    edition = await make(source).build(DAY, WISH)
    assert picked(edition) == ["2603.00090", "2603.00070"]


async def test_one_paper_from_two_sources_is_one_paper(make: Build) -> None:
    hf = FakeSource("huggingface", days={DAY: [paper(90, "huggingface", version=None, upvotes=7)]})
    arxiv = FakeSource(days={DAY: [paper(90, comment="CVPR 2026")]})
    edition = await make(hf, arxiv).build(DAY, WISH)

    assert edition.digest.candidates == 1
    merged = edition.digest.picks[0].paper
    assert merged.sources == ("huggingface", "arxiv")
    assert (merged.upvotes, merged.version, merged.comment) == (7, 1, "CVPR 2026")


async def test_what_an_earlier_fetch_knew_of_a_paper_is_kept(
    make: Build, store: Store, clock: Clock
) -> None:
    await store.papers.put([paper(90, "huggingface", code_url="https://github.com/a/b")])
    edition = await make(FakeSource(days={DAY: [paper(90)]})).build(DAY, WISH)
    assert edition.digest.picks[0].paper.code_url == "https://github.com/a/b"


async def test_a_day_below_the_threshold_is_a_valid_day(make: Build, store: Store) -> None:
    edition = await make(FakeSource(days={DAY: [paper(59)]})).build(DAY, WISH)
    assert edition.digest.picks == ()
    assert NoteKind.NOTHING_ABOVE_THRESHOLD in kinds(edition)
    assert await store.digests.get(DAY, "main") == edition.digest


async def test_an_empty_day_decides_nothing(make: Build, store: Store) -> None:
    source = FakeSource()
    edition = await make(source).build(DAY, WISH)
    assert kinds(edition) == [NoteKind.NOTHING_NEW]
    assert await store.digests.get(DAY, "main") is None

    source.days = {DAY: [paper(90)]}
    assert picked(await make(source).build(DAY, WISH)) == ["2603.00090"]


async def test_all_sources_down_stores_nothing_and_says_so(make: Build, store: Store) -> None:
    down = FakeSource(error=SourceError("arxiv", "secret-looking HTTP 503"))
    edition = await make(down).build(DAY, WISH)
    assert NoteKind.SOURCE_DOWN in kinds(edition)
    assert await store.digests.get(DAY, "main") is None
    summary = await store.fetches.summary(edition.digest.created_at)
    assert [fetch.last_error for fetch in summary] == ["secret-looking HTTP 503"]


@pytest.mark.parametrize(
    ("extras", "expected"),
    [
        (
            {"failed": (DAY,), "read": ()},
            Note(kind=NoteKind.SOURCE_PARTIAL, source="arxiv", count=1),
        ),
        ({"young": (DAY,), "read": ()}, Note(kind=NoteKind.NOT_YET_ANNOUNCED, source="arxiv")),
    ],
)  # fmt: skip
async def test_each_state_of_a_source_has_its_line(
    make: Build, extras: Mapping[str, object], expected: Note
) -> None:
    source = FakeSource(days={DAY: [paper(90)]}, extras=extras)
    edition = await make(source).build(DAY, WISH)
    assert expected in edition.digest.notes


@pytest.mark.parametrize(
    ("day", "kind"), [(DAY - timedelta(days=1), NoteKind.CATCHING_UP), (None, None)]
)
async def test_a_source_with_a_day_off_is_caught_up_with_or_quiet(
    make: Build, day: date | None, kind: NoteKind | None
) -> None:
    """What a source listed before is not "scanned today" beside "nothing is announced today"."""
    days = {day: [paper(90)]} if day else {}
    edition = await make(FakeSource(days=days, extras={"quiet": (DAY,)})).build(DAY, WISH)
    assert kinds(edition)[0] is (kind or NoteKind.NO_ANNOUNCEMENT)
    assert (NoteKind.NO_ANNOUNCEMENT in kinds(edition)) is (kind is None)
    assert edition.digest.papers == len(days)


async def test_a_source_that_is_off_is_ordinary(make: Build) -> None:
    off = FakeSource("openreview", error=SourceOff("openreview", "no account"))
    edition = await make(FakeSource(days={DAY: [paper(90)]}), off).build(DAY, WISH)
    assert Note(kind=NoteKind.SOURCE_OFF, source="openreview") in edition.digest.notes
    assert len(edition.digest.picks) == 1


async def test_skipped_items_are_remembered_for_the_operator(make: Build, store: Store) -> None:
    skipped = (Skipped("#3", "no title"),)
    await make(FakeSource(days={DAY: [paper(90)]}, extras={"skipped": skipped})).build(DAY, WISH)
    summary = await store.fetches.summary(datetime.fromisoformat("2026-03-01T00:00:00+00:00"))
    assert summary[0].skipped == 1
    assert summary[0].recent == skipped


async def test_progress_is_told_from_start_to_end(make: Build) -> None:
    heard: list[tuple[str, int, int]] = []
    await make(FakeSource(days={DAY: [paper(90)]})).build(
        DAY, WISH, progress=lambda *step: heard.append(step)
    )
    assert heard[0] == ("sources", 0, 1)
    assert ("sources", 1, 1) in heard
    assert ("scoring", 2, 2) in heard
    assert heard[-1] == ("reading", 1, 1)


async def test_yesterdays_list_under_todays_date_settles_nothing(
    make: Build, store: Store, clock: Clock
) -> None:
    yesterday = DAY - timedelta(days=1)
    first = [paper(90, listed=yesterday), paper(80, listed=yesterday)]
    await make(FakeSource(days={yesterday: first})).build(yesterday, WISH)

    stale = FakeSource(days={DAY: [paper(90), paper(80)]}, settles_after=timedelta(0))
    edition = await make(stale).build(DAY, WISH)
    assert Note(kind=NoteKind.NOT_YET_ANNOUNCED, source="arxiv", day=None) in edition.digest.notes
    assert NoteKind.NO_ANNOUNCEMENT not in kinds(edition)
    assert edition.digest.papers == sum(count.papers for count in edition.digest.scanned) == 0
    assert DAY not in await store.coverage.settled("arxiv", yesterday)

    late = FakeSource(days={DAY: [paper(95), paper(85)]})
    edition = await make(late).build(DAY, WISH, force=True)
    assert picked(edition) == ["2603.00095", "2603.00085"]
