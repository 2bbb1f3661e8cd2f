"""A PDF is read in a process that can be stopped, and its failures are ordinary ones."""

import asyncio
import sys
from datetime import timedelta

import pytest

from core.analyze.documents.pdf import parse_pdf
from core.errors import TextUnavailable
from core.fetch import apart
from core.fetch.apart import parse_pdf_apart
from tests.core.analyze.test_documents_pdf import PAPER


async def test_it_gives_what_parsing_here_gives() -> None:
    assert await parse_pdf_apart(PAPER) == parse_pdf(PAPER)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 and then nothing", b"\x00" * 100_000])
async def test_a_pdf_without_text_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(TextUnavailable, match=r"\w+"):
        await parse_pdf_apart(data)


async def test_a_pdf_that_takes_too_long_is_given_up_and_its_process_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    children: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def endless(*_: object, **options: int) -> asyncio.subprocess.Process:
        command = "import time, sys; sys.stdin.buffer.read(); time.sleep(600)"
        children.append(await start(sys.executable, "-c", command, **options))
        return children[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", endless)
    with pytest.raises(TextUnavailable, match=r"over 0\.5 s"):
        await parse_pdf_apart(PAPER, patience=timedelta(seconds=0.5))
    assert children[0].returncode is not None


async def test_a_cancelled_reading_leaves_no_process_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    children: list[asyncio.subprocess.Process] = []
    started = asyncio.Event()
    start = asyncio.create_subprocess_exec

    async def endless(*_: object, **options: int) -> asyncio.subprocess.Process:
        children.append(
            await start(sys.executable, "-c", "import time; time.sleep(600)", **options)
        )
        started.set()
        return children[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", endless)
    reading = asyncio.create_task(parse_pdf_apart(PAPER))
    await started.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children[0].returncode is not None


@pytest.mark.parametrize(("code", "answer"), [(-9, b""), (1, b""), (0, b"{}"), (0, b"not json")])
def test_a_child_that_dies_or_babbles_is_an_unavailable_text(code: int, answer: bytes) -> None:
    with pytest.raises(TextUnavailable):
        apart._parsed(code, answer)
