"""Texts are read in a process that can be stopped, and its failures are ordinary ones."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from core.documents import sandbox
from core.documents.latexml import parse_latexml
from core.documents.parsing import TextFormat
from core.documents.pdf import parse_pdf
from core.documents.sandbox import TooHeavy, TooSlow, parse
from core.fetch.answer_parsing import parse_answer
from core.models.errors import SourceError, TextUnavailable, WorkTooHeavy, WorkTooSlow
from core.sandbox.offload import SMALL
from core.sandbox.workers import Workers
from tests.core.documents.test_latexml import PAGE
from tests.core.documents.test_pdf import PAPER

T = TypeVar("T")
FORMULA = (
    '<math class="ltx_Math" alttext="x_{1}">' + "<mrow><mi>x</mi><mn>1</mn></mrow>" * 40 + "</math>"
)
DEEP = '<article class="ltx_document">' + "<div>" * 400_000


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers() as opened:
        yield opened


async def test_it_gives_what_parsing_here_gives(workers: Workers) -> None:
    assert await parse(workers, TextFormat.PDF, PAPER) == parse_pdf(PAPER)
    assert len(PAGE) < SMALL
    assert await parse(workers, TextFormat.HTML, PAGE.encode()) == parse_latexml(PAGE)
    page = PAGE + "<!-- -->" * SMALL
    assert await parse(workers, TextFormat.HTML, page.encode()) == parse_latexml(page)


async def test_a_pdf_without_text_is_refused_with_a_reason(workers: Workers) -> None:
    for data in (b"", b"%PDF-1.7 and then nothing", b"\x00" * 100_000):
        with pytest.raises(TextUnavailable, match=r"\w+"):
            await parse(workers, TextFormat.PDF, data)


async def test_ten_megabytes_of_mathml_are_a_page_like_any_other(workers: Workers) -> None:
    text = f'<p class="ltx_p">We minimise {FORMULA} over all times.</p>'
    page = PAGE.replace("</article>", text * (10_000_000 // len(text)) + "</article>")
    parsed = await parse(workers, TextFormat.HTML, page.encode())
    assert parsed.title == "RestoreFlow: A Synthetic Paper for Parser Tests"
    assert 100_000 < parsed.characters <= 400_000


async def test_a_page_nested_without_end_is_given_up(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sandbox.PATIENCE, TextFormat.HTML, timedelta(seconds=0.5))
    with pytest.raises(TooSlow, match=r"over 0\.5 s"):
        await parse(workers, TextFormat.HTML, DEEP.encode())


@pytest.mark.parametrize(("stopped", "said"), [(WorkTooSlow, TooSlow), (WorkTooHeavy, TooHeavy)])
async def test_what_is_stopped_is_an_unavailable_text(
    stopped: type[Exception], said: type[Exception]
) -> None:
    async def offload(work: Callable[[], T], **_: object) -> T:
        raise stopped("enough")

    with pytest.raises(said, match="reading the html: enough"):
        await parse(offload, TextFormat.HTML, PAGE.encode())


def failing(body: bytes, by: type[Exception]) -> int:
    raise by(body)


async def test_what_a_library_does_with_an_odd_answer_is_the_sources_failure() -> None:
    async with Workers(most=1) as workers:
        with pytest.raises(SourceError, match=r"arxiv: the answer cannot be read: .*KeyError"):
            await parse_answer(workers, "arxiv", failing, b"odd", KeyError)
