"""One paper's text from one place: fetched, parsed, believed or not, and judged.

An answer with status 200 may be a login page, an error page, another paper or a conversion that
broke off, so it is compared with what is known of the paper before it is believed.
"""

import re
from datetime import timedelta

from core.documents.completeness import completeness
from core.documents.flaws import flaws
from core.documents.outline import Parsed
from core.documents.parsing import TextFormat
from core.documents.sandbox import parse
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.sources import TextAddress
from core.models.errors import TextUnavailable
from core.models.values import Document, Paper, TextExtent, TextSource
from core.sandbox.offload import Offload

LONG_TITLE = 6
"""Words from which on half of a title suffices to know a paper by."""
MAX_BYTES = 40_000_000
TIMEOUT = timedelta(seconds=60)
_FORMATS = {
    TextSource.ARXIV_HTML: (TextFormat.HTML, "text/html"),
    TextSource.PDF: (TextFormat.PDF, "application/pdf"),
    TextSource.HF_MARKDOWN: (TextFormat.MARKDOWN, "text/markdown, text/plain"),
}
_WORD_CHARACTERS = re.compile(r"[^\W\d_]+")
_OPENING = 6_000


class Rejected(TextUnavailable):
    """A text that came, but will not do."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome


class Places:
    """Reads what the sources' places have of a paper."""

    def __init__(self, http: Http, gate: Gate, offload: Offload) -> None:
        self._http = http
        self._gate = gate
        self._offload = offload

    async def read(self, address: TextAddress, paper: Paper) -> Document:
        """Return the text at an address. Raise `HttpError` or `TextUnavailable`."""
        kind, accept = _FORMATS[address.source]
        answer = await self._http.get(
            address.url,
            accept=accept,
            gate=self._gate if address.is_gated else None,
            timeout=TIMEOUT,
            max_bytes=MAX_BYTES,
        )
        if kind is TextFormat.PDF and b"%PDF-" not in answer.body[:1024]:
            raise Rejected("not_a_paper", f"{answer.content_type or 'no type'} instead of a PDF")
        is_text = kind is not TextFormat.PDF
        data = answer.text.encode() if is_text else answer.body
        parsed = await parse(self._offload, kind, data)
        extent = _believe(parsed, paper)
        stated = _stated_version(paper, answer.text if is_text else parsed.front)
        version = (paper.version or stated) if address.is_versioned else (stated or paper.version)
        return Document(
            paper_id=paper.id,
            version=version,
            source=address.source,
            sections=parsed.sections,
            pages=parsed.pages,
            is_part=extent is TextExtent.PART,
            flaws=flaws(parsed),
        )


def _stated_version(paper: Paper, text: str) -> int | None:
    """The version a text itself names ("arXiv:2602.20981v2", a link to it), if it does."""
    match = re.search(rf"{re.escape(paper.id)}v(\d{{1,3}})(?!\d)", text)
    return int(match[1]) if match else None


def _believe(parsed: Parsed, paper: Paper) -> TextExtent:
    """Raise unless this plausibly is the paper, and more of it than its abstract."""
    opening = _opening(parsed)
    # Half of a long title tells a paper; a short one is often made of words of the whole field.
    share = 0.5 if len(_WORD_CHARACTERS.findall(paper.title)) >= LONG_TITLE else 0.9
    if not (_holds(opening, paper.title, share) or _holds(opening, paper.abstract[:600], 0.75)):
        raise Rejected("other_paper", f"neither title nor abstract found in {parsed.title!r}")
    extent = completeness(parsed, paper.abstract)
    if extent is TextExtent.ABSTRACT:
        raise Rejected("no_body", f"{parsed.characters} characters, no body among them")
    return extent


def _opening(parsed: Parsed) -> str:
    """Return the beginning of a text without its spaces: PDFs break "E DGE TAM" as they like."""
    texts = (parsed.title or "", parsed.front, *(s.text for s in parsed.sections))
    return "".join(_WORD_CHARACTERS.findall(" ".join(texts)[:_OPENING].casefold()))


def _holds(opening: str, words: str, share: float) -> bool:
    """Whether at least `share` of the words are in the opening; a text without any proves nothing.

    Words of three letters and more count, unless there are only shorter ones.
    """
    found = set(_WORD_CHARACTERS.findall(words.casefold()))
    wanted = {word for word in found if len(word) >= 3} or found
    return bool(wanted) and sum(word in opening for word in wanted) >= share * len(wanted)
