"""Texts are read in a process that can be stopped, and its failures are ordinary ones."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from core.analyze.documents.latexml import parse_latexml
from core.analyze.documents.parsing import Kind
from core.analyze.documents.pdf import parse_pdf
from core.aside import SMALL
from core.errors import SourceError, TextUnavailable, WorkTooHeavy, WorkTooSlow
from core.fetch import apart
from core.fetch.apart import TooHeavy, TooSlow, parse, understood
from core.workers import Workers
from tests.core.analyze.test_documents_latexml import PAGE
from tests.core.analyze.test_documents_pdf import PAPER

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
    assert await parse(workers, Kind.PDF, PAPER) == parse_pdf(PAPER)
    assert len(PAGE) < SMALL
    assert await parse(workers, Kind.HTML, PAGE.encode()) == parse_latexml(PAGE)
    page = PAGE + "<!-- -->" * SMALL
    assert await parse(workers, Kind.HTML, page.encode()) == parse_latexml(page)


async def test_a_pdf_without_text_is_refused_with_a_reason(workers: Workers) -> None:
    for data in (b"", b"%PDF-1.7 and then nothing", b"\x00" * 100_000):
        with pytest.raises(TextUnavailable, match=r"\w+"):
            await parse(workers, Kind.PDF, data)


async def test_ten_megabytes_of_mathml_are_a_page_like_any_other(workers: Workers) -> None:
    text = f'<p class="ltx_p">We minimise {FORMULA} over all times.</p>'
    page = PAGE.replace("</article>", text * (10_000_000 // len(text)) + "</article>")
    parsed = await parse(workers, Kind.HTML, page.encode())
    assert parsed.title == "RestoreFlow: A Synthetic Paper for Parser Tests"
    assert 100_000 < parsed.characters <= 400_000


async def test_a_page_nested_without_end_is_given_up(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(apart.PATIENCE, Kind.HTML, timedelta(seconds=0.5))
    with pytest.raises(TooSlow, match=r"over 0\.5 s"):
        await parse(workers, Kind.HTML, DEEP.encode())


@pytest.mark.parametrize(("stopped", "said"), [(WorkTooSlow, TooSlow), (WorkTooHeavy, TooHeavy)])
async def test_what_is_stopped_is_an_unavailable_text(
    stopped: type[Exception], said: type[Exception]
) -> None:
    async def aside(work: Callable[[], T], **_: object) -> T:
        raise stopped("enough")

    with pytest.raises(said, match="reading the html: enough"):
        await parse(aside, Kind.HTML, PAGE.encode())


def failing(body: bytes, by: type[Exception]) -> int:
    raise by(body)


async def test_what_a_library_does_with_an_odd_answer_is_the_sources_failure() -> None:
    async with Workers(most=1) as workers:
        with pytest.raises(SourceError, match=r"arxiv: the answer cannot be read: .*KeyError"):
            await understood(workers, "arxiv", failing, b"odd", KeyError)
