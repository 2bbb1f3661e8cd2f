"""What arXiv has of a paper's figures: its licence, its HTML page, a picture.

Each question passes the gate all of arXiv's go through, so a figure nobody has asked for yet takes
about ten seconds. The query API knows no licences, OAI-PMH does; it names the newest version's, and
a paper of before 2007 may have none at all.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from core.fetch.answer_parsing import parse_answer
from core.fetch.gate import Gate
from core.fetch.http import BadStatus, Http
from core.figures.pictures import Photo, photo_of
from core.models.errors import SourceError
from core.models.paper_id import ARXIV
from core.models.values import Paper
from core.sandbox.offload import Offload, in_a_thread

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_METADATA = "{http://arxiv.org/OAI/arXiv/}"
ARXIVS_OAI = "https://oaipmh.arxiv.org/oai"
"""Where arXiv itself answers OAI-PMH since 2025; mirrors have it where arXiv had it before."""
_GONE = frozenset({404, 410})
_MAX_RECORD = 1_000_000
_MAX_PAGE = 20_000_000
_MAX_PICTURE = 8_000_000
_TIMEOUT = timedelta(seconds=30)


@dataclass(frozen=True)
class FigurePage:
    html: str
    url: str
    """Where it came from, after redirects: what its addresses count from."""


class ArxivFigures:
    """Asks arXiv. Everything raises `HttpError` when arXiv does not answer."""

    def __init__(
        self, http: Http, *, endpoint: str, gate: Gate, offload: Offload = in_a_thread
    ) -> None:
        self._http = http
        self._endpoint = endpoint.rstrip("/")
        self._gate = gate
        self._offload = offload

    async def licence(self, paper: Paper) -> str | None:
        """Return the URL of a paper's licence; None when none is stated or the paper unknown.

        Raise `SourceError` for an answer that is no record.
        """
        answer = await self._http.get(
            oai_below(self._endpoint),
            params={
                "verb": "GetRecord",
                "identifier": f"oai:arXiv.org:{paper.id}",
                "metadataPrefix": "arXiv",
            },
            accept="text/xml, application/xml",
            gate=self._gate,
            timeout=_TIMEOUT,
            max_bytes=_MAX_RECORD,
        )
        return await parse_answer(self._offload, ARXIV.name, licence_in, answer.body, paper.id)

    async def page(self, paper: Paper) -> FigurePage | None:
        """Return a paper's HTML page; None when there is none, which is ordinary."""
        version = f"v{paper.version}" if paper.version else ""
        try:
            answer = await self._http.get(
                f"{self._endpoint}/html/{quote(paper.id, safe='/')}{version}",
                accept="text/html",
                gate=self._gate,
                timeout=_TIMEOUT,
                max_bytes=_MAX_PAGE,
            )
        except BadStatus as error:
            if error.status in _GONE:
                return None
            raise
        return FigurePage(answer.text, answer.url)

    async def photo(self, url: str) -> Photo:
        """Return a picture, small enough to be sent; raise `PictureError` when it is none."""
        answer = await self._http.get(
            url,
            accept="image/png, image/jpeg, image/webp, image/gif",
            gate=self._gate,
            timeout=_TIMEOUT,
            max_bytes=_MAX_PICTURE,
        )
        return await photo_of(answer.body)


def oai_below(endpoint: str) -> str:
    """Return where an arXiv, or a mirror of it, answers OAI-PMH."""
    host = urlsplit(endpoint).hostname or ""
    return ARXIVS_OAI if f".{host}".endswith(".arxiv.org") else f"{endpoint}/oai2"


def licence_in(body: bytes, paper_id: str) -> str | None:
    """Return the licence an OAI-PMH answer states for a paper; raise `SourceError`."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:  # no such answer needs one; bombs do
        raise SourceError(ARXIV.name, "the record is not one")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError):  # also an encoding that is none
        raise SourceError(ARXIV.name, "the record is not XML") from None
    for error in root.iter(f"{_OAI}error"):
        if error.get("code") in ("idDoesNotExist", "cannotDisseminateFormat"):
            return None
        raise SourceError(ARXIV.name, f"the record was refused: {error.get('code')}")
    record = root.find(f".//{_METADATA}arXiv")
    if record is None or (record.findtext(f"{_METADATA}id") or "").strip() != paper_id:
        raise SourceError(ARXIV.name, "the record is not of this paper")
    stated = (record.findtext(f"{_METADATA}license") or "").strip()
    return stated[:300] if re.match(r"https?://", stated) else None
