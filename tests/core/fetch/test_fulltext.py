from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from core.fetch.fulltext import FullText, TextResult
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.outbound import Outbound
from core.models import Paper, TextSource
from tests.conftest import Handler, Serve
from tests.core.analyze.test_documents_pdf import FILLER, PAGES, typeset

DATA = Path(__file__).parents[2] / "data/fulltext"
BODY = "The tracker compresses its memory, so that it runs on a phone at sixteen frames. "
TITLE = "TinyTrack: Tracking Anything on a Phone"
MARKDOWN = (DATA / "paper.md").read_text(encoding="utf-8").replace(
    "Tracking is slow", BODY * 20 + "Tracking is slow"
)  # fmt: skip
HTML = (
    '<html><div id="watermark-tr">arXiv:2601.00042v4 [cs.CV] 13 Jan 2026</div>'
    f'<article class="ltx_document"><h1 class="ltx_title ltx_title_document">{TITLE}</h1>'
    '<section class="ltx_section"><h2 class="ltx_title ltx_title_section">'
    f'<span class="ltx_tag">1 </span>Introduction</h2><p class="ltx_p">{BODY * 20}</p></section>'
    "</article></html>"
)
PDF = typeset(
    [*PAGES[:2], ["3.1 Details", *[f"Line {n} of the details. {FILLER}" for n in range(40)]]]
)
PAPER = Paper(
    id="2601.00042", version=2, title=TITLE, abstract="We propose a tracker.\nIt is fast."
)

Ask = Callable[..., Awaitable[TextResult]]


def answer(text: str | bytes, content_type: str = "text/html", status: int = 200) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        body = text.encode() if isinstance(text, str) else text
        return web.Response(body=body, content_type=content_type, status=status)

    return handler


async def no_sleep(seconds: float) -> None:
    """Retries need not wait here."""


@pytest.fixture
def ask(outbound: Outbound, serve: Serve) -> Ask:
    """Read a paper from a server that answers `routes`, and 404 elsewhere."""

    async def read(routes: dict[str, Handler], paper: Paper = PAPER) -> TextResult:
        base = await serve(routes)
        http = Http(outbound, user_agent="tests", sleep=no_sleep, attempts=2)
        gate = Gate(timedelta(0), sleep=no_sleep)
        return await FullText(http, hf_endpoint=base, arxiv_endpoint=base + "/", gate=gate).read(
            paper
        )

    return read


def outcomes(result: TextResult) -> list[tuple[str, str]]:
    return [(attempt.source.value, attempt.outcome) for attempt in result.attempts]


async def test_markdown_is_read_first_with_the_version_it_states(ask: Ask) -> None:
    result = await ask({"/papers/2601.00042.md": answer(MARKDOWN, "text/markdown")})

    assert outcomes(result) == [("hf_markdown", "ok")]
    assert result.document.source is TextSource.HF_MARKDOWN
    assert result.document.version == 2
    assert [s.id for s in result.document.sections][:3] == ["Abstract", "§1", "§2"]


async def test_html_follows_when_there_is_no_markdown(ask: Ask) -> None:
    result = await ask({"/html/2601.00042v2": answer(HTML)})

    assert outcomes(result) == [("hf_markdown", "not_found"), ("arxiv_html", "ok")]
    assert result.document.paper_id == "2601.00042"
    assert [s.id for s in result.document.sections] == ["§1"]


async def test_pdf_follows_when_there_is_no_html(ask: Ask) -> None:
    result = await ask({"/pdf/2601.00042v2": answer(PDF, "application/pdf")})

    assert outcomes(result) == [
        ("hf_markdown", "not_found"),
        ("arxiv_html", "not_found"),
        ("pdf", "ok"),
    ]
    assert result.document.pages == 3
    assert "§2.1" in [s.id for s in result.document.sections]


async def test_the_abstract_is_always_there(ask: Ask) -> None:
    result = await ask({})

    assert [outcome for _, outcome in outcomes(result)] == ["not_found"] * 3 + ["ok"]
    assert result.document.source is TextSource.ABSTRACT
    assert [(s.id, s.text) for s in result.document.sections] == [
        ("Abstract", "We propose a tracker. It is fast.")
    ]


async def test_a_paper_without_any_text_has_no_sections(ask: Ask) -> None:
    result = await ask({}, PAPER.model_copy(update={"abstract": " \n"}))

    assert outcomes(result)[-1] == ("abstract", "empty")
    assert result.document.sections == ()


async def test_an_unknown_version_is_asked_for_without_and_read_from_the_page(ask: Ask) -> None:
    paper = PAPER.model_copy(update={"version": None})

    assert (await ask({"/html/2601.00042": answer(HTML)}, paper)).document.version == 4
    assert (
        await ask({"/pdf/2601.00042": answer(PDF, "application/pdf")}, paper)
    ).document.version == 3


async def test_an_old_id_keeps_its_slash_and_is_not_asked_of_hugging_face(ask: Ask) -> None:
    paper = PAPER.model_copy(update={"id": "cs/0112017"})
    result = await ask({"/html/cs/0112017v2": answer(HTML)}, paper)
    assert outcomes(result) == [("arxiv_html", "ok")]


async def test_arxiv_is_not_asked_for_an_openreview_paper(ask: Ask) -> None:
    paper = PAPER.model_copy(update={"id": "openreview:abc"})
    result = await ask({"/{tail:.*}": answer(HTML)}, paper)
    assert outcomes(result) == [("abstract", "ok")]


@pytest.mark.parametrize(
    ("handler", "outcome"),
    [
        (answer("Service unavailable", status=503), "unreachable"),
        (answer("Forbidden", status=403), "unreachable"),
        (answer("<html><body><form>Log in</form></body></html>"), "not_a_paper"),
        (answer("<p>Conversion to HTML had a Fatal error and exited abruptly.</p>"), "not_a_paper"),
        (answer(HTML.replace("TinyTrack: Tracking Anything on a Phone", "Medieval Poetry and Wheat")
                    .replace("tracker", "poem").replace("phone", "page")), "other_paper"),
        (answer(HTML.replace(BODY * 20, BODY)), "too_short"),
        (answer(b"\x00\xff" * 1000), "not_a_paper"),
        (answer(""), "not_a_paper"),
    ],
    ids=["503", "403", "login", "failed conversion", "other paper", "short", "binary", "empty"],
)  # fmt: skip
async def test_a_bad_page_falls_through_to_the_next_place(
    ask: Ask, handler: Handler, outcome: str
) -> None:
    result = await ask(
        {"/html/2601.00042v2": handler, "/pdf/2601.00042v2": answer(PDF, "application/pdf")}
    )
    assert outcomes(result)[1:] == [("arxiv_html", outcome), ("pdf", "ok")]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (MARKDOWN.replace("arxiv.org/html/2601.00042\n", "huggingface.co/papers/2601.00042\n"),
         "not_a_paper"),
        (MARKDOWN.replace("URL Source", "# Medieval Poetry\n\nURL Source")
                 .replace(TITLE, "Medieval Poetry and the Price of Wheat")
                 .replace("track", "poem").replace("Track", "Poem"), "other_paper"),
        ("<!DOCTYPE html><html>Sign in</html>", "not_a_paper"),
    ],
    ids=["paper page", "other paper", "web page"],
)  # fmt: skip
async def test_markdown_of_something_else_falls_through(ask: Ask, body: str, outcome: str) -> None:
    result = await ask({"/papers/2601.00042.md": answer(body), "/html/2601.00042v2": answer(HTML)})
    assert outcomes(result) == [("hf_markdown", outcome), ("arxiv_html", "ok")]


GARBLED = MARKDOWN.replace("slow", "slow italic_x start_POSTSUBSCRIPT i end_POSTSUBSCRIPT " * 20)


async def test_a_garbled_text_gives_way_to_the_next_place(ask: Ask) -> None:
    result = await ask(
        {"/papers/2601.00042.md": answer(GARBLED), "/html/2601.00042v2": answer(HTML)}
    )
    assert outcomes(result) == [("hf_markdown", "garbled"), ("arxiv_html", "ok")]
    assert result.document.source is TextSource.ARXIV_HTML


async def test_a_garbled_text_is_better_than_a_pdf(ask: Ask) -> None:
    result = await ask({"/papers/2601.00042.md": answer(GARBLED), "/pdf/2601.00042v2": answer(PDF)})
    assert outcomes(result) == [("hf_markdown", "garbled"), ("arxiv_html", "not_found")]
    assert result.document.source is TextSource.HF_MARKDOWN
    assert "POSTSUBSCRIPT" not in "".join(s.text for s in result.document.sections)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"<html>not a pdf</html>", "not_a_paper"),
        (PDF[:3000], "not_a_paper"),
        (typeset([[], []], head=""), "not_a_paper"),
    ],
    ids=["html", "cut", "scanned"],
)
async def test_a_bad_pdf_leaves_the_abstract(ask: Ask, body: bytes, outcome: str) -> None:
    result = await ask({"/pdf/2601.00042v2": answer(body, "application/pdf")})
    assert outcomes(result)[2:] == [("pdf", outcome), ("abstract", "ok")]


async def test_a_title_set_in_small_capitals_is_recognised(ask: Ask) -> None:
    html = HTML.replace("TinyTrack: Tracking Anything", "T INY T RACK: T RACKING A NYTHING")
    assert (await ask({"/html/2601.00042v2": answer(html)})).document.source is (
        TextSource.ARXIV_HTML
    )


async def test_a_renamed_paper_is_recognised_by_its_abstract(ask: Ask) -> None:
    html = HTML.replace(TITLE, "Quick Poems").replace("The tracker", "We propose a fast tracker")
    result = await ask({"/html/2601.00042v2": answer(html)})
    assert outcomes(result)[1] == ("arxiv_html", "ok")


async def test_arxiv_is_asked_through_the_gate(outbound: Outbound, serve: Serve) -> None:
    passed: list[float] = []

    async def sleep(seconds: float) -> None:
        passed.append(seconds)

    base = await serve({"/pdf/2601.00042v2": answer(PDF, "application/pdf")})
    gate = Gate(timedelta(seconds=3), clock=lambda: 0.0, sleep=sleep)
    http = Http(outbound, user_agent="tests", sleep=no_sleep)
    result = await FullText(http, hf_endpoint=base, arxiv_endpoint=base, gate=gate).read(PAPER)

    assert outcomes(result)[-1] == ("pdf", "ok")
    assert passed == [3.0]  # between HTML and PDF; Hugging Face is not arXiv


async def test_nobody_home_leaves_the_abstract(outbound: Outbound) -> None:
    http = Http(outbound, user_agent="tests", sleep=no_sleep, attempts=2)
    nowhere = "http://127.0.0.1:9"
    full = FullText(http, hf_endpoint=nowhere, arxiv_endpoint=nowhere, gate=Gate(timedelta(0)))
    result = await full.read(PAPER)

    assert [outcome for _, outcome in outcomes(result)] == ["unreachable"] * 3 + ["ok"]
    assert result.attempts[0].detail
