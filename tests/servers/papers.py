"""The bundled days' services with full texts, and with faults on demand.

The bundle holds no full texts, so the pages served here are typeset from a paper's own title and
abstract: made up for the tests, in the shape of arXiv's LaTeXML pages.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from html import escape

from aiohttp import web

from bot.demo.replay import BundledDays, make_app
from tests.servers.gemini import ROUTE, FakeGemini

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


def few(days: BundledDays, keep: Collection[str] = ()) -> BundledDays:
    """Return the days with a tenth of arXiv's papers, for scenes in which most are only work.

    What Hugging Face lists is among them, so that papers of two sources are, and what is named.
    """
    listed = {item["paper"]["id"] for items in days.huggingface.values() for item in items} | {
        *keep
    }
    kept = {
        day: [record for at, record in enumerate(records) if at % 10 == 0 or record["id"] in listed]
        for day, records in days.arxiv.items()
    }
    return replace(days, arxiv=kept)


class Services:
    """Hugging Face, arXiv and Gemini on one loopback port."""

    def __init__(self, days: BundledDays) -> None:
        self.gemini = FakeGemini()
        self.requests: Counter[str] = Counter()
        self.faults: dict[str, Fault] = {}
        """By the path's beginning: "/hf", "/arxiv/rss", ..."""
        self.has_html = True
        self.figures: list[str] = []
        """Captions of every paper's figures."""
        self.picture = b""
        self.licence: str | None = None
        self.notes: list[dict[str, object]] = []
        """OpenReview's."""
        self._records = {record["id"]: record for _, record in days.announced()}
        self._days = days
        self.url = ""

    def app(self) -> web.Application:
        """Return the application."""
        app = make_app(self._days)
        app.middlewares.append(self._watch)
        app.router.add_get("/arxiv/html/{id}", self._html)
        app.router.add_get("/arxiv/html/{id}/{name}", self._picture)
        app.router.add_get("/arxiv/oai2", self._record)
        app.router.add_get("/openreview/notes", self._notes)
        app.router.add_post("/openreview/login", self._login)
        app.router.add_post(f"/gemini{ROUTE}", self.gemini.generate)
        return app

    async def _login(self, _: web.Request) -> web.Response:
        return web.json_response({"token": "a-token-of-openreview"})

    async def _notes(self, request: web.Request) -> web.Response:
        """A list for who has logged in, and what anonymous callers are told since 2026."""
        if "Authorization" in request.headers:
            return web.json_response({"notes": self.notes})
        body = {"name": "ForbiddenError", "message": "Challenge required", "status": 403}
        return web.json_response(body, status=403)

    @web.middleware
    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests["/".join(request.path.split("/")[:3])] += 1
        for beginning, fault in self.faults.items():
            if request.path.startswith(beginning):
                return await fault(request)
        return await handler(request)

    async def _html(self, request: web.Request) -> web.Response:
        known = self._records.get(request.match_info["id"].partition("v")[0])
        if known is None or not self.has_html:
            raise web.HTTPNotFound
        figures = "".join(figure(at, said) for at, said in enumerate(self.figures, start=1))
        return web.Response(
            text=page(known["title"], known["abstract"], figures), content_type="text/html"
        )

    async def _picture(self, _: web.Request) -> web.Response:
        return web.Response(body=self.picture, content_type="image/png")

    async def _record(self, request: web.Request) -> web.Response:
        paper_id = request.query["identifier"].removeprefix("oai:arXiv.org:")
        return web.Response(body=record(paper_id, self.licence), content_type="text/xml")


def record(paper_id: str, licence: str | None) -> bytes:
    """Return OAI-PMH's answer about a paper, in the shape arXiv documents."""
    stated = "" if licence is None else f"<license>{escape(licence)}</license>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record><header>'
        f"<identifier>oai:arXiv.org:{paper_id}</identifier></header><metadata>"
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper_id}</id>{stated}</arXiv>'
        "</metadata></record></GetRecord></OAI-PMH>"
    ).encode()


def figure(number: int, caption: str) -> str:
    """Return a figure of a LaTeXML page, its picture beside the page."""
    return (
        f'<figure id="S2.F{number}" class="ltx_figure"><img src="x{number}.png" width="600"'
        f' height="300"><figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_figure">'
        f"Figure {number}: </span>{escape(caption)}</figcaption></figure>"
    )


def page(title: str, abstract: str, figures: str = "") -> str:
    """Return a LaTeXML page with four sections, `figures` in the second."""
    filler = "We describe step {} of the {} in detail so that others can repeat it. "
    sections = "".join(
        f'<section class="ltx_section"><h2 class="ltx_title ltx_title_section">'
        f'<span class="ltx_tag ltx_tag_section">{number} </span>{name}</h2>'
        f'<div class="ltx_para"><p class="ltx_p">{text} '
        f"{''.join(filler.format(step, name) for step in range(8))}</p></div>"
        f"{figures if name == 'Method' else ''}</section>"
        for number, (name, text) in enumerate(
            [
                ("Introduction", "We propose a method for this task."),
                ("Method", "The network consists of an encoder and a decoder."),
                ("Experiments", "Our method achieves 28.42 dB on the invented benchmark."),
                ("Limitations", "Our method fails on very large images and is slow."),
            ],
            start=1,
        )
    )
    return (
        '<!DOCTYPE html><html><body><article class="ltx_document">'
        f'<h1 class="ltx_title ltx_title_document">{escape(title)}</h1>'
        '<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>'
        f'<p class="ltx_p">{escape(abstract)}</p></div>{sections}</article></body></html>'
    )


@asynccontextmanager
async def serving(services: Services) -> AsyncIterator[Services]:
    """Serve on a free loopback port."""
    runner = web.AppRunner(services.app(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        services.url = f"http://{host}:{port}"
        yield services
    finally:
        await runner.cleanup()
