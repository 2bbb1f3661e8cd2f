"""A source of the tests with ids of its own: one file, as any source is one.

Its server answers below it. Its ids hold slashes and dots, its pages are its own.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from types import MappingProxyType

from aiohttp import web
from pydantic import TypeAdapter

from core.fetch import Listing
from core.fetch.http import BadStatus, HttpError
from core.fetch.spec import SourceSpec, TextPlace, Tools
from core.models.errors import SourceError
from core.models.options import Endpoint, Options
from core.models.paper_id import PaperId, PaperRef, Scheme, written
from core.models.values import Paper, TextSource

NAME = "proceedings"
PROCEEDINGS = Scheme(
    NAME,
    label="ICVF",
    page="https://papers.icvf.example/{key}.html",
    pdf="https://papers.icvf.example/{key}.pdf",
    found=written(
        NAME,
        key=r"[0-9]{4}/[A-Za-z0-9_.-]{4,32}?(?=\.html|\.pdf|[^A-Za-z0-9_.-]|$)",
        link=r"papers\.icvf\.example/",
    ),
)


class _Options(Options):
    proceedings_endpoint: Endpoint = "https://api.icvf.example"


class Proceedings:
    """What was published on a day."""

    name = NAME

    def __init__(self, tools: Tools, options: _Options) -> None:
        self._http = tools.http
        self._endpoint = options.proceedings_endpoint

    async def fetch(self, days: Sequence[date]) -> Listing:
        """See `Source.fetch`."""
        papers = [paper for day in days for paper in await self._get(f"days/{day}")]
        return Listing(papers=tuple(papers), read=tuple(days), label="all tracks")

    def is_settled(self, day: date, at: datetime) -> bool:
        """See `Source.is_settled`."""
        return at.date() > day + timedelta(days=1)

    async def lookup(self, ref: PaperRef) -> Paper | None:
        """See `Lookup.lookup`."""
        named = PaperId.parse(ref.id)
        if named.scheme != NAME:
            return None
        return next(iter(await self._get(f"papers/{named.key}")), None)

    async def _get(self, path: str) -> list[Paper]:
        try:
            answer = await self._http.get(f"{self._endpoint}/{path}", accept="application/json")
        except BadStatus as error:
            if error.status == 404:
                return []
            raise SourceError(NAME, str(error)) from error
        except HttpError as error:
            raise SourceError(NAME, str(error)) from error
        return TypeAdapter(list[Paper]).validate_json(answer.body)


SPEC = SourceSpec(
    NAME,
    label="ICVF",
    badge="ICVF 🎓",
    title="ICVF Proceedings",
    open=Proceedings,
    options=_Options,
    endpoint="proceedings_endpoint",
    scheme=PROCEEDINGS,
    texts=(TextPlace(TextSource.PDF, "/files/{key}.pdf"),),
)


@asynccontextmanager
async def serving(
    papers: Sequence[Paper], day: date, files: Mapping[str, bytes] = MappingProxyType({})
) -> AsyncIterator[str]:
    """Serve `papers`, the first of them published on `day`, and PDFs by id; give the address."""

    def sent(some: Sequence[Paper]) -> web.Response:
        return web.Response(
            body=TypeAdapter(list[Paper]).dump_json(list(some)), content_type="application/json"
        )

    async def of_day(request: web.Request) -> web.Response:
        return sent(papers[:1] if request.match_info["day"] == str(day) else ())

    async def one(request: web.Request) -> web.Response:
        wanted = f"{NAME}:{request.match_info['key']}"
        found = [paper for paper in papers if paper.id == wanted]
        return sent(found) if found else web.Response(status=404)

    async def file(request: web.Request) -> web.Response:
        found = files.get(f"{NAME}:{request.match_info['key']}")
        return web.Response(
            body=found, content_type="application/pdf", status=200 if found else 404
        )

    app = web.Application()
    app.router.add_get("/files/{key:.+}.pdf", file)
    app.router.add_get("/days/{day}", of_day)
    app.router.add_get("/papers/{key:.+}", one)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
