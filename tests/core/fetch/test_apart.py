"""Texts are read in a process that can be stopped, and its failures are ordinary ones."""

import asyncio
import sys
from datetime import timedelta

import pytest

from core.analyze.documents.latexml import parse_latexml
from core.analyze.documents.pdf import parse_pdf
from core.errors import TextUnavailable
from core.fetch import apart
from core.fetch.apart import SMALL, Kind, TooHeavy, TooSlow, parse, parse_apart
from tests.core.analyze.test_documents_latexml import PAGE
from tests.core.analyze.test_documents_pdf import PAPER

FORMULA = (
    '<math class="ltx_Math" alttext="x_{1}">' + "<mrow><mi>x</mi><mn>1</mn></mrow>" * 40 + "</math>"
)
DEEP = '<article class="ltx_document">' + "<div>" * 400_000


async def test_it_gives_what_parsing_here_gives() -> None:
    assert await parse(Kind.PDF, PAPER) == parse_pdf(PAPER)
    html = PAGE.encode()
    patience = timedelta(seconds=60)
    assert await parse_apart(Kind.HTML, html, patience=patience) == parse_latexml(PAGE)
    assert await parse(Kind.HTML, html) == parse_latexml(PAGE)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 and then nothing", b"\x00" * 100_000])
async def test_a_pdf_without_text_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(TextUnavailable, match=r"\w+"):
        await parse(Kind.PDF, data)


async def test_ten_megabytes_of_mathml_are_a_page_like_any_other() -> None:
    text = f'<p class="ltx_p">We minimise {FORMULA} over all times.</p>'
    page = PAGE.replace("</article>", text * (10_000_000 // len(text)) + "</article>")
    parsed = await parse(Kind.HTML, page.encode())
    assert parsed.title == "RestoreFlow: A Synthetic Paper for Parser Tests"
    assert 100_000 < parsed.characters <= 400_000


async def test_a_page_nested_without_end_is_given_up() -> None:
    assert len(DEEP) > SMALL
    with pytest.raises(TooSlow, match=r"over 0\.5 s"):
        await parse_apart(Kind.HTML, DEEP.encode(), patience=timedelta(seconds=0.5))


async def test_a_text_that_takes_too_much_memory_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = asyncio.create_subprocess_exec

    async def greedy(*_: object, **options: int) -> asyncio.subprocess.Process:
        command = (
            "from core.fetch import apart; apart.MEMORY = 200_000_000; apart.bound_memory();"
            "bytearray(400_000_000)"
        )
        return await start(sys.executable, "-c", command, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", greedy)
    with pytest.raises(TooHeavy, match="out of memory"):
        await parse_apart(Kind.PDF, b"", patience=timedelta(seconds=60))


async def test_a_text_that_takes_too_long_is_given_up_and_its_process_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    children: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def endless(*_: object, **options: int) -> asyncio.subprocess.Process:
        command = "import time, sys; sys.stdin.buffer.read(); time.sleep(600)"
        children.append(await start(sys.executable, "-c", command, **options))
        return children[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", endless)
    with pytest.raises(TooSlow, match=r"over 0\.5 s"):
        await parse_apart(Kind.PDF, PAPER, patience=timedelta(seconds=0.5))
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
    reading = asyncio.create_task(parse(Kind.PDF, PAPER))
    await started.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children[0].returncode is not None


@pytest.mark.parametrize(("code", "answer"), [(-9, b""), (1, b""), (0, b"{}"), (0, b"not json")])
def test_a_child_that_dies_or_babbles_is_an_unavailable_text(code: int, answer: bytes) -> None:
    with pytest.raises(TextUnavailable):
        apart._parsed(Kind.HTML, code, answer)
