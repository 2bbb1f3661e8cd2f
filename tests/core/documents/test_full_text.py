from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from core.documents.full_text import FullText, TextResult
from core.fetch import sources
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.outbound import Outbound
from core.models.values import Paper, TextSource
from tests.conftest import Handler, Serve
from tests.core.documents.test_pdf import PAGES, typeset

DATA = Path(__file__).parents[2] / "data/fulltext"
SENTENCES = [
    f"The tracker compresses its memory {n} times, so that it runs on a phone at sixteen frames. "
    for n in range(60)
]
BODY = "".join(SENTENCES)
TITLE = "TinyTrack: Tracking Anything on a Phone"
MARKDOWN = (DATA / "paper.md").read_text(encoding="utf-8").replace(
    "The student learns", BODY + "The student learns"
)  # fmt: skip
ABSTRACT = (
    '<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>'
    '<p class="ltx_p">We propose a tracker. It is fast.</p></div>'
)


def section(number: int, title: str, *sentences: str) -> str:
    """Return a section of a LaTeXML page."""
    return (
        '<section class="ltx_section"><h2 class="ltx_title ltx_title_section">'
        f'<span class="ltx_tag">{number} </span>{title}</h2>'
        f'<p class="ltx_p">{"".join(sentences)}</p></section>'
    )


HTML = (
    '<html><div id="watermark-tr">arXiv:2601.00042v4 [cs.CV] 13 Jan 2026</div>'
    f'<article class="ltx_document"><h1 class="ltx_title ltx_title_document">{TITLE}</h1>'
    f"{ABSTRACT}{section(1, 'Introduction', *SENTENCES[:20])}"
    f"{section(2, 'Tracker', *SENTENCES[20:])}"
    f"{section(3, 'Conclusion', 'It tracks anything.')}</article></html>"
)
DETAILS = [
    f"Line {n} of the details tells of a step that no other line tells of." for n in range(40)
]
WORK = "[1] A. Author. A work that does not exist. 2025."
OPENING = [[line for line in page if "Table" not in line] for page in PAGES[:2]]
PDF = typeset([*OPENING, ["3.1 Details", *DETAILS, "References", WORK]])
PAPER = Paper(
    id="2601.00042", version=2, title=TITLE, abstract="We propose a tracker.\nIt is fast."
)
HTML_AT, PDF_AT, MD_AT = "/html/2601.00042v2", "/pdf/2601.00042v2", "/papers/2601.00042.md"

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
        endpoints = dict.fromkeys(sources.names(), base + "/")
        return await FullText(http, endpoints=endpoints, gate=gate).read(paper)

    return read


def outcomes(result: TextResult) -> list[tuple[str, str]]:
    return [(attempt.source.value, attempt.outcome) for attempt in result.attempts]


async def test_markdown_is_read_last_with_the_version_it_states(ask: Ask) -> None:
    result = await ask({MD_AT: answer(MARKDOWN, "text/markdown")})

    assert outcomes(result) == [
        ("arxiv_html", "not_found"),
        ("pdf", "not_found"),
        ("hf_markdown", "ok"),
    ]
    assert result.document.source is TextSource.HF_MARKDOWN
    assert result.document.version == 2
    assert [s.id for s in result.document.sections][:3] == ["Abstract", "§1", "§2"]


async def test_html_is_read_first_and_without_a_flaw_it_is_enough(ask: Ask) -> None:
    result = await ask({HTML_AT: answer(HTML), MD_AT: answer(MARKDOWN)})

    assert outcomes(result) == [("arxiv_html", "ok")]
    assert result.document.paper_id == "2601.00042"
    assert [s.id for s in result.document.sections] == ["Abstract", "§1", "§2", "§3"]
    assert not result.document.is_part


async def test_pdf_follows_when_there_is_no_html(ask: Ask) -> None:
    result = await ask({PDF_AT: answer(PDF, "application/pdf")})

    assert outcomes(result) == [("arxiv_html", "not_found"), ("pdf", "ok")]
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


async def test_an_old_id_keeps_its_slash(ask: Ask) -> None:
    paper = PAPER.model_copy(update={"id": "cs/0112017"})
    result = await ask({"/html/cs/0112017v2": answer(HTML)}, paper)
    assert outcomes(result) == [("arxiv_html", "ok")]


async def test_an_openreview_paper_has_its_pdf_and_is_not_asked_for_elsewhere(ask: Ask) -> None:
    paper = PAPER.model_copy(update={"id": "openreview:a_b-C"})
    asked: list[str] = []

    async def pdf(request: web.Request) -> web.Response:
        asked.append(request.path_qs)
        return web.Response(body=PDF, content_type="application/pdf")

    result = await ask({"/{tail:.*}": pdf}, paper)
    assert outcomes(result) == [("pdf", "ok")]
    assert asked == ["/pdf?id=a_b-C"]
    assert outcomes(await ask({}, paper)) == [("pdf", "not_found"), ("abstract", "ok")]


@pytest.mark.parametrize(
    ("handler", "outcome"),
    [
        (answer("Service unavailable", status=503), "unreachable"),
        (answer("Forbidden", status=403), "unreachable"),
        (answer("<html><body><form>Log in</form></body></html>"), "not_a_paper"),
        (answer("<p>Conversion to HTML had a Fatal error and exited abruptly.</p>"), "not_a_paper"),
        (answer(HTML.replace("TinyTrack: Tracking Anything on a Phone", "Medieval Poetry and Wheat")
                    .replace("tracker", "poem").replace("phone", "page")), "other_paper"),
        (answer(HTML.replace("".join(SENTENCES[20:]), "").replace("".join(SENTENCES[:20]), "")),
         "no_body"),
        (answer(b"\x00\xff" * 1000), "not_a_paper"),
        (answer(""), "not_a_paper"),
    ],
    ids=["503", "403", "login", "failed conversion", "other paper", "short", "binary", "empty"],
)  # fmt: skip
async def test_a_bad_page_falls_through_to_the_next_place(
    ask: Ask, handler: Handler, outcome: str
) -> None:
    result = await ask({HTML_AT: handler, PDF_AT: answer(PDF, "application/pdf")})
    assert outcomes(result) == [("arxiv_html", outcome), ("pdf", "ok")]


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
async def test_markdown_of_something_else_is_not_believed(
    ask: Ask, body: str, outcome: str
) -> None:
    result = await ask({MD_AT: answer(body)})
    assert outcomes(result)[2:] == [("hf_markdown", outcome), ("abstract", "ok")]


ROWS = "| Method | J&F | FPS |\n| --- | --- | --- |\n| Baseline | 70.1 | 1 |\n"
GARBLED = MARKDOWN.replace("slow", "slow italic_x start_POSTSUBSCRIPT i end_POSTSUBSCRIPT " * 20)
NO_TABLES = MARKDOWN.replace(ROWS, "")
CAPTION = '<figcaption class="ltx_caption">Table 1: Results on nine phones.</figcaption>'
NO_HTML_TABLES = HTML.replace("It tracks anything.", f"It tracks.</p>{CAPTION}<p>The end.")
NO_NUMBERS = HTML.replace('<span class="ltx_tag">', "<!--").replace(" </span>", "-->")
FORMULAS = [f"Here the loss of step {n} is ∑ λ ∥ x − y ∥ over all of its frames." for n in range(9)]
NO_TEX = typeset([*OPENING, ["3.1 Details", *DETAILS, *FORMULAS, "References", WORK]])


@pytest.mark.parametrize(
    ("html", "pdf", "markdown", "outcome"),
    [
        (NO_HTML_TABLES, PDF, MARKDOWN, ["no_tables", "ok"]),
        (NO_NUMBERS, PDF, MARKDOWN, ["sections", "ok"]),
        (None, NO_TEX, MARKDOWN, ["not_found", "formulas", "ok"]),
        (NO_HTML_TABLES, NO_TEX, NO_TABLES, ["no_tables", "formulas*", "no_tables"]),
        (NO_NUMBERS, NO_TEX, NO_TABLES, ["sections*", "formulas", "no_tables"]),
        (None, None, GARBLED, ["not_found", "not_found", "formulas*"]),
        (NO_HTML_TABLES, None, NO_TABLES, ["no_tables*", "not_found", "no_tables"]),
    ],
)
async def test_a_flaw_sends_the_chain_on_and_the_least_flawed_text_is_kept(
    ask: Ask, html: str | None, pdf: bytes | None, markdown: str | None, outcome: list[str]
) -> None:
    """A star marks the one that is kept where none is without flaws."""
    given = {HTML_AT: html, PDF_AT: pdf, MD_AT: markdown}
    result = await ask({path: answer(body) for path, body in given.items() if body})
    assert [said for _, said in outcomes(result)] == [said.strip("*") for said in outcome]
    kept = next((n for n, said in enumerate(outcome) if "*" in said), len(outcome) - 1)
    assert result.document.source is list(TextSource)[kept]
    assert list(result.document.flaws or ()) == (
        [outcome[kept].strip("*")] if "*" in outcome[kept] else []
    )
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
    result = await ask({PDF_AT: answer(body, "application/pdf")})
    assert outcomes(result)[1:] == [
        ("pdf", outcome),
        ("hf_markdown", "not_found"),
        ("abstract", "ok"),
    ]


LONG = [
    f"We study how trackers of kind {n} forget what they saw, and why phones mind. "
    for n in range(30)
]
HEAD = HTML[: HTML.index("</h1>") + 5]


def page_of(*parts: str) -> str:
    return f"{HEAD}{''.join(parts)}</article></html>"


def abstract_div(text: str) -> str:
    return ABSTRACT.replace("We propose a tracker. It is fast.", text)


REFERENCES = (
    '<section class="ltx_bibliography"><h2 class="ltx_title ltx_title_bibliography">References</h2>'
    '<ul class="ltx_biblist"><li class="ltx_bibitem">[1] A. Author. A work. 2025.</li></ul>'
    "</section>"
)


WORKS = [f"</p><p>[{n}] A. Author and B. Author. Some work. 2025." for n in range(99)]


@pytest.mark.parametrize(
    "html",
    [
        page_of(abstract_div("".join(LONG))),
        page_of(abstract_div("".join(LONG)), REFERENCES),
        page_of(section(1, "Overview", *LONG)),
        page_of(ABSTRACT, section(1, "Introduction", *["A sentence again and again. "] * 99)),
        page_of(ABSTRACT, section(1, "HTML conversion failed", "Sorry, no HTML for this paper. ")),
        page_of(ABSTRACT, section(1, "Papers", *WORKS)),
    ],
    ids=["abstract", "with references", "abstract as a section", "loop", "stub", "only references"],
)  # fmt: skip
async def test_no_more_than_the_abstract_is_no_full_text(ask: Ask, html: str) -> None:
    paper = PAPER.model_copy(update={"abstract": "".join(LONG)})
    result = await ask({HTML_AT: answer(html)}, paper)
    assert outcomes(result)[0] == ("arxiv_html", "no_body")
    assert outcomes(result)[-1] == ("abstract", "ok")

    result = await ask(
        {HTML_AT: answer(html), PDF_AT: answer(PDF, "application/pdf")},
        paper,
    )
    assert outcomes(result) == [("arxiv_html", "no_body"), ("pdf", "ok")]


INTRODUCTION = page_of(ABSTRACT, section(1, "Introduction", *SENTENCES))
GAP = page_of(
    ABSTRACT, section(1, "Introduction", *LONG), section(4, "Results", *SENTENCES), REFERENCES
)
BROKEN_OFF = HTML[: HTML.index("40 times")]


@pytest.mark.parametrize(
    "html", [INTRODUCTION, GAP, BROKEN_OFF], ids=["introduction", "gap", "cut"]
)
async def test_a_part_gives_way_to_the_whole_and_is_better_than_the_abstract(
    ask: Ask, html: str
) -> None:
    page = {HTML_AT: answer(html)}
    result = await ask({**page, PDF_AT: answer(PDF, "application/pdf")})
    assert [said.split(",")[0] for _, said in outcomes(result)] == ["part", "ok"]
    assert not result.document.is_part

    result = await ask(page)
    assert [said.split(",")[0] for _, said in outcomes(result)][:2] == ["part", "not_found"]
    assert result.document.source is TextSource.ARXIV_HTML
    assert result.document.is_part


async def test_the_longest_part_is_used_and_a_garbled_whole_before_any(ask: Ask) -> None:
    stretch = MARKDOWN[: MARKDOWN.index("memory 40 times")]
    first_page = typeset([[*PAGES[0], *DETAILS[:15]]])
    routes = {
        MD_AT: answer(stretch),
        PDF_AT: answer(first_page, "application/pdf"),
    }
    result = await ask(routes)
    said = [outcome.split(",")[0] for _, outcome in outcomes(result)]
    assert said == ["not_found", "part", "part"]
    assert result.document.source is TextSource.HF_MARKDOWN
    assert (await ask(routes | {MD_AT: answer(GARBLED)})).document.is_part is False


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ([TITLE, "This is a cover sheet of the library. " * 6], "no_body"),
        ([TITLE, "Supplementary Material", "A More Details",
          *DETAILS], "part"),
    ],
    ids=["cover", "supplement"],
)  # fmt: skip
async def test_a_pdf_may_be_something_less(ask: Ask, lines: list[str], outcome: str) -> None:
    body = typeset([lines])
    result = await ask({PDF_AT: answer(body, "application/pdf")})
    assert outcomes(result)[1][1].split(",")[0] == outcome


async def test_a_title_set_in_small_capitals_is_recognised(ask: Ask) -> None:
    html = HTML.replace("TinyTrack: Tracking Anything", "T INY T RACK: T RACKING A NYTHING")
    assert (await ask({HTML_AT: answer(html)})).document.source is (TextSource.ARXIV_HTML)


async def test_a_renamed_paper_is_recognised_by_its_abstract(ask: Ask) -> None:
    html = HTML.replace(TITLE, "Quick Poems").replace("The tracker", "We propose a fast tracker")
    result = await ask({HTML_AT: answer(html)})
    assert outcomes(result) == [("arxiv_html", "ok")]


async def test_arxiv_is_asked_through_the_gate(outbound: Outbound, serve: Serve) -> None:
    passed: list[float] = []

    async def sleep(seconds: float) -> None:
        passed.append(seconds)

    base = await serve({PDF_AT: answer(PDF, "application/pdf")})
    gate = Gate(timedelta(seconds=3), clock=lambda: 0.0, sleep=sleep)
    http = Http(outbound, user_agent="tests", sleep=no_sleep)
    endpoints = dict.fromkeys(sources.names(), base)
    result = await FullText(http, endpoints=endpoints, gate=gate).read(PAPER)

    assert outcomes(result)[-1] == ("pdf", "ok")
    assert passed == [3.0]  # between HTML and PDF


async def test_nobody_home_leaves_the_abstract(outbound: Outbound) -> None:
    http = Http(outbound, user_agent="tests", sleep=no_sleep, attempts=2)
    nowhere = dict.fromkeys(sources.names(), "http://127.0.0.1:9")
    result = await FullText(http, endpoints=nowhere, gate=Gate(timedelta(0))).read(PAPER)

    assert [outcome for _, outcome in outcomes(result)] == ["unreachable"] * 3 + ["ok"]
    assert result.attempts[0].detail
