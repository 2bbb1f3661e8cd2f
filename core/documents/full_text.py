"""A paper's text: the first that works of Hugging Face's Markdown, arXiv's HTML, PDF, abstract.

`PLACES` is the chain; a new place is one class and one line there. Each place is an ordinary
failure away from the next: three papers in four have no Markdown, one in four no HTML. An answer
with status 200 may be a login page, an error page, another paper or a conversion that broke off, so
every text is compared with what is known of the paper, and its body judged, before it is believed.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote

from core.documents.clean import MAX_CHARACTERS, clean_text, one_line
from core.documents.completeness import Completeness, completeness
from core.documents.outline import ABSTRACT, Parsed
from core.documents.parsing import TextFormat
from core.documents.sandbox import TooHeavy, TooSlow, parse
from core.fetch.gate import Gate
from core.fetch.http import BadStatus, Http, HttpError, Response, TooLarge
from core.models.errors import PaperboyError, TextUnavailable
from core.models.values import Document, Paper, Section, TextSource
from core.sandbox.offload import Offload, in_a_thread

logger = logging.getLogger(__name__)

PART = "part"
"""The outcome of a text that is only a part of the paper."""
UNREACHABLE = "unreachable"
"""The outcome that says nothing about whether there is a text."""
LONG_TITLE = 6
"""Words from which on half of a title suffices to know a paper by."""
MAX_BYTES = 40_000_000
TIMEOUT = timedelta(seconds=60)


@dataclass(frozen=True)
class TextAttempt:
    """What came of asking one place."""

    source: TextSource
    outcome: str
    """"ok", or why not: "not_found", "unreachable", "too_large", "not_a_paper", "other_paper",
    "no_body", "too_slow", "too_heavy", "empty"; or "garbled", "no_sections", "part": readable, but
    a better one is looked for."""
    detail: str = ""
    """For logs; never shown to a reader."""


@dataclass(frozen=True)
class TextResult:
    """A paper's best text, and how it was come by."""

    document: Document
    attempts: tuple[TextAttempt, ...]
    """In the order they were made."""


class _Rejected(TextUnavailable):
    """A text that came, but will not do."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome


@dataclass(frozen=True)
class _Text:
    """What a place gave: parsed, with the version it states."""

    parsed: Parsed
    version: int | None


class Place(Protocol):
    """Somewhere a paper's text may be had."""

    source: TextSource

    def has(self, paper: Paper) -> bool:
        """Whether asking makes sense for this paper's kind of id."""

    async def read(self, paper: Paper) -> _Text:
        """Return the text, parsed. Raise `HttpError` or `TextUnavailable`."""


class FullText:
    """Reads papers' texts."""

    def __init__(
        self,
        http: Http,
        *,
        hf_endpoint: str,
        arxiv_endpoint: str,
        gate: Gate,
        offload: Offload = in_a_thread,
    ) -> None:
        arxiv = _Arxiv(http, arxiv_endpoint.rstrip("/"), gate, offload)
        self._places: tuple[Place, ...] = (
            HuggingFaceMarkdown(http, hf_endpoint, offload),
            ArxivHtml(arxiv),
            ArxivPdf(arxiv),
        )

    async def read(self, paper: Paper) -> TextResult:
        """Return the best text to be had; at worst the abstract. Never raises for a paper.

        A paper without any text, not even an abstract, gives a document without sections. A
        flawed text (formulas garbled, headings lost) is held back while the next place is asked,
        and used when that one fails; a part of a paper is used when nobody has the whole.
        """
        attempts: list[TextAttempt] = []
        held: list[Document] = []
        for place in self._places:
            if not place.has(paper):
                continue
            text, attempt = await _try(place, paper)
            attempts.append(attempt)
            if text is not None:
                is_part = attempt.outcome == PART
                document = _document(paper, place.source, text, is_part=is_part)
                if attempt.outcome == "ok":
                    return TextResult(document, tuple(attempts))
                held.append(document)
            elif any(not document.is_part for document in held):
                break
        if held:
            return TextResult(max(held, key=_worth), tuple(attempts))
        document = abstract_of(paper)
        outcome = "ok" if document.sections else "empty"
        attempts.append(TextAttempt(TextSource.ABSTRACT, outcome))
        return TextResult(document, tuple(attempts))


def abstract_of(paper: Paper) -> Document:
    """Return the paper's abstract as a document; without an abstract it has no sections."""
    # arXiv wraps abstracts at 80 characters and indents new paragraphs.
    paragraphs = re.split(r"\n\s*\n|\n {2,}", clean_text(paper.abstract))
    text = "\n\n".join(filter(None, map(one_line, paragraphs)))[:MAX_CHARACTERS]
    section = Section(id=ABSTRACT, title=ABSTRACT, level=1, text=text)
    return Document(
        paper_id=paper.id,
        version=paper.version,
        source=TextSource.ABSTRACT,
        sections=(section,) if text else (),
    )


def _worth(held: Document) -> tuple[bool, int]:
    """A whole text before a part, the longest part before others; `max` keeps the first."""
    return not held.is_part, held.characters if held.is_part else 0


def _document(paper: Paper, source: TextSource, text: _Text, *, is_part: bool) -> Document:
    return Document(
        paper_id=paper.id,
        version=text.version,
        source=source,
        sections=text.parsed.sections,
        pages=text.parsed.pages,
        is_part=is_part,
    )


async def _try(place: Place, paper: Paper) -> tuple[_Text | None, TextAttempt]:
    """Ask one place; every failure becomes an attempt."""
    try:
        text = await place.read(paper)
        extent = _believe(text.parsed, paper)
    except (HttpError, TextUnavailable) as error:
        attempt = TextAttempt(place.source, _outcome(error), str(error))
        level = logging.DEBUG if attempt.outcome == "not_found" else logging.INFO
        logger.log(level, "%s of %s: %s", place.source, paper.id, error)
        return None, attempt
    outcome = PART if extent is Completeness.PART else text.parsed.flaw or "ok"
    return text, TextAttempt(place.source, outcome)


def _outcome(error: PaperboyError) -> str:
    match error:
        case _Rejected():
            return error.outcome
        case BadStatus(status=404 | 410):
            return "not_found"
        case TooLarge():
            return "too_large"
        case TooSlow():
            return "too_slow"
        case TooHeavy():
            return "too_heavy"
        case HttpError():
            return UNREACHABLE
        case _:
            return "not_a_paper"


# The places


class HuggingFaceMarkdown:
    """`/papers/{id}.md`: the latest version when it was indexed."""

    source = TextSource.HF_MARKDOWN

    def __init__(self, http: Http, endpoint: str, offload: Offload) -> None:
        self._http = http
        self._offload = offload
        self._endpoint = endpoint.rstrip("/")

    def has(self, paper: Paper) -> bool:
        """Whether Hugging Face could list it: new-style arXiv ids only."""
        return paper.is_arxiv and "/" not in paper.id

    async def read(self, paper: Paper) -> _Text:
        """See `Place.read`."""
        answer = await self._http.get(
            f"{self._endpoint}/papers/{quote(paper.id)}.md",
            accept="text/markdown, text/plain",
            timeout=TIMEOUT,
            max_bytes=MAX_BYTES,
        )
        text = answer.text
        parsed = await parse(self._offload, TextFormat.MARKDOWN, text.encode())
        return _Text(parsed, _stated_version(paper, text) or paper.version)


@dataclass(frozen=True)
class _Arxiv:
    """Files of one paper on arXiv, each asked for through the shared gate."""

    http: Http
    endpoint: str
    gate: Gate
    offload: Offload

    async def get(self, folder: str, paper: Paper, *, accept: str) -> Response:
        return await self.http.get(
            f"{self.endpoint}/{folder}/{_versioned(paper)}",
            accept=accept,
            gate=self.gate,
            timeout=TIMEOUT,
            max_bytes=MAX_BYTES,
        )


class ArxivHtml:
    """`/html/{id}vN`: LaTeXML's conversion, for about three TeX submissions in four."""

    source = TextSource.ARXIV_HTML

    def __init__(self, arxiv: _Arxiv) -> None:
        self._arxiv = arxiv

    def has(self, paper: Paper) -> bool:
        """Whether it has an arXiv id."""
        return paper.is_arxiv

    async def read(self, paper: Paper) -> _Text:
        """See `Place.read`."""
        answer = await self._arxiv.get("html", paper, accept="text/html")
        html = answer.text
        parsed = await parse(self._arxiv.offload, TextFormat.HTML, html.encode())
        return _Text(parsed, paper.version or _stated_version(paper, html))


class ArxivPdf:
    """`/pdf/{id}vN`, without ".pdf" as arXiv asks."""

    source = TextSource.PDF

    def __init__(self, arxiv: _Arxiv) -> None:
        self._arxiv = arxiv

    def has(self, paper: Paper) -> bool:
        """Whether it has an arXiv id."""
        return paper.is_arxiv

    async def read(self, paper: Paper) -> _Text:
        """See `Place.read`."""
        answer = await self._arxiv.get("pdf", paper, accept="application/pdf")
        if b"%PDF-" not in answer.body[:1024]:
            raise _Rejected("not_a_paper", f"{_kind(answer)} instead of a PDF")
        parsed = await parse(self._arxiv.offload, TextFormat.PDF, answer.body)
        version = paper.version or _stated_version(paper, parsed.front)
        return _Text(parsed, version)


def _versioned(paper: Paper) -> str:
    version = f"v{paper.version}" if paper.version else ""
    return quote(paper.id, safe="/") + version


def _kind(answer: Response) -> str:
    return answer.content_type or "something without a type"


def _stated_version(paper: Paper, text: str) -> int | None:
    """The version a text itself names ("arXiv:2602.20981v2", a link to it), if it does."""
    match = re.search(rf"{re.escape(paper.id)}v(\d{{1,3}})(?!\d)", text)
    return int(match[1]) if match else None


# Whose text is it?

_WORD_CHARACTERS = re.compile(r"[^\W\d_]+")
_OPENING = 6_000


def _believe(parsed: Parsed, paper: Paper) -> Completeness:
    """Raise unless this plausibly is the paper, and more of it than its abstract."""
    opening = _opening(parsed)
    # Half of a long title tells a paper; a short one is often made of words of the whole field.
    share = 0.5 if len(_WORD_CHARACTERS.findall(paper.title)) >= LONG_TITLE else 0.9
    if not (_holds(opening, paper.title, share) or _holds(opening, paper.abstract[:600], 0.75)):
        raise _Rejected("other_paper", f"neither title nor abstract found in {parsed.title!r}")
    extent = completeness(parsed, paper.abstract)
    if extent is Completeness.NONE:
        raise _Rejected("no_body", f"{parsed.characters} characters, no body among them")
    return extent


def _opening(parsed: Parsed) -> str:
    """Return the beginning of a text without its spaces: PDFs break "E DGE TAM" as they like."""
    texts: Sequence[str] = (parsed.title or "", parsed.front, *(s.text for s in parsed.sections))
    return "".join(_WORD_CHARACTERS.findall(" ".join(texts)[:_OPENING].casefold()))


def _holds(opening: str, words: str, share: float) -> bool:
    """Whether at least `share` of the words are in the opening; a text without any proves nothing.

    Words of three letters and more count, unless there are only shorter ones.
    """
    found = set(_WORD_CHARACTERS.findall(words.casefold()))
    wanted = {word for word in found if len(word) >= 3} or found
    return bool(wanted) and sum(word in opening for word in wanted) >= share * len(wanted)
