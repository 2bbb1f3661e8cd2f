"""Work on strangers' texts is done by processes that can be stopped, and nobody else notices."""

import asyncio
import ctypes
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from core.fetch.arxiv_feed import RejectedQuery
from core.models.errors import TextUnavailable, WorkStopped, WorkTooHeavy, WorkTooSlow
from core.models.values import Document, Section, TextSource
from core.sandbox.workers import Workers

LARGE = "x" * 40_000
SHORT = timedelta(seconds=0.3)


@dataclass(frozen=True)
class Told:
    """What a process tells of itself."""

    process: int
    document: Document


def told(document: Document) -> Told:
    return Told(os.getpid(), document)


def number(text: str) -> int:
    return os.getpid()


def sleeping(text: str) -> int:
    time.sleep(600)
    return 0


def greedy(text: str) -> int:
    return len(bytearray(4_000_000_000))


def dying(text: str) -> int:
    os._exit(9)


def crashing(text: str) -> int:
    ctypes.string_at(0)
    return 0


def mistaken(text: str) -> int:
    return {}[text[:3]]


def refusing(text: str) -> int:
    raise TextUnavailable("nothing in it")


def rejecting(text: str) -> int:
    raise RejectedQuery("arxiv", "no such id")


def babbling(text: str) -> int:
    return "no number"  # type: ignore[return-value]


def environment(text: str) -> dict[str, str]:
    return dict(os.environ)


def noisy(text: str) -> int:
    os.write(1, b"this is no answer")
    return 7


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers(most=1) as opened:
        yield opened


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


async def test_large_work_is_done_elsewhere_and_small_work_here(workers: Workers) -> None:
    section = Section(id="§1", title="Methode “é”", level=1, text=LARGE)
    document = Document(paper_id="2603.1", version=1, source=TextSource.PDF, sections=(section,))
    first = await workers(partial(told, document))
    assert first.document == document
    assert first.process != os.getpid()
    assert await workers(partial(number, LARGE)) == first.process  # it is kept warm
    assert await workers(partial(number, "little")) == os.getpid()
    assert await workers(partial(number, "little"), small=0) == first.process


async def test_what_work_refuses_is_heard_and_what_it_prints_is_not(workers: Workers) -> None:
    with pytest.raises(TextUnavailable, match="nothing in it"):
        await workers(partial(refusing, LARGE))
    with pytest.raises(RejectedQuery, match="no such id") as rejected:
        await workers(partial(rejecting, LARGE))
    assert rejected.value.source == "arxiv"
    assert await workers(partial(noisy, LARGE)) == 7


@pytest.mark.parametrize(
    ("work", "why"),
    [(greedy, "MemoryError"), (dying, "code 9"), (crashing, "code -11"), (mistaken, "KeyError")],
)
async def test_a_worker_that_dies_is_replaced(workers: Workers, work: object, why: str) -> None:
    before = await workers(partial(number, LARGE))
    with pytest.raises(WorkTooHeavy, match=why):
        await workers(partial(work, LARGE))  # type: ignore[arg-type]
    assert await workers(partial(number, LARGE)) != before


async def test_a_worker_has_no_key(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "a secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy")
    inside = await workers(partial(environment, LARGE))
    assert "secret" not in str(inside)
    assert inside["OPENBLAS_NUM_THREADS"] == "1"


async def test_what_is_stopped_is_counted() -> None:
    heard: list[tuple[str, str]] = []

    async def stopped(work: str, reason: str) -> None:
        heard.append((work, reason))

    async with Workers(stopped=stopped) as workers:
        with pytest.raises(WorkTooSlow):
            await workers(partial(sleeping, LARGE), patience=SHORT)
        with pytest.raises(TextUnavailable):
            await workers(partial(refusing, LARGE))
    assert heard == [("sleeping", "it took over 0.3 s")]


async def test_an_answer_of_another_shape_is_not_believed(workers: Workers) -> None:
    with pytest.raises(WorkStopped, match="makes no sense"):
        await workers(partial(babbling, LARGE))


async def test_endless_work_is_ended_and_the_next_in_line_is_served(workers: Workers) -> None:
    before = await workers(partial(number, LARGE))
    endless = asyncio.create_task(workers(partial(sleeping, LARGE), patience=SHORT))
    await asyncio.sleep(0)
    after = await workers(partial(number, LARGE))
    with pytest.raises(WorkTooSlow, match=r"over 0\.3 s"):
        await endless
    assert is_gone(before)
    assert after != before


async def test_cancelled_work_leaves_no_process_behind(workers: Workers) -> None:
    before = await workers(partial(number, LARGE))
    endless = asyncio.create_task(workers(partial(sleeping, LARGE)))
    await asyncio.sleep(0.01)
    endless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await endless
    assert is_gone(before)


async def test_a_worker_that_died_between_two_pieces_of_work_is_not_asked(
    workers: Workers,
) -> None:
    before = await workers(partial(number, LARGE))
    os.kill(before, 9)
    while workers._idle[0].is_well:  # noqa: ASYNC110  (its end is seen before it is told)
        await asyncio.sleep(0.01)
    assert await workers(partial(number, LARGE)) != before


async def test_without_work_and_on_leaving_no_process_is_kept() -> None:
    async with Workers(idle=timedelta(0)) as tired:
        first = await tired(partial(number, LARGE))
        while not is_gone(first):  # noqa: ASYNC110  (it ends by itself)
            await asyncio.sleep(0.01)
        assert await tired(partial(number, LARGE)) != first
    async with Workers() as warm:
        second = await warm(partial(number, LARGE))
    assert is_gone(second)
