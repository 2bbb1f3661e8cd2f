"""What arXiv has of figures, from a loopback arXiv with all its faults."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from core.fetch.gate import Gate
from core.fetch.http import BadStatus, Http, TooLarge, Unreachable
from core.figures.arxiv import ArxivFigures, licence_in
from core.figures.pictures import BrokenPicture, NotAPicture, PictureBomb
from core.models.errors import SourceError
from core.models.values import Paper
from tests.conftest import Serve
from tests.pictures import bomb, drawn, noise, saved
from tests.servers.papers import record

PAPER = Paper(id="2602.20981", version=1, title="A paper")
BY = "http://creativecommons.org/licenses/by/4.0/"


def figures(http: Http, url: str) -> ArxivFigures:
    return ArxivFigures(http, endpoint=url, gate=Gate(timedelta(0)))


def answering(body: bytes, kind: str = "image/png", status: int = 200) -> Any:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, status=status)

    return handle


async def test_a_licence_is_asked_for_by_the_paper_s_id(http: Http, serve: Serve) -> None:
    asked: list[dict[str, str]] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(dict(request.query))
        return web.Response(body=record(PAPER.id, BY), content_type="text/xml")

    url = await serve({"/oai2": handle})
    assert await figures(http, url).licence(PAPER) == BY
    assert asked == [
        {
            "verb": "GetRecord",
            "identifier": "oai:arXiv.org:2602.20981",
            "metadataPrefix": "arXiv",
        }
    ]


def test_a_record_without_licence_states_none() -> None:
    assert licence_in(record("cs/0112017", None), "cs/0112017") is None


@pytest.mark.parametrize("stated", ["", "CC BY", "javascript:alert(1)"])
def test_what_is_no_address_is_no_licence(stated: str) -> None:
    assert licence_in(record(PAPER.id, stated), PAPER.id) is None


def test_an_unknown_paper_has_no_licence() -> None:
    body = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        b'<error code="idDoesNotExist">Nothing</error></OAI-PMH>'
    )
    assert licence_in(body, PAPER.id) is None
    with pytest.raises(SourceError):
        licence_in(body.replace(b"idDoesNotExist", b"badArgument"), PAPER.id)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Rate exceeded.",
        b"<html><body>Sign in</body></html>",
        record(PAPER.id, BY)[:-200],
        record("2602.20982", BY),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + record(PAPER.id, BY),
        b'<?xml version="1.0" encoding="gbk"?><a/>',
        b'<?xml version="1.0" encoding="none"?><a/>',
        b'<?xml version="1.0" encoding="punycode"?><a/>',
    ],
)
def test_an_answer_that_is_no_record_is_an_error_and_not_a_licence(body: bytes) -> None:
    with pytest.raises(SourceError):
        licence_in(body, PAPER.id)


async def test_a_page_is_asked_for_in_its_version_and_known_by_where_it_came_from(
    http: Http, serve: Serve
) -> None:
    async def moved(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"{request.url.origin()}/elsewhere/2602.20981v1")

    url = await serve(
        {"/html/2602.20981v1": moved, "/elsewhere/{id}": answering(b"<p>Text", "text/html")}
    )
    page = await figures(http, url).page(PAPER)
    assert page is not None
    assert (page.html, page.url) == ("<p>Text", f"{url}/elsewhere/2602.20981v1")


@pytest.mark.parametrize("status", [404, 410])
async def test_a_paper_without_page_is_ordinary(status: int, http: Http, serve: Serve) -> None:
    url = await serve({"/html/{id}": answering(b"", status=status)})
    assert await figures(http, url).page(PAPER) is None


async def test_a_page_that_fails_is_not_a_page_that_is_missing(http: Http, serve: Serve) -> None:
    url = await serve({"/html/{id}": answering(b"", status=403)})
    with pytest.raises(BadStatus):
        await figures(http, url).page(PAPER)


async def test_a_picture_comes_small(http: Http, serve: Serve) -> None:
    url = await serve({"/x1.png": answering(saved(drawn(3000, 1500)))})
    photo = await figures(http, url).photo(f"{url}/x1.png")
    assert photo.kind == "png"
    assert len(photo.content) < 300_000


@pytest.mark.parametrize(
    ("body", "kind", "status", "error"),
    [
        (b"gone", "text/plain", 404, BadStatus),
        (b"<html>Sign in</html>", "text/html", 200, NotAPicture),
        (b"<html>Sign in</html>", "image/png", 200, NotAPicture),
        (saved(noise(400, 300))[:9_000], "image/png", 200, BrokenPicture),
        (bomb(), "image/png", 200, PictureBomb),
        (b"\x89PNG" + b"0" * 8_000_000, "image/png", 200, TooLarge),
    ],
    ids=["404", "login", "disguised", "cut off", "bomb", "large"],
)
async def test_what_is_no_picture_is_refused_by_name(
    body: bytes, kind: str, status: int, error: type[Exception], http: Http, serve: Serve
) -> None:
    url = await serve({"/x1.png": answering(body, kind, status)})
    with pytest.raises(error):
        await figures(http, url).photo(f"{url}/x1.png")


async def test_a_picture_that_never_comes_is_given_up(
    http: Http, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    monkeypatch.setattr("core.figures.arxiv._TIMEOUT", timedelta(milliseconds=20))
    url = await serve({"/x1.png": never})
    with pytest.raises(Unreachable):
        await figures(http, url).photo(f"{url}/x1.png")
