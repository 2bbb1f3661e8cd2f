from dataclasses import replace
from datetime import timedelta

from core.fetch import Skipped
from core.store import FetchRecord, FetchSummary, StoppedSummary, Store
from core.store.papers.fetches import MAX_SKIPPED, MAX_TEXT
from tests.core.store.samples import NOON

FETCH = FetchRecord(
    at=NOON,
    source="arxiv",
    days=2,
    papers=127,
    skipped=1,
    latency=timedelta(milliseconds=1500),
    error=None,
)
LATER = NOON + timedelta(hours=1)


async def test_fetches_are_summed_up_by_source(store: Store) -> None:
    await store.fetches.record(replace(FETCH, at=NOON - timedelta(days=1), error="too old"))
    await store.fetches.record(replace(FETCH, papers=0, error="arxiv: 503"))
    await store.fetches.record(replace(FETCH, papers=0, error="arxiv: 429"))
    await store.fetches.record(FETCH)
    await store.fetches.record(replace(FETCH, source="huggingface"))
    await store.fetches.record_skipped(
        "arxiv", [Skipped(f"#{number}", "no title") for number in range(5)], LATER
    )

    assert await store.fetches.summary(NOON) == [
        FetchSummary(
            source="arxiv",
            fetches=3,
            failed=2,
            papers=127,
            skipped=3,
            latency=timedelta(milliseconds=4500),
            last_error="arxiv: 429",
            recent=tuple(Skipped(f"#{number}", "no title") for number in (4, 3, 2)),
        ),
        FetchSummary(
            source="huggingface",
            fetches=1,
            failed=0,
            papers=127,
            skipped=1,
            latency=timedelta(milliseconds=1500),
            last_error=None,
            recent=(),
        ),
    ]


async def test_what_a_service_sends_is_cut_to_size(store: Store) -> None:
    await store.fetches.record(replace(FETCH, error="<html>" * 10_000))
    await store.fetches.record_skipped("arxiv", [Skipped("x" * 9_999, "y\0" * 9_999)], NOON)

    (summary,) = await store.fetches.summary(NOON)

    assert summary.last_error is not None
    assert len(summary.last_error) == MAX_TEXT
    assert summary.recent == (Skipped("x" * MAX_TEXT, "y" * MAX_TEXT),)


async def test_old_skipped_items_make_room_for_new_ones_of_the_same_source(store: Store) -> None:
    await store.fetches.record(FETCH)
    await store.fetches.record(replace(FETCH, source="huggingface"))
    await store.fetches.record_skipped("huggingface", [Skipped("kept", "old")], NOON)
    for turn in range(3):
        many = [Skipped(f"{turn}/{number}", "bad") for number in range(MAX_SKIPPED)]
        await store.fetches.record_skipped("arxiv", many, NOON)
    await store.fetches.record_skipped("arxiv", [], NOON)

    arxiv, huggingface = await store.fetches.summary(NOON)

    assert [skip.item for skip in arxiv.recent] == ["2/199", "2/198", "2/197"]
    assert [skip.item for skip in huggingface.recent] == ["kept"]


async def test_work_that_was_stopped_is_counted_by_kind_and_is_no_source(store: Store) -> None:
    for reason in ("it took over 20 s", "it took over 20 s", "its process ended with code -9"):
        await store.fetches.record_stopped("parsed", reason, NOON)
    await store.fetches.record_stopped("extract", "it took over 20 s", NOON - timedelta(days=1))

    assert await store.fetches.stopped(NOON) == [
        StoppedSummary("parsed", "it took over 20 s", 2),
        StoppedSummary("parsed", "its process ended with code -9", 1),
    ]
    assert await store.fetches.summary(NOON) == []
